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
public sealed class Adan(IReadOnlyList<AdanOptions> options, Tensor parameters)
    : ElementwiseOptimizer<Adan.Rule>(default, parameters)
{
    /// <inheritdoc/>
    protected override double DecayFactor(int trial) => 1 / (1 + options[trial].LearningRateAt(StepCount) * options[trial].WeightDecay);

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        coefficients[0] = o.Beta1;
        coefficients[1] = 1 - o.Beta1;
        coefficients[2] = o.Beta2;
        coefficients[3] = 1 - o.Beta2;
        coefficients[4] = o.Beta3;
        coefficients[5] = 1 - o.Beta3;
        coefficients[6] = StepCount == 1 ? 0 : 1;
        coefficients[7] = o.LearningRateAt(StepCount) / (1 - Math.Pow(o.Beta1, StepCount));
        coefficients[8] = o.LearningRateAt(StepCount) * o.Beta2 / (1 - Math.Pow(o.Beta2, StepCount));
        coefficients[9] = 1 / Math.Sqrt(1 - Math.Pow(o.Beta3, StepCount));
        coefficients[10] = o.Epsilon;
        coefficients[11] = DecayFactor(trial);
    }

    /// <inheritdoc cref="AdanOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["mean", "difference", "square", "previousGradient"];

        /// <inheritdoc/>
        public int Coefficients => 12;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            var difference = (gradient - state.Fourth) * coefficients[6];
            var ahead = gradient + difference * coefficients[2];
            state.First = state.First * coefficients[0] + gradient * coefficients[1];
            state.Second = state.Second * coefficients[2] + difference * coefficients[3];
            state.Third = state.Third * coefficients[4] + ahead * ahead * coefficients[5];
            state.Fourth = gradient;
            var step = state.First * coefficients[7] + state.Second * coefficients[8];
            parameter = (parameter - step / (V.Sqrt(state.Third) * coefficients[9] + coefficients[10])) * coefficients[11];
        }
    }
}
