using System.Collections.Concurrent;
using System.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The backward pass of wide layers. G_oj = Σ_b dL/df_bo [z_b > 0] x_bj is summed for one group of inputs and a tile of hidden
/// units at a time, from samples in the order of the group's patterns: where a table would be read and written for every sample,
/// a register is added to.
/// </summary>
/// <remarks>
/// G without the factor w2 serves both layers: dL/dW1_j = Σ_o w2_o G_oj, and since relu(z) = [z > 0]·(W1·x + b1) is linear in
/// x, dL/dw2_o = Σ_j w1_j G_oj + b1 G_o0 needs no second look at the samples. The groups are independent but for that sum.
/// </remarks>
internal sealed unsafe class SortedBackward<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Outputs up to which a pass for each costs less than tables of dL/dz.</summary>
    public const int MostOutputs = 4;

    private const int TileBlocks = 2, LowBits = 4;

    private readonly BinaryMlpShape shape;
    private readonly BlockKernels<T> kernels;
    private readonly SortedSamples samples;
    private readonly ConcurrentBag<AlignedBuffer<T>> scratch = [];
    private readonly AlignedBuffer<T> partial = new();
    private readonly int blockUnits, tileUnits, blocks;

    public SortedBackward(BinaryMlpShape shape, BlockKernels<T> kernels, SortedSamples samples)
    {
        this.shape = shape;
        this.kernels = kernels;
        this.samples = samples;
        blockUnits = 2 * kernels.Lanes;
        tileUnits = TileBlocks * blockUnits;
        blocks = (shape.Width + blockUnits - 1) / blockUnits;
    }

    /// <summary>Tiles of hidden units.</summary>
    public int Tiles => (blocks + TileBlocks - 1) / TileBlocks;

    /// <summary>Groups of inputs.</summary>
    public int Groups => samples.Layout.Groups.Length;

    /// <summary>Makes room for the current groups.</summary>
    public void Reserve() => partial.Reserve((long)shape.Replicates * Groups * shape.Outputs * shape.Width);

    /// <summary>Gradient with respect to a tile's weights of one group, and the group's part in that of the output weights.</summary>
    /// <param name="r">Replicate.</param>
    /// <param name="set">Set of samples.</param>
    /// <param name="tile">Tile of hidden units.</param>
    /// <param name="index">Group.</param>
    /// <param name="parameters">The replicate's parameters.</param>
    /// <param name="derivatives">[B, O] dL/df.</param>
    /// <param name="active">[blocks, activeStride] The replicate's active units.</param>
    /// <param name="activeStride">Samples, rounded up.</param>
    /// <param name="gradient">Receives the replicate's gradient.</param>
    public void Run(int r, int set, int tile, int index, T* parameters, T* derivatives, uint* active, nint activeStride, T* gradient)
    {
        TableGroup group = samples.Layout.Groups[index];
        int tileBlocks = Math.Min(TileBlocks, blocks - tile * TileBlocks), stride = tileBlocks * blockUnits;
        int lowBits = Math.Min(LowBits, group.Bits), lows = 1 << lowBits, highs = group.Rows >> lowBits;
        if (!scratch.TryTake(out AlignedBuffer<T>? work))
        {
            work = new AlignedBuffer<T>();
        }

        T* low = work.Reserve((lows + Math.Max(highs, TableLayout.MostBits) + TableLayout.MostBits) * tileUnits), high = low + lows * stride, columns = high + highs * stride;
        for (int o = 0; o < shape.Outputs; o++)
        {
            kernels.SumRuns(
                samples.Order(set, index), samples.Starts(set, index), lows, highs, derivatives + o, shape.Outputs,
                active + tile * TileBlocks * activeStride, activeStride, tileBlocks, low, high);
            kernels.SumByBit(low, lowBits, stride, columns, stride);
            if (group.Bits > 0)
            {
                kernels.SumByBit(high, group.Bits - lowBits, stride, columns + lowBits * stride, stride);
            }

            Store(r, tile * tileUnits, Math.Min(stride, shape.Width - tile * tileUnits), index, o, group.Bits > 0 ? columns : high, low, stride, parameters, gradient);
        }

        scratch.Add(work);
    }

    /// <summary>The output weights' gradient of a replicate: the groups' parts, always in the same order.</summary>
    public void Finish(int r, T* gradient)
    {
        int length = shape.Outputs * shape.Width;
        var sum = new Span<T>(gradient + shape.OutputWeights, length);
        sum.Clear();
        for (int index = 0; index < Groups; index++)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(sum, new ReadOnlySpan<T>(Partial(r, index), length), sum);
        }
    }

    public void Dispose()
    {
        partial.Dispose();
        foreach (AlignedBuffer<T> each in scratch)
        {
            each.Dispose();
        }
    }

    private T* Partial(int r, int index) => partial.Pointer + ((nint)r * Groups + index) * shape.Outputs * shape.Width;

    private void Store(int r, int firstUnit, int units, int index, int output, T* columns, T* total, int stride, T* parameters, T* gradient)
    {
        TableGroup group = samples.Layout.Groups[index];
        T* outputWeights = parameters + shape.OutputWeights + (nint)output * shape.Width, part = Partial(r, index) + (nint)output * shape.Width;
        for (int unit = 0; unit < units; unit++)
        {
            int hidden = firstUnit + unit;
            nint row = (nint)hidden * shape.Inputs + group.Column;
            T* weights = parameters + row, own = gradient + row, column = columns + unit;
            T factor = outputWeights[hidden], sum = T.Zero;
            for (int j = 0; j < group.Columns; j++, column += stride)
            {
                sum += weights[j] * *column;
                own[j] = output == 0 ? factor * *column : own[j] + factor * *column;
            }

            if (index == 0)
            {
                T* bias = gradient + shape.HiddenBias + hidden;
                sum += parameters[shape.HiddenBias + hidden] * total[unit];
                *bias = output == 0 ? factor * total[unit] : *bias + factor * total[unit];
            }

            part[hidden] = sum;
        }
    }
}
