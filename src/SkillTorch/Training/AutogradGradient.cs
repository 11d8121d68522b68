using SkillTorch.Models;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Gradients by automatic differentiation: any network, any device.</summary>
internal sealed class AutogradGradient(Network network, LossKind loss, int replicates) : IGradientSource
{
    private const int EvaluatedRows = 4096;

    public void Gradient(Batch batch, Tensor gradient, double[]? outputs)
    {
        using var scope = NewDisposeScope();
        using var parameters = network.Parameters.detach().requires_grad_(true);
        var predicted = network.Forward(parameters, Inputs(batch)); // [R, B, O]
        Entries(batch, predicted).mean([1, 2]).sum().backward();
        using (no_grad())
        {
            gradient.copy_(parameters.grad!);
        }

        if (outputs is not null)
            CopyTo(predicted, outputs);
    }

    /// <remarks>
    /// In pieces, because an evaluation set is large and the activations of a wide network on all of it are larger; and trial by
    /// trial, so that the pieces, and with them the last bit of an output, do not depend on the stack.
    /// </remarks>
    public void Outputs(Batch batch, double[] outputs)
    {
        using var noGrad = no_grad();
        for (var r = 0; r < replicates; r++)
        {
            for (var first = 0; first < batch.Size; first += EvaluatedRows)
            {
                using var scope = NewDisposeScope();
                var count = Math.Min(EvaluatedRows, batch.Size - first);
                using var piece = batch.Slice(batch.Sets == 1 ? 0 : r, first, count);
                var predicted = network.Forward(network.Parameters.narrow(0, r, 1), piece.InputTensor(network.Parameters.dtype, network.Parameters.device));
                CopyTo(predicted, outputs.AsSpan((r * batch.Size + first) * batch.Outputs, count * batch.Outputs));
            }
        }
    }

    public void Dispose()
    {
    }

    private static void CopyTo(Tensor predicted, Span<double> outputs) =>
        predicted.detach().to(ScalarType.Float64, CPU).contiguous().data<double>().ToArray().CopyTo(outputs);

    private Tensor Inputs(Batch batch) =>
        batch.InputTensor(network.Parameters.dtype, network.Parameters.device).expand(replicates, batch.Size, batch.Inputs);

    /// <summary>Loss of every output, times its weight, [R, B, O].</summary>
    private Tensor Entries(Batch batch, Tensor predicted)
    {
        var targets = batch.TargetTensor(predicted.dtype, predicted.device);
        var entries = loss switch
        {
            LossKind.Mse => (predicted - targets).pow(2),
            LossKind.CrossEntropy => (1 - targets) * predicted - predicted.log_sigmoid(), // exact in the tails, unlike softplus
            _ => throw new ArgumentOutOfRangeException(nameof(batch), loss, "Unknown loss."),
        };
        return batch.WeightTensor(predicted.dtype, predicted.device) is { } weights ? entries * weights : entries;
    }
}
