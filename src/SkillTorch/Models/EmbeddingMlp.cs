using System.ComponentModel.DataAnnotations;
using SkillTorch.Numerics;
using static TorchSharp.torch;
using Views = System.Collections.Generic.IReadOnlyDictionary<SkillTorch.Models.ParameterLayout.Entry, TorchSharp.torch.Tensor>;

namespace SkillTorch.Models;

/// <summary>
/// Multilayer perceptron on tokens: each token of a sample is looked up in one trainable embedding, which all of them share, and
/// the embeddings, one after another, are the inputs of the first layer. It needs a task whose inputs are one-hot tokens.
/// </summary>
/// <remarks>arXiv:2501.12391, fig. 13: embedding 128, widths 100 and 100, silu.</remarks>
[Kind("embedding-mlp")]
public sealed record EmbeddingMlpOptions : MlpFamilyOptions
{
    /// <summary>Tokens of a sample T; the task's inputs are T one-hot parts.</summary>
    [Range(1, 1000)]
    public int Tokens { get; init; } = 2;

    /// <summary>Size d of a token's embedding; the first layer has T·d inputs.</summary>
    [Range(1, 1_000_000)]
    public int Embedding { get; init; } = 128;

    /// <summary>Standard deviation of the initial embeddings, which are normal.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double EmbeddingStd { get; init; } = 1;

    /// <summary>Widths of the hidden layers.</summary>
    public required IReadOnlyList<int> Widths { get; init; }

    /// <inheritdoc/>
    protected override IReadOnlyList<int> HiddenWidths => Widths;

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
        if (inputs % Tokens != 0)
        {
            throw new InvalidOptionException(
                "model.tokens",
                $"Got {Tokens} for `model.tokens` with a task of {inputs} inputs; expected a number that divides them, because each "
                    + $"token is one-hot."
            );
        }

        var layout = new ParameterLayout();
        var embedding = layout.Add("embedding", inputs / Tokens, Embedding);
        var layers = AddLayers(layout, Tokens * Embedding, outputs);
        var initial = new double[options.Count, layout.Count];
        for (var r = 0; r < options.Count; r++)
        {
            var own = (EmbeddingMlpOptions)options[r];
            Initialise(initial.AsRow(r), layers, own.InitialStd, seeds[r]);
            new RandomStream(seeds[r], RandomPurpose.Initialisation, 1).FillNormal(
                initial.AsRow(r).Slice(embedding.Offset, embedding.Length),
                standardDeviation: own.EmbeddingStd
            );
        }

        using var host = tensor(initial);
        return new EmbeddingMlp(layout, embedding, layers, Activation, host.to(dtype, device, copy: true));
    }
}

/// <summary>A stack of R perceptrons on tokens; parameters are the embedding [V, d], then weight and bias layer by layer.</summary>
internal sealed class EmbeddingMlp : Network
{
    internal EmbeddingMlp(
        ParameterLayout layout,
        ParameterLayout.Entry embedding,
        IReadOnlyList<Mlp.Layer> layers,
        Activation activation,
        Tensor parameters
    )
        : base(layout, parameters)
    {
        Embedding = embedding;
        Layers = layers;
        Activation = activation;
    }

    /// <summary>Activation function of the hidden layers.</summary>
    public Activation Activation { get; }

    /// <summary>The embedding [V, d].</summary>
    internal ParameterLayout.Entry Embedding { get; }

    /// <summary>The layers in order.</summary>
    internal IReadOnlyList<Mlp.Layer> Layers { get; }

    /// <inheritdoc/>
    /// <remarks>
    /// The first layer's weight W = [W_1 … W_T] acts on token t through E·W_tᵀ alone. These T tables of V rows are computed once and
    /// not for every sample, and are the weight of a first layer on the one-hot inputs.
    /// </remarks>
    public override Tensor Forward(Views parameters, Tensor inputs)
    {
        var table = parameters[Embedding]; // [R, V, d]
        var size = Embedding.Shape[1];
        var weight = parameters[Layers[0].Weight].transpose(1, 2); // [R, T·d, out]
        // [R, T·V, out]
        var tables = cat([.. Enumerable.Range(0, Layers[0].Inputs / size).Select(t => table.bmm(weight.narrow(1, t * size, size)))], 1);
        return Mlp.Apply(Layers, Activation, parameters, inputs, tables);
    }
}
