using System.Collections.Concurrent;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The grouped backward pass eight samples of a pattern at a time. Sums of dL/df over all 16 subsets of four samples fit into one
/// 512-bit register (two in double precision); which of the four have a unit active is the index by which a permutation looks
/// up the unit's sum.
/// </summary>
internal sealed unsafe class SubsetBackward<T> : GroupedBackward<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Together = ActiveRows.Together, WordUnits = ActiveRows.WordUnits, PartTiles = 2, SubsetCount = 16;

    /// <summary>Samples of a pattern that make it worth a run of its own, and bytes of a tile's sums by pattern (measured on Zen 5).</summary>
    private const int RunSamples = 16, SumBudget = 256 * 1024;

    /// <summary>Elements between rows of sums: without them all rows would lie in the same few sets of the first-level cache.</summary>
    private static readonly int RowPadding = Vector512<T>.Count;

    private readonly BlockKernels<T> kernels;
    private readonly ActiveRows rows;
    private readonly ConcurrentBag<AlignedBuffer<T>> scratch = [];
    private readonly int[] places;

    public SubsetBackward(BinaryMlpShape shape, BlockKernels<T> kernels, InputPlanes inputs)
        : base(shape, new SortedSamples(inputs, samples => LayoutFor(shape, samples), Together))
    {
        this.kernels = kernels;
        rows = new ActiveRows(shape, 2 * kernels.Lanes);
        // Sums lie as the look-ups find them: vector j of a word has byte j of each of its elements.
        int perLane = WordUnits / kernels.Lanes;
        places = [.. Enumerable.Range(0, rows.TileUnits).Select(unit => unit / WordUnits * WordUnits + unit % perLane * kernels.Lanes + unit % WordUnits / perLane)];
    }

    /// <summary>Hidden units of a tile, which must be found by one piece of the forward pass.</summary>
    public int TileUnits => rows.TileUnits;

    /// <inheritdoc/>
    public override int Tiles => (rows.Tiles + PartTiles - 1) / PartTiles;

    /// <summary>Whether the pass applies: 512-bit vectors, permutations of bytes, and Galois field arithmetic.</summary>
    public static bool Supports(BlockKernels<T> kernels) => kernels.Lanes == Vector512<T>.Count && ActiveRows.Supported;

    /// <inheritdoc/>
    public override void ReserveActive(int padded) => rows.Reserve(padded);

    /// <inheritdoc/>
    public override void TakeActive(int r, uint* active, int firstBlock, int lastBlock, int from, int to) => rows.Take(r, active, firstBlock, lastBlock, from, to);

    /// <inheritdoc/>
    public override void Run(int r, int set, int tile, int index, T* parameters, T* derivatives, uint* active, T* gradient)
    {
        TableGroup group = Samples.Layout.Groups[index];
        int* order = Samples.Order(set, index), starts = Samples.Starts(set, index);
        int outputs = Shape.Outputs, stride = TileUnits + RowPadding, firstTile = tile * PartTiles, lastTile = Math.Min(firstTile + PartTiles, rows.Tiles), longest = 0;
        for (int pattern = 0; pattern < group.Rows; pattern++)
        {
            longest = Math.Max(longest, (starts[pattern + 1] - starts[pattern]) / Together);
        }

        if (!scratch.TryTake(out AlignedBuffer<T>? work))
        {
            work = new AlignedBuffer<T>();
        }

        nint subsetLength = (nint)longest * 2 * SubsetCount, sumLength = group.Rows * stride, bitsLength = (nint)longest * rows.Words * Vector512<T>.Count;
        T* bits = work.Reserve(bitsLength + outputs * (subsetLength + PartTiles * sumLength) + (TableLayout.MostBits + 1) * stride);
        T* subsets = bits + bitsLength, sums = subsets + outputs * subsetLength, columns = sums + PartTiles * outputs * sumLength, total = columns + TableLayout.MostBits * stride;
        for (int pattern = 0; pattern < group.Rows; pattern++)
        {
            int* run = order + starts[pattern], end = order + starts[pattern + 1];
            for (int o = 0; o < outputs; o++)
            {
                T* four = subsets + o * subsetLength;
                for (int* samples = run; samples < end; samples += 4, four += SubsetCount)
                {
                    AddUpSubsets(derivatives + o, samples, outputs, four);
                }
            }

            for (int each = firstTile; each < lastTile; each++)
            {
                int words = Math.Min(rows.Words, (Shape.Width - each * TileUnits + WordUnits - 1) / WordUnits);
                AddRun(rows.Tile(r, each), run, end, words, subsets, subsetLength, (Vector512<byte>*)bits, sums + (each - firstTile) * outputs * sumLength + pattern * stride, sumLength);
            }
        }

        for (int each = firstTile; each < lastTile; each++)
        {
            int firstUnit = each * TileUnits, units = Math.Min(TileUnits, Shape.Width - firstUnit);
            for (int o = 0; o < outputs; o++)
            {
                T* own = sums + ((each - firstTile) * outputs + o) * sumLength;
                if (group.Bits > 0)
                {
                    kernels.SumByBit(own, group.Bits, stride, columns, (units + WordUnits - 1) / WordUnits * WordUnits);
                }
                else
                {
                    AddUpSkills(own, group.Rows, stride, total);
                }

                Store(
                    r, firstUnit, places.AsSpan(0, units), index, o,
                    group.Bits > 0 ? columns : own, group.Bits > 0 ? own : total, stride, parameters, gradient);
            }
        }

        scratch.Add(work);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        rows.Dispose();
        foreach (AlignedBuffer<T> each in scratch)
        {
            each.Dispose();
        }
    }

    private static TableLayout LayoutFor(BinaryMlpShape shape, int samples)
    {
        int bytes = new ActiveRows(shape, WordUnits).TileUnits * shape.Outputs * sizeof(T);
        int bits = BitOperations.Log2((uint)Math.Max(1, Math.Min(samples / RunSamples, SumBudget / bytes)));
        return new TableLayout(shape, Math.Clamp(bits, 4, TableLayout.MostBits));
    }

    private static void AddUpSkills(T* skills, int count, int stride, T* total)
    {
        var sum = new Span<T>(total, stride);
        new Span<T>(skills, stride).CopyTo(sum);
        for (int skill = 1; skill < count; skill++)
        {
            TensorPrimitives.Add(sum, new ReadOnlySpan<T>(skills + skill * stride, stride), sum);
        }
    }

    /// <summary>Sums over the 16 subsets of four samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddUpSubsets(T* derivatives, int* samples, int outputs, T* subsets)
    {
        T s0 = derivatives[(nint)samples[0] * outputs], s1 = derivatives[(nint)samples[1] * outputs];
        T s2 = derivatives[(nint)samples[2] * outputs], s3 = derivatives[(nint)samples[3] * outputs];
        if (typeof(T) == typeof(float))
        {
            Vector512<float> low = Subsets.Select(0, Unsafe.BitCast<T, float>(s0)) + Subsets.Select(1, Unsafe.BitCast<T, float>(s1));
            Vector512<float> high = Subsets.Select(2, Unsafe.BitCast<T, float>(s2)) + Subsets.Select(3, Unsafe.BitCast<T, float>(s3));
            (low + high).Store((float*)subsets);
            return;
        }

        Vector512<double> three = Subsets.Select(0, Unsafe.BitCast<T, double>(s0)) + Subsets.Select(1, Unsafe.BitCast<T, double>(s1)) + Subsets.Select(2, Unsafe.BitCast<T, double>(s2));
        three.Store((double*)subsets);
        (three + Vector512.Create(Unsafe.BitCast<T, double>(s3))).Store((double*)subsets + SubsetCount / 2);
    }

    /// <summary>Sums the run of a pattern for a tile.</summary>
    private void AddRun(ulong* tile, int* run, int* end, int words, T* subsets, nint subsetLength, Vector512<byte>* bits, T* sums, nint sumLength)
    {
        Vector512<byte>* last = bits;
        for (; run < end; run += Together, last += rows.Words)
        {
            rows.ByUnit(tile, run, last);
        }

        for (int o = 0; o < Shape.Outputs; o++, subsets += subsetLength, sums += sumLength)
        {
            for (int word = 0; word < words; word++)
            {
                if (typeof(T) == typeof(float))
                {
                    AddWord(bits + word, last, rows.Words, (float*)subsets, (float*)sums + word * WordUnits);
                }
                else
                {
                    AddWord(bits + word, last, rows.Words, (double*)subsets, (double*)sums + word * WordUnits);
                }
            }
        }
    }

    private static void AddWord(Vector512<byte>* bits, Vector512<byte>* last, int words, float* subsets, float* sums)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        for (; bits < last; bits += words, subsets += 2 * SubsetCount)
        {
            Vector512<int> own = (*bits).AsInt32();
            Vector512<float> low = Vector512.Load(subsets), high = Vector512.Load(subsets + SubsetCount);
            s0 += Avx512F.PermuteVar16x32(low, own);
            t0 += Avx512F.PermuteVar16x32(high, own >>> 4);
            s1 += Avx512F.PermuteVar16x32(low, own >>> 8);
            t1 += Avx512F.PermuteVar16x32(high, own >>> 12);
            s2 += Avx512F.PermuteVar16x32(low, own >>> 16);
            t2 += Avx512F.PermuteVar16x32(high, own >>> 20);
            s3 += Avx512F.PermuteVar16x32(low, own >>> 24);
            t3 += Avx512F.PermuteVar16x32(high, own >>> 28);
        }

        (s0 + t0).Store(sums);
        (s1 + t1).Store(sums + 16);
        (s2 + t2).Store(sums + 32);
        (s3 + t3).Store(sums + 48);
    }

    private static void AddWord(Vector512<byte>* bits, Vector512<byte>* last, int words, double* subsets, double* sums)
    {
        Vector512<double> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (; bits < last; bits += words, subsets += 2 * SubsetCount)
        {
            Vector512<long> own = (*bits).AsInt64();
            Vector512<double> a = Vector512.Load(subsets), b = Vector512.Load(subsets + 8), c = Vector512.Load(subsets + 16), d = Vector512.Load(subsets + 24);
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
        s1.Store(sums + 8);
        s2.Store(sums + 16);
        s3.Store(sums + 24);
        s4.Store(sums + 32);
        s5.Store(sums + 40);
        s6.Store(sums + 48);
        s7.Store(sums + 56);
    }

    /// <summary>Element i of the 16 in two registers at the four low bits of element i of the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Look(Vector512<double> low, Vector512<long> index, Vector512<double> high) => Avx512F.PermuteVar8x64x2(low, index, high);
}
