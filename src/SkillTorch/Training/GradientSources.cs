using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Training.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Chooses how a stack's gradients are computed.</summary>
internal static class GradientSources
{
    /// <summary>
    /// On the CPU the fused kernels where they apply, of two-layer ReLU networks on binary inputs and of perceptrons with a common
    /// activation function on numbers or tokens, and of causal transformers on bits; else autograd.
    /// </summary>
    public static IGradientSource<double[]> Choose(Network network, DataTask task, TrainingOptions training, int replicates)
    {
        var wide = network.Parameters.dtype == ScalarType.Float64;
        var loss = new OutputLoss(training.Loss, training.LossShaping, replicates);
        if (network is Mlp { Activation: Activation.Relu } && TwoLayerShape(network, task, replicates) is { } binary)
        {
            return wide ? new FusedGradient<double>(network, loss, binary) : new FusedGradient<float>(network, loss, binary);
        }

        if (Shape(network, task, replicates) is { } shape)
        {
            return wide
                ? new LineGradient<double>(network, loss, shape, Workers.Threads)
                : new LineGradient<float>(network, loss, shape, Workers.Threads);
        }

        if (HasTransformerPasses(network, task))
        {
            var transformer = (DecoderTransformer)network;
            return wide
                ? new TransformerGradient<double>(transformer, loss, replicates)
                : new TransformerGradient<float>(transformer, loss, replicates);
        }

        return new AutogradGradient(network, loss, replicates);
    }

    /// <summary>On a device kernels of its own for two-layer networks on binary inputs, else autograd, over the whole stack.</summary>
    public static IGradientSource<Tensor> ChooseOnDevice(Network network, DataTask task, TrainingOptions training, int replicates)
    {
        var loss = new OutputLoss(training.Loss, training.LossShaping, replicates);
        if (
            training.Precision is Precision.Float32 or Precision.Float64
            && network.Parameters.device_type == DeviceType.CUDA
            && CudaCompiler.Shared is { } compiler
            && TwoLayerShape(network, task, replicates) is { } shape
            && DeviceGradient.Supports(shape, network.Parameters.dtype)
        )
        {
            return new DeviceGradient(network, loss, shape, ((Mlp)network).Activation, compiler);
        }

        var arithmetic = training.Precision == Precision.Bfloat16 ? ScalarType.BFloat16 : network.Parameters.dtype;
        return new TensorGradient(network, loss, replicates, arithmetic);
    }

    private static bool HasTransformerPasses(Network network, DataTask task) =>
        network is DecoderTransformer { Shape: var shape }
        && shape.Options.Kernels is not null
        && TransformerPasses<float>.IsWorthwhile(shape.Inputs, shape.Options.Heads, shape.Options.Embedding)
        && task.BinaryInputs is not null;

    /// <summary>The shape of two-layer networks on binary inputs; null for others.</summary>
    internal static BinaryMlpShape? TwoLayerShape(Network network, DataTask task, int replicates) =>
        network is Mlp mlp && mlp.Widths.Count() == 2 && task.BinaryInputs is { } inputs
            ? new BinaryMlpShape(replicates, inputs.Controls, inputs.Bits, mlp.Widths.First(), task.Outputs)
            : null;

    /// <summary>The shape of perceptrons that <see cref="MlpGradient{T}"/> knows; null for others.</summary>
    private static MlpShape? Shape(Network network, DataTask task, int replicates)
    {
        var embedding = (network as EmbeddingMlp)?.Embedding;
        var (layers, activation) = network switch
        {
            Mlp mlp => (mlp.Layers, mlp.Activation),
            EmbeddingMlp mlp when task.TokenInputs?.Values == embedding!.Shape[0] => (mlp.Layers, mlp.Activation),
            _ => (null, default),
        };
        return
            layers is not null
            && MlpShape.Supports(activation)
            && task.BinaryInputs is null
            && network.Parameters.device_type == DeviceType.CPU
            ? new MlpShape(
                replicates,
                network.Layout.Count,
                [.. layers.Select(l => new MlpLayer(l.Inputs, l.Bias.Length, l.Weight.Offset, l.Bias.Offset))],
                activation,
                task.TokenInputs,
                embedding is null ? null : new MlpEmbedding(embedding.Shape[1], embedding.Offset)
            )
            : null;
    }
}
