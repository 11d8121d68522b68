using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// RAdam, Adam whose steps are rectified while the second moment is uncertain: m ← β1 m + (1 − β1) g; v ← β2 v + (1 − β2) g²;
/// ρ∞ = 2/(1 − β2) − 1, ρ_t = ρ∞ − 2tβ2^t/(1 − β2^t). θ ← θ − ηλθ, then, where ρ_t &gt; 4, θ ← θ − η r_t m̂/(√v̂ + ε) with
/// r_t² = (ρ_t − 4)(ρ_t − 2)ρ∞/((ρ∞ − 4)(ρ∞ − 2)ρ_t), else θ ← θ − η m̂.
/// </summary>
/// <remarks>
/// arXiv:1908.03265, algorithm 2 (its ρ_t &gt; 4; PyTorch and the authors' code rectify from 5 on). Betas are the paper's; ε, added to √v
/// before the
/// bias correction, and decoupled weight decay are those of the authors' code.
/// </remarks>
[Kind("radam")]
public sealed record RAdamOptions : AdamFamilyOptions
{
    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new RAdam(setup.OptionsOf<RAdamOptions>(), setup.Parameters);
}

/// <inheritdoc cref="RAdamOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class RAdam(IReadOnlyList<RAdamOptions> options, Tensor parameters) : ElementwiseOptimizer<RAdam.Rule>(default, parameters)
{
    private const int Beta1 = 0,
        OneMinusBeta1 = 1,
        Beta2 = 2,
        OneMinusBeta2 = 3,
        StepSize = 4,
        Offset = 5,
        Shrinkage = 6,
        RootWeight = 7,
        Count = 8;

    /// <inheritdoc/>
    protected override double DecayFactor(int trial) => 1 - options[trial].LearningRateAt(StepCount) * options[trial].WeightDecay;

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        var forgotten = Math.Pow(o.Beta2, StepCount);
        var longest = 2 / (1 - o.Beta2) - 1;
        var length = longest - 2 * StepCount * forgotten / (1 - forgotten);
        var stepSize = o.LearningRateAt(StepCount) / (1 - Math.Pow(o.Beta1, StepCount));
        coefficients[Beta1] = o.Beta1;
        coefficients[OneMinusBeta1] = 1 - o.Beta1;
        coefficients[Beta2] = o.Beta2;
        coefficients[OneMinusBeta2] = 1 - o.Beta2;
        coefficients[Shrinkage] = DecayFactor(trial);
        if (length > 4)
        {
            var rectification = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
            coefficients[StepSize] = stepSize * rectification * Math.Sqrt(1 - forgotten);
            (coefficients[Offset], coefficients[RootWeight]) = (o.Epsilon, 1);
        }
        else
        {
            coefficients[StepSize] = stepSize;
            (coefficients[Offset], coefficients[RootWeight]) = (1, 0);
        }
    }

    /// <inheritdoc cref="RAdamOptions"/>
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
            mean = mean * coefficients[Beta1] + gradient * coefficients[OneMinusBeta1];
            square = square * coefficients[Beta2] + gradient * gradient * coefficients[OneMinusBeta2];

            // The denominator is 1·√v + ε where the step is rectified, else 0·√v + 1.
            var denominator = V.Sqrt(square) * coefficients[RootWeight] + coefficients[Offset];
            parameter = parameter * coefficients[Shrinkage] - mean / denominator * coefficients[StepSize];
        }
    }
}
