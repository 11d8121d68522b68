using System.Numerics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The grouped backward pass on any vectors: where a table by pattern would be read and written for every sample, a register is
/// added to for the run of samples that share a pattern.
/// </summary>
internal sealed unsafe class SortedBackward<T> : GroupedBackward<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int TileBlocks = 2,
        LowBits = 4;

    private readonly AlignedPool<T> scratch = new();
    private readonly int blockUnits,
        tileUnits,
        blocks;

    public SortedBackward(BinaryMlpShape shape, BlockKernels<T> kernels, InputPlanes inputs)
        : base(shape, kernels, new SortedSamples(inputs, samples => TableLayout.ForSorting(shape, samples), 1))
    {
        blockUnits = 2 * kernels.Lanes;
        tileUnits = TileBlocks * blockUnits;
        blocks = (shape.Width + blockUnits - 1) / blockUnits;
    }

    /// <inheritdoc/>
    public override int Tiles => (blocks + TileBlocks - 1) / TileBlocks;

    /// <inheritdoc/>
    protected override int Interleave => 1;

    /// <inheritdoc/>
    protected override void Run(int r, int set, int tile, int index, T* parameters, T* derivatives, uint* active, T* gradient)
    {
        var group = Samples.Layout.Groups[index];
        int tileBlocks = Math.Min(TileBlocks, blocks - tile * TileBlocks),
            stride = tileBlocks * blockUnits;
        int lowBits = Math.Min(LowBits, group.Bits),
            lows = 1 << lowBits,
            highs = group.Rows >> lowBits;
        var work = scratch.Rent((lows + Math.Max(highs, TableLayout.MaxBits) + TableLayout.MaxBits) * tileUnits + StoreLength);
        T* low = work.Pointer,
            high = low + lows * stride;
        T* columns = high + Math.Max(highs, TableLayout.MaxBits) * tileUnits,
            store = columns + TableLayout.MaxBits * tileUnits;
        for (var o = 0; o < Shape.Outputs; o++)
        {
            Kernels.SumRuns(
                Samples.Order(set, index),
                Samples.Starts(set, index),
                lows,
                highs,
                derivatives + o,
                Shape.Outputs,
                active + tile * TileBlocks * (nint)Samples.Inputs.Padded,
                Samples.Inputs.Padded,
                tileBlocks,
                low,
                high
            );
            Kernels.SumByBit(low, lowBits, stride, columns, stride);
            if (group.Bits > 0)
            {
                Kernels.SumByBit(high, group.Bits - lowBits, stride, columns + lowBits * stride, stride);
            }

            var firstUnit = tile * tileUnits;
            Store(
                r,
                firstUnit,
                Math.Min(stride, Shape.Width - firstUnit),
                index,
                o,
                group.Bits > 0 ? columns : high,
                low,
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
        scratch.Dispose();
    }
}
