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
    protected override Optimizer Create(OptimizerSetup setup) => Cautious == true
        ? throw new InvalidOptionException("optimizer.cautious", "Got true for `optimizer.cautious` with schedule-free-adamw, whose average would not feel the mask; expected false.")
        : new ScheduleFreeAdamW(setup.OptionsOf<ScheduleFreeAdamWOptions>(), setup.Parameters);
}

/// <inheritdoc cref="ScheduleFreeAdamWOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
public sealed class ScheduleFreeAdamW(IReadOnlyList<ScheduleFreeAdamWOptions> options, Tensor parameters)
    : ElementwiseOptimizer<ScheduleFreeAdamW.Rule>(default, parameters)
{
    private readonly StepFold weights = new(options.Count, 0, (sum, trial, step) => sum + Math.Pow(StepSize(options[trial], step), 2));

    /// <inheritdoc/>
    public override Tensor? MeasuredParameters => StepCount == 0 ? null : State["average"];

    private static double StepSize(ScheduleFreeAdamWOptions o, int step) =>
        o.LearningRateAt(step) * Math.Sqrt(1 - Math.Pow(o.Beta2, step));

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        var stepSize = StepSize(o, StepCount);
        var sum = weights.At(trial, StepCount);
        var part = sum > 0 ? stepSize * stepSize / sum : 0;
        coefficients[0] = StepCount == 1 ? 1 : 0;
        coefficients[1] = o.Beta1;
        coefficients[2] = 1 - o.Beta1;
        coefficients[3] = o.Beta2;
        coefficients[4] = 1 - o.Beta2;
        coefficients[5] = o.Epsilon;
        coefficients[6] = stepSize;
        coefficients[7] = stepSize * o.WeightDecay;
        coefficients[8] = part;
        coefficients[9] = 1 - part;
    }

    /// <inheritdoc cref="ScheduleFreeAdamWOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["average", "fast", "square"];

        /// <inheritdoc/>
        public int Coefficients => 10;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            var (x, z) = (state.First, state.Second);
            x += parameter * coefficients[0]; // at the first step both are 0, and start at the parameters
            z += parameter * coefficients[0];
            state.Third = state.Third * coefficients[3] + gradient * gradient * coefficients[4];
            z -= gradient / (V.Sqrt(state.Third) + coefficients[5]) * coefficients[6] + parameter * coefficients[7];
            x = x * coefficients[9] + z * coefficients[8];
            parameter = z * coefficients[2] + x * coefficients[1];
            (state.First, state.Second) = (x, z);
        }
    }
}
