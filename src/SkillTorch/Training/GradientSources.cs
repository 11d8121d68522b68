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
            ? Fused(network, training, new BinaryMlpShape(replicates, inputs.Controls, inputs.Bits, mlp.Widths.First(), task.Outputs))
            : new AutogradGradient(network, training.Loss, replicates, training.Precision == Precision.Bfloat16 ? ScalarType.BFloat16 : network.Parameters.dtype, training.LossShaping);

    private static IGradientSource Fused(Network network, TrainingOptions training, BinaryMlpShape shape) =>
        network.Parameters.dtype == ScalarType.Float64
            ? new FusedGradient<double>(network, training.Loss, shape, training.LossShaping)
            : new FusedGradient<float>(network, training.Loss, shape, training.LossShaping);
}
