using System.Numerics;
using System.Numerics.Tensors;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// A backward pass cut by slabs of hidden units or, where there is but one slab, by parts of the samples, whose gradients are added
/// in their order.
/// </summary>
/// <param name="shape">Sizes of the stack.</param>
/// <param name="inputs">The samples.</param>
/// <param name="slabs">Slabs of hidden units.</param>
internal abstract unsafe class PartedBackward<T>(BinaryMlpShape shape, InputPlanes inputs, int slabs) : BackwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int PartSamples = 2048;

    private readonly AlignedBuffer<T> partGradients = new(); // [R, parts, n]
    private int parts;

    /// <inheritdoc/>
    public override int Pieces => slabs * parts;

    /// <summary>Sizes of the stack.</summary>
    protected BinaryMlpShape Shape => shape;

    /// <summary>The samples.</summary>
    protected InputPlanes Inputs => inputs;

    /// <inheritdoc/>
    public override void Reserve(int sets)
    {
        parts = slabs == 1 ? (inputs.Count + PartSamples - 1) / PartSamples : 1;
        partGradients.Reserve(parts > 1 ? (long)shape.Replicates * parts * shape.Parameters : 0);
    }

    /// <inheritdoc/>
    public override void Run(int r, int set, int piece, T* parameters, T* derivatives, uint* active, T* gradient)
    {
        int part = piece % parts,
            from = part * PartSamples,
            to = parts == 1 ? inputs.Padded : Math.Min(from + PartSamples, inputs.Padded);
        Run(set, piece / parts, from, to, parameters, derivatives, active, parts == 1 ? gradient : PartGradient(r, part));
    }

    /// <inheritdoc/>
    public override void Finish(int r, T* gradient)
    {
        if (parts == 1)
            return;
        var sum = new Span<T>(gradient, shape.OutputBias);
        new Span<T>(PartGradient(r, 0), shape.OutputBias).CopyTo(sum);
        for (var part = 1; part < parts; part++)
            TensorPrimitives.Add(sum, new ReadOnlySpan<T>(PartGradient(r, part), shape.OutputBias), sum);
    }

    /// <inheritdoc/>
    public override void Dispose() => partGradients.Dispose();

    /// <summary>The gradient of a slab's units from a run of samples.</summary>
    /// <param name="set">Set of samples.</param>
    /// <param name="slab">Slab of hidden units.</param>
    /// <param name="from">First sample.</param>
    /// <param name="to">Sample after the last.</param>
    /// <param name="parameters">The replicate's parameters.</param>
    /// <param name="derivatives">[samples, O] dL/df of all samples.</param>
    /// <param name="active">[blocks, padded] The replicate's active units.</param>
    /// <param name="gradient">Receives the gradient, in the order of the parameters.</param>
    protected abstract void Run(int set, int slab, int from, int to, T* parameters, T* derivatives, uint* active, T* gradient);

    private T* PartGradient(int r, int part) => partGradients.Pointer + ((nint)r * parts + part) * shape.Parameters;
}
