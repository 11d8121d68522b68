using System.Runtime.InteropServices;
using SkillTorch.Models;
using SkillTorch.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Gradients by automatic differentiation: any network, any device.</summary>
/// <param name="network">The stack of networks.</param>
/// <param name="loss">The loss.</param>
/// <param name="replicates">R.</param>
/// <param name="arithmetic">Number format of the networks' activations; the parameters', the loss's and the gradient's is their own.</param>
/// <param name="shaping">How much each entry of the loss counts; null is the plain loss.</param>
internal sealed class AutogradGradient(Network network, LossKind loss, int replicates, ScalarType arithmetic, LossShapingOptions? shaping = null) : IGradientSource
{
    private const int EvaluatedRows = 4096;
    private const int EvaluatedTrials = 16;
    private readonly ShapedLoss? shaped = shaping is null ? null : new ShapedLoss(shaping, loss, replicates);
    private double[] known = []; // outputs of a shaped loss, [R, B, O]

    public void Gradient(Batch batch, Tensor gradient, double[]? outputs)
    {
        using var scope = NewDisposeScope();
        var parameters = network.Parameters.detach().requires_grad_(true);
        var piece = Math.Min(network.SamplesAtOnce, batch.Size);
        if (shaped is not null)
            outputs ??= known.Length == replicates * batch.Size * batch.Outputs ? known : known = new double[replicates * batch.Size * batch.Outputs];
        Tensor? factors = null;
        if (shaped is not null && piece < batch.Size) // factors depend on the whole batch
        {
            Outputs(batch, outputs!);
            factors = Factors(batch, outputs!);
        }

        for (var first = 0; first < batch.Size; first += piece)
        {
            using var pieceScope = NewDisposeScope();
            var count = Math.Min(piece, batch.Size - first);
            var predicted = Forward(parameters, Inputs(batch).narrow(1, first, count)); // [R, b, O]
            if (outputs is not null)
                CopyTo(predicted, outputs, 0, batch, first);
            var entries = Entries(batch, predicted, first);
            if (shaped is not null)
                entries *= (factors ?? Factors(batch, outputs!)).narrow(1, first, count);
            entries.sum().div(batch.Size * entries.shape[2]).backward(); // adds to the gradient so far
        }

        using (no_grad())
        {
            gradient.copy_(parameters.grad!);
        }
    }

    /// <remarks>
    /// In pieces, because an evaluation set is large and the activations of a wide network on all of it are larger; and, on the CPU,
    /// trial by trial, so that the pieces, and with them the last bit of an output, do not depend on the stack. A GPU, where they
    /// may, waits for the host less often when it has some trials to do at once.
    /// </remarks>
    public void Outputs(Batch batch, double[] outputs)
    {
        using var noGrad = no_grad();
        var rows = Math.Min(EvaluatedRows, network.SamplesAtOnce);
        var together = network.Parameters.device_type == DeviceType.CPU || rows < EvaluatedRows ? 1 : EvaluatedTrials;
        for (var r = 0; r < replicates; r += together)
        {
            var trials = Math.Min(together, replicates - r);
            for (var first = 0; first < batch.Size; first += rows)
            {
                using var scope = NewDisposeScope();
                var count = Math.Min(rows, batch.Size - first);
                using var piece = batch.Sets == 1 ? batch.Slice(0, 1, first, count) : batch.Slice(r, trials, first, count);
                var inputs = piece.InputTensor(arithmetic, network.Parameters.device).expand(trials, count, batch.Inputs);
                CopyTo(Forward(network.Parameters.narrow(0, r, trials), inputs), outputs, r, batch, first);
            }
        }
    }

    public void Dispose()
    {
    }

    /// <summary>Applies the networks in the chosen number format; outputs are in the parameters' number format.</summary>
    private Tensor Forward(Tensor parameters, Tensor inputs) => network.Forward(parameters.to(arithmetic), inputs).to(parameters.dtype);

    /// <summary>Factors of the loss's entries, [R, B, E].</summary>
    private Tensor Factors(Batch batch, double[] outputs) =>
        tensor(shaped!.Factors(batch, outputs), [replicates, batch.Size, batch.LossEntries(loss)], dtype: network.Parameters.dtype, device: network.Parameters.device);

    /// <summary>Copies the outputs [r, b, O] of some trials and samples to where they belong in [R, B, O].</summary>
    private static void CopyTo(Tensor predicted, double[] outputs, int trial, Batch batch, int first)
    {
        var values = MemoryMarshal.Cast<byte, double>(predicted.detach().to(ScalarType.Float64, CPU).contiguous().bytes);
        var length = (int)predicted.shape[1] * batch.Outputs;
        for (var r = 0; r < predicted.shape[0]; r++)
            values.Slice(r * length, length).CopyTo(outputs.AsSpan(((trial + r) * batch.Size + first) * batch.Outputs));
    }

    private Tensor Inputs(Batch batch) =>
        batch.InputTensor(arithmetic, network.Parameters.device).expand(replicates, batch.Size, batch.Inputs);

    /// <summary>The loss's entries, times their weights, [R, b, E], for the samples from <paramref name="first"/> on.</summary>
    private Tensor Entries(Batch batch, Tensor predicted, int first)
    {
        var count = predicted.shape[1];
        if (loss == LossKind.CrossEntropy && batch.LabelTensor(predicted.device) is { } labels)
            return predicted.log_softmax(2).gather(2, labels.narrow(1, first, count).expand(replicates, count).unsqueeze(2)).neg();
        var targets = batch.TargetTensor(predicted.dtype, predicted.device).narrow(1, first, count);
        var entries = loss switch
        {
            LossKind.Mse => (predicted - targets).pow(2),
            LossKind.CrossEntropy => (1 - targets) * predicted - predicted.log_sigmoid(), // exact in the tails, unlike softplus
            _ => throw new ArgumentOutOfRangeException(nameof(batch), loss, "Unknown loss."),
        };
        return batch.WeightTensor(predicted.dtype, predicted.device) is { } weights ? entries * weights.narrow(1, first, count) : entries;
    }
}
