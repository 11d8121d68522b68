using System.Numerics.Tensors;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The backward pass one group of inputs at a time, over samples sorted by the group's pattern; it pays for wide layers. For each
/// output G_oj = Σ_b dL/df_bo [z_b > 0] x_bj serves both layers, since dL/dw1_j = Σ_o w2_o G_oj, and relu(z) = [z > 0]·(w1·x + b1) is
/// linear in x, so that dL/dw2_o = Σ_j w1_j G_oj + b1 G_o0. The groups are independent but for that sum.
/// </summary>
internal abstract unsafe class GroupedBackward<T> : BackwardPass<T>
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedBuffer<T> partial = new();

    protected GroupedBackward(BinaryMlpShape shape, BlockKernels<T> kernels, SortedSamples samples)
    {
        Shape = shape;
        Kernels = kernels;
        Samples = samples;
    }

    /// <summary>Tiles of hidden units; each with each group is a piece of work of its own.</summary>
    public abstract int Tiles { get; }

    /// <summary>Groups of inputs.</summary>
    public int Groups => Samples.Layout.Groups.Length;

    /// <summary>The samples, sorted by the groups' patterns.</summary>
    public SortedSamples Samples { get; }

    /// <summary>Sizes of the stack.</summary>
    protected BinaryMlpShape Shape { get; }

    /// <summary>The inner loops.</summary>
    protected BlockKernels<T> Kernels { get; }

    /// <summary>Vectors whose units take turns: vector v of n has the units v, v + n, v + 2n … of those that they have together.</summary>
    protected abstract int Interleave { get; }

    /// <inheritdoc/>
    public override int Preparations => Groups;

    /// <inheritdoc/>
    public override int Pieces => Tiles * Groups;

    /// <inheritdoc/>
    public override void Reserve(int sets)
    {
        Samples.Reserve(sets);
        partial.Reserve((long)Shape.Replicates * Groups * Shape.Outputs * Shape.Width);
    }

    /// <inheritdoc/>
    public override void Prepare(int set, int piece) => Samples.Sort(set, piece);

    /// <inheritdoc/>
    /// <remarks>Neighbouring pieces go to different cores: each stays with the tiles that it has at hand.</remarks>
    public override void Run(int r, int set, int piece, T* parameters, T* derivatives, uint* active, T* gradient) =>
        Run(r, set, piece % Tiles, piece / Tiles, parameters, derivatives, active, gradient);

    /// <summary>Gradient with respect to a tile's weights of one group, and the group's part in that of the output weights.</summary>
    /// <param name="r">Replicate.</param>
    /// <param name="set">Set of samples.</param>
    /// <param name="tile">Tile of hidden units.</param>
    /// <param name="index">Group.</param>
    /// <param name="parameters">The replicate's parameters.</param>
    /// <param name="derivatives">[B, O] dL/df.</param>
    /// <param name="active">[blocks, padded] The replicate's active units.</param>
    /// <param name="gradient">Receives the replicate's gradient.</param>
    protected abstract void Run(int r, int set, int tile, int index, T* parameters, T* derivatives, uint* active, T* gradient);

    /// <inheritdoc/>
    /// <remarks>The output weights' gradient: the groups' parts, always in the same order.</remarks>
    public override void Finish(int r, T* gradient)
    {
        var length = Shape.Outputs * Shape.Width;
        var sum = new Span<T>(gradient + Shape.OutputWeights, length);
        new Span<T>(Partial(r, 0), length).CopyTo(sum);
        for (var index = 1; index < Groups; index++)
        {
            TensorPrimitives.Add(sum, new ReadOnlySpan<T>(Partial(r, index), length), sum);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        partial.Dispose();
        Samples.Dispose();
    }

    /// <summary>Elements of scratch that <see cref="Store"/> needs: weights, gradients and what goes beside them.</summary>
    protected int StoreLength => (2 * Samples.Layout.Groups.Max(group => group.Columns) + 2) * Kernels.Lanes;

    /// <summary>Puts the sums of some hidden units, one group and one output where they belong.</summary>
    /// <param name="r">Replicate.</param>
    /// <param name="firstUnit">First hidden unit.</param>
    /// <param name="units">Hidden units.</param>
    /// <param name="index">Group.</param>
    /// <param name="output">Output.</param>
    /// <param name="columns">[inputs of the group, stride] G_oj, a vector of units after the other; see <see cref="Interleave"/>.</param>
    /// <param name="total">[stride] G_o0; read for the first group only.</param>
    /// <param name="stride">Elements from row to row.</param>
    /// <param name="parameters">The replicate's parameters.</param>
    /// <param name="gradient">Receives the replicate's gradient.</param>
    /// <param name="scratch">[<see cref="StoreLength"/>]</param>
    protected void Store(
        int r,
        int firstUnit,
        int units,
        int index,
        int output,
        T* columns,
        T* total,
        int stride,
        T* parameters,
        T* gradient,
        T* scratch
    )
    {
        var group = Samples.Layout.Groups[index];
        int lanes = Kernels.Lanes,
            inputs = Shape.Inputs,
            interleave = Interleave,
            span = interleave * lanes;
        T* factor = scratch,
            part = factor + lanes,
            weights = part + lanes,
            scaled = weights + group.Columns * lanes;
        for (var vector = 0; vector < (units + span - 1) / span * interleave; vector++)
        {
            int first = vector / interleave * span + vector % interleave,
                count = Math.Min(lanes, (units - first + interleave - 1) / interleave);
            if (count <= 0)
            {
                continue;
            }

            nint unit = firstUnit + first;
            Transposition.Copy(parameters + Shape.OutputWeights + (nint)output * Shape.Width + unit, interleave, count, 1, factor, lanes);
            new Span<T>(part, lanes).Clear();
            Finish(unit * inputs + group.Column, interleave * inputs, columns + vector * lanes, group.Columns, count);
            if (index == 0)
            {
                Finish(Shape.HiddenBias + unit, interleave, total + vector * lanes, 1, count);
            }

            Transposition.Copy(part, lanes, 1, count, Partial(r, index) + (nint)output * Shape.Width + unit, interleave);
        }

        // Weights, or biases as those of one input that is always 1.
        void Finish(nint at, nint step, T* sums, int count, int rows)
        {
            Transposition.Copy(parameters + at, step, rows, count, weights, lanes);
            if (output > 0)
            {
                Transposition.Copy(gradient + at, step, rows, count, scaled, lanes);
            }

            Kernels.Finish(sums, stride, count, weights, factor, scaled, output > 0, part);
            Transposition.Copy(scaled, lanes, count, rows, gradient + at, step);
        }
    }

    private T* Partial(int r, int index) => partial.Pointer + ((nint)r * Groups + index) * Shape.Outputs * Shape.Width;
}
