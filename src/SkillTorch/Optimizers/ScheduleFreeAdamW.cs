using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// Schedule-Free AdamW, which averages instead of lowering the learning rate: gradients are taken at y = (1 − β1)z + β1 x;
/// v ← β2 v + (1 − β2) g²; γ_t = η_t√(1 − β2^t); z ← z − γ_t g/(√v + ε) − γ_t λy; x ← (1 − c)x + cz,
/// c = γ_t²/Σ_{i≤t} γ_i². Both start where the parameters do. What is trained is y; what is measured is x.
/// </summary>
/// <remarks>
/// arXiv:2405.15682, algorithm 1, whose warm-up min(1, t/T) is that of the learning-rate schedule. The defaults are those of the
/// authors' code, which divides v by 1 − β2^t instead, and weighs by the greatest rate so far. Weight decay is decoupled, at y. It
/// cannot be cautious: x would not feel it.
/// </remarks>
[Kind("schedule-free-adamw")]
public sealed record ScheduleFreeAdamWOptions : AdamFamilyOptions
{
    /// <summary>Starts from Schedule-Free AdamW's own learning rate.</summary>
    public ScheduleFreeAdamWOptions() => LearningRate = 2.5e-3;

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) =>
        Cautious == true
            ? throw new InvalidOptionException(
                "optimizer.cautious",
                "Got true for `optimizer.cautious` with schedule-free-adamw, whose average would not feel the mask; expected false."
            )
            : new ScheduleFreeAdamW(setup.OptionsOf<ScheduleFreeAdamWOptions>(), setup.Parameters);
}

/// <inheritdoc cref="ScheduleFreeAdamWOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class ScheduleFreeAdamW(IReadOnlyList<ScheduleFreeAdamWOptions> options, Tensor parameters)
    : ElementwiseOptimizer<ScheduleFreeAdamW.Rule>(default, parameters)
{
    private const int IsFirstStep = 0,
        Beta1 = 1,
        OneMinusBeta1 = 2,
        Beta2 = 3,
        OneMinusBeta2 = 4,
        Epsilon = 5,
        StepSize = 6,
        StepDecay = 7,
        NewWeight = 8,
        OldWeight = 9,
        Count = 10;

    private readonly StepFold weights = new(options.Count, 0, (sum, trial, step) => sum + Math.Pow(StepSizeAt(options[trial], step), 2));

    /// <inheritdoc/>
    public override Tensor? MeasuredParameters => StepCount == 0 ? null : State["average"];

    private static double StepSizeAt(ScheduleFreeAdamWOptions o, int step) =>
        o.LearningRateAt(step) * Math.Sqrt(1 - Math.Pow(o.Beta2, step));

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        var stepSize = StepSizeAt(o, StepCount);
        var sum = weights.At(trial, StepCount);
        var part = sum > 0 ? stepSize * stepSize / sum : 0;
        coefficients[IsFirstStep] = StepCount == 1 ? 1 : 0;
        coefficients[Beta1] = o.Beta1;
        coefficients[OneMinusBeta1] = 1 - o.Beta1;
        coefficients[Beta2] = o.Beta2;
        coefficients[OneMinusBeta2] = 1 - o.Beta2;
        coefficients[Epsilon] = o.Epsilon;
        coefficients[StepSize] = stepSize;
        coefficients[StepDecay] = stepSize * o.WeightDecay;
        coefficients[NewWeight] = part;
        coefficients[OldWeight] = 1 - part;
    }

    /// <inheritdoc cref="ScheduleFreeAdamWOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["average", "fast", "square"];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            ref var x = ref state.First;
            ref var z = ref state.Second;
            ref var square = ref state.Third;
            x += parameter * coefficients[IsFirstStep]; // at the first step both are 0, and start at the parameters
            z += parameter * coefficients[IsFirstStep];
            square = square * coefficients[Beta2] + gradient * gradient * coefficients[OneMinusBeta2];
            z -= gradient / (V.Sqrt(square) + coefficients[Epsilon]) * coefficients[StepSize] + parameter * coefficients[StepDecay];
            x = x * coefficients[OldWeight] + z * coefficients[NewWeight];
            parameter = z * coefficients[OneMinusBeta1] + x * coefficients[Beta1];
        }
    }
}
