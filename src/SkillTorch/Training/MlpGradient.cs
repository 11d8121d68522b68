using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SkillTorch.Models;
using SkillTorch.Tasks;
using SkillTorch.Training.Kernels;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>
/// Gradients of perceptrons of any depth by <see cref="MlpPasses{T}"/>, on numbers or one-hot tokens; equal to autograd up to
/// rounding, and faster.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed unsafe class MlpGradient<T> : IGradientSource<double[]>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network network;
    private readonly OutputLoss loss;
    private readonly MlpShape shape;
    private readonly MlpPasses<T> passes;
    private (Batch? Of, T[] Values) converted = (null, []);
    private double[] known = []; // outputs of a shaped loss, [R, B, O]

    public MlpGradient(Network network, OutputLoss loss, MlpShape shape, int threads)
    {
        this.network = network;
        this.loss = loss;
        this.shape = shape;
        passes = new MlpPasses<T>(shape, threads);
    }

    public void ComputeGradient(Batch batch, Tensor gradient, double[]? outputs)
    {
        double[] factors = [];
        if (loss.IsShaped)
        {
            if (known.Length != shape.Replicates * batch.Size * batch.Outputs)
                known = new double[shape.Replicates * batch.Size * batch.Outputs];
            ComputeOutputs(batch, known);
            factors = loss.Factors(batch, known);
        }

        var each = factors.Length / shape.Replicates;
        passes.ComputeGradient(
            Address(network.Parameters),
            Inputs(batch),
            (r, first, rows, y, stride, _, _) => loss.FillSlopes(batch, r, first, rows, y, y, stride, factors.AsSpan(r * each, each)),
            Address(gradient),
            outputs
        );
    }

    public void ComputeOutputs(Batch batch, double[] outputs) => passes.Forward(Address(network.Parameters), Inputs(batch), outputs);

    public void Dispose() => passes.Dispose();

    private static T* Address(Tensor tensor) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    private MlpInputs<T> Inputs(Batch batch)
    {
        if (shape.Tokens is not null)
            return new(batch.Sets, batch.Size, batch.Tokens, null);
        if (converted.Of != batch)
            converted = (batch, batch.Values as T[] ?? Array.ConvertAll(batch.Values!, T.CreateTruncating));
        return new(batch.Sets, batch.Size, null, converted.Values);
    }
}
