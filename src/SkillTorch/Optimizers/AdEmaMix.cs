using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// AdEMAMix, Adam with a second, slow mean: m1 ← β1 m1 + (1 − β1) g; m2 ← β3 m2 + (1 − β3) g; v ← β2 v + (1 − β2) g²;
/// θ ← θ − ηλθ − η(m̂1 + αm2)/(√v̂ + ε), m̂1 = m1/(1 − β1^t), v̂ = v/(1 − β2^t). During warm-ups α grows in proportion to t,
/// and β3 from β1 so that its half-life ln 2/ln(1/β3) does. Weight decay is decoupled.
/// </summary>
/// <remarks>arXiv:2409.03137, algorithm 1, with the betas of the paper; α = 2 and no warm-ups are the defaults of its code (the paper
/// trains with α = 5 and 8).</remarks>
[Kind("ademamix")]
public sealed record AdEmaMixOptions : AdamFamilyOptions
{
    /// <summary>Decay β3 of the gradient's slow mean.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta3 { get; init; } = 0.9999;

    /// <summary>Weight α of the slow mean.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Alpha { get; init; } = 2;

    /// <summary>Steps over which α grows; 0 starts with all of it.</summary>
    [Range(0, int.MaxValue)]
    public int AlphaWarmup { get; init; }

    /// <summary>Steps over which β3 grows; 0 starts with all of it.</summary>
    [Range(0, int.MaxValue)]
    public int Beta3Warmup { get; init; }

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new AdEmaMix(setup.OptionsOf<AdEmaMixOptions>(), setup.Parameters);
}

/// <inheritdoc cref="AdEmaMixOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class AdEmaMix(IReadOnlyList<AdEmaMixOptions> options, Tensor parameters)
    : ElementwiseOptimizer<AdEmaMix.Rule>(default, parameters)
{
    private const int Beta1 = 0,
        OneMinusBeta1 = 1,
        Beta2 = 2,
        OneMinusBeta2 = 3,
        Beta3 = 4,
        OneMinusBeta3 = 5,
        StepSize = 6,
        SlowStepSize = 7,
        RootCorrection = 8,
        Epsilon = 9,
        Shrinkage = 10,
        Count = 11;

    /// <inheritdoc/>
    protected override double DecayFactor(int trial) => 1 - options[trial].LearningRateAt(StepCount) * options[trial].WeightDecay;

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        var beta3 = SlowDecay(o, StepCount);
        coefficients[Beta1] = o.Beta1;
        coefficients[OneMinusBeta1] = 1 - o.Beta1;
        coefficients[Beta2] = o.Beta2;
        coefficients[OneMinusBeta2] = 1 - o.Beta2;
        coefficients[Beta3] = beta3;
        coefficients[OneMinusBeta3] = 1 - beta3;
        coefficients[StepSize] = o.LearningRateAt(StepCount) / (1 - Math.Pow(o.Beta1, StepCount));
        coefficients[SlowStepSize] = o.LearningRateAt(StepCount) * o.Alpha * Math.Min(1, StepCount / Math.Max(1.0, o.AlphaWarmup));
        coefficients[RootCorrection] = 1 / Math.Sqrt(1 - Math.Pow(o.Beta2, StepCount));
        coefficients[Epsilon] = o.Epsilon;
        coefficients[Shrinkage] = DecayFactor(trial);
    }

    private static double SlowDecay(AdEmaMixOptions o, int step)
    {
        if (step >= o.Beta3Warmup)
            return o.Beta3;
        var done = (double)step / o.Beta3Warmup;
        return Math.Pow(0.5, 1 / ((1 - done) * HalfLife(o.Beta1) + done * HalfLife(o.Beta3)));

        static double HalfLife(double beta) => Math.Log(0.5) / Math.Log(beta); // 0 for no memory
    }

    /// <inheritdoc cref="AdEmaMixOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["mean", "square", "slowMean"];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            ref var mean = ref state.First;
            ref var square = ref state.Second;
            ref var slowMean = ref state.Third;
            mean = mean * coefficients[Beta1] + gradient * coefficients[OneMinusBeta1];
            square = square * coefficients[Beta2] + gradient * gradient * coefficients[OneMinusBeta2];
            slowMean = slowMean * coefficients[Beta3] + gradient * coefficients[OneMinusBeta3];
            var step = mean * coefficients[StepSize] + slowMean * coefficients[SlowStepSize];
            parameter =
                parameter * coefficients[Shrinkage] - step / (V.Sqrt(square) * coefficients[RootCorrection] + coefficients[Epsilon]);
        }
    }
}
