using System.ComponentModel.DataAnnotations;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// Stochastic gradient descent: g ← g + λθ; b ← μb + g; θ ← θ − η(g + μb with Nesterov, else b). Without momentum b = g.
/// </summary>
/// <remarks>Sutskever et al., ICML 2013, in PyTorch's form; dampening is not offered. Weight decay λ is coupled. Defaults are PyTorch's.</remarks>
[Kind("sgd")]
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>Momentum μ; 0 keeps no memory.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; }

    /// <summary>Whether the step looks ahead along the momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight decay λ, added to the gradient.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override Optimizer Create(IReadOnlyList<OptimizerOptions> options, Tensor parameters) =>
        new Sgd([.. options.Cast<SgdOptions>()], parameters);
}

/// <inheritdoc cref="SgdOptions"/>
public sealed class Sgd : Optimizer
{
    private readonly Tensor learningRate;
    private readonly Tensor? momentum;
    private readonly Tensor? weightDecay;
    private readonly Tensor? buffer; // b, [R, n]
    private readonly bool nesterov;

    /// <summary>Makes the optimizer of a stack.</summary>
    /// <param name="options">One record a trial; length R.</param>
    /// <param name="parameters">Parameters [R, n].</param>
    public Sgd(IReadOnlyList<SgdOptions> options, Tensor parameters)
    {
        learningRate = LearningRateColumn(options, parameters);
        nesterov = options[0].Nesterov;
        if (options.Any(o => o.WeightDecay != 0))
            weightDecay = Column(options.Select(o => o.WeightDecay), parameters);
        if (options.Any(o => o.Momentum != 0))
        {
            momentum = Column(options.Select(o => o.Momentum), parameters);
            buffer = AddState("momentumBuffer", parameters);
        }
    }

    /// <inheritdoc/>
    protected override void Update(Tensor parameters, Tensor gradient)
    {
        if (weightDecay is not null)
            gradient.add_(weightDecay * parameters);
        if (momentum is not null && buffer is not null)
        {
            buffer.mul_(momentum).add_(gradient);
            gradient = nesterov ? gradient.add_(momentum * buffer) : buffer;
        }

        parameters.sub_(learningRate * gradient);
    }
}
