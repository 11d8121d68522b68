using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
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
    protected override Optimizer Create(OptimizerSetup setup) =>
        new Adam(setup.OptionsOf<AdamFamilyOptions>(), decoupled: false, setup.Parameters);
}

/// <summary>Adam with decoupled weight decay: θ ← θ − ηλθ before Adam's step.</summary>
/// <remarks>arXiv:1711.05101, algorithm 2 with the decay scaled by η as in PyTorch; λ = 0.01 is PyTorch's default.</remarks>
[Kind("adamw")]
public sealed record AdamWOptions : AdamFamilyOptions
{
    /// <summary>Starts from AdamW's own weight decay.</summary>
    public AdamWOptions() => WeightDecay = 0.01;

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) =>
        new Adam(setup.OptionsOf<AdamFamilyOptions>(), decoupled: true, setup.Parameters);
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
/// <param name="options">One record a trial; length R.</param>
/// <param name="decoupled">Whether weight decay acts on the parameters (AdamW) instead of the gradient.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class Adam(IReadOnlyList<AdamFamilyOptions> options, bool decoupled, Tensor parameters)
    : ElementwiseOptimizer<Adam.Rule>(new Rule(decoupled), parameters)
{
    private const int Beta1 = 0,
        OneMinusBeta1 = 1,
        Beta2 = 2,
        OneMinusBeta2 = 3,
        Epsilon = 4,
        StepSize = 5,
        RootCorrection = 6,
        WeightDecay = 7,
        Shrinkage = 8,
        Count = 9;

    /// <inheritdoc/>
    protected override double DecayFactor(int trial) =>
        decoupled ? 1 - options[trial].LearningRateAt(StepCount) * options[trial].WeightDecay : 1;

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        coefficients[Beta1] = o.Beta1;
        coefficients[OneMinusBeta1] = 1 - o.Beta1;
        coefficients[Beta2] = o.Beta2;
        coefficients[OneMinusBeta2] = 1 - o.Beta2;
        coefficients[Epsilon] = o.Epsilon;
        coefficients[StepSize] = o.LearningRateAt(StepCount) / (1 - Math.Pow(o.Beta1, StepCount));
        coefficients[RootCorrection] = 1 / Math.Sqrt(1 - Math.Pow(o.Beta2, StepCount));
        coefficients[WeightDecay] = o.WeightDecay;
        coefficients[Shrinkage] = DecayFactor(trial);
    }

    /// <inheritdoc cref="AdamOptions"/>
    /// <param name="decoupled">Whether weight decay acts on the parameters instead of the gradient.</param>
    public readonly struct Rule(bool decoupled) : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["mean", "square"];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            ref var mean = ref state.First;
            ref var square = ref state.Second;
            if (decoupled)
                parameter *= coefficients[Shrinkage];
            else
                gradient += coefficients[WeightDecay] * parameter;
            mean = mean * coefficients[Beta1] + gradient * coefficients[OneMinusBeta1];
            square = square * coefficients[Beta2] + gradient * gradient * coefficients[OneMinusBeta2];

            // θ −= (η/(1 − β1^t))·m / (√v/√(1 − β2^t) + ε)
            parameter -= mean / (V.Sqrt(square) * coefficients[RootCorrection] + coefficients[Epsilon]) * coefficients[StepSize];
        }
    }
}
