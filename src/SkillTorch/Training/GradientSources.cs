using SkillTorch.Models;
using SkillTorch.Tasks;
using SkillTorch.Training.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Chooses how a stack's gradients are computed.</summary>
internal static class GradientSources
{
    /// <summary>The fused kernel where it applies (two-layer ReLU network, binary inputs, CPU), else autograd.</summary>
    public static IGradientSource Choose(Network network, DataTask task, LossKind loss, int replicates) =>
        network is Mlp { Activation: Activation.Relu } mlp && mlp.Widths.Count() == 2 && task.BinaryInputs is { } inputs
            && network.Parameters.device_type == DeviceType.CPU
            ? Fused(network, loss, new BinaryMlpShape(replicates, inputs.Controls, inputs.Bits, mlp.Widths.First(), task.Outputs))
            : new AutogradGradient(network, loss, replicates);

    private static IGradientSource Fused(Network network, LossKind loss, BinaryMlpShape shape) =>
        network.Parameters.dtype == ScalarType.Float64
            ? new FusedGradient<double>(network, loss, shape)
            : new FusedGradient<float>(network, loss, shape);
}
