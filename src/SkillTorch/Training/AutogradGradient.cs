using System.Runtime.InteropServices;
using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using static TorchSharp.torch;
using Views = System.Collections.Generic.IReadOnlyDictionary<SkillTorch.Models.ParameterLayout.Entry, TorchSharp.torch.Tensor>;

namespace SkillTorch.Training;

/// <summary>
/// Gradients by automatic differentiation on the CPU: any network. Each trial goes by itself, in pieces that depend on nothing but its
/// own network and batch, so that its bits do not depend on its stack; trials and pieces are shared out among the threads.
/// </summary>
/// <param name="network">The stack of networks.</param>
/// <param name="loss">The loss.</param>
/// <param name="replicates">R.</param>
internal sealed class AutogradGradient(Network network, OutputLoss loss, int replicates) : IGradientSource<double[]>
{
    private const int EvaluatedRows = 4096;

    /// <summary>Rows of activations of which a piece has at least as many: fewer are not worth the gradient that every piece has of its
    /// own.</summary>
    private const int RowsOfPiece = 700;

    private const int MaxPieces = 16;

    private double[] known = []; // outputs of a shaped loss, [R, B, O]

    public void ComputeGradient(Batch batch, Tensor gradient, double[]? outputs)
    {
        using var scope = NewDisposeScope();
        if (loss.IsShaped)
        {
            outputs ??=
                known.Length == replicates * batch.Size * batch.Outputs
                    ? known
                    : known = new double[replicates * batch.Size * batch.Outputs];
        }

        var pieces = Math.Max(Pieces(batch.Size), 1 + (batch.Size - 1) / network.SamplesAtOnce);
        double[]? factors = null; // [R, B, E]; they depend on the whole batch
        if (loss.IsShaped && pieces > 1)
        {
            ComputeOutputs(batch, outputs!);
            factors = loss.Factors(batch, outputs!);
        }

        loss.Prepare(batch);
        var tensors = new BatchTensors(batch, loss, network.Parameters);
        // The same sums in the same order either way: pieces one after another into one gradient, or side by side and added up then.
        if (replicates >= Workers.Threads || pieces == 1)
        {
            Workers.For(
                replicates,
                trial =>
                {
                    using var trialScope = NewDisposeScope();
                    var leaves = Leaves(trial);
                    foreach (var piece in Cut(batch, trial, pieces))
                        Backward(batch, tensors, leaves, piece, pieces, outputs, factors);
                    Collect(gradient, trial, [leaves]);
                }
            );
            return;
        }

        for (var trial = 0; trial < replicates; trial++)
        {
            using var trialScope = NewDisposeScope();
            var cut = Cut(batch, trial, pieces).ToArray();
            var leaves = cut.Select(_ => Leaves(trial)).ToArray();
            Workers.For(cut.Length, p => Backward(batch, tensors, leaves[p], cut[p], pieces, outputs, factors));
            Collect(gradient, trial, leaves);
        }
    }

    /// <remarks>In pieces, because an evaluation set is large and the activations of a wide network on all of it are larger.</remarks>
    public void ComputeOutputs(Batch batch, double[] outputs)
    {
        var rows = Math.Min(EvaluatedRows, network.SamplesAtOnce);
        var pieces = (batch.Size + rows - 1) / rows;
        var orders = new int[]?[batch.Sets]; // once for all pieces of a set
        Workers.For(batch.Sets, set => orders[set] = network.OrderOf(batch, set));
        Workers.For(replicates * pieces, item => Evaluate(item / pieces, item % pieces));

        void Evaluate(int trial, int number)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            var set = batch.Sets == 1 ? 0 : trial;
            var piece = new Piece(trial, orders[set], number * rows, Math.Min(rows, batch.Size - number * rows));
            using var samples = piece.Order is null
                ? batch.Slice(set, 1, piece.First, piece.Count)
                : batch.Select([piece.Order.AsMemory(piece.First, piece.Count)], set);
            var inputs = samples.InputTensor(network.Parameters.dtype, network.Parameters.device);
            CopyTo(network.Forward(network.Layout.Split(Row(trial)), inputs), outputs, piece, batch);
        }
    }

    public void Dispose() { }

    private int Pieces(int samples) => (int)Math.Clamp((long)samples * network.RowsPerSample / RowsOfPiece, 1, MaxPieces);

    /// <summary>The samples of a trial, in pieces.</summary>
    private IEnumerable<Piece> Cut(Batch batch, int trial, int pieces)
    {
        var order = pieces > 1 ? network.OrderOf(batch, batch.Sets == 1 ? 0 : trial) : null;
        for (var p = 0; p < pieces; p++)
        {
            var (first, next) = ((int)((long)p * batch.Size / pieces), (int)((long)(p + 1) * batch.Size / pieces));
            yield return new Piece(trial, order, first, next - first);
        }
    }

    /// <summary>A trial's parameters, [1, n]. They begin where an allocation does, for where numbers lie decides how some products are
    /// rounded.</summary>
    private Tensor Row(int trial) => trial == 0 ? network.Parameters.narrow(0, 0, 1) : network.Parameters.narrow(0, trial, 1).clone();

    /// <summary>Parameters of a trial that collect a gradient.</summary>
    private Dictionary<ParameterLayout.Entry, Tensor> Leaves(int trial) =>
        network.Layout.Split(Row(trial)).ToDictionary(p => p.Key, p => p.Value.detach().requires_grad_(true));

    /// <summary>Adds the gradient of a piece of the batch to the parameters'.</summary>
    private void Backward(Batch batch, BatchTensors tensors, Views leaves, Piece piece, int pieces, double[]? outputs, double[]? factors)
    {
        using var scope = NewDisposeScope();
        var predicted = network.Forward(leaves, piece.Take(tensors.Inputs)); // [1, b, O]
        if (outputs is not null && (!loss.IsShaped || pieces == 1)) // else they are there
            CopyTo(predicted, outputs, piece, batch);
        var entries = loss.Entries(predicted, tensors.Loss, piece.Take); // [1, b, E]
        if (loss.IsShaped)
            entries *= Factors(batch, outputs!, factors, piece);
        entries.sum().DividedBy(batch.Size * entries.shape[2]).backward(); // adds to the gradient so far
    }

    /// <summary>Adds up the gradients of pieces, in their order.</summary>
    private void Collect(Tensor gradient, int trial, Dictionary<ParameterLayout.Entry, Tensor>[] leaves)
    {
        var rows = gradient.narrow(0, trial, 1);
        Workers.For(
            network.Layout.Entries.Count,
            e =>
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var entry = network.Layout.Entries[e];
                var sum = entry.View(rows);
                sum.copy_(leaves[0][entry].grad ?? zeros_like(sum));
                foreach (var piece in leaves.Skip(1))
                {
                    if (piece[entry].grad is { } part)
                        sum.PlusInPlace(part);
                }
            }
        );
    }

    /// <summary>Factors of the loss's entries, [1, b, E].</summary>
    private Tensor Factors(Batch batch, double[] outputs, double[]? all, Piece piece)
    {
        var entries = loss.EntriesOf(batch);
        var each = batch.Size * batch.Outputs;
        var (own, trial) = (batch.Size * entries, piece.Trial);
        var factors = all is null ? loss.Factors<double>(batch, trial, outputs.AsSpan(trial * each, each)) : all.AsSpan(trial * own, own);
        using var whole = tensor(
            factors.ToArray(),
            [1, batch.Size, entries],
            dtype: network.Parameters.dtype,
            device: network.Parameters.device
        );
        return piece.Samples(whole).clone();
    }

    /// <summary>Copies the outputs [1, b, O] of a piece to where they belong in [R, B, O].</summary>
    private static void CopyTo(Tensor predicted, double[] outputs, Piece piece, Batch batch)
    {
        using var host = predicted.detach().to(ScalarType.Float64, CPU).contiguous();
        var values = MemoryMarshal.Cast<byte, double>(host.bytes);
        var own = outputs.AsSpan(piece.Trial * batch.Size * batch.Outputs);
        if (piece.Order is null)
        {
            values.CopyTo(own[(piece.First * batch.Outputs)..]);
            return;
        }

        for (var i = 0; i < piece.Count; i++)
            values.Slice(i * batch.Outputs, batch.Outputs).CopyTo(own[(piece.Order[piece.First + i] * batch.Outputs)..]);
    }

    /// <summary>A batch's tensors, made before threads share them.</summary>
    private sealed class BatchTensors(Batch batch, OutputLoss loss, Tensor parameters)
    {
        public Tensor Inputs { get; } = batch.InputTensor(parameters.dtype, parameters.device); // [S, B, I]

        public LossTensors Loss { get; } = loss.TensorsOf(batch, parameters);
    }

    /// <summary>Some samples of a trial.</summary>
    /// <param name="Trial">The trial.</param>
    /// <param name="Order">Indices of all samples in the order in which they are cut; null where they lie so.</param>
    /// <param name="First">The first sample in that order.</param>
    /// <param name="Count">Number of samples b.</param>
    private sealed record Piece(int Trial, int[]? Order, int First, int Count)
    {
        /// <summary>The piece's part of [S, B, …]: [1, b, …].</summary>
        public Tensor Take(Tensor all) => Samples(all.shape[0] == 1 ? all : all.narrow(0, Trial, 1));

        /// <summary>The piece's part of [1, B, …], its trial's own: [1, b, …].</summary>
        public Tensor Samples(Tensor own) =>
            Order is null
                ? own.narrow(1, First, Count)
                : own.index_select(1, tensor(Array.ConvertAll(Order[First..(First + Count)], row => (long)row), device: own.device));
    }
}
