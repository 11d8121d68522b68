using System.Numerics;
using System.Runtime.InteropServices;
using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Training.Kernels;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Gradients of two-layer ReLU networks on binary inputs by the fused kernel; equal to autograd up to rounding, and many times
/// faster.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class FusedGradient<T> : IGradientSource<double[]>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network network;
    private readonly OutputLoss loss;
    private readonly BinaryMlpGradient<T> kernel;
    private Batch? prepared; // whose inputs the kernel was last given
    private T[] predicted = []; // [R, B, O]

    public FusedGradient(Network network, OutputLoss loss, BinaryMlpShape shape)
    {
        this.network = network;
        this.loss = loss;
        kernel = new BinaryMlpGradient<T>(shape, Workers.Threads);
    }

    public void ComputeGradient(Batch batch, Tensor gradient, double[]? outputs)
    {
        loss.Prepare(batch);
        kernel.ComputeGradient(
            Span(network.Parameters),
            Inputs(batch),
            (r, f, slopes) => loss.FillSlopes(batch, r, f, slopes),
            Span(gradient),
            outputs is null ? [] : Predicted(outputs),
            SameInputs(batch)
        );
        CopyTo(outputs);
    }

    public void ComputeOutputs(Batch batch, double[] outputs)
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

    private static BinaryBatch Inputs(Batch batch) => new(batch.Size, batch.Words, batch.Tokens);

    private static Span<T> Span(Tensor tensor) => MemoryMarshal.Cast<byte, T>(tensor.bytes);

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
