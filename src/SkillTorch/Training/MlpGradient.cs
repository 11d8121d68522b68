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
internal sealed unsafe class MlpGradient<T> : IGradientSource
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network network;
    private readonly LossKind loss;
    private readonly MlpShape shape;
    private readonly MlpPasses<T> passes;
    private readonly ShapedLoss? shaped;
    private (Batch? Of, T[] Values) converted = (null, []);
    private double[] known = []; // outputs of a shaped loss, [R, B, O]

    public MlpGradient(Network network, LossKind loss, MlpShape shape, int threads, LossShapingOptions? shaping = null)
    {
        this.network = network;
        this.loss = loss;
        this.shape = shape;
        passes = new MlpPasses<T>(shape, threads);
        shaped = shaping is null ? null : new ShapedLoss(shaping, loss, shape.Replicates);
    }

    public void Gradient(Batch batch, Tensor gradient, double[]? outputs)
    {
        double[]? factors = null;
        if (shaped is not null)
        {
            if (known.Length != shape.Replicates * batch.Size * batch.Outputs)
                known = new double[shape.Replicates * batch.Size * batch.Outputs];
            Outputs(batch, known);
            factors = shaped.Factors(batch, known);
        }

        passes.Gradient(Address(network.Parameters), Inputs(batch), (r, first, rows, y, stride, _, _) => Slopes(batch, factors, r, first, rows, y, stride), Address(gradient), outputs);
    }

    public void Outputs(Batch batch, double[] outputs) => passes.Forward(Address(network.Parameters), Inputs(batch), outputs);

    public void Dispose() => passes.Dispose();

    private static T* Address(Tensor tensor) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    private MlpInputs<T> Inputs(Batch batch)
    {
        if (shape.Tokens is not null)
            return new(batch.Sets, batch.Size, batch.Controls, null);
        if (converted.Of != batch)
            converted = (batch, batch.Values as T[] ?? Array.ConvertAll(batch.Values!, T.CreateTruncating));
        return new(batch.Sets, batch.Size, null, converted.Values);
    }

    /// <summary>Outputs become dL/df: each entry's slope times its weight, its factor and its share of the mean.</summary>
    private void Slopes(Batch batch, double[]? factors, int r, int first, int rows, T* y, int stride)
    {
        var (outputs, entries) = (batch.Outputs, batch.LossEntries(loss));
        var share = 1.0 / ((double)batch.Size * entries);
        var sample = (nint)(batch.Sets == 1 ? 0 : r) * batch.Size + first;
        var own = (nint)r * batch.Size + first;
        for (var row = 0; row < rows; row++, y += stride)
        {
            if (entries < outputs)
            {
                MlpElements<T>.SoftmaxSlopes(y, outputs, batch.Labels![sample + row], T.CreateTruncating(share * (factors?[own + row] ?? 1)));
                continue;
            }

            for (var o = 0; o < outputs; o++)
            {
                var entry = (sample + row) * outputs + o;
                var slope = loss.Slope(double.CreateTruncating(y[o]), batch.Targets[entry]) * (batch.Weights?[entry] ?? 1) * (factors?[(own + row) * outputs + o] ?? 1);
                y[o] = T.CreateTruncating(slope * share);
            }
        }
    }
}
