using SkillTorch.Numerics;
using SkillTorch.Tasks;
using TorchSharp;
using static TorchSharp.torch;
using Views = System.Collections.Generic.IReadOnlyDictionary<SkillTorch.Models.ParameterLayout.Entry, TorchSharp.torch.Tensor>;

namespace SkillTorch.Models;

/// <summary>
/// A stack of R decoder transformers. Activations are rows [R, U, …] of <see cref="TokenRows"/>, so that each layer is one product a
/// network, and samples that begin alike share rows. A token has two values only, so all that depends on a token alone is
/// computed once for the 2I tokens (position i as 0, position i as 1) and not once a row: the embedding and, of the first block,
/// LayerNorm, queries, keys, values, their products, and the values' way through the output weights.
/// </summary>
internal sealed class DecoderTransformer : Network
{
    private readonly DecoderTransformerShape shape;
    private readonly DecoderTransformerOptions options;
    private readonly int tokens; // I
    private readonly int width; // E
    private readonly int heads; // H

    internal DecoderTransformer(DecoderTransformerShape shape, Tensor parameters)
        : base(shape.Layout, parameters)
    {
        this.shape = shape;
        options = shape.Options;
        (tokens, width, heads) = (shape.Inputs, options.Embedding, options.Heads);
    }

    /// <summary>Its sizes, and where its parameters lie.</summary>
    internal DecoderTransformerShape Shape => shape;

    /// <inheritdoc/>
    public override int SamplesAtOnce => (int)Math.Clamp(Memory / BytesPerSample, 1, int.MaxValue);

    /// <inheritdoc/>
    public override int RowsPerSample => tokens;

    /// <summary>What autograd keeps of one sample, about: per token and block the MLP's hidden layer, eight times E, and the
    /// logits.</summary>
    public override long BytesPerSample =>
        (long)tokens * options.Blocks * (12 * width + 3 * heads * 2 * tokens) * Parameters.element_size();

    /// <summary>Bytes for one network's activations: pieces much smaller than these are slower, because each piece costs passes over all
    /// parameters.</summary>
    private long Memory => Parameters.device_type == DeviceType.CPU ? 1L << 28 : 1L << 31;

    /// <inheritdoc/>
    public override Tensor Forward(Views parameters, Tensor inputs)
    {
        var rows = RowsOf(inputs);
        return Read(parameters, Decode(parameters, rows, inputs.shape[1]), rows, inputs.shape[1]);
    }

    /// <summary>The rows that are computed of inputs [R, B, I].</summary>
    internal TokenRows RowsOf(Tensor inputs) => TokenRows.From(inputs, options.Causal);

    /// <inheritdoc/>
    /// <remarks>Samples that begin alike stand side by side, so that a piece of them shares as much as it can.</remarks>
    internal override int[]? OrderOf(Batch batch, int set)
    {
        if (!options.Causal || batch.Words is not { } words || batch.TokensPerSample > 1)
            return null;
        var order = Enumerable.Range(0, batch.Size).ToArray();
        Array.Sort(Array.ConvertAll(order, Key), order);
        return order;

        ulong Key(int b)
        {
            var at = set * batch.Size + b;
            var bits = batch.WordsPerSample == 0 ? 0 : words[at * batch.WordsPerSample];
            var key = (ulong)(batch.Tokens?[at] ?? 0) << 32;
            for (var i = 0; i < 32; i++)
                key |= (ulong)(bits >> i & 1) << (31 - i);
            return key;
        }
    }

    /// <summary>The blocks' result, before the last LayerNorm: [R, U, E].</summary>
    /// <param name="p">Parameters.</param>
    /// <param name="rows">The rows of the samples.</param>
    /// <param name="b">Samples B.</param>
    internal Tensor Decode(Views p, TokenRows rows, long b)
    {
        var x = AttendFirst(p, shape.Blocks[0], Embed(p), rows); // [R, U, E]
        for (var i = 0; i < shape.Blocks.Count; i++)
        {
            var block = shape.Blocks[i];
            if (i > 0)
                x = Attend(p, block, x, rows, b);
            var hidden = options.Activation.Apply(Normalised(p, block.MlpNorm, block.MlpIn, x)); // [R, U, 4E]
            x = Apply(p, block.MlpOut, hidden).PlusInPlace(x);
        }

        return x;
    }

    /// <summary>The embedding of every token, [R, I, 2, E].</summary>
    private Tensor Embed(Views p)
    {
        var weight = p[shape.Embedding.Weight].transpose(1, 2).contiguous(); // [R, 2 + I, E]
        var values = weight.narrow(1, 0, 2); // [R, 2, E]
        var positions = weight.narrow(1, 2, tokens); // [R, I, E]
        if (shape.Positions is { } learned)
            positions = p[learned].bmm(positions);
        return options.Activation.Apply(
            positions.unsqueeze(2).Plus(values.unsqueeze(1)).Plus(p[shape.Embedding.Bias].unsqueeze(1).unsqueeze(1))
        );
    }

    /// <summary>The first block's attention and residual, from the 2I tokens.</summary>
    private Tensor AttendFirst(Views p, DecoderTransformerShape.Block block, Tensor embedded, TokenRows rows)
    {
        var (r, u) = (rows.Token.shape[0], rows.Token.shape[1]);
        var all = 2 * tokens;
        var qkv = Normalised(p, block.AttentionNorm, block.AttentionIn, embedded.view(r, all, width)) // [R, 2I, 3E]
            .view(r, all, 3, heads, width / heads)
            .permute(2, 0, 3, 1, 4)
            .reshape(3, r * heads, all, width / heads); // [3, R·H, 2I, E/H]

        // Logits of every token to every token, all heads side by side; then each row's own, without the tokens it does not see.
        var logits = qkv[0]
            .bmm(qkv[1].transpose(1, 2))
            .TimesInPlace(Math.Pow(width / heads, -0.5)) // [R·H, 2I, 2I]
            .view(r, heads, all, all)
            .transpose(1, 2)
            .reshape(r, all, heads * all); // [R, 2I, H·2I]
        var attention = rows
            .Token.bmm(logits)
            .view(r, u, heads, all)
            .PlusInPlace(rows.Absent.unsqueeze(2))
            .softmax(-1)
            .view(r, u, heads * all);

        var outWeight = p[block.AttentionOut.Weight]
            .view(r, width, heads, width / heads)
            .permute(0, 2, 3, 1)
            .reshape(r * heads, width / heads, width);
        var written = qkv[2].bmm(outWeight).view(r, heads * all, width); // what each token's value writes, head by head
        var residual = embedded.view(r, all, width).Plus(p[block.AttentionOut.Bias].unsqueeze(1)); // with the bias, once a token
        return attention.bmm(written).PlusInPlace(rows.Token.bmm(residual));
    }

    /// <summary>A later block's attention and residual; attention is between the tokens of a sample.</summary>
    private Tensor Attend(Views p, DecoderTransformerShape.Block block, Tensor x, TokenRows rows, long b)
    {
        var r = x.shape[0];
        var qkv = Normalised(p, block.AttentionNorm, block.AttentionIn, x); // [R, U, 3E]
        if (rows.OfSample is not null)
            qkv = qkv.index_select(1, rows.OfSample); // [R, I·B, 3E]
        // [3, R·B·H, I, E/H]
        qkv = qkv.view(r, tokens, b, 3, heads, width / heads).permute(3, 0, 2, 4, 1, 5).reshape(3, r * b * heads, tokens, width / heads);
        var logits = qkv[0].bmm(qkv[1].transpose(1, 2)).TimesInPlace(Math.Pow(width / heads, -0.5)); // [R·B·H, I, I]
        if (options.Causal)
            logits.PlusInPlace(TensorArithmetic.AboveDiagonal(tokens, TokenRows.Never, x.dtype, x.device));
        var attended = logits
            .softmax(-1)
            .bmm(qkv[2]) // [R·B·H, I, E/H]
            .view(r, b, heads, tokens, width / heads)
            .permute(0, 3, 1, 2, 4)
            .reshape(r, tokens * b, width);
        if (rows.Example is not null)
            attended = attended.index_select(1, rows.Example); // [R, U, E]
        return Apply(p, block.AttentionOut, attended).PlusInPlace(x);
    }

    /// <summary>Reads all positions of each sample: [R, U, E] to [R, B, O].</summary>
    private Tensor Read(Views p, Tensor x, TokenRows rows, long b)
    {
        var (r, u, o) = (x.shape[0], x.shape[1], shape.Outputs);
        var weight = p[shape.Readout.Weight].view(r, o, tokens, width).permute(0, 3, 2, 1).reshape(r, width, tokens * o); // [R, E, I·O]
        var read = Normalised(p, shape.LastNorm, x)
            .bmm(weight)
            .view(r, u, tokens, o) // what each row would write at every position
            .gather(2, rows.Position.view(1, u, 1, 1).expand(r, u, 1, o))
            .view(r, u, o); // and does at its own
        if (rows.OfSample is not null)
            read = read.index_select(1, rows.OfSample); // [R, I·B, O]
        return read.view(r, tokens, b, o).sum(1).PlusInPlace(p[shape.Readout.Bias].unsqueeze(1));
    }

    /// <summary>LayerNorm and the linear layer after it.</summary>
    private Tensor Normalised(Views p, DecoderTransformerShape.Norm norm, DecoderTransformerShape.Linear linear, Tensor x) =>
        Apply(p, linear, Normalised(p, norm, x));

    private Tensor Normalised(Views p, DecoderTransformerShape.Norm norm, Tensor x) =>
        x.shape[0] == 1
            ? nn.functional.layer_norm(x, [width], p[norm.Weight].view(width), p[norm.Bias].view(width))
            : nn.functional.layer_norm(x, [width]).mul_(p[norm.Weight].unsqueeze(1)).PlusInPlace(p[norm.Bias].unsqueeze(1));

    /// <summary>A linear layer; for one network as libtorch has it, whose gradient then lies as the weight does.</summary>
    private static Tensor Apply(Views p, DecoderTransformerShape.Linear linear, Tensor x) =>
        x.shape[0] == 1
            ? nn.functional.linear(x.squeeze(0), p[linear.Weight].squeeze(0), p[linear.Bias].squeeze(0)).unsqueeze(0)
            : x.bmm(p[linear.Weight].transpose(1, 2)).PlusInPlace(p[linear.Bias].unsqueeze(1));
}
