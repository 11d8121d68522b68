using System.ComponentModel.DataAnnotations;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// Adam: m ← β1 m + (1 − β1) g; v ← β2 v + (1 − β2) g²; θ ← θ − η·m̂/(√v̂ + ε), m̂ = m/(1 − β1^t), v̂ = v/(1 − β2^t).
/// Weight decay is added to the gradient.
/// </summary>
/// <remarks>arXiv:1412.6980, algorithm 1, whose defaults these are.</remarks>
[Kind("adam")]
public sealed record AdamOptions : AdamFamilyOptions
{
    /// <inheritdoc/>
    public override Optimizer Create(IReadOnlyList<OptimizerOptions> options, Tensor parameters) =>
        new Adam([.. options.Cast<AdamFamilyOptions>()], decoupled: false, parameters);
}

/// <summary>Adam with decoupled weight decay: θ ← θ − ηλθ before Adam's step.</summary>
/// <remarks>arXiv:1711.05101, algorithm 2 with the decay scaled by η as in PyTorch; λ = 0.01 is PyTorch's default.</remarks>
[Kind("adamw")]
public sealed record AdamWOptions : AdamFamilyOptions
{
    /// <summary>Starts from AdamW's own weight decay.</summary>
    public AdamWOptions() => WeightDecay = 0.01;

    /// <inheritdoc/>
    public override Optimizer Create(IReadOnlyList<OptimizerOptions> options, Tensor parameters) =>
        new Adam([.. options.Cast<AdamFamilyOptions>()], decoupled: true, parameters);
}

/// <summary>What Adam and AdamW share.</summary>
public abstract record AdamFamilyOptions : OptimizerOptions
{
    /// <summary>Decay β1 of the gradient's running mean.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β2 of the squared gradient's running mean.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added ε in the denominator.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay λ.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double WeightDecay { get; init; }
}

/// <inheritdoc cref="AdamOptions"/>
public sealed class Adam : Optimizer
{
    private readonly IReadOnlyList<AdamFamilyOptions> options;
    private readonly Tensor beta1;
    private readonly Tensor oneMinusBeta1;
    private readonly Tensor beta2;
    private readonly Tensor oneMinusBeta2;
    private readonly Tensor epsilon;
    private readonly Tensor? decay; // λ
    private readonly bool decoupled;
    private readonly Tensor mean; // m, [R, n]
    private readonly Tensor square; // v, [R, n]

    /// <summary>Makes the optimizer of a stack.</summary>
    /// <param name="options">One record a trial; length R.</param>
    /// <param name="decoupled">Whether weight decay acts on the parameters (AdamW) instead of the gradient.</param>
    /// <param name="parameters">Parameters [R, n].</param>
    public Adam(IReadOnlyList<AdamFamilyOptions> options, bool decoupled, Tensor parameters)
    {
        this.options = options;
        this.decoupled = decoupled;
        beta1 = Column(options.Select(o => o.Beta1), parameters);
        oneMinusBeta1 = Column(options.Select(o => 1 - o.Beta1), parameters);
        beta2 = Column(options.Select(o => o.Beta2), parameters);
        oneMinusBeta2 = Column(options.Select(o => 1 - o.Beta2), parameters);
        epsilon = Column(options.Select(o => o.Epsilon), parameters);
        if (options.Any(o => o.WeightDecay != 0))
            decay = Column(options.Select(o => o.WeightDecay), parameters);
        mean = AddState("mean", parameters);
        square = AddState("square", parameters);
    }

    /// <inheritdoc/>
    protected override void Update(Tensor parameters, Tensor gradient)
    {
        if (decay is not null && decoupled)
            parameters.mul_(ColumnOf(options.Select(o => 1 - o.LearningRateAt(StepCount) * o.WeightDecay), parameters));
        else if (decay is not null)
            gradient.add_(decay * parameters);

        mean.mul_(beta1).add_(gradient * oneMinusBeta1);
        square.mul_(beta2).add_(gradient.mul_(gradient).mul_(oneMinusBeta2));

        // θ −= (η/(1 − β1^t))·m / (√v/√(1 − β2^t) + ε)
        var stepSize = ColumnOf(options.Select(o => o.LearningRateAt(StepCount) / (1 - Math.Pow(o.Beta1, StepCount))), parameters);
        var scale = ColumnOf(options.Select(o => 1 / Math.Sqrt(1 - Math.Pow(o.Beta2, StepCount))), parameters);
        var denominator = square.sqrt().mul_(scale).add_(epsilon);
        parameters.sub_(mean.div(denominator).mul_(stepSize));
    }
}
