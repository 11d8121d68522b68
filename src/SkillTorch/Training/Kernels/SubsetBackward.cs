using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The grouped backward pass eight samples of a pattern at a time. Sums of dL/df over all 16 subsets of four samples fit into one
/// 512-bit register (two in double precision); which of the four have a unit active is the index by which a permutation looks
/// up the unit's sum.
/// </summary>
internal sealed unsafe class SubsetBackward<T> : GroupedBackward<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Together = ActiveRows.Together,
        WordUnits = ActiveRows.WordUnits,
        SubsetCount = 16,
        MaxGroups = 8;

    /// <summary>Samples of a pattern that make it worth a run of its own, and bytes of a tile's sums by pattern (measured on Zen
    /// 5).</summary>
    private const int RunSamples = 16,
        SumBudget = 512 * 1024;

    /// <summary>Elements between rows of sums: without them all rows would lie in the same few sets of the first-level cache.</summary>
    private static readonly int RowPadding = Vector512<T>.Count;

    private readonly ActiveRows rows;
    private readonly AlignedPool<T> scratch = new();

    public SubsetBackward(BinaryMlpShape shape, BlockKernels<T> kernels, InputPlanes inputs)
        : base(shape, kernels, new SortedSamples(inputs, samples => LayoutFor(shape, samples), Together))
    {
        rows = new ActiveRows(shape, 2 * kernels.Lanes);
    }

    /// <inheritdoc/>
    public override int UnitsTogether => rows.TakenUnits;

    /// <inheritdoc/>
    public override int Tiles => rows.Tiles;

    /// <inheritdoc/>
    /// <remarks>Sums lie as the look-ups find them: vector j of a word has byte j of each of its elements.</remarks>
    protected override int Interleave => WordUnits / Kernels.Lanes;

    /// <summary>Whether the pass applies: 512-bit vectors, permutations of bytes, and Galois field arithmetic.</summary>
    public static bool Supports(BlockKernels<T> kernels) => kernels.Lanes == Vector512<T>.Count && ActiveRows.Supported;

    /// <inheritdoc/>
    public override void Reserve(int sets)
    {
        base.Reserve(sets);
        rows.Reserve(Samples.Inputs.Padded);
    }

    /// <inheritdoc/>
    public override void TakeActive(int r, uint* active, int firstBlock, int lastBlock, int from, int to) =>
        rows.Take(r, active, firstBlock, lastBlock, from, to);

    /// <inheritdoc/>
    protected override void Run(int r, int set, int tile, int index, T* parameters, T* derivatives, uint* active, T* gradient)
    {
        var group = Samples.Layout.Groups[index];
        int* order = Samples.Order(set, index),
            starts = Samples.Starts(set, index);
        int firstUnit = tile * rows.TileUnits,
            units = Math.Min(rows.TileUnits, Shape.Width - firstUnit),
            words = (units + WordUnits - 1) / WordUnits;
        int outputs = Shape.Outputs,
            stride = rows.TileUnits + RowPadding;
        var ownRows = rows.Tile(r, tile);
        nint sumLength = group.Rows * stride;
        int bitLength = MaxGroups * rows.Words * sizeof(Vector512<byte>) / sizeof(T),
            subsetLength = outputs * MaxGroups * 2 * SubsetCount;
        var work = scratch.Rent(bitLength + subsetLength + outputs * sumLength + (TableLayout.MaxBits + 1) * stride + StoreLength);
        var subsets = work.Pointer + bitLength;
        T* sums = subsets + subsetLength,
            columns = sums + outputs * sumLength,
            total = columns + TableLayout.MaxBits * stride,
            store = total + stride;
        var bits = (Vector512<byte>*)(subsets - bitLength);
        for (var pattern = 0; pattern < group.Rows; pattern++)
        {
            int* samples = order + starts[pattern],
                end = order + starts[pattern + 1];
            var own = sums + pattern * stride;
            for (var o = 0; o < outputs && samples == end; o++)
            {
                new Span<T>(own + o * sumLength, words * WordUnits).Clear();
            }

            for (var add = false; samples < end; add = true)
            {
                var groups = (int)Math.Min(MaxGroups, (end - samples) / Together);
                for (var i = 0; i < groups; i++, samples += Together)
                {
                    rows.TransposeToUnits(ownRows, samples, bits + i * rows.Words);
                    for (var o = 0; o < outputs; o++)
                    {
                        var fours = subsets + (o * MaxGroups + i) * 2 * SubsetCount;
                        AddUpSubsets(derivatives + o, samples, outputs, fours);
                        AddUpSubsets(derivatives + o, samples + 4, outputs, fours + SubsetCount);
                    }
                }

                for (var o = 0; o < outputs; o++)
                {
                    Add(bits, groups, words, subsets + o * MaxGroups * 2 * SubsetCount, own + o * sumLength, add);
                }
            }
        }

        for (var o = 0; o < outputs; o++)
        {
            var own = sums + o * sumLength;
            if (group.Bits > 0)
            {
                Kernels.SumByBit(own, group.Bits, stride, columns, words * WordUnits);
            }
            else
            {
                AddUpSkills(own, group.Rows, stride, total);
            }

            Store(
                r,
                firstUnit,
                units,
                index,
                o,
                group.Bits > 0 ? columns : own,
                group.Bits > 0 ? own : total,
                stride,
                parameters,
                gradient,
                store
            );
        }

        scratch.Return(work);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        rows.Dispose();
        scratch.Dispose();
    }

    private static TableLayout LayoutFor(BinaryMlpShape shape, int samples)
    {
        var bytes = new ActiveRows(shape, WordUnits).TileUnits * shape.Outputs * sizeof(T);
        var bits = BitOperations.Log2((uint)Math.Max(1, Math.Min(samples / RunSamples, SumBudget / bytes)));
        return new TableLayout(shape, Math.Clamp(bits, 4, TableLayout.MaxBits));
    }

    private static void AddUpSkills(T* skills, int count, int stride, T* total)
    {
        var sum = new Span<T>(total, stride);
        new Span<T>(skills, stride).CopyTo(sum);
        for (var skill = 1; skill < count; skill++)
        {
            TensorPrimitives.Add(sum, new ReadOnlySpan<T>(skills + skill * stride, stride), sum);
        }
    }

    /// <summary>Sums over the 16 subsets of four samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddUpSubsets(T* derivatives, int* samples, int outputs, T* subsets)
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

    /// <summary>Sums some samples of a pattern, for 64 units at a time.</summary>
    /// <param name="bits">[groups, words] Which of eight samples have a unit active, from
    /// <see cref="ActiveRows.TransposeToUnits"/>.</param>
    /// <param name="groups">Times eight samples.</param>
    /// <param name="words">Words of units that are in use.</param>
    /// <param name="subsets">[groups, 2, 16] Sums over subsets of four samples.</param>
    /// <param name="sums">[words, 64]</param>
    /// <param name="add">Whether to add to the sums or to overwrite them.</param>
    private void Add(Vector512<byte>* bits, int groups, int words, T* subsets, T* sums, bool add)
    {
        for (var word = 0; word < words; word++, bits++, sums += WordUnits)
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
