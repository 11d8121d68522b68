using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Training.Kernels;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>
/// Gradients of causal decoder transformers on bits by <see cref="TransformerPasses{T}"/>; equal to autograd up to rounding, and
/// faster. Threads share out the trials of a stack, or the work of one after the other where there are fewer.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed unsafe class TransformerGradient<T> : IGradientSource<double[]>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DecoderTransformer network;
    private readonly OutputLoss loss;
    private readonly int replicates;
    private readonly ConcurrentBag<TransformerPasses<T>> idle = [];
    private readonly AlignedPool<T> pool = new();
    private double[] known = []; // outputs of a shaped loss, [R, B, O]
    private (Batch? Of, (TokenTree Tree, ReadOnlyMemory<int> Samples)[][] Trees) planned; // a dataset trained on whole is one batch

    public TransformerGradient(DecoderTransformer network, OutputLoss loss, int replicates)
    {
        this.network = network;
        this.loss = loss;
        this.replicates = replicates;
    }

    public void ComputeGradient(Batch batch, Tensor gradient, double[]? outputs)
    {
        double[] factors = [];
        if (loss.IsShaped)
        {
            if (known.Length != replicates * batch.Size * batch.Outputs)
                known = new double[replicates * batch.Size * batch.Outputs];
            ComputeOutputs(batch, known);
            factors = loss.Factors(batch, known);
        }

        loss.Prepare(batch);
        Pass(batch, outputs, factors, Address(gradient));
    }

    public void ComputeOutputs(Batch batch, double[] outputs) => Pass(batch, outputs, [], null);

    public void Dispose()
    {
        foreach (var passes in idle)
            passes.Dispose();
        pool.Dispose();
    }

    private static T* Address(Tensor tensor) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    /// <summary>Outputs, and with somewhere to put it the gradient.</summary>
    private void Pass(Batch batch, double[]? outputs, double[] factors, T* gradient)
    {
        if (planned.Of != batch)
            planned = (batch, TreesOf(batch));
        var trees = planned.Trees;
        var parameters = Address(network.Parameters);
        var threads = replicates >= Workers.Threads ? 1 : Workers.Threads;
        Workers.For(
            replicates,
            Workers.Threads / threads,
            r =>
            {
                if (!idle.TryTake(out var passes))
                    passes = new TransformerPasses<T>(network.Shape);
                passes.Threads = threads;
                passes.Prepare(parameters + (nint)r * network.Layout.Count);
                var own = gradient is null ? null : gradient + (nint)r * network.Layout.Count;
                if (own is not null)
                    new Span<T>(own, network.Layout.Count).Clear();
                foreach (var (tree, samples) in trees[batch.Sets == 1 ? 0 : r])
                    Pass(passes, batch, r, tree, samples.Span, outputs, factors, own);
                idle.Add(passes);
            }
        );
    }

    private void Pass(
        TransformerPasses<T> passes,
        Batch batch,
        int r,
        TokenTree tree,
        ReadOnlySpan<int> samples,
        double[]? outputs,
        double[] factors,
        T* gradient
    )
    {
        var stride = Simd512<T>.Padded(batch.Outputs);
        var each = factors.Length / replicates;
        var work = pool.Rent((long)samples.Length * stride);
        passes.Forward(tree, work.Pointer, stride);
        for (var s = 0; s < samples.Length; s++)
        {
            var own = work.Pointer + (nint)s * stride;
            for (var o = 0; outputs is not null && o < batch.Outputs; o++)
                outputs[((nint)r * batch.Size + samples[s]) * batch.Outputs + o] = double.CreateTruncating(own[o]);
            if (gradient is not null)
                loss.FillSlopes(batch, r, samples[s], 1, own, own, stride, factors.AsSpan(r * each, each));
        }

        if (gradient is not null)
            passes.AddGradient(tree, work.Pointer, stride, gradient);
        pool.Return(work);
    }

    /// <summary>Each set's samples, in pieces that fit into memory.</summary>
    private (TokenTree Tree, ReadOnlyMemory<int> Samples)[][] TreesOf(Batch batch)
    {
        var pieces = (batch.Size + network.SamplesAtOnce - 1) / network.SamplesAtOnce;
        var trees = new (TokenTree, ReadOnlyMemory<int>)[batch.Sets][];
        Workers.For(
            batch.Sets,
            set =>
            {
                ReadOnlyMemory<int> order = TokenTree.SortSamples(batch, set);
                trees[set] =
                [
                    .. Enumerable
                        .Range(0, pieces)
                        .Select(p => order[(int)((long)p * batch.Size / pieces)..(int)((long)(p + 1) * batch.Size / pieces)])
                        .Select(samples => (new TokenTree(batch, set, samples.Span), samples)),
                ];
            }
        );
        return trees;
    }
}
