using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// Eight samples at a time on vectors of 512 bits: a register (two in double precision) holds the sums of dL/df over all 16 subsets of
/// four samples, and which of the four have a unit active is the index by which a permutation looks up the unit's sum.
/// </summary>
/// <param name="shape">Sizes of the stack.</param>
/// <param name="blockUnits">Hidden units of a block of the forward pass.</param>
internal readonly unsafe struct OctetLookup<T>(BinaryMlpShape shape, int blockUnits) : ISubsetLookup<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int WordUnits = ActiveRows.WordUnits,
        SubsetCount = 16;

    private readonly ActiveRows rows = new(shape, blockUnits);

    /// <inheritdoc/>
    public static int Together => ActiveRows.Together;

    /// <inheritdoc/>
    public static int MaxGroups => 8;

    /// <inheritdoc/>
    public static int RunSamples => 16;

    /// <inheritdoc/>
    public static int SumBudget => 512 * 1024; // measured on Zen 5

    /// <inheritdoc/>
    public int Tiles => rows.Tiles;

    /// <inheritdoc/>
    public int TileUnits => rows.TileUnits;

    /// <inheritdoc/>
    public int TakenUnits => rows.TakenUnits;

    /// <inheritdoc/>
    /// <remarks>Sums lie as the look-ups find them: vector j of a word has byte j of each of its elements.</remarks>
    public int Interleave => WordUnits / Vector512<T>.Count;

    /// <inheritdoc/>
    public int IndexLength => rows.Words * sizeof(Vector512<byte>);

    /// <inheritdoc/>
    public int SubsetLength => 2 * SubsetCount;

    /// <inheritdoc/>
    public int Used(int units) => (units + WordUnits - 1) / WordUnits * WordUnits;

    /// <inheritdoc/>
    public void Reserve(int padded) => rows.Reserve(padded);

    /// <inheritdoc/>
    public void Take(int r, uint* active, int padded, int firstBlock, int lastBlock, int from, int to) =>
        rows.Take(r, active, firstBlock, lastBlock, from, to);

    /// <inheritdoc/>
    public void* Rows(int r, int tile, int padded) => rows.Tile(r, tile);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FindIndices(void* tile, int* samples, byte* indices) =>
        rows.TransposeToUnits((ulong*)tile, samples, (Vector512<byte>*)indices);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddUpSubsets(T* derivatives, int* samples, int outputs, T* subsets, int stride)
    {
        for (var o = 0; o < outputs; o++, derivatives++, subsets += stride)
        {
            AddUpFour(derivatives, samples, outputs, subsets);
            AddUpFour(derivatives, samples + 4, outputs, subsets + SubsetCount);
        }
    }

    /// <inheritdoc/>
    public void Add(byte* indices, int groups, int units, T* subsets, T* sums, bool add)
    {
        var bits = (Vector512<byte>*)indices;
        for (var unit = 0; unit < units; unit += WordUnits, bits++, sums += WordUnits)
        {
            if (typeof(T) == typeof(float))
            {
                AddWord(bits, rows.Words, groups, (float*)subsets, (float*)sums, add);
            }
            else
            {
                AddWord(bits, rows.Words, groups, (double*)subsets, (double*)sums, add);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => rows.Dispose();

    /// <summary>Sums over the 16 subsets of four samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddUpFour(T* derivatives, int* samples, int outputs, T* subsets)
    {
        T s0 = derivatives[(nint)samples[0] * outputs],
            s1 = derivatives[(nint)samples[1] * outputs];
        T s2 = derivatives[(nint)samples[2] * outputs],
            s3 = derivatives[(nint)samples[3] * outputs];
        if (typeof(T) == typeof(float))
        {
            var low = Subsets.Select(0, Unsafe.BitCast<T, float>(s0)) + Subsets.Select(1, Unsafe.BitCast<T, float>(s1));
            var high = Subsets.Select(2, Unsafe.BitCast<T, float>(s2)) + Subsets.Select(3, Unsafe.BitCast<T, float>(s3));
            (low + high).Store((float*)subsets);
            return;
        }

        var three =
            Subsets.Select(0, Unsafe.BitCast<T, double>(s0))
            + Subsets.Select(1, Unsafe.BitCast<T, double>(s1))
            + Subsets.Select(2, Unsafe.BitCast<T, double>(s2));
        three.Store((double*)subsets);
        (three + Vector512.Create(Unsafe.BitCast<T, double>(s3))).Store((double*)subsets + SubsetCount / 2);
    }

    private static void AddWord(Vector512<byte>* bits, int words, int groups, float* subsets, float* sums, bool add)
    {
        const int Lanes = 16;
        Vector512<float> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default;
        if (add)
        {
            s0 = Vector512.Load(sums);
            s1 = Vector512.Load(sums + Lanes);
            s2 = Vector512.Load(sums + 2 * Lanes);
            s3 = Vector512.Load(sums + 3 * Lanes);
        }

        for (var i = 0; i < groups; i++, bits += words, subsets += 2 * SubsetCount)
        {
            var own = (*bits).AsUInt32();
            Vector512<float> low = Vector512.Load(subsets),
                high = Vector512.Load(subsets + SubsetCount);
            s0 += Look(low, own) + Look(high, own >>> 4);
            s1 += Look(low, own >>> 8) + Look(high, own >>> 12);
            s2 += Look(low, own >>> 16) + Look(high, own >>> 20);
            s3 += Look(low, own >>> 24) + Look(high, own >>> 28);
        }

        s0.Store(sums);
        s1.Store(sums + Lanes);
        s2.Store(sums + 2 * Lanes);
        s3.Store(sums + 3 * Lanes);
    }

    private static void AddWord(Vector512<byte>* bits, int words, int groups, double* subsets, double* sums, bool add)
    {
        const int Lanes = 8;
        Vector512<double> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default,
            s4 = default,
            s5 = default,
            s6 = default,
            s7 = default;
        if (add)
        {
            s0 = Vector512.Load(sums);
            s1 = Vector512.Load(sums + Lanes);
            s2 = Vector512.Load(sums + 2 * Lanes);
            s3 = Vector512.Load(sums + 3 * Lanes);
            s4 = Vector512.Load(sums + 4 * Lanes);
            s5 = Vector512.Load(sums + 5 * Lanes);
            s6 = Vector512.Load(sums + 6 * Lanes);
            s7 = Vector512.Load(sums + 7 * Lanes);
        }

        for (var i = 0; i < groups; i++, bits += words, subsets += 2 * SubsetCount)
        {
            var own = (*bits).AsUInt64();
            Vector512<double> a = Vector512.Load(subsets),
                b = Vector512.Load(subsets + Lanes),
                c = Vector512.Load(subsets + 2 * Lanes),
                d = Vector512.Load(subsets + 3 * Lanes);
            s0 += Look(a, own, b) + Look(c, own >>> 4, d);
            s1 += Look(a, own >>> 8, b) + Look(c, own >>> 12, d);
            s2 += Look(a, own >>> 16, b) + Look(c, own >>> 20, d);
            s3 += Look(a, own >>> 24, b) + Look(c, own >>> 28, d);
            s4 += Look(a, own >>> 32, b) + Look(c, own >>> 36, d);
            s5 += Look(a, own >>> 40, b) + Look(c, own >>> 44, d);
            s6 += Look(a, own >>> 48, b) + Look(c, own >>> 52, d);
            s7 += Look(a, own >>> 56, b) + Look(c, own >>> 60, d);
        }

        s0.Store(sums);
        s1.Store(sums + Lanes);
        s2.Store(sums + 2 * Lanes);
        s3.Store(sums + 3 * Lanes);
        s4.Store(sums + 4 * Lanes);
        s5.Store(sums + 5 * Lanes);
        s6.Store(sums + 6 * Lanes);
        s7.Store(sums + 7 * Lanes);
    }

    /// <summary>Element i of the 16 at the four low bits of element i of the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Look(Vector512<float> sums, Vector512<uint> index) => Avx512F.PermuteVar16x32(sums, index.AsInt32());

    /// <summary>Element i of the 16 in two registers at the four low bits of element i of the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Look(Vector512<double> low, Vector512<ulong> index, Vector512<double> high) =>
        Avx512F.PermuteVar8x64x2(low, index.AsInt64(), high);
}
