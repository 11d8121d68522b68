using System.Numerics;
using System.Runtime.InteropServices;
using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Training.Kernels;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Gradients of two-layer ReLU networks on binary inputs by the fused kernel; equal to autograd up to rounding, and many times faster.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class FusedGradient<T> : IGradientSource
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network network;
    private readonly LossKind loss;
    private readonly BinaryMlpGradient<T> kernel;
    private readonly double[] losses; // [R]
    private (Batch? Of, T[] Targets, T[]? Weights) converted = (null, [], null);
    private readonly ShapedLoss? shaped;
    private double[] exact = []; // outputs of a shaped loss, [R, B, O]
    private Batch? prepared; // whose inputs the kernel was last given
    private T[] predicted = []; // [R, B, O]
    private T[] slopes = []; // [R, B, O]

    public FusedGradient(Network network, LossKind loss, BinaryMlpShape shape, LossShapingOptions? shaping = null)
    {
        this.network = network;
        this.loss = loss;
        kernel = new BinaryMlpGradient<T>(shape, Workers.Threads);
        losses = new double[shape.Replicates];
        shaped = shaping is null ? null : new ShapedLoss(shaping, loss, shape.Replicates);
    }

    public void Gradient(Batch batch, Tensor gradient, double[]? outputs)
    {
        if (shaped is not null)
        {
            ShapedGradient(batch, gradient, outputs);
            return;
        }

        if (converted.Of != batch)
            converted = (batch, Convert(batch.Targets, converted.Targets), batch.Weights is null ? null : Convert(batch.Weights, converted.Weights));
        var kind = loss == LossKind.Mse ? BinaryMlpLoss.MeanSquaredError : BinaryMlpLoss.BinaryCrossEntropy;
        kernel.Gradient(
            Span(network.Parameters), Inputs(batch), converted.Targets, converted.Weights, kind,
            Span(gradient), losses, outputs is null ? [] : Predicted(outputs), SameInputs(batch));
        CopyTo(outputs);
    }

    /// <summary>Factors depend on the whole batch: they are known between the passes.</summary>
    private void ShapedGradient(Batch batch, Tensor gradient, double[]? outputs)
    {
        if (outputs is null && exact.Length != losses.Length * batch.Size * batch.Outputs)
            exact = new double[losses.Length * batch.Size * batch.Outputs];
        Outputs(batch, outputs ?? exact);
        slopes = Convert(shaped!.Slopes(batch, outputs ?? exact), slopes);
        kernel.Backward(Span(network.Parameters), slopes, Span(gradient));
    }

    public void Outputs(Batch batch, double[] outputs)
    {
        kernel.Forward(Span(network.Parameters), Inputs(batch), Predicted(outputs), SameInputs(batch));
        CopyTo(outputs);
    }

    public void Dispose() => kernel.Dispose();

    private bool SameInputs(Batch batch)
    {
        var same = prepared == batch;
        prepared = batch;
        return same;
    }

    private static BinaryBatch Inputs(Batch batch) => new(batch.Size, batch.Words, batch.Controls);

    private static Span<T> Span(Tensor tensor) => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    private static T[] Convert(double[] values, T[]? memory)
    {
        if (values is T[] same)
            return same;
        var converted = memory?.Length == values.Length ? memory : new T[values.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, T>(values, converted);
        return converted;
    }

    /// <summary>Where the kernel writes outputs: the destination itself where it has the kernel's number format.</summary>
    private Span<T> Predicted(double[] outputs)
    {
        if (outputs is T[] same)
            return same;
        if (predicted.Length < outputs.Length)
            predicted = new T[outputs.Length];
        return predicted.AsSpan(0, outputs.Length);
    }

    private void CopyTo(double[]? outputs)
    {
        if (outputs is not null and not T[])
            System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<T, double>(predicted.AsSpan(0, outputs.Length), outputs);
    }
}
