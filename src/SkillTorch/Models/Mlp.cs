using System.ComponentModel.DataAnnotations;
using SkillTorch.Numerics;
using static TorchSharp.torch;
using Views = System.Collections.Generic.IReadOnlyDictionary<SkillTorch.Models.ParameterLayout.Entry, TorchSharp.torch.Tensor>;

namespace SkillTorch.Models;

/// <summary>Multilayer perceptron with any number of hidden layers.</summary>
[Kind("mlp")]
public sealed record MlpOptions : MlpFamilyOptions
{
    /// <summary>Widths of the hidden layers.</summary>
    public required IReadOnlyList<int> Widths { get; init; }

    /// <inheritdoc/>
    protected override IReadOnlyList<int> HiddenWidths => Widths;
}

/// <summary>Two-layer perceptron W2·φ(W1·x + b1) + b2: one hidden layer.</summary>
[Kind("two-layer-mlp")]
public sealed record TwoLayerMlpOptions : MlpFamilyOptions
{
    /// <summary>Number of hidden units.</summary>
    [Range(1, 1_000_000)]
    public int Width { get; init; } = 100;

    /// <inheritdoc/>
    protected override IReadOnlyList<int> HiddenWidths => [Width];
}

/// <summary>What all perceptrons share.</summary>
public abstract record MlpFamilyOptions : NetworkOptions
{
    /// <summary>Activation function of the hidden layers.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>
    /// Standard deviation σ of all initial weights and biases, N(0, σ²). Null is PyTorch's default: weights and biases
    /// uniform in ±1/√(number of the layer's inputs).
    /// </summary>
    [Stackable, Range(0, double.MaxValue)]
    public double? InitialStd { get; init; }

    /// <inheritdoc/>
    public override ModelConstants Constants => new(WeightStd: InitialStd);

    /// <summary>Widths of the hidden layers.</summary>
    protected abstract IReadOnlyList<int> HiddenWidths { get; }

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
        var layout = new ParameterLayout();
        var layers = AddLayers(layout, inputs, outputs);
        var initial = new double[options.Count, layout.Count];
        for (var r = 0; r < options.Count; r++)
            Initialise(initial.AsRow(r), layers, ((MlpFamilyOptions)options[r]).InitialStd, seeds[r]);
        using var host = tensor(initial);
        return new Mlp(layout, layers, Activation, host.to(dtype, device, copy: true));
    }

    /// <summary>Appends weight and bias of every layer.</summary>
    /// <param name="layout">Where they are appended.</param>
    /// <param name="inputs">Inputs of the first layer.</param>
    /// <param name="outputs">Outputs of the last layer.</param>
    /// <returns>The layers in order.</returns>
    private protected List<Mlp.Layer> AddLayers(ParameterLayout layout, int inputs, int outputs)
    {
        if (HiddenWidths.Any(width => width < 1))
        {
            throw new InvalidOptionException(
                "model.widths",
                $"Got [{string.Join(", ", HiddenWidths)}] for `model.widths`; expected positive numbers of hidden units."
            );
        }

        var layers = new List<Mlp.Layer>();
        foreach (var fanOut in (int[])[.. HiddenWidths, outputs])
        {
            var name = $"layers.{layers.Count}";
            layers.Add(new Mlp.Layer(inputs, layout.Add($"{name}.weight", fanOut, inputs), layout.Add($"{name}.bias", fanOut)));
            inputs = fanOut;
        }

        return layers;
    }

    /// <summary>Fills the layers' initial parameters; others are overwritten too.</summary>
    /// <param name="parameters">All parameters of one network [n].</param>
    /// <param name="layers">The layers.</param>
    /// <param name="std">See <see cref="InitialStd"/>.</param>
    /// <param name="seed">The trial's seed.</param>
    private protected static void Initialise(Span<double> parameters, List<Mlp.Layer> layers, double? std, ulong seed)
    {
        var stream = new RandomStream(seed, RandomPurpose.Initialisation, 0);
        if (std is { } sigma)
        {
            stream.FillNormal(parameters);
            foreach (ref var value in parameters)
                value *= sigma;
            return;
        }

        stream.FillUniform(parameters, -1, 1);
        foreach (var layer in layers)
        {
            foreach (var entry in (ParameterLayout.Entry[])[layer.Weight, layer.Bias])
            {
                foreach (ref var value in parameters.Slice(entry.Offset, entry.Length))
                    value /= Math.Sqrt(layer.Inputs);
            }
        }
    }
}

/// <summary>A stack of R multilayer perceptrons; parameters in PyTorch's order: weight [out, in], bias [out], layer by layer.</summary>
internal sealed class Mlp : Network
{
    internal Mlp(ParameterLayout layout, IReadOnlyList<Layer> layers, Activation activation, Tensor parameters)
        : base(layout, parameters)
    {
        Layers = layers;
        Activation = activation;
    }

    /// <summary>Activation function of the hidden layers.</summary>
    public Activation Activation { get; }

    /// <summary>The layers in order.</summary>
    internal IReadOnlyList<Layer> Layers { get; }

    /// <summary>Widths from the first hidden layer to the outputs.</summary>
    public IEnumerable<int> Widths => Layers.Select(layer => layer.Bias.Length);

    /// <inheritdoc/>
    public override Tensor Forward(Views parameters, Tensor inputs) =>
        Apply(Layers, Activation, parameters, inputs, WeightOf(Layers[0], parameters));

    /// <summary>Applies layers of which the first has a given weight.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="activation">Activation function between them.</param>
    /// <param name="parameters">Parameters.</param>
    /// <param name="inputs">Inputs [R, B, I].</param>
    /// <param name="firstWeight">Weight of the first layer [R, I, out].</param>
    /// <returns>Outputs [R, B, O].</returns>
    internal static Tensor Apply(IReadOnlyList<Layer> layers, Activation activation, Views parameters, Tensor inputs, Tensor firstWeight)
    {
        var x = inputs; // [R, B, I]
        for (var i = 0; i < layers.Count; i++)
        {
            var bias = parameters[layers[i].Bias].unsqueeze(1); // [R, 1, out]
            x = x.bmm(i == 0 ? firstWeight : WeightOf(layers[i], parameters)).PlusInPlace(bias); // [R, B, out]
            if (i < layers.Count - 1)
                x = activation.Apply(x);
        }

        return x;
    }

    private static Tensor WeightOf(Layer layer, Views parameters) => parameters[layer.Weight].transpose(1, 2); // [R, in, out]

    internal sealed record Layer(int Inputs, ParameterLayout.Entry Weight, ParameterLayout.Entry Bias);
}
