using System.Collections.Concurrent;
using System.Numerics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>The samples of a pass of <see cref="MlpPasses{T}"/>.</summary>
/// <param name="Sets">Sample sets: R, or 1 if all networks share the samples.</param>
/// <param name="Count">Samples in a set, B.</param>
/// <param name="Tokens">Tokens [S, B, T], from 0; null where inputs are numbers.</param>
/// <param name="Values">Inputs [S, B, I]; null where inputs are tokens.</param>
internal readonly record struct MlpInputs<T>(int Sets, int Count, int[]? Tokens, T[]? Values);

/// <summary>
/// Forward and backward passes of a stack of perceptrons on the CPU. A tile of samples goes through all layers, forwards and
/// backwards, while it is in a core's caches. A first layer on tokens is no product but T rows of a table for each sample, and behind
/// an embedding E that table is E·W_tᵀ for V tokens instead of B samples. Work is cut at fixed places, parts of each network's
/// samples, and parts are added in their order: hence equal bits in any stack and with any number of threads.
/// </summary>
internal sealed unsafe class MlpPasses<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Most samples that pass through the layers together.</summary>
    public const int Tile = 64;

    private const int PairOfParts = 2048;
    private readonly MlpShape shape;
    private readonly int threads;
    private readonly MlpMemory<T> memory;
    private readonly AlignedBuffer<T> prepared = new(),
        partGradients = new();
    private readonly ConcurrentBag<AlignedBuffer<T>> scratch = [];

    public MlpPasses(MlpShape shape, int threads)
    {
        this.shape = shape;
        this.threads = threads;
        memory = new MlpMemory<T>(shape, Tile);
        prepared.Reserve(shape.Replicates * memory.Prepared);
    }

    /// <summary>Replaces outputs by the loss's slopes.</summary>
    /// <param name="replicate">r.</param>
    /// <param name="first">First sample.</param>
    /// <param name="rows">Samples.</param>
    /// <param name="outputs">[rows, stride] Outputs of the samples; receives slopes, and 0 beyond the outputs of each row.</param>
    /// <param name="stride">From row to row.</param>
    /// <param name="hidden">[rows, hiddenStride] What the last layer reads.</param>
    /// <param name="hiddenStride">From row to row of it.</param>
    public delegate void Slopes(int replicate, int first, int rows, T* outputs, int stride, T* hidden, int hiddenStride);

    /// <summary>Gradients, and outputs if they are wanted.</summary>
    /// <param name="parameters">[R, n]</param>
    /// <param name="inputs">The samples.</param>
    /// <param name="slopes">The loss.</param>
    /// <param name="gradient">Receives the gradients [R, n].</param>
    /// <param name="outputs">Receives the outputs [R, B, O], or null.</param>
    public void ComputeGradient(T* parameters, MlpInputs<T> inputs, Slopes slopes, T* gradient, double[]? outputs)
    {
        var parts = PartsOf(inputs.Count);
        partGradients.Reserve(shape.Replicates * parts * memory.Gradient);
        For(shape.Replicates, r => memory.Prepare(parameters + (nint)r * shape.Parameters, PreparedOf(r)));
        For(
            shape.Replicates * parts,
            unit =>
            {
                var own = partGradients.Pointer + unit * memory.Gradient;
                new Span<T>(own, memory.Gradient).Clear();
                PassPart(unit / parts, unit % parts, parts, inputs, slopes, own, outputs);
            }
        );
        For(
            shape.Replicates,
            r =>
            {
                var sum = partGradients.Pointer + r * parts * memory.Gradient;
                for (var part = 1; part < parts; part++)
                    MlpElements<T>.Add(sum, sum + part * memory.Gradient, memory.Gradient);
                var work = Rent();
                memory.Finish(PreparedOf(r), sum, work.Pointer, gradient + (nint)r * shape.Parameters);
                scratch.Add(work);
            }
        );
    }

    /// <summary>Outputs alone.</summary>
    /// <param name="parameters">[R, n]</param>
    /// <param name="inputs">The samples.</param>
    /// <param name="outputs">Receives the outputs [R, B, O].</param>
    public void Forward(T* parameters, MlpInputs<T> inputs, double[] outputs)
    {
        var parts = PartsOf(inputs.Count);
        For(shape.Replicates, r => memory.Prepare(parameters + (nint)r * shape.Parameters, PreparedOf(r)));
        For(shape.Replicates * parts, unit => PassPart(unit / parts, unit % parts, parts, inputs, null, null, outputs));
    }

    public void Dispose()
    {
        prepared.Dispose();
        partGradients.Dispose();
        foreach (var each in scratch)
            each.Dispose();
    }

    /// <summary>As many parts for any number of threads, two at least where it is worth it.</summary>
    private static int PartsOf(int samples) => samples <= PairOfParts / 4 ? 1 : 2 * ((samples + PairOfParts - 1) / PairOfParts);

    private T* PreparedOf(int r) => prepared.Pointer + r * memory.Prepared;

    private AlignedBuffer<T> Rent()
    {
        if (scratch.TryTake(out var work))
            return work;
        work = new AlignedBuffer<T>();
        work.Reserve(memory.Scratch);
        return work;
    }

    /// <summary>One part of a network's samples, forwards and, with slopes, backwards.</summary>
    private void PassPart(int r, int part, int parts, MlpInputs<T> inputs, Slopes? slopes, T* gradient, double[]? outputs)
    {
        var weights = PreparedOf(r);
        var work = Rent();
        var sample = (nint)(inputs.Sets == 1 ? 0 : r) * inputs.Count;
        var end = (int)((long)inputs.Count * (part + 1) / parts);
        for (var first = (int)((long)inputs.Count * part / parts); first < end; first += Tile)
        {
            var rows = Math.Min(Tile, end - first);
            Forward(weights, work.Pointer, inputs, sample + first, rows);
            var last = work.Pointer + memory.OutputTile;
            if (outputs is not null)
                CopyOutputs(last, outputs, ((nint)r * inputs.Count + first) * shape.Outputs, rows);
            if (slopes is null)
                continue;
            slopes(
                r,
                first,
                rows,
                last,
                memory.Layers[^1].PaddedOutputs,
                work.Pointer + (memory.Layers.Length > 1 ? memory.Layers[^2].Tile : 0),
                memory.Layers[^1].PaddedInputs
            );
            Backward(weights, work.Pointer, inputs, sample + first, rows, gradient);
        }

        scratch.Add(work);
    }

    private void Forward(T* weights, T* work, MlpInputs<T> inputs, nint sample, int rows)
    {
        var from = work; // activations of the layer before; the inputs at first
        var fromStride = memory.Layers[0].PaddedInputs;
        for (var i = 0; i < memory.Layers.Length; i++)
        {
            var layer = memory.Layers[i];
            var to = work + layer.Tile;
            var stride = layer.PaddedOutputs;
            for (var row = 0; row < rows; row++)
                new Span<T>(weights + layer.PaddedBias, stride).CopyTo(new Span<T>(to + row * stride, stride));
            if (i == 0 && inputs.Tokens is { } tokens)
            {
                for (var row = 0; row < rows; row++)
                {
                    for (var t = 0; t < shape.Tokens!.Value.Count; t++)
                        MlpElements<T>.Add(to + row * stride, weights + memory.Tables + TableRow(tokens, sample + row, t) * stride, stride);
                }
            }
            else
            {
                if (i == 0)
                    CopyInputs(inputs.Values!, sample, rows, from, fromStride, layer.Inputs);
                MatrixProduct<T>.Multiply(
                    from,
                    fromStride,
                    1,
                    weights + layer.Transposed,
                    stride,
                    to,
                    stride,
                    rows,
                    layer.Inputs,
                    stride,
                    add: true
                );
            }

            if (i < memory.Layers.Length - 1)
                MlpElements<T>.Activate(shape.Activation, to, work + layer.SlopeTile, (nint)rows * stride);
            from = to;
            fromStride = stride;
        }
    }

    private void Backward(T* weights, T* work, MlpInputs<T> inputs, nint sample, int rows, T* gradient)
    {
        var delta = work + memory.OutputTile; // dL/dz of the layer
        for (var i = memory.Layers.Length - 1; i >= 0; i--)
        {
            var layer = memory.Layers[i];
            var stride = layer.PaddedOutputs;
            for (var row = 0; row < rows; row++)
                MlpElements<T>.Add(gradient + layer.BiasGradient, delta + row * stride, stride);
            if (i == 0 && inputs.Tokens is { } tokens)
            {
                for (var row = 0; row < rows; row++)
                {
                    for (var t = 0; t < shape.Tokens!.Value.Count; t++)
                    {
                        MlpElements<T>.Add(
                            gradient + layer.WeightGradient + TableRow(tokens, sample + row, t) * stride,
                            delta + row * stride,
                            stride
                        );
                    }
                }

                return;
            }

            var before = i == 0 ? work : work + memory.Layers[i - 1].Tile;
            MatrixProduct<T>.Multiply( // dL/dW = δᵀ·x
                delta,
                1,
                stride,
                before,
                layer.PaddedInputs,
                gradient + layer.WeightGradient,
                layer.PaddedInputs,
                layer.Outputs,
                rows,
                layer.PaddedInputs,
                add: true
            );
            if (i == 0)
                return;
            var next = work + memory.DeltaTile(i);
            MatrixProduct<T>.Multiply( // dL/dx = δ·W
                delta,
                stride,
                1,
                weights + layer.Native,
                layer.PaddedInputs,
                next,
                layer.PaddedInputs,
                rows,
                layer.Outputs,
                layer.PaddedInputs,
                add: false
            );
            MlpElements<T>.Multiply(next, work + memory.Layers[i - 1].SlopeTile, (nint)rows * layer.PaddedInputs);
            delta = next;
        }
    }

    /// <summary>Row of the tables for a token of a sample.</summary>
    private nint TableRow(int[] tokens, nint sample, int token) =>
        token * shape.Tokens!.Value.Values + tokens[sample * shape.Tokens.Value.Count + token];

    private static void CopyInputs(T[] values, nint sample, int rows, T* to, int stride, int inputs)
    {
        for (var row = 0; row < rows; row++)
            values.AsSpan((int)(sample + row) * inputs, inputs).CopyTo(new Span<T>(to + row * stride, inputs));
    }

    private void CopyOutputs(T* from, double[] outputs, nint first, int rows)
    {
        var (stride, count) = (memory.Layers[^1].PaddedOutputs, shape.Outputs);
        for (var row = 0; row < rows; row++)
        {
            for (var o = 0; o < count; o++)
                outputs[first + row * count + o] = double.CreateTruncating(from[row * stride + o]);
        }
    }

    private void For(int items, Action<int> body) => Workers.For(items, threads, body);
}
