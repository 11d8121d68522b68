using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// Adan, Adam with Nesterov momentum from differences of gradients: m ← β1 m + (1 − β1) g; d ← β2 d + (1 − β2)(g − g');
/// v ← β3 v + (1 − β3)(g + β2(g − g'))²; θ ← (θ − η(m̂ + β2 d̂)/(√v̂ + ε))/(1 + ηλ), with g' the gradient before (g at the first
/// step) and ^ the bias correction x/(1 − β^t).
/// </summary>
/// <remarks>
/// arXiv:2208.06677, algorithm 1, with β for its 1 − β; bias correction, betas, ε = 1e-8 and λ = 0 are those of the authors' code.
/// Weight decay is proximal, as in the paper.
/// </remarks>
[Kind("adan")]
public sealed record AdanOptions : OptimizerOptions
{
    /// <summary>Decay β1 of the gradient's running mean.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.98;

    /// <summary>Decay β2 of the running mean of differences, and their weight in the step.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.92;

    /// <summary>Decay β3 of the running mean of squares.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta3 { get; init; } = 0.99;

    /// <summary>Added ε in the denominator.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Proximal weight decay λ.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Adan(setup.OptionsOf<AdanOptions>(), setup.Parameters);
}

/// <inheritdoc cref="AdanOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class Adan(IReadOnlyList<AdanOptions> options, Tensor parameters) : ElementwiseOptimizer<Adan.Rule>(default, parameters)
{
    private const int Beta1 = 0,
        OneMinusBeta1 = 1,
        Beta2 = 2,
        OneMinusBeta2 = 3,
        Beta3 = 4,
        OneMinusBeta3 = 5,
        HasPrevious = 6,
        StepSize = 7,
        DifferenceStepSize = 8,
        RootCorrection = 9,
        Epsilon = 10,
        Shrinkage = 11,
        Count = 12;

    /// <inheritdoc/>
    protected override double DecayFactor(int trial) => 1 / (1 + options[trial].LearningRateAt(StepCount) * options[trial].WeightDecay);

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        coefficients[Beta1] = o.Beta1;
        coefficients[OneMinusBeta1] = 1 - o.Beta1;
        coefficients[Beta2] = o.Beta2;
        coefficients[OneMinusBeta2] = 1 - o.Beta2;
        coefficients[Beta3] = o.Beta3;
        coefficients[OneMinusBeta3] = 1 - o.Beta3;
        coefficients[HasPrevious] = StepCount == 1 ? 0 : 1;
        coefficients[StepSize] = o.LearningRateAt(StepCount) / (1 - Math.Pow(o.Beta1, StepCount));
        coefficients[DifferenceStepSize] = o.LearningRateAt(StepCount) * o.Beta2 / (1 - Math.Pow(o.Beta2, StepCount));
        coefficients[RootCorrection] = 1 / Math.Sqrt(1 - Math.Pow(o.Beta3, StepCount));
        coefficients[Epsilon] = o.Epsilon;
        coefficients[Shrinkage] = DecayFactor(trial);
    }

    /// <inheritdoc cref="AdanOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["mean", "difference", "square", "previousGradient"];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            ref var mean = ref state.First;
            ref var meanDifference = ref state.Second;
            ref var square = ref state.Third;
            ref var previousGradient = ref state.Fourth;
            var difference = (gradient - previousGradient) * coefficients[HasPrevious];
            var ahead = gradient + difference * coefficients[Beta2];
            mean = mean * coefficients[Beta1] + gradient * coefficients[OneMinusBeta1];
            meanDifference = meanDifference * coefficients[Beta2] + difference * coefficients[OneMinusBeta2];
            square = square * coefficients[Beta3] + ahead * ahead * coefficients[OneMinusBeta3];
            previousGradient = gradient;
            var step = mean * coefficients[StepSize] + meanDifference * coefficients[DifferenceStepSize];
            var denominator = V.Sqrt(square) * coefficients[RootCorrection] + coefficients[Epsilon];
            parameter = (parameter - step / denominator) * coefficients[Shrinkage];
        }
    }
}
