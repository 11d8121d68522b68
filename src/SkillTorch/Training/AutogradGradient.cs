using SkillTorch.Models;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Gradients by automatic differentiation: any network, any device.</summary>
internal sealed class AutogradGradient(Network network, LossKind loss, int replicates) : IGradientSource
{
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

    public void Outputs(Batch batch, double[] outputs)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        CopyTo(network.Forward(network.Parameters, Inputs(batch)), outputs);
    }

    public void Dispose()
    {
    }

    private static void CopyTo(Tensor predicted, double[] outputs) =>
        predicted.detach().to(ScalarType.Float64, CPU).contiguous().data<double>().CopyTo(outputs);

    private Tensor Inputs(Batch batch) =>
        batch.InputTensor(network.Parameters.dtype, network.Parameters.device).expand(replicates, batch.Size, batch.Inputs);

    /// <summary>Loss of every output, times its weight, [R, B, O].</summary>
    private Tensor Entries(Batch batch, Tensor predicted)
    {
        var targets = batch.TargetTensor(predicted.dtype, predicted.device);
        var entries = loss switch
        {
            LossKind.Mse => (predicted - targets).pow(2),
            LossKind.CrossEntropy => predicted.softplus() - predicted * targets,
            _ => throw new ArgumentOutOfRangeException(nameof(batch), loss, "Unknown loss."),
        };
        return batch.WeightTensor(predicted.dtype, predicted.device) is { } weights ? entries * weights : entries;
    }
}
