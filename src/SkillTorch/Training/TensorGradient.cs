using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>
/// Gradients by automatic differentiation on a device: any network, the whole stack at once. Nothing is asked of the device, so that
/// it is given the next step's work while it still does this one's.
/// </summary>
/// <param name="network">The stack of networks.</param>
/// <param name="loss">The loss.</param>
/// <param name="replicates">R.</param>
/// <param name="arithmetic">Number format of the networks' activations; the parameters', the loss's and the gradient's is their
/// own.</param>
internal sealed class TensorGradient(Network network, OutputLoss loss, int replicates, ScalarType arithmetic) : IGradientSource<Tensor>
{
    /// <summary>Bytes of activations of which an evaluation set is cut into pieces.</summary>
    private const long EvaluatedBytes = 1L << 30;

    public void ComputeGradient(Batch batch, Tensor gradient, Tensor? outputs)
    {
        using var scope = NewDisposeScope();
        var leaf = network.Parameters.detach().requires_grad_(true); // [R, n]
        var pieces = 1 + (batch.Size - 1) / network.SamplesAtOnce;
        Tensor? factors = null; // [R, B, E]; they depend on the whole batch
        if (loss.IsShaped && pieces > 1)
        {
            outputs ??= empty([replicates, batch.Size, batch.Outputs], network.Parameters.dtype, network.Parameters.device);
            ComputeOutputs(batch, outputs);
            factors = loss.Factors(batch, outputs);
        }

        var inputs = batch.InputTensor(arithmetic, network.Parameters.device); // [S, B, I]
        var tensors = loss.TensorsOf(batch, network.Parameters);
        for (var p = 0; p < pieces; p++)
        {
            using var pieceScope = NewDisposeScope();
            var first = (int)((long)p * batch.Size / pieces);
            var count = (int)((long)(p + 1) * batch.Size / pieces) - first;
            var predicted = Forward(leaf, inputs.narrow(1, first, count)); // [R, b, O]
            if (factors is null)
                outputs?.narrow(1, first, count).copy_(predicted.detach());
            var entries = loss.Entries(predicted, tensors, all => all.narrow(1, first, count)); // [R, b, E]
            if (loss.IsShaped)
                entries *= factors?.narrow(1, first, count) ?? loss.Factors(batch, predicted.detach());
            entries.sum().DividedBy(batch.Size * entries.shape[2]).backward(); // adds to the gradient so far
        }

        using var noGrad = no_grad();
        gradient.copy_(leaf.grad!);
    }

    public void ComputeOutputs(Batch batch, Tensor outputs)
    {
        using var noGrad = no_grad();
        var rows = (int)Math.Clamp(EvaluatedBytes / (replicates * network.BytesPerSample), 1, Math.Min(batch.Size, network.SamplesAtOnce));
        for (var first = 0; first < batch.Size; first += rows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(rows, batch.Size - first);
            var inputs = batch.InputPart(arithmetic, network.Parameters.device, first, count);
            outputs.narrow(1, first, count).copy_(Forward(network.Parameters, inputs));
        }
    }

    public void Dispose() { }

    /// <summary>Applies the networks in the chosen number format; outputs are in the parameters' number format.</summary>
    private Tensor Forward(Tensor parameters, Tensor inputs)
    {
        var own = inputs.expand(replicates, inputs.shape[1], inputs.shape[2]);
        return parameters.dtype == arithmetic
            ? network.Forward(parameters, own)
            : network.Forward(parameters.to(arithmetic), own).to(parameters.dtype);
    }
}
