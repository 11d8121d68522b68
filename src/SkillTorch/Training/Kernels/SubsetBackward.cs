using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The grouped backward pass some samples of a pattern at a time: a register holds the sums of dL/df over all subsets of a few samples,
/// and which of the few have a unit active is the index by which a permutation looks up the unit's sum.
/// </summary>
/// <typeparam name="TLookup">How many, and how they are looked up.</typeparam>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed unsafe class SubsetBackward<TLookup, T> : GroupedBackward<T>
    where TLookup : struct, ISubsetLookup<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements between rows of sums: without them all rows would lie in the same few sets of the first-level cache.</summary>
    private static readonly int RowPadding = Vector512<T>.Count;

    private readonly TLookup lookup;
    private readonly AlignedPool<T> scratch = new();

    public SubsetBackward(BinaryMlpShape shape, BlockKernels<T> kernels, InputPlanes inputs, TLookup lookup)
        : base(shape, kernels, new SortedSamples(inputs, samples => LayoutFor(shape, samples, lookup), TLookup.Together))
    {
        this.lookup = lookup;
    }

    /// <inheritdoc/>
    public override int UnitsTogether => lookup.TakenUnits;

    /// <inheritdoc/>
    public override int Tiles => lookup.Tiles;

    /// <inheritdoc/>
    protected override int Interleave => lookup.Interleave;

    /// <inheritdoc/>
    public override void Reserve(int sets)
    {
        base.Reserve(sets);
        lookup.Reserve(Samples.Inputs.Padded);
    }

    /// <inheritdoc/>
    public override void TakeActive(int r, uint* active, int firstBlock, int lastBlock, int from, int to) =>
        lookup.Take(r, active, Samples.Inputs.Padded, firstBlock, lastBlock, from, to);

    /// <inheritdoc/>
    protected override void Run(int r, int set, int tile, int index, T* parameters, T* derivatives, uint* active, T* gradient)
    {
        var tiles = lookup; // a copy, whose fields stay in registers
        var group = Samples.Layout.Groups[index];
        int* order = Samples.Order(set, index),
            starts = Samples.Starts(set, index);
        int firstUnit = tile * tiles.TileUnits,
            units = Math.Min(tiles.TileUnits, Shape.Width - firstUnit),
            used = tiles.Used(units);
        int outputs = Shape.Outputs,
            stride = tiles.TileUnits + RowPadding;
        var ownRows = tiles.Rows(r, tile, Samples.Inputs.Padded);
        nint sumLength = group.Rows * stride;
        int indexLength = tiles.IndexLength,
            subsetLength = tiles.SubsetLength,
            outputLength = TLookup.MaxGroups * subsetLength,
            allIndices = TLookup.MaxGroups * indexLength / sizeof(T);
        var work = scratch.Rent(
            allIndices + outputs * outputLength + outputs * sumLength + (TableLayout.MaxBits + 1) * stride + StoreLength
        );
        var subsets = work.Pointer + allIndices;
        T* sums = subsets + outputs * outputLength,
            columns = sums + outputs * sumLength,
            total = columns + TableLayout.MaxBits * stride,
            store = total + stride;
        var indices = (byte*)work.Pointer;
        for (var pattern = 0; pattern < group.Rows; pattern++)
        {
            int* samples = order + starts[pattern],
                end = order + starts[pattern + 1];
            var own = sums + pattern * stride;
            for (var o = 0; o < outputs && samples == end; o++)
            {
                new Span<T>(own + o * sumLength, used).Clear();
            }

            for (var add = false; samples < end; add = true)
            {
                var groups = (int)Math.Min(TLookup.MaxGroups, (end - samples) / TLookup.Together);
                for (var i = 0; i < groups; i++, samples += TLookup.Together)
                {
                    tiles.FindIndices(ownRows, samples, indices + i * indexLength);
                    tiles.AddUpSubsets(derivatives, samples, outputs, subsets + i * subsetLength, outputLength);
                }

                for (var o = 0; o < outputs; o++)
                {
                    tiles.Add(indices, groups, used, subsets + o * outputLength, own + o * sumLength, add);
                }
            }
        }

        for (var o = 0; o < outputs; o++)
        {
            var own = sums + o * sumLength;
            if (group.Bits > 0)
            {
                Kernels.SumByBit(own, group.Bits, stride, columns, used);
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
        lookup.Dispose();
        scratch.Dispose();
    }

    private static TableLayout LayoutFor(BinaryMlpShape shape, int samples, TLookup lookup)
    {
        var bytes = lookup.TileUnits * shape.Outputs * sizeof(T);
        var bits = BitOperations.Log2((uint)Math.Max(1, Math.Min(samples / TLookup.RunSamples, TLookup.SumBudget / bytes)));
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
}
