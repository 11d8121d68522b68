using System.ComponentModel.DataAnnotations;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// Prodigy, Adam that estimates from below how far away the minimum is, d, and takes steps in proportion: m ← β1 m + (1 − β1) d g;
/// v ← β2 v + (1 − β2) d² g²; r ← √β2 r + (1 − √β2) η d² ⟨g, θ_0 − θ⟩; s ← √β2 s + (1 − √β2) η d² g;
/// θ ← θ − ηdλθ − ηd·m/(√v + dε); then d ← max(d, c·r/‖s‖₁).
/// </summary>
/// <remarks>
/// arXiv:2306.06101, algorithm 4 (Prodigy's Adam version), whose η = 1 and d_0 = 1e-6 are the defaults; the step's d is that before the
/// gradient, as in the paper (the authors' code takes that after it for dε). c = 1 and weight decay, decoupled, are those of the
/// authors' code. Sums run over all parameters of a network.
/// </remarks>
[Kind("prodigy")]
public sealed record ProdigyOptions : AdamFamilyOptions
{
    /// <summary>Starts from Prodigy's own learning rate.</summary>
    public ProdigyOptions() => LearningRate = 1;

    /// <summary>First estimate d_0 of the distance.</summary>
    [Stackable, Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double InitialDistance { get; init; } = 1e-6;

    /// <summary>Factor c on later estimates.</summary>
    [Stackable, Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double DistanceFactor { get; init; } = 1;

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Prodigy(setup);
}

/// <inheritdoc cref="ProdigyOptions"/>
internal sealed class Prodigy : Optimizer
{
    private readonly IReadOnlyList<ProdigyOptions> options;
    private readonly Tensor mean,
        square,
        slope,
        start; // [R, n]
    private readonly Tensor distance,
        gain; // [R, 1]
    private readonly Tensor beta1,
        beta2,
        beta3,
        epsilon,
        weightDecay,
        firstDistance,
        factor; // [R, 1]

    /// <inheritdoc cref="ProdigyOptions"/>
    /// <param name="setup">The trials' options and parameters.</param>
    public Prodigy(OptimizerSetup setup)
    {
        options = setup.OptionsOf<ProdigyOptions>();
        beta1 = AddHyperparameter(options.Select(o => o.Beta1), setup.Parameters);
        beta2 = AddHyperparameter(options.Select(o => o.Beta2), setup.Parameters);
        beta3 = AddHyperparameter(options.Select(o => Math.Sqrt(o.Beta2)), setup.Parameters);
        epsilon = AddHyperparameter(options.Select(o => o.Epsilon), setup.Parameters);
        weightDecay = AddHyperparameter(options.Select(o => o.WeightDecay), setup.Parameters);
        firstDistance = AddHyperparameter(options.Select(o => o.InitialDistance), setup.Parameters);
        factor = AddHyperparameter(options.Select(o => o.DistanceFactor), setup.Parameters);
        mean = AddState("mean", setup.Parameters);
        square = AddState("square", setup.Parameters);
        slope = AddState("slope", setup.Parameters);
        start = AddState("start", setup.Parameters);
        distance = AddState("distance", firstDistance);
        gain = AddState("gain", firstDistance);
        using var noGrad = no_grad();
        start.copy_(setup.Parameters);
        distance.copy_(firstDistance);
    }

    /// <inheritdoc/>
    protected override Tensor Decay(Tensor parameters) =>
        parameters * (LearningRates(options, parameters) * distance * weightDecay).OneMinus();

    /// <inheritdoc/>
    protected override void Update(Tensor parameters, Tensor gradient)
    {
        var learningRate = LearningRates(options, parameters);

        // r and s are in units of d_0²: their quotient is the same, and float32 holds both while d is 1e-6.
        var relative = distance / firstDistance;
        var weight = beta3.OneMinus() * learningRate * relative * relative;
        gain.mul_(beta3).PlusInPlace(weight * RowSums(gradient * (start - parameters)));
        slope.mul_(beta3).PlusInPlace(weight * gradient);
        var scaled = distance * gradient;
        mean.mul_(beta1).PlusInPlace(scaled * beta1.OneMinus());
        square.mul_(beta2).PlusInPlace(scaled * scaled * beta2.OneMinus());
        parameters.copy_(Decay(parameters) - learningRate * distance * mean / square.sqrt().Plus(distance * epsilon));

        var length = RowSums(slope.abs());
        // a gradient that has been 0 so far says nothing
        var estimate = where(length.IsPositive(), factor * gain / length, zeros_like(length));
        distance.copy_(distance.maximum(estimate));
    }
}
