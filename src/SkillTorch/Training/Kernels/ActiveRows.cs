using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The active hidden units of every sample, side by side: one bit a unit, a word of 64 units or a tile of four such words a
/// sample. So eight samples from anywhere are eight loads away from what each unit has in them.
/// </summary>
internal sealed unsafe class ActiveRows : IDisposable
{
    /// <summary>Samples that are looked at together.</summary>
    public const int Together = 8;

    /// <summary>Hidden units of a word.</summary>
    public const int WordUnits = 64;

    private const int MostWords = 4;

    private readonly AlignedBuffer<ulong> rows = new(); // [R, tiles, padded + 1, words]
    private readonly int replicates, blockUnits;
    private int padded;

    /// <summary>For stacks of networks of one shape.</summary>
    /// <param name="shape">Sizes of the stack.</param>
    /// <param name="blockUnits">Hidden units of a block of the forward pass; a divisor of 64.</param>
    public ActiveRows(BinaryMlpShape shape, int blockUnits)
    {
        replicates = shape.Replicates;
        this.blockUnits = blockUnits;
        Words = shape.Width <= WordUnits ? 1 : MostWords;
        Tiles = (shape.Width + TileUnits - 1) / TileUnits;
    }

    /// <summary>Words of a tile, 1 or 4.</summary>
    public int Words { get; }

    /// <summary>Hidden units of a tile.</summary>
    public int TileUnits => Words * WordUnits;

    /// <summary>Tiles of hidden units.</summary>
    public int Tiles { get; }

    /// <summary>Whether this machine has the instructions.</summary>
    public static bool Supported => Gfni.V512.IsSupported && Avx512Vbmi.IsSupported;

    /// <summary>Makes room for samples.</summary>
    /// <param name="padded">How many, rounded up; one more may be loaded.</param>
    public void Reserve(int padded)
    {
        this.padded = padded;
        rows.Reserve((long)replicates * Tiles * (padded + 1) * Words);
    }

    /// <summary>[padded + 1, words]</summary>
    public ulong* Tile(int r, int tile) => rows.Pointer + ((nint)r * Tiles + tile) * (padded + 1) * Words;

    /// <summary>Takes over whole tiles from blocks of the forward pass.</summary>
    /// <param name="r">Replicate.</param>
    /// <param name="active">[blocks, padded] One bit for each unit of a block.</param>
    /// <param name="firstBlock">First block, at a tile's start.</param>
    /// <param name="lastBlock">Block after the last.</param>
    /// <param name="from">First sample, a multiple of 8.</param>
    /// <param name="to">Sample after the last, a multiple of 8.</param>
    public void Take(int r, uint* active, int firstBlock, int lastBlock, int from, int to)
    {
        int wordBlocks = WordUnits / blockUnits, tileBlocks = Words * wordBlocks;
        for (int block = firstBlock; block < lastBlock; block += tileBlocks)
        {
            for (int b = from; b < to; b += Together)
            {
                ulong* row = Tile(r, block / tileBlocks) + (nint)b * Words;
                uint* source = active + block * (nint)padded + b;
                int blocks = lastBlock - block;
                Vector512<ulong> w0 = Word(source, blocks);
                if (Words == 1)
                {
                    w0.Store(row);
                    continue;
                }

                nint next = wordBlocks * (nint)padded;
                Vector512<ulong> w1 = Word(source + next, blocks - wordBlocks), w2 = Word(source + 2 * next, blocks - 2 * wordBlocks), w3 = Word(source + 3 * next, blocks - 3 * wordBlocks);
                Vector512<ulong> even = Avx512F.UnpackLow(w0, w1), odd = Avx512F.UnpackHigh(w0, w1); // words 0 and 1 of samples 0, 2, 4, 6 and 1, 3, 5, 7
                Vector512<ulong> even2 = Avx512F.UnpackLow(w2, w3), odd2 = Avx512F.UnpackHigh(w2, w3);
                Vector512<ulong> low = Vector512.Create(0ul, 1, 8, 9, 2, 3, 10, 11), high = Vector512.Create(4ul, 5, 12, 13, 6, 7, 14, 15);
                StoreRows(Avx512F.PermuteVar8x64x2(even, low, even2), row);
                StoreRows(Avx512F.PermuteVar8x64x2(odd, low, odd2), row + MostWords);
                StoreRows(Avx512F.PermuteVar8x64x2(even, high, even2), row + 4 * MostWords);
                StoreRows(Avx512F.PermuteVar8x64x2(odd, high, odd2), row + 5 * MostWords);
            }
        }
    }

    /// <summary>Which of eight samples have a unit active, for each unit of a tile: a byte a unit, sample i in bit i.</summary>
    /// <param name="tile">From <see cref="Tile"/>.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="bits">[words] Receives the units' bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ByUnit(ulong* tile, int* samples, Vector512<byte>* bits)
    {
        if (Words == 1)
        {
            bits[0] = Transpose(Vector512.Create(
                tile[samples[0]], tile[samples[1]], tile[samples[4]], tile[samples[5]], tile[samples[2]], tile[samples[3]], tile[samples[6]], tile[samples[7]]));
            return;
        }

        Vector512<ulong> a = Two(tile, samples), b = Two(tile, samples + 1), c = Two(tile, samples + 2), d = Two(tile, samples + 3);
        Vector512<ulong> even = Avx512F.UnpackLow(a, b), odd = Avx512F.UnpackHigh(a, b), even2 = Avx512F.UnpackLow(c, d), odd2 = Avx512F.UnpackHigh(c, d);
        bits[0] = Transpose(Avx512F.Shuffle4x128(even, even2, 0b10_00_10_00));
        bits[1] = Transpose(Avx512F.Shuffle4x128(odd, odd2, 0b10_00_10_00));
        bits[2] = Transpose(Avx512F.Shuffle4x128(even, even2, 0b11_01_11_01));
        bits[3] = Transpose(Avx512F.Shuffle4x128(odd, odd2, 0b11_01_11_01));
    }

    /// <inheritdoc/>
    public void Dispose() => rows.Dispose();

    /// <summary>64 units of eight samples, from blocks of fewer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<ulong> Word(uint* source, int blocks)
    {
        Vector512<ulong> word = default;
        for (int i = 0; i < blocks && i * blockUnits < WordUnits; i++, source += padded)
        {
            word |= Avx512F.ConvertToVector512UInt64(Vector256.Load(source)) << i * blockUnits;
        }

        return word;
    }

    /// <summary>Stores a sample's row, and that of the sample after the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRows(Vector512<ulong> rows, ulong* row)
    {
        rows.GetLower().Store(row);
        rows.GetUpper().Store(row + 2 * MostWords);
    }

    /// <summary>The rows of a sample and of the fourth after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Two(ulong* tile, int* samples) =>
        Vector512.Create(Vector256.Load(tile + (nint)samples[0] * MostWords), Vector256.Load(tile + (nint)samples[4] * MostWords));

    /// <summary>From a word of each of the samples 0, 1, 4, 5, 2, 3, 6, 7 to a byte for each unit, sample i in bit i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Transpose(Vector512<ulong> samples)
    {
        Vector512<byte> matrices = Avx512Vbmi.PermuteVar64x8(samples.AsByte(), Vector512.Create(Order));
        // Applied to the unit vectors, a matrix of bits shows its columns; its rows count from the last.
        return Gfni.V512.GaloisFieldAffineTransform(Vector512.Create(0x8040201008040201ul).AsByte(), matrices, 0);
    }

    /// <summary>Byte q of the samples 7 … 0 side by side, for q = 0 … 7.</summary>
    private static ReadOnlySpan<byte> Order =>
    [
        56, 48, 24, 16, 40, 32, 8, 0, 57, 49, 25, 17, 41, 33, 9, 1, 58, 50, 26, 18, 42, 34, 10, 2, 59, 51, 27, 19, 43, 35, 11, 3,
        60, 52, 28, 20, 44, 36, 12, 4, 61, 53, 29, 21, 45, 37, 13, 5, 62, 54, 30, 22, 46, 38, 14, 6, 63, 55, 31, 23, 47, 39, 15, 7,
    ];
}
