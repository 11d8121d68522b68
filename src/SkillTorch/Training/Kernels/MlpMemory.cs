using System.Numerics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// How <see cref="MlpPasses{T}"/> lays a perceptron out, with rows of whole vectors, and the way there and back: parameters to
/// prepared weights, and sums over samples to gradients. Offsets are in elements.
/// </summary>
internal sealed unsafe class MlpMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MlpShape shape;
    private readonly int tables; // rows of the tables, T·V
    private readonly int embeddingColumns; // d in whole vectors
    private readonly nint embedding; // of the prepared copy [V, d]

    public MlpMemory(MlpShape shape, int tile)
    {
        this.shape = shape;
        Layers = new Layer[shape.Layers.Count];
        tables = shape.Tokens is { } tokens ? tokens.Count * tokens.Values : 0;
        nint prepared = 0,
            gradient = 0,
            scratch = (nint)tile * Simd512<T>.Padded(shape.Layers[0].Inputs),
            widest = 0;
        for (var i = 0; i < Layers.Length; i++)
        {
            var layer = shape.Layers[i];
            int inputs = Simd512<T>.Padded(layer.Inputs),
                outputs = Simd512<T>.Padded(layer.Outputs);
            Layers[i] = new Layer
            {
                Inputs = layer.Inputs,
                Outputs = layer.Outputs,
                PaddedInputs = inputs,
                PaddedOutputs = outputs,
                Transposed = Take(ref prepared, (nint)layer.Inputs * outputs),
                Native = Take(ref prepared, (nint)layer.Outputs * inputs),
                PaddedBias = Take(ref prepared, outputs),
                WeightGradient = Take(ref gradient, i == 0 && tables > 0 ? (nint)tables * outputs : (nint)layer.Outputs * inputs),
                BiasGradient = Take(ref gradient, outputs),
                Tile = Take(ref scratch, (nint)tile * outputs),
                SlopeTile = Take(ref scratch, (nint)tile * outputs),
            };
            widest = Math.Max(widest, outputs);
        }

        deltas = (Take(ref scratch, tile * widest), Take(ref scratch, tile * widest));
        Tables = Layers[0].Transposed;
        if (shape.Embedding is { } table)
        {
            embeddingColumns = Simd512<T>.Padded(table.Size);
            embedding = Take(ref prepared, (nint)shape.Tokens!.Value.Values * embeddingColumns);
            Tables = Take(ref prepared, (nint)tables * Layers[0].PaddedOutputs);
            scratch = Math.Max(scratch, (nint)Math.Max(shape.Layers[0].Outputs, shape.Tokens.Value.Values) * embeddingColumns);
        }

        // A row that starts inside a layer's own, at a token's part, may end a vector behind the last.
        Prepared = (int)prepared + Simd512<T>.Padded(embeddingColumns + 1);
        Gradient = (int)gradient;
        Scratch = (int)scratch;

        static nint Take(ref nint total, nint length)
        {
            total += length;
            return total - length;
        }
    }

    private readonly (nint Even, nint Odd) deltas;

    /// <summary>The layers in order.</summary>
    public Layer[] Layers { get; }

    /// <summary>Elements of a network's prepared weights.</summary>
    public int Prepared { get; }

    /// <summary>Elements of a network's sums over samples.</summary>
    public int Gradient { get; }

    /// <summary>Elements of a core's scratch; it starts with a tile of inputs.</summary>
    public int Scratch { get; }

    /// <summary>First layer on one-hot tokens, in prepared weights: [T·V, out].</summary>
    public nint Tables { get; }

    /// <summary>The outputs' tile in scratch.</summary>
    public nint OutputTile => Layers[^1].Tile;

    /// <summary>Where dL/dz of the layer before layer <paramref name="layer"/> goes in scratch.</summary>
    public nint DeltaTile(int layer) => layer % 2 == 0 ? deltas.Even : deltas.Odd;

    /// <summary>Copies a network's parameters [n] into prepared weights, where what is beyond a row's end stays 0.</summary>
    public void Prepare(T* parameters, T* prepared)
    {
        for (var i = 0; i < Layers.Length; i++)
        {
            var (layer, from) = (Layers[i], shape.Layers[i]);
            for (var o = 0; o < layer.Outputs; o++)
            {
                var row = parameters + from.Weight + (nint)o * layer.Inputs;
                for (
                    T* column = prepared + layer.Transposed + o, k = row, end = row + layer.Inputs;
                    k < end;
                    k++, column += layer.PaddedOutputs
                )
                {
                    *column = *k;
                }

                new Span<T>(row, layer.Inputs).CopyTo(new Span<T>(prepared + layer.Native + (nint)o * layer.PaddedInputs, layer.Inputs));
            }

            new Span<T>(parameters + from.Bias, layer.Outputs).CopyTo(new Span<T>(prepared + layer.PaddedBias, layer.Outputs));
        }

        if (shape.Embedding is not { } table)
            return;
        var (first, values) = (Layers[0], shape.Tokens!.Value.Values);
        for (var v = 0; v < values; v++)
        {
            new Span<T>(parameters + table.Offset + (nint)v * table.Size, table.Size).CopyTo(
                new Span<T>(prepared + embedding + (nint)v * embeddingColumns, table.Size)
            );
        }

        for (var t = 0; t < shape.Tokens.Value.Count; t++) // E·W_tᵀ
        {
            MatrixProduct<T>.Multiply(
                prepared + embedding,
                embeddingColumns,
                1,
                prepared + first.Transposed + (nint)t * table.Size * first.PaddedOutputs,
                first.PaddedOutputs,
                prepared + Tables + (nint)t * values * first.PaddedOutputs,
                first.PaddedOutputs,
                values,
                table.Size,
                first.PaddedOutputs,
                add: false
            );
        }
    }

    /// <summary>Turns a network's sums over samples into the gradient of its parameters [n].</summary>
    public void Finish(T* prepared, T* sums, T* scratch, T* gradient)
    {
        for (var i = 0; i < Layers.Length; i++)
        {
            var (layer, to) = (Layers[i], shape.Layers[i]);
            new Span<T>(sums + layer.BiasGradient, layer.Outputs).CopyTo(new Span<T>(gradient + to.Bias, layer.Outputs));
            if (i == 0 && tables > 0)
                continue;
            for (var o = 0; o < layer.Outputs; o++)
            {
                new Span<T>(sums + layer.WeightGradient + (nint)o * layer.PaddedInputs, layer.Inputs).CopyTo(
                    new Span<T>(gradient + to.Weight + (nint)o * layer.Inputs, layer.Inputs)
                );
            }
        }

        var first = Layers[0];
        if (shape.Embedding is { } table)
            FinishEmbedding(table, prepared, sums + first.WeightGradient, scratch, gradient);
        for (var k = 0; shape.Embedding is null && k < tables; k++)
        {
            for (var o = 0; o < first.Outputs; o++)
            {
                gradient[shape.Layers[0].Weight + (nint)o * first.Inputs + k] = sums[
                    first.WeightGradient + (nint)k * first.PaddedOutputs + o
                ];
            }
        }
    }

    /// <summary>From the tables' gradients G_t: dL/dW_t = G_tᵀ·E, dL/dE = Σ_t G_t·W_t.</summary>
    private void FinishEmbedding(MlpEmbedding table, T* prepared, T* tableGradients, T* scratch, T* gradient)
    {
        var (first, (count, values)) = (Layers[0], shape.Tokens!.Value);
        for (var t = 0; t < count; t++)
        {
            MatrixProduct<T>.Multiply(
                tableGradients + (nint)t * values * first.PaddedOutputs,
                1,
                first.PaddedOutputs,
                prepared + embedding,
                embeddingColumns,
                scratch,
                embeddingColumns,
                first.Outputs,
                values,
                embeddingColumns,
                add: false
            );
            CopyRows(scratch, first.Outputs, gradient + shape.Layers[0].Weight + t * table.Size, first.Inputs);
        }

        for (var t = 0; t < count; t++)
        {
            MatrixProduct<T>.Multiply(
                tableGradients + (nint)t * values * first.PaddedOutputs,
                first.PaddedOutputs,
                1,
                prepared + first.Native + t * table.Size,
                first.PaddedInputs,
                scratch,
                embeddingColumns,
                values,
                first.Outputs,
                embeddingColumns,
                add: t > 0
            );
        }

        CopyRows(scratch, values, gradient + table.Offset, table.Size);

        void CopyRows(T* from, int rows, T* to, int stride)
        {
            for (var row = 0; row < rows; row++)
                new Span<T>(from + (nint)row * embeddingColumns, table.Size).CopyTo(new Span<T>(to + (nint)row * stride, table.Size));
        }
    }

    /// <summary>Where what belongs to a layer lies.</summary>
    internal sealed class Layer
    {
        public required int Inputs { get; init; }

        public required int Outputs { get; init; }

        /// <summary>Inputs in whole vectors.</summary>
        public required int PaddedInputs { get; init; }

        /// <summary>Outputs in whole vectors.</summary>
        public required int PaddedOutputs { get; init; }

        /// <summary>Weight [in, out] in prepared weights.</summary>
        public required nint Transposed { get; init; }

        /// <summary>Weight [out, in] in prepared weights.</summary>
        public required nint Native { get; init; }

        /// <summary>Bias [out] in prepared weights.</summary>
        public required nint PaddedBias { get; init; }

        /// <summary>dL/dW [out, in], or of tables [T·V, out], in sums over samples.</summary>
        public required nint WeightGradient { get; init; }

        /// <summary>dL/db [out] in sums over samples.</summary>
        public required nint BiasGradient { get; init; }

        /// <summary>A tile of outputs [tile, out] in scratch.</summary>
        public required nint Tile { get; init; }

        /// <summary>The activation's derivatives there [tile, out].</summary>
        public required nint SlopeTile { get; init; }
    }
}
