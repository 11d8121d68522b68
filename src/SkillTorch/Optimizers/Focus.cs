using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// FOCUS, Signum drawn to the mean of the parameters: m ← β1 m + (1 − β1) g; a ← β2 a + (1 − β2) θ, â = a/(1 − β2^t);
/// θ ← θ − η(sign(m) + γ·sign(θ − â)) − ηλâ.
/// </summary>
/// <remarks>arXiv:2501.12243, algorithm 1; weight decay, which acts on the mean of the parameters, and the defaults are those of the
/// authors' code.</remarks>
[Kind("focus")]
public sealed record FocusOptions : OptimizerOptions
{
    /// <summary>Starts from FOCUS's own learning rate.</summary>
    public FocusOptions() => LearningRate = 0.01;

    /// <summary>Decay β1 of the gradient's running mean.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β2 of the parameters' running mean.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Strength γ of the attraction to the mean.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Gamma { get; init; } = 0.1;

    /// <summary>Weight decay λ.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Focus(setup.OptionsOf<FocusOptions>(), setup.Parameters);
}

/// <inheritdoc cref="FocusOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class Focus(IReadOnlyList<FocusOptions> options, Tensor parameters) : ElementwiseOptimizer<Focus.Rule>(default, parameters)
{
    private const int Beta1 = 0,
        OneMinusBeta1 = 1,
        Beta2 = 2,
        OneMinusBeta2 = 3,
        MeanWeight = 4,
        LearningRate = 5,
        Attraction = 6,
        MeanDecay = 7,
        Count = 8;

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        var weight = 1 - Math.Pow(o.Beta2, StepCount);
        coefficients[Beta1] = o.Beta1;
        coefficients[OneMinusBeta1] = 1 - o.Beta1;
        coefficients[Beta2] = o.Beta2;
        coefficients[OneMinusBeta2] = 1 - o.Beta2;
        coefficients[MeanWeight] = weight;
        coefficients[LearningRate] = o.LearningRateAt(StepCount);
        coefficients[Attraction] = o.LearningRateAt(StepCount) * o.Gamma;
        coefficients[MeanDecay] = o.LearningRateAt(StepCount) * o.WeightDecay / weight;
    }

    /// <inheritdoc cref="FocusOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["mean", "parameterMean"];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            ref var mean = ref state.First;
            ref var parameterMean = ref state.Second;
            mean = mean * coefficients[Beta1] + gradient * coefficients[OneMinusBeta1];
            parameterMean = parameterMean * coefficients[Beta2] + parameter * coefficients[OneMinusBeta2];

            // sign(θ(1 − β2^t) − a), which is exactly 0 at the first step, where θ = â; the quotient would leave its rounding's sign.
            var away = V.Sign(parameter * coefficients[MeanWeight] - parameterMean);
            var step = V.Sign(mean) * coefficients[LearningRate] + away * coefficients[Attraction];
            parameter -= step + parameterMean * coefficients[MeanDecay];
        }
    }
}
