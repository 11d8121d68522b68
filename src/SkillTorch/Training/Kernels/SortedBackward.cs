using System.Collections.Concurrent;
using System.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The grouped backward pass on any vectors: where a table by pattern would be read and written for every sample, a register is
/// added to for the run of samples that share a pattern.
/// </summary>
internal sealed unsafe class SortedBackward<T> : GroupedBackward<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int TileBlocks = 2, LowBits = 4;

    private readonly BlockKernels<T> kernels;
    private readonly ConcurrentBag<AlignedBuffer<T>> scratch = [];
    private readonly int[] places;
    private readonly int blockUnits, tileUnits, blocks;
    private int padded;

    public SortedBackward(BinaryMlpShape shape, BlockKernels<T> kernels, InputPlanes inputs)
        : base(shape, new SortedSamples(inputs, samples => TableLayout.ForSorting(shape, samples), 1))
    {
        this.kernels = kernels;
        blockUnits = 2 * kernels.Lanes;
        tileUnits = TileBlocks * blockUnits;
        blocks = (shape.Width + blockUnits - 1) / blockUnits;
        places = [.. Enumerable.Range(0, tileUnits)];
    }

    /// <inheritdoc/>
    public override int Tiles => (blocks + TileBlocks - 1) / TileBlocks;

    /// <inheritdoc/>
    public override void ReserveActive(int padded) => this.padded = padded;

    /// <inheritdoc/>
    public override void Run(int r, int set, int tile, int index, T* parameters, T* derivatives, uint* active, T* gradient)
    {
        TableGroup group = Samples.Layout.Groups[index];
        int tileBlocks = Math.Min(TileBlocks, blocks - tile * TileBlocks), stride = tileBlocks * blockUnits;
        int lowBits = Math.Min(LowBits, group.Bits), lows = 1 << lowBits, highs = group.Rows >> lowBits;
        if (!scratch.TryTake(out AlignedBuffer<T>? work))
        {
            work = new AlignedBuffer<T>();
        }

        T* low = work.Reserve((lows + Math.Max(highs, TableLayout.MostBits) + TableLayout.MostBits) * tileUnits), high = low + lows * stride, columns = high + highs * stride;
        for (int o = 0; o < Shape.Outputs; o++)
        {
            kernels.SumRuns(
                Samples.Order(set, index), Samples.Starts(set, index), lows, highs, derivatives + o, Shape.Outputs,
                active + tile * TileBlocks * (nint)padded, padded, tileBlocks, low, high);
            kernels.SumByBit(low, lowBits, stride, columns, stride);
            if (group.Bits > 0)
            {
                kernels.SumByBit(high, group.Bits - lowBits, stride, columns + lowBits * stride, stride);
            }

            int firstUnit = tile * tileUnits;
            Store(r, firstUnit, places.AsSpan(0, Math.Min(stride, Shape.Width - firstUnit)), index, o, group.Bits > 0 ? columns : high, low, stride, parameters, gradient);
        }

        scratch.Add(work);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        foreach (AlignedBuffer<T> each in scratch)
        {
            each.Dispose();
        }
    }
}
