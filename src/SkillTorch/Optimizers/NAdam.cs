using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// NAdam, Adam that looks ahead along its momentum: m ← β1 m + (1 − β1) g; v ← β2 v + (1 − β2) g²;
/// θ ← θ − η·(μ_{t+1} m/(1 − Π_{i≤t+1} μ_i) + (1 − μ_t) g/(1 − Π_{i≤t} μ_i))/(√v̂ + ε), v̂ = v/(1 − β2^t), μ_t = β1(1 − 0.96^{tψ}/2).
/// Weight decay is added to the gradient.
/// </summary>
/// <remarks>
/// Dozat, "Incorporating Nesterov momentum into Adam", ICLR 2016 workshop, algorithm 2, in PyTorch's form: m decays by β1 where the
/// paper's does by μ_t, and v̂ lacks the paper's further factor β2. η = 2e-3 and ψ = 0.004 are PyTorch's; the latter is the paper's 1/250.
/// </remarks>
[Kind("nadam")]
public sealed record NAdamOptions : AdamFamilyOptions
{
    /// <summary>Starts from NAdam's own learning rate.</summary>
    public NAdamOptions() => LearningRate = 2e-3;

    /// <summary>Speed ψ at which the momentum grows to β1.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double MomentumDecay { get; init; } = 0.004;

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new NAdam(setup.OptionsOf<NAdamOptions>(), setup.Parameters);
}

/// <inheritdoc cref="NAdamOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class NAdam(IReadOnlyList<NAdamOptions> options, Tensor parameters) : ElementwiseOptimizer<NAdam.Rule>(default, parameters)
{
    private const int Beta1 = 0,
        OneMinusBeta1 = 1,
        Beta2 = 2,
        OneMinusBeta2 = 3,
        Epsilon = 4,
        MeanStepSize = 5,
        GradientStepSize = 6,
        RootCorrection = 7,
        WeightDecay = 8,
        Count = 9;

    private readonly StepFold momenta = new(options.Count, 1, (product, trial, step) => product * Momentum(options[trial], step));

    private static double Momentum(NAdamOptions o, int step) => o.Beta1 * (1 - 0.5 * Math.Pow(0.96, step * o.MomentumDecay));

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        var product = momenta.At(trial, StepCount);
        var (now, next) = (Momentum(o, StepCount), Momentum(o, StepCount + 1));
        coefficients[Beta1] = o.Beta1;
        coefficients[OneMinusBeta1] = 1 - o.Beta1;
        coefficients[Beta2] = o.Beta2;
        coefficients[OneMinusBeta2] = 1 - o.Beta2;
        coefficients[Epsilon] = o.Epsilon;
        coefficients[MeanStepSize] = o.LearningRateAt(StepCount) * next / (1 - product * next);
        coefficients[GradientStepSize] = o.LearningRateAt(StepCount) * (1 - now) / (1 - product);
        coefficients[RootCorrection] = 1 / Math.Sqrt(1 - Math.Pow(o.Beta2, StepCount));
        coefficients[WeightDecay] = o.WeightDecay;
    }

    /// <inheritdoc cref="NAdamOptions"/>
    public readonly struct Rule : IUpdateRule
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
            gradient += coefficients[WeightDecay] * parameter;
            mean = mean * coefficients[Beta1] + gradient * coefficients[OneMinusBeta1];
            square = square * coefficients[Beta2] + gradient * gradient * coefficients[OneMinusBeta2];
            var step = mean * coefficients[MeanStepSize] + gradient * coefficients[GradientStepSize];
            parameter -= step / (V.Sqrt(square) * coefficients[RootCorrection] + coefficients[Epsilon]);
        }
    }
}
