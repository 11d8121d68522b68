using System.Numerics;
using SkillTorch.Models;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// Forward and backward passes of one causal decoder transformer on bits, on the CPU. Rows of activations are those of a
/// <see cref="TokenTree"/>. Work is cut at fixed places and every sum has a fixed order, so that bits do not depend on the threads.
/// </summary>
/// <remarks>
/// The first block's rows are mixtures A·T of what 2I tokens write (see <see cref="PrepareTokens"/>). As LayerNorm scales a centred
/// row by a number, and a linear layer W follows it, the layer's input is A·(T·Wᵀ) up to that number: A has as many elements in a row
/// as heads see tokens, fewer than T has columns. What all rows have in common, products with 2I tokens, is computed once.
/// </remarks>
internal sealed unsafe partial class TransformerPasses<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int RowsAtOnce = 48; // of products with all tokens' rows
    private readonly DecoderTransformerShape shape;
    private readonly Activation activation;
    private readonly int inputs; // I
    private readonly int width; // E
    private readonly int heads; // H
    private readonly int size; // E/H
    private readonly int outputs; // O
    private readonly int stride; // E in whole vectors
    private readonly int hiddenStride; // 4E in whole vectors
    private readonly int qkvStride; // 3E in whole vectors
    private readonly int mixed; // I·H
    private readonly int mixedStride; // I·H in whole vectors
    private readonly T scale; // of logits
    private readonly BlockLayers[] layers;
    private readonly AlignedPool<T> pool = new();
    private readonly List<IDisposable> buffers = [];
    private readonly AlignedBuffer<T> inside, // [E] 1, and 0 up to whole vectors
        readout, // [I, O, E] weight of the readout, times that of the LayerNorm before
        readoutBias, // [O]
        readoutGradient, // [I, O, E]
        x, // [U, E] activations at the point that is computed
        lastHat, // [U, E] normalised for the readout
        lastInverse, // [U]
        written, // [U, O] what each row adds to the outputs; then its gradient
        dx, // [U, E] gradient of x
        turned, // [E, U] rows as columns, for products over all rows
        turned2,
        hatTurned,
        wide, // [U, 4E] in panels, of one block
        wide2, // [U, 3E] in panels
        dAttended, // [U, E]
        dQkv, // [U, 3E]
        dLogits; // [U, I·H]
    private readonly Saved[] saved;
    private T* parameters;

    public TransformerPasses(DecoderTransformerShape shape)
    {
        this.shape = shape;
        activation = shape.Options.Activation;
        (inputs, width, heads, outputs) = (shape.Inputs, shape.Options.Embedding, shape.Options.Heads, shape.Outputs);
        size = width / heads;
        mixed = inputs * heads;
        (stride, hiddenStride) = (Simd512<T>.Padded(width), Simd512<T>.Padded(4 * width));
        (qkvStride, mixedStride) = (Simd512<T>.Padded(3 * width), Simd512<T>.Padded(mixed));
        scale = T.CreateTruncating(Math.Pow(size, -0.5));
        layers = [.. shape.Blocks.Select(block => new BlockLayers(block))];
        inside = Buffer(stride);
        new Span<T>(inside.Pointer, width).Fill(T.One);
        readout = Buffer(inputs * outputs * stride);
        readoutGradient = Buffer(inputs * outputs * stride);
        readoutBias = Buffer(outputs);
        (x, lastHat, lastInverse, written, dx) = (Buffer(), Buffer(), Buffer(), Buffer(), Buffer());
        (turned, turned2, hatTurned, wide, wide2) = (Buffer(), Buffer(), Buffer(), Buffer(), Buffer());
        (dAttended, dQkv, dLogits) = (Buffer(), Buffer(), Buffer());
        saved =
        [
            .. shape.Blocks.Select(_ => new Saved(
                Buffer(),
                Buffer(),
                Buffer(),
                Buffer(),
                Buffer(),
                Buffer(),
                Buffer(),
                Buffer(),
                Buffer()
            )),
        ];
        mixtureRows = 2 * mixed + 2 * inputs;
        mixedPanels = MatrixProduct<T>.PanelsOf(mixedStride);
        (embeddingRows, positions) = (Buffer((2 + inputs) * stride), Buffer(inputs * stride));
        (tokenBefore, tokenValues, tokenHat) = (Buffer(2 * inputs * stride), Buffer(2 * inputs * stride), Buffer(2 * inputs * stride));
        (tokenInverse, dTokens) = (Buffer(2 * inputs), Buffer(2 * inputs * stride));
        // Behind the last head's values a whole vector is read.
        (tokenQkv, dTokenQkv) = (Buffer(2 * inputs * qkvStride + stride), Buffer(2 * inputs * qkvStride));
        (table, dTable) = (Buffer(4 * inputs * mixedStride), Buffer(4 * inputs * mixedStride));
        (mixture, dMixture) = (Buffer((long)mixtureRows * stride), Buffer((long)mixtureRows * stride));
        (mixturePanels, dMixturePanels) = (Buffer((long)mixtureRows * stride), Buffer((long)mixtureRows * stride));
        (hiddenPanels, dHiddenPanels) = (Buffer((long)mixtureRows * hiddenStride), Buffer((long)mixtureRows * hiddenStride));
        mixtureTurned = Buffer((long)stride * Pitch(mixtureRows));
        (halves, hiddenHalves) = (Buffer(2L * mixedStride * width), Buffer(2L * mixedStride * 4 * width));
        (tokenPanels, tokenTurned) = (Buffer(2 * inputs * qkvStride), Buffer((long)stride * Pitch(2 * inputs)));
    }

    /// <summary>Threads that share the work.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>Whether the mixtures of tokens are worth it: A's rows are not much longer than T's.</summary>
    public static bool IsWorthwhile(int inputs, int heads, int width) => inputs * heads <= 4 * width;

    /// <summary>Makes ready for passes with some parameters.</summary>
    /// <param name="network">[n]</param>
    public void Prepare(T* network)
    {
        parameters = network;
        var items = layers
            .SelectMany(block => block.All)
            .SelectMany(layer => Enumerable.Range(0, layer.PrepareItems).Select(item => (layer, item)))
            .ToArray();
        For(items.Length, 8.0 * width * width * layers.Length, i => items[i].layer.Prepare(network, items[i].item, pool));
        PrepareReadout();
        PrepareTokens();
    }

    /// <summary>Outputs of some samples.</summary>
    /// <param name="tree">The samples.</param>
    /// <param name="to">[B, outputStride] Receives the outputs, samples in the tree's order.</param>
    /// <param name="outputStride">From sample to sample.</param>
    public void Forward(TokenTree tree, T* to, int outputStride)
    {
        Reserve(tree);
        var work = WorkOf(tree);
        For(tree.Chunks, work, chunk => MixChunk(tree, chunk));
        for (var block = 1; block < layers.Length; block++)
            For(tree.Chunks, work, chunk => AttendChunk(tree, block, chunk));
        for (var s = 0; s < tree.Samples; s++, to += outputStride)
        {
            new Span<T>(readoutBias.Pointer, outputs).CopyTo(new Span<T>(to, outputs));
            foreach (var row in tree.RowsOfSample(s))
            {
                for (var o = 0; o < outputs; o++)
                    to[o] += written.Pointer[(nint)row * outputs + o];
            }
        }
    }

    /// <summary>Adds the gradient of the samples that <see cref="Forward"/> was last given.</summary>
    /// <param name="tree">The samples.</param>
    /// <param name="slopes">[B, outputStride] Gradient of the outputs.</param>
    /// <param name="outputStride">From sample to sample.</param>
    /// <param name="gradient">[n] Added to.</param>
    public void AddGradient(TokenTree tree, T* slopes, int outputStride, T* gradient)
    {
        var (u, work) = (tree.Rows, WorkOf(tree));
        SpreadSlopes(tree, slopes, outputStride, gradient);
        foreach (var layer in layers.SelectMany(block => block.All))
            layer.ReserveChunks(Math.Max(tree.Chunks, TokenItems));
        for (var block = layers.Length - 1; block >= 0; block--)
        {
            var (own, (attentionIn, attentionOut, mlpIn, mlpOut)) = (saved[block], layers[block]);
            For(tree.Chunks, 2 * work, chunk => ReturnChunk(tree, block, chunk));
            mlpIn.AddBiasGradient(tree.Chunks, gradient);
            mlpOut.AddBiasGradient(tree.Chunks, gradient);
            if (block == 0)
            {
                FinishMixture(tree, gradient, work);
                continue;
            }

            attentionOut.AddBiasGradient(tree.Chunks, gradient);
            For(heads, work / 10, head => ReturnHead(tree, block, head));
            // Before the next region overwrites it, `turned` serves the two layers that wrote to x.
            Share(
                work,
                new(
                    mlpOut.GradientItems,
                    i => mlpOut.AddWeightGradient(i, turned.Pointer, Pitch(u), own.Hidden.Pointer, u, parameters, gradient, pool)
                ),
                new(
                    mlpIn.GradientItems,
                    i => mlpIn.AddWeightGradient(i, hatTurned.Pointer, Pitch(u), wide.Pointer, u, parameters, gradient, pool)
                ),
                new(
                    attentionOut.GradientItems,
                    i => attentionOut.AddWeightGradient(i, turned2.Pointer, Pitch(u), own.Attended.Pointer, u, parameters, gradient, pool)
                )
            );
            For(tree.Chunks, work / 3, chunk => ReturnQueries(tree, block, chunk));
            attentionIn.AddBiasGradient(tree.Chunks, gradient);
            Share(
                work / 3,
                new Work(
                    attentionIn.GradientItems,
                    i => attentionIn.AddWeightGradient(i, turned.Pointer, Pitch(u), wide2.Pointer, u, parameters, gradient, pool)
                )
            );
            mlpIn.AddNormGradient(gradient);
            attentionIn.AddNormGradient(gradient);
        }
    }

    public void Dispose()
    {
        foreach (var buffer in buffers.Concat(layers.SelectMany(block => block.All)))
            buffer.Dispose();
        pool.Dispose();
        masks.Dispose();
        weights.Dispose();
        indices.Dispose();
    }

    /// <summary>From row to row of rows that are columns: not a power of two, whose multiples get into each other's way in a
    /// cache.</summary>
    private static int Pitch(int rows) => Simd512<T>.Padded(rows) + Simd512<T>.Count;

    private AlignedBuffer<T> Buffer(long length = 0)
    {
        var buffer = new AlignedBuffer<T>();
        buffer.Reserve(length);
        buffers.Add(buffer);
        return buffer;
    }

    private void Reserve(TokenTree tree)
    {
        // Rows are others at every step, and are reserved by the thousand, so that memory is seldom asked for.
        var u = (long)(tree.Rows / 1024 + 1) * 1024;
        foreach (var buffer in (AlignedBuffer<T>[])[x, lastHat, dx, dAttended])
            buffer.Reserve(u * stride);
        lastInverse.Reserve(u);
        written.Reserve(u * outputs);
        wide.Reserve(u * hiddenStride);
        wide2.Reserve(u * qkvStride);
        turned.Reserve((long)stride * Pitch((int)u));
        turned2.Reserve((long)stride * Pitch((int)u));
        dLogits.Reserve(u * mixedStride);
        for (var block = 0; block < saved.Length; block++)
        {
            var own = saved[block];
            own.Hat.Reserve(u * stride);
            own.Inverse.Reserve(u);
            own.Before.Reserve(u * hiddenStride);
            own.Hidden.Reserve(u * hiddenStride);
            if (block == 0)
                continue;
            dQkv.Reserve(u * qkvStride);
            own.AttentionHat.Reserve(u * stride);
            own.AttentionInverse.Reserve(u);
            own.Qkv.Reserve(u * qkvStride);
            own.Probabilities.Reserve(u * mixedStride);
            own.Attended.Reserve(u * stride);
            hatTurned.Reserve((long)stride * Pitch((int)u));
        }

        ReserveTiles(tree);
    }

    /// <summary>Nanoseconds of a block's forward pass, about.</summary>
    private double WorkOf(TokenTree tree) => tree.Rows * 20.0 * width * width / 100;

    private void For(int count, double nanoseconds, Action<int> body) => Workers.For(count, Workers.WorthFor(nanoseconds, Threads), body);

    /// <summary>Several kinds of items, shared out together.</summary>
    private void Share(double nanoseconds, params ReadOnlySpan<Work> kinds)
    {
        var all = kinds.ToArray();
        For(
            all.Sum(kind => kind.Items),
            nanoseconds,
            i =>
            {
                var kind = 0;
                while (i >= all[kind].Items)
                    i -= all[kind++].Items;
                all[kind].Body(i);
            }
        );
    }

    /// <summary>The readout's weight, position by position, with the LayerNorm's before it.</summary>
    private void PrepareReadout()
    {
        var (weight, norm, shift) = (shape.Readout.Weight.Offset, shape.LastNorm.Weight.Offset, shape.LastNorm.Bias.Offset);
        for (var o = 0; o < outputs; o++)
        {
            readoutBias.Pointer[o] = parameters[shape.Readout.Bias.Offset + o];
            for (var i = 0; i < inputs; i++)
            {
                var own = parameters + weight + ((nint)o * inputs + i) * width;
                System.Numerics.Tensors.TensorPrimitives.Multiply(
                    new ReadOnlySpan<T>(own, width),
                    new ReadOnlySpan<T>(parameters + norm, width),
                    new Span<T>(ReadoutOf(readout, i, o), width)
                );
                readoutBias.Pointer[o] += RowOperations<T>.Dot(own, parameters + shift, width);
            }
        }
    }

    private T* ReadoutOf(AlignedBuffer<T> buffer, int position, int output) =>
        buffer.Pointer + ((nint)position * outputs + output) * stride;

    /// <summary>Each row's gradient is the sum of its samples'; the readout's bias, which stands for the LayerNorm's too.</summary>
    private void SpreadSlopes(TokenTree tree, T* slopes, int outputStride, T* gradient)
    {
        new Span<T>(written.Pointer, tree.Rows * outputs).Clear();
        var sums = stackalloc T[outputs];
        for (var s = 0; s < tree.Samples; s++, slopes += outputStride)
        {
            for (var o = 0; o < outputs; o++)
                sums[o] += slopes[o];
            foreach (var row in tree.RowsOfSample(s))
            {
                for (var o = 0; o < outputs; o++)
                    written.Pointer[(nint)row * outputs + o] += slopes[o];
            }
        }

        for (var o = 0; o < outputs; o++)
        {
            gradient[shape.Readout.Bias.Offset + o] += sums[o];
            for (var i = 0; i < inputs; i++)
            {
                var at = shape.Readout.Weight.Offset + ((nint)o * inputs + i) * width;
                RowOperations<T>.AddScaled(sums[o], parameters + shape.LastNorm.Bias.Offset, gradient + at, width);
                RowOperations<T>.AddScaled(sums[o], parameters + at, gradient + shape.LastNorm.Bias.Offset, width);
            }
        }
    }

    /// <summary>Sums of the readout's gradient over the rows of a position.</summary>
    private void SumReadoutGradient(TokenTree tree, int position)
    {
        new Span<T>(ReadoutOf(readoutGradient, position, 0), outputs * stride).Clear();
        foreach (var row in tree.ByPosition.AsSpan()[tree.FirstOfPosition[position]..tree.FirstOfPosition[position + 1]])
        {
            for (var o = 0; o < outputs; o++)
            {
                RowOperations<T>.AddScaled(
                    written.Pointer[(nint)row * outputs + o],
                    lastHat.Pointer + (nint)row * stride,
                    ReadoutOf(readoutGradient, position, o),
                    stride
                );
            }
        }
    }

    /// <summary>From these sums the gradient of the readout's weight and of the LayerNorm before it.</summary>
    private void AddReadoutGradient(T* gradient)
    {
        var norm = shape.LastNorm.Weight.Offset;
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++)
            {
                var at = shape.Readout.Weight.Offset + ((nint)o * inputs + i) * width;
                var own = ReadoutOf(readoutGradient, i, o);
                for (var e = 0; e < width; e++)
                {
                    gradient[at + e] += own[e] * parameters[norm + e];
                    gradient[norm + e] += own[e] * parameters[at + e];
                }
            }
        }
    }

    /// <summary>Some rows as columns.</summary>
    private void Turn(T* rows, TokenTree tree, int first, int count, AlignedBuffer<T> to) =>
        Transposition.Copy(rows, stride, count, width, to.Pointer + first, Pitch(tree.Rows));

    private readonly record struct Work(int Items, Action<int> Body);

    /// <summary>The linear layers of a block.</summary>
    private sealed record BlockLayers(LinearLayer<T> AttentionIn, LinearLayer<T> AttentionOut, LinearLayer<T> MlpIn, LinearLayer<T> MlpOut)
    {
        public BlockLayers(DecoderTransformerShape.Block block)
            : this(
                new(block.AttentionIn, block.AttentionNorm),
                new(block.AttentionOut, null),
                new(block.MlpIn, block.MlpNorm),
                new(block.MlpOut, null)
            ) { }

        public IEnumerable<LinearLayer<T>> All => [AttentionIn, AttentionOut, MlpIn, MlpOut];
    }

    /// <summary>What a block keeps of its forward pass.</summary>
    /// <param name="Hat">[U, E] Normalised for the MLP.</param>
    /// <param name="Inverse">[U] What was scaled by.</param>
    /// <param name="Before">[U, 4E] Before the activation function.</param>
    /// <param name="Hidden">[U, 4E] After it, in panels.</param>
    /// <param name="AttentionHat">[U, E] Normalised for attention; not of the first block, nor what follows.</param>
    /// <param name="AttentionInverse">[U] What was scaled by.</param>
    /// <param name="Qkv">[U, 3E] Queries, keys and values.</param>
    /// <param name="Probabilities">[U, I·H] Attention of each row.</param>
    /// <param name="Attended">[U, E] Values that attention added up, in panels.</param>
    private sealed record Saved(
        AlignedBuffer<T> Hat,
        AlignedBuffer<T> Inverse,
        AlignedBuffer<T> Before,
        AlignedBuffer<T> Hidden,
        AlignedBuffer<T> AttentionHat,
        AlignedBuffer<T> AttentionInverse,
        AlignedBuffer<T> Qkv,
        AlignedBuffer<T> Probabilities,
        AlignedBuffer<T> Attended
    );
}
