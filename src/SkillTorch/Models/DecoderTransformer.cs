using TorchSharp;
using static TorchSharp.torch;
using Views = System.Collections.Generic.IReadOnlyDictionary<SkillTorch.Models.ParameterLayout.Entry, TorchSharp.torch.Tensor>;

namespace SkillTorch.Models;

/// <summary>
/// A stack of R decoder transformers. Activations lie position by position, [R, I·B, …], so that each layer is one product a
/// network. A token has two values only, so all that depends on a token alone is computed once for the 2I tokens
/// (position i as 0, position i as 1) and not once a sample: the embedding and, of the first block, LayerNorm, queries, keys,
/// values, their products, and the values' way through the output weights.
/// </summary>
public sealed class DecoderTransformer : Network
{
    private const double Never = -1e30; // added to the logit of what is not attended to; exp is 0, and 0 times it is 0

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

    /// <inheritdoc/>
    public override int SamplesAtOnce => (int)Math.Clamp(Memory / BytesPerSample, 1, int.MaxValue);

    /// <summary>What autograd keeps of one sample, about: per token and block the MLP's hidden layer, eight times E, and the logits.</summary>
    public override long BytesPerSample => (long)tokens * options.Blocks * (12 * width + 3 * heads * 2 * tokens) * Parameters.element_size();

    /// <summary>Bytes for one network's activations: pieces much smaller than these are slower, because each piece costs passes over all parameters.</summary>
    private long Memory => Parameters.device_type == DeviceType.CPU ? 1L << 28 : 1L << 31;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor parameters, Tensor inputs)
    {
        var p = Layout.Split(parameters);
        return Read(p, Decode(p, inputs), inputs.shape[1]);
    }

    /// <summary>The blocks' result, before the last LayerNorm: [R, I·B, E] from inputs [R, B, I].</summary>
    internal Tensor Decode(Views p, Tensor inputs)
    {
        var bits = inputs.transpose(1, 2); // [R, I, B]
        var isToken = stack([1 - bits, bits], -1); // [R, I, B, 2]: which of a position's two tokens a sample has
        var x = AttendFirst(p, shape.Blocks[0], Embed(p), isToken); // [R, I·B, E]
        for (var i = 0; i < shape.Blocks.Count; i++)
        {
            var block = shape.Blocks[i];
            if (i > 0)
                x = Attend(p, block, x, inputs.shape[1]);
            var hidden = options.Activation.Apply(Normalised(p, block.MlpNorm, block.MlpIn, x)); // [R, I·B, 4E]
            x = Apply(p, block.MlpOut, hidden).add_(x);
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
        return options.Activation.Apply(positions.unsqueeze(2) + values.unsqueeze(1) + p[shape.Embedding.Bias].unsqueeze(1).unsqueeze(1));
    }

    /// <summary>The first block's attention and residual, from the 2I tokens.</summary>
    private Tensor AttendFirst(Views p, DecoderTransformerShape.Block block, Tensor embedded, Tensor isToken)
    {
        var (r, b) = (isToken.shape[0], isToken.shape[2]);
        var all = 2 * tokens;
        var qkv = Normalised(p, block.AttentionNorm, block.AttentionIn, embedded.view(r, all, width)) // [R, 2I, 3E]
            .view(r, all, 3, heads, width / heads).permute(2, 0, 3, 1, 4).reshape(3, r * heads, all, width / heads); // [3, R·H, 2I, E/H]

        // Logits of every token to every token, for each position's two tokens side by side: [R·I, 2, H·2I].
        var logits = qkv[0].bmm(qkv[1].transpose(1, 2)).mul_(Math.Pow(width / heads, -0.5)).view(r, heads, tokens, 2, tokens, 2);
        if (options.Causal)
            logits = logits + Later(logits).view(tokens, 1, tokens, 1);
        logits = logits.permute(0, 2, 3, 1, 4, 5).reshape(r * tokens, 2, heads * all);

        // A sample attends to its own tokens among the 2I: the other token of each position is masked.
        var mine = isToken.reshape(r * tokens, b, 2);
        var absent = ((1 - isToken) * Never).permute(0, 2, 1, 3).reshape(r, 1, b, 1, all);
        var attention = (mine.bmm(logits).view(r, tokens, b, heads, all) + absent).softmax(-1).view(r, tokens * b, heads * all);

        var outWeight = p[block.AttentionOut.Weight].view(r, width, heads, width / heads).permute(0, 2, 3, 1).reshape(r * heads, width / heads, width);
        var written = qkv[2].bmm(outWeight).view(r, heads * all, width); // what each token's value writes, head by head
        var residual = embedded + p[block.AttentionOut.Bias].unsqueeze(1).unsqueeze(1); // with the bias, once a token instead of once a sample
        return attention.bmm(written).add_(mine.bmm(residual.view(r * tokens, 2, width)).view(r, tokens * b, width));
    }

    /// <summary>A later block's attention and residual.</summary>
    private Tensor Attend(Views p, DecoderTransformerShape.Block block, Tensor x, long b)
    {
        var r = x.shape[0];
        var qkv = Normalised(p, block.AttentionNorm, block.AttentionIn, x) // [R, I·B, 3E]
            .view(r, tokens, b, 3, heads, width / heads).permute(3, 0, 2, 4, 1, 5).reshape(3, r * b * heads, tokens, width / heads); // [3, R·B·H, I, E/H]
        var logits = qkv[0].bmm(qkv[1].transpose(1, 2)).mul_(Math.Pow(width / heads, -0.5)); // [R·B·H, I, I]
        if (options.Causal)
            logits.add_(Later(logits));
        var attended = logits.softmax(-1).bmm(qkv[2]) // [R·B·H, I, E/H]
            .view(r, b, heads, tokens, width / heads).permute(0, 3, 1, 2, 4).reshape(r, tokens * b, width);
        return Apply(p, block.AttentionOut, attended).add_(x);
    }

    /// <summary>Reads all positions: [R, I·B, E] to [R, B, O].</summary>
    private Tensor Read(Views p, Tensor x, long b)
    {
        var r = x.shape[0];
        var weight = p[shape.Readout.Weight]; // [R, O, I·E]
        var scaled = (weight.view(r, shape.Outputs, tokens, width) * p[shape.LastNorm.Weight].unsqueeze(1).unsqueeze(1))
            .permute(0, 2, 3, 1).reshape(r * tokens, width, shape.Outputs); // [R·I, E, O]
        var bias = weight.bmm(p[shape.LastNorm.Bias].repeat(1, tokens).unsqueeze(2)).view(r, 1, shape.Outputs) + p[shape.Readout.Bias].unsqueeze(1); // [R, 1, O]
        var read = Standardised(x).view(r * tokens, b, width).bmm(scaled).view(r, tokens, b, shape.Outputs).sum(1); // [R, B, O]
        return read.add_(ones(r, b, 1, dtype: x.dtype, device: x.device).bmm(bias)); // a product, for the same reason as in Mlp
    }

    /// <summary>LayerNorm and the linear layer after it. The norm's own weight and bias become part of the layer's, which saves two passes over the activations.</summary>
    private Tensor Normalised(Views p, DecoderTransformerShape.Norm norm, DecoderTransformerShape.Linear linear, Tensor x)
    {
        var weight = p[linear.Weight]; // [R, out, in]
        var bias = weight.bmm(p[norm.Bias].unsqueeze(2)).transpose(1, 2) + p[linear.Bias].unsqueeze(1); // [R, 1, out]
        return Standardised(x).bmm((weight * p[norm.Weight].unsqueeze(1)).transpose(1, 2)).add_(bias);
    }

    private static Tensor Apply(Views p, DecoderTransformerShape.Linear linear, Tensor x) =>
        x.bmm(p[linear.Weight].transpose(1, 2)).add_(p[linear.Bias].unsqueeze(1));

    private Tensor Standardised(Tensor x) => nn.functional.layer_norm(x, [width]);

    /// <summary>Mask of the positions after each position, [I, I].</summary>
    private Tensor Later(Tensor like) => full(tokens, tokens, Never, dtype: like.dtype, device: like.device).triu(1);
}
