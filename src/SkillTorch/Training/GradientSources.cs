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
    public static IGradientSource Choose(Network network, DataTask task, TrainingOptions training, int replicates) =>
        network is Mlp { Activation: Activation.Relu } mlp && mlp.Widths.Count() == 2 && task.BinaryInputs is { } inputs
            && network.Parameters.device_type == DeviceType.CPU
            ? Fused(network, training.Loss, new BinaryMlpShape(replicates, inputs.Controls, inputs.Bits, mlp.Widths.First(), task.Outputs))
            : new AutogradGradient(network, training.Loss, replicates, training.Precision == Precision.Bfloat16 ? ScalarType.BFloat16 : network.Parameters.dtype);

    private static IGradientSource Fused(Network network, LossKind loss, BinaryMlpShape shape) =>
        network.Parameters.dtype == ScalarType.Float64
            ? new FusedGradient<double>(network, loss, shape)
            : new FusedGradient<float>(network, loss, shape);
}
