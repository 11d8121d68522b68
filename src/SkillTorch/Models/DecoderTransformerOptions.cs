using System.ComponentModel.DataAnnotations;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>What tells a token's position to a transformer.</summary>
public enum PositionVectors
{
    /// <summary>The unit vector of the position.</summary>
    OneHot,

    /// <summary>A learned vector of the same length, N(0, 1) at first, PyTorch's default for an embedding.</summary>
    Learned,
}

/// <summary>
/// Decoder transformer on bits: every input is a token [is 0, is 1] ⧺ position, made E numbers by a linear layer and an
/// activation. Blocks x ← x + attention(LayerNorm x), x ← x + MLP(LayerNorm x), where the MLP is E–4E–E, and a last LayerNorm follow;
/// all positions together are read by one linear layer. Inputs must be 0 or 1.
/// </summary>
/// <remarks>
/// arXiv:2404.17563, section on the transformer, whose sizes the defaults are. Initial parameters are PyTorch's defaults, but the
/// output weights of each of the 2n residual branches are scaled by 1/√(2n).
/// </remarks>
[Kind("decoder-transformer")]
public sealed record DecoderTransformerOptions : NetworkOptions
{
    /// <summary>Numbers a token, E; a multiple of the heads.</summary>
    [Range(1, 65_536)]
    public int Embedding { get; init; } = 512;

    /// <summary>Number of blocks n.</summary>
    [Range(1, 1000)]
    public int Blocks { get; init; } = 1;

    /// <summary>Attention heads of a block, H.</summary>
    [Range(1, 65_536)]
    public int Heads { get; init; } = 4;

    /// <summary>Whether a token attends to itself and the tokens before it only.</summary>
    public bool Causal { get; init; } = true;

    /// <summary>What tells a token's position.</summary>
    public PositionVectors Positions { get; init; } = PositionVectors.OneHot;

    /// <summary>Activation function of the embedding and of the blocks' MLPs.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <inheritdoc/>
    internal override string? Kernels => Causal && Activation is (Activation.Relu or Activation.Silu) ? "transformer kernels 1" : null;

    /// <inheritdoc/>
    public override Network Create(
        IReadOnlyList<NetworkOptions> options,
        IReadOnlyList<ulong> seeds,
        int inputs,
        int outputs,
        ScalarType dtype,
        Device device
    )
    {
        if (Embedding % Heads != 0)
        {
            throw new InvalidOptionException(
                "model.heads",
                $"Got {Heads} for `model.heads` with `model.embedding` {Embedding}; expected a divisor of it, since every head has as "
                    + $"many of its numbers."
            );
        }

        var shape = new DecoderTransformerShape(inputs, outputs, this);
        var initial = new double[options.Count, shape.Layout.Count];
        for (var r = 0; r < options.Count; r++)
            shape.Initialise(initial.AsRow(r), seeds[r]);
        using var host = tensor(initial);
        return new DecoderTransformer(shape, host.to(dtype, device, copy: true));
    }
}

/// <summary>The sizes of a decoder transformer and where its parameters lie, in PyTorch's order.</summary>
internal sealed class DecoderTransformerShape
{
    private readonly List<Linear> linears = [];

    public DecoderTransformerShape(int inputs, int outputs, DecoderTransformerOptions options)
    {
        (Inputs, Outputs, Options) = (inputs, outputs, options);
        var width = options.Embedding;
        Positions = options.Positions == PositionVectors.Learned ? Layout.Add("positions", inputs, inputs) : null;
        Embedding = AddLinear("embedding", 2 + inputs, width);
        Blocks =
        [
            .. Enumerable
                .Range(0, options.Blocks)
                .Select(i => new Block(
                    AddNorm($"blocks.{i}.attentionNorm"),
                    AddLinear($"blocks.{i}.attentionIn", width, 3 * width),
                    AddLinear($"blocks.{i}.attentionOut", width, width),
                    AddNorm($"blocks.{i}.mlpNorm"),
                    AddLinear($"blocks.{i}.mlpIn", width, 4 * width),
                    AddLinear($"blocks.{i}.mlpOut", 4 * width, width)
                )),
        ];
        LastNorm = AddNorm("lastNorm");
        Readout = AddLinear("readout", inputs * width, outputs);
    }

    /// <summary>Number of tokens I.</summary>
    public int Inputs { get; }

    public int Outputs { get; }

    public DecoderTransformerOptions Options { get; }

    public ParameterLayout Layout { get; } = new();

    /// <summary>Learned positions [I, I]; null for one-hot ones.</summary>
    public ParameterLayout.Entry? Positions { get; }

    public Linear Embedding { get; }

    public IReadOnlyList<Block> Blocks { get; }

    public Norm LastNorm { get; }

    /// <summary>Reads [I·E], position by position.</summary>
    public Linear Readout { get; }

    /// <summary>Fills one network's initial parameters.</summary>
    public void Initialise(Span<double> parameters, ulong seed)
    {
        new RandomStream(seed, RandomPurpose.Initialisation, 0).FillUniform(parameters, -1, 1);
        foreach (var linear in linears)
        {
            Scale(parameters, linear.Weight, 1 / Math.Sqrt(linear.Inputs));
            Scale(parameters, linear.Bias, 1 / Math.Sqrt(linear.Inputs));
        }

        var branch = 1 / Math.Sqrt(2 * Blocks.Count);
        foreach (var block in Blocks)
        {
            Scale(parameters, block.AttentionOut.Weight, branch);
            Scale(parameters, block.MlpOut.Weight, branch);
        }

        foreach (var norm in Blocks.SelectMany(block => (Norm[])[block.AttentionNorm, block.MlpNorm]).Append(LastNorm))
        {
            Slice(parameters, norm.Weight).Fill(1);
            Slice(parameters, norm.Bias).Clear();
        }

        if (Positions is not null)
            new RandomStream(seed, RandomPurpose.Initialisation, 1).FillNormal(Slice(parameters, Positions));
    }

    private Linear AddLinear(string name, int inputs, int outputs)
    {
        var linear = new Linear(inputs, Layout.Add($"{name}.weight", outputs, inputs), Layout.Add($"{name}.bias", outputs));
        linears.Add(linear);
        return linear;
    }

    private Norm AddNorm(string name) =>
        new(Layout.Add($"{name}.weight", Options.Embedding), Layout.Add($"{name}.bias", Options.Embedding));

    private static Span<double> Slice(Span<double> parameters, ParameterLayout.Entry entry) => parameters.Slice(entry.Offset, entry.Length);

    private static void Scale(Span<double> parameters, ParameterLayout.Entry entry, double factor)
    {
        foreach (ref var value in Slice(parameters, entry))
            value *= factor;
    }

    internal sealed record Linear(int Inputs, ParameterLayout.Entry Weight, ParameterLayout.Entry Bias);

    internal sealed record Norm(ParameterLayout.Entry Weight, ParameterLayout.Entry Bias);

    internal sealed record Block(Norm AttentionNorm, Linear AttentionIn, Linear AttentionOut, Norm MlpNorm, Linear MlpIn, Linear MlpOut);
}
