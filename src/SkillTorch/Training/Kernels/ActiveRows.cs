using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The active hidden units of every sample, side by side: one bit a unit, a word of 64 units or a tile of four or eight such
/// words a sample. So eight samples from anywhere are eight loads away from what each unit has in them.
/// </summary>
internal sealed unsafe class ActiveRows : IDisposable
{
    /// <summary>Samples that are looked at together.</summary>
    public const int Together = 8;

    /// <summary>Hidden units of a word.</summary>
    public const int WordUnits = 64;

    /// <summary>Words of a cache line, and of half of one.</summary>
    private const int LineWords = 8,
        HalfWords = 4;

    private readonly AlignedBuffer<ulong> rows = new(); // [R, tiles, padded + 1, words]
    private readonly int replicates,
        blockUnits;
    private int padded;

    /// <summary>For stacks of networks of one shape.</summary>
    /// <param name="shape">Sizes of the stack.</param>
    /// <param name="blockUnits">Hidden units of a block of the forward pass; a divisor of 64.</param>
    public ActiveRows(BinaryMlpShape shape, int blockUnits)
    {
        replicates = shape.Replicates;
        this.blockUnits = blockUnits;
        Words =
            shape.Width <= WordUnits ? 1
            : shape.Width <= HalfWords * WordUnits ? HalfWords
            : LineWords;
        Tiles = (shape.Width + TileUnits - 1) / TileUnits;
    }

    /// <summary>Words of a tile: 1, 4 or 8.</summary>
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

    /// <summary>Hidden units that are taken over together.</summary>
    public int TakenUnits => Math.Min(Words, HalfWords) * WordUnits;

    /// <summary>Takes over hidden units from blocks of the forward pass.</summary>
    /// <param name="r">Replicate.</param>
    /// <param name="active">[blocks, padded] One bit for each unit of a block.</param>
    /// <param name="firstBlock">First block, at a multiple of <see cref="TakenUnits"/>.</param>
    /// <param name="lastBlock">Block after the last.</param>
    /// <param name="from">First sample, a multiple of 8.</param>
    /// <param name="to">Sample after the last, a multiple of 8.</param>
    public void Take(int r, uint* active, int firstBlock, int lastBlock, int from, int to)
    {
        int wordBlocks = WordUnits / blockUnits,
            tileBlocks = Words * wordBlocks;
        var next = wordBlocks * (nint)padded;
        for (var block = firstBlock; block < lastBlock; block += TakenUnits / blockUnits)
        {
            var blocks = lastBlock - block;
            var source = active + block * (nint)padded + from;
            var row = Tile(r, block / tileBlocks) + (nint)from * Words + block % tileBlocks / wordBlocks;
            for (var b = from; b < to; b += Together, source += Together, row += Together * Words)
            {
                var w0 = Word(source, blocks);
                if (Words == 1)
                {
                    w0.Store(row);
                    continue;
                }

                Vector512<ulong> w1 = Word(source + next, blocks - wordBlocks),
                    w2 = Word(source + 2 * next, blocks - 2 * wordBlocks),
                    w3 = Word(source + 3 * next, blocks - 3 * wordBlocks);
                Vector512<ulong> even = Avx512F.UnpackLow(w0, w1),
                    odd = Avx512F.UnpackHigh(w0, w1); // words 0 and 1 of samples 0, 2, 4, 6 and 1, 3, 5, 7
                Vector512<ulong> even2 = Avx512F.UnpackLow(w2, w3),
                    odd2 = Avx512F.UnpackHigh(w2, w3);
                Vector512<ulong> low = Vector512.Create(0ul, 1, 8, 9, 2, 3, 10, 11),
                    high = Vector512.Create(4ul, 5, 12, 13, 6, 7, 14, 15);
                StoreRows(Avx512F.PermuteVar8x64x2(even, low, even2), row);
                StoreRows(Avx512F.PermuteVar8x64x2(odd, low, odd2), row + Words);
                StoreRows(Avx512F.PermuteVar8x64x2(even, high, even2), row + 4 * Words);
                StoreRows(Avx512F.PermuteVar8x64x2(odd, high, odd2), row + 5 * Words);
            }
        }
    }

    /// <summary>Which of eight samples have a unit active, for each unit of a tile: a byte a unit, sample i in bit i.</summary>
    /// <param name="tile">From <see cref="Tile"/>.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="bits">[words] Receives the units' bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TransposeToUnits(ulong* tile, int* samples, Vector512<byte>* bits)
    {
        if (Words == 1)
        {
            bits[0] = Transpose(
                Vector512.Create(
                    tile[samples[0]],
                    tile[samples[1]],
                    tile[samples[2]],
                    tile[samples[3]],
                    tile[samples[4]],
                    tile[samples[5]],
                    tile[samples[6]],
                    tile[samples[7]]
                )
            );
            return;
        }

        Vector512<ulong> s0 = Row(tile, samples[0]),
            s1 = Row(tile, samples[1]),
            s2 = Row(tile, samples[2]),
            s3 = Row(tile, samples[3]);
        Vector512<ulong> s4 = Row(tile, samples[4]),
            s5 = Row(tile, samples[5]),
            s6 = Row(tile, samples[6]),
            s7 = Row(tile, samples[7]);
        Turn(s0, s1, s2, s3, s4, s5, s6, s7, 0x44, out var w0, out var w1, out var w2, out var w3);
        bits[0] = Transpose(w0);
        bits[1] = Transpose(w1);
        bits[2] = Transpose(w2);
        bits[3] = Transpose(w3);
        if (Words == LineWords)
        {
            Turn(s0, s1, s2, s3, s4, s5, s6, s7, 0xEE, out w0, out w1, out w2, out w3);
            bits[4] = Transpose(w0);
            bits[5] = Transpose(w1);
            bits[6] = Transpose(w2);
            bits[7] = Transpose(w3);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => rows.Dispose();

    /// <summary>64 units of eight samples, from blocks of fewer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<ulong> Word(uint* source, int blocks)
    {
        Vector512<ulong> word = default;
        for (var i = 0; i < blocks && i * blockUnits < WordUnits; i++, source += padded)
        {
            word |= Avx512F.ConvertToVector512UInt64(Vector256.Load(source)) << i * blockUnits;
        }

        return word;
    }

    /// <summary>Stores four words of a sample, and of the sample after the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StoreRows(Vector512<ulong> words, ulong* row)
    {
        words.GetLower().Store(row);
        words.GetUpper().Store(row + 2 * Words);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<ulong> Row(ulong* tile, int sample) =>
        Words == LineWords
            ? Vector512.Load(tile + (nint)sample * LineWords)
            : Vector256.Load(tile + (nint)sample * HalfWords).ToVector512Unsafe();

    /// <summary>Columns 0 to 3 (where <paramref name="half"/> is 0x44) or 4 to 7 (0xEE) of eight rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(
        Vector512<ulong> r0,
        Vector512<ulong> r1,
        Vector512<ulong> r2,
        Vector512<ulong> r3,
        Vector512<ulong> r4,
        Vector512<ulong> r5,
        Vector512<ulong> r6,
        Vector512<ulong> r7,
        [ConstantExpected] byte half,
        out Vector512<ulong> c0,
        out Vector512<ulong> c1,
        out Vector512<ulong> c2,
        out Vector512<ulong> c3
    )
    {
        Vector512<ulong> a = Avx512F.Shuffle4x128(Avx512F.UnpackLow(r0, r1), Avx512F.UnpackLow(r2, r3), half),
            b = Avx512F.Shuffle4x128(Avx512F.UnpackLow(r4, r5), Avx512F.UnpackLow(r6, r7), half);
        c0 = Avx512F.Shuffle4x128(a, b, 0x88);
        c2 = Avx512F.Shuffle4x128(a, b, 0xDD);
        a = Avx512F.Shuffle4x128(Avx512F.UnpackHigh(r0, r1), Avx512F.UnpackHigh(r2, r3), half);
        b = Avx512F.Shuffle4x128(Avx512F.UnpackHigh(r4, r5), Avx512F.UnpackHigh(r6, r7), half);
        c1 = Avx512F.Shuffle4x128(a, b, 0x88);
        c3 = Avx512F.Shuffle4x128(a, b, 0xDD);
    }

    /// <summary>From a word of each of eight samples to a byte for each unit, sample i in bit i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Transpose(Vector512<ulong> samples)
    {
        var matrices = Avx512Vbmi.PermuteVar64x8(samples.AsByte(), Vector512.Create(Order));
        // Applied to the unit vectors, a matrix of bits shows its columns; its rows count from the last.
        return Gfni.V512.GaloisFieldAffineTransform(Vector512.Create(0x8040201008040201ul).AsByte(), matrices, 0);
    }

    /// <summary>Byte q of the samples 7 … 0 side by side, for q = 0 … 7.</summary>
    private static ReadOnlySpan<byte> Order =>
        [
            56,
            48,
            40,
            32,
            24,
            16,
            8,
            0,
            57,
            49,
            41,
            33,
            25,
            17,
            9,
            1,
            58,
            50,
            42,
            34,
            26,
            18,
            10,
            2,
            59,
            51,
            43,
            35,
            27,
            19,
            11,
            3,
            60,
            52,
            44,
            36,
            28,
            20,
            12,
            4,
            61,
            53,
            45,
            37,
            29,
            21,
            13,
            5,
            62,
            54,
            46,
            38,
            30,
            22,
            14,
            6,
            63,
            55,
            47,
            39,
            31,
            23,
            15,
            7,
        ];
}
