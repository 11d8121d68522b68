using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// Sophia: m ← β1 m + (1 − β1) g; at every k-th step, from the first on, h ← β2 h + (1 − β2) B g²; θ ← θ − ηλθ, then
/// θ ← θ − η·clip(m/max(γh, ε), 1), clip(x, 1) = max(−1, min(x, 1)).
/// </summary>
/// <remarks>
/// arXiv:2305.14342, algorithm 3, with its β1 = 0.96, β2 = 0.99, γ = 0.05 (of Sophia-G), ε = 1e-12 and k = 10. The estimate of
/// the Hessian's diagonal is neither of the paper's two: Hutchinson's needs Hessian-vector products and Gauss-Newton-Bartlett
/// labels that are sampled from the model's outputs, and an optimizer sees gradients alone. It is the empirical Fisher B g², with
/// the batch's own labels, which the paper's ablation (E-F+clip) finds to be worse. B, which is part of γ where it is left at 1,
/// is the number of samples whose mean g is.
/// </remarks>
[Kind("sophia")]
public sealed record SophiaOptions : OptimizerOptions
{
    /// <summary>Decay β1 of the gradient's running mean.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.96;

    /// <summary>Decay β2 of the curvature's running mean.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Scale γ of the curvature; the smaller, the more components are clipped.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Gamma { get; init; } = 0.05;

    /// <summary>Number B of samples in a gradient.</summary>
    [Stackable, Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double BatchSize { get; init; } = 1;

    /// <summary>Least curvature ε.</summary>
    [Stackable, Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 1e-12;

    /// <summary>Steps k between estimates of the curvature.</summary>
    [Range(1, int.MaxValue)]
    public int EstimateEvery { get; init; } = 10;

    /// <summary>Decoupled weight decay λ.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Sophia(setup.OptionsOf<SophiaOptions>(), setup.Parameters);
}

/// <inheritdoc cref="SophiaOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class Sophia(IReadOnlyList<SophiaOptions> options, Tensor parameters)
    : ElementwiseOptimizer<Sophia.Rule>(default, parameters)
{
    private const int Beta1 = 0,
        OneMinusBeta1 = 1,
        KeptCurvature = 2,
        NewCurvature = 3,
        Gamma = 4,
        Epsilon = 5,
        One = 6,
        MinusOne = 7,
        LearningRate = 8,
        Shrinkage = 9,
        Count = 10;

    /// <inheritdoc/>
    protected override double DecayFactor(int trial) => 1 - options[trial].LearningRateAt(StepCount) * options[trial].WeightDecay;

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        var estimates = (StepCount - 1) % o.EstimateEvery == 0;
        coefficients[Beta1] = o.Beta1;
        coefficients[OneMinusBeta1] = 1 - o.Beta1;
        coefficients[KeptCurvature] = estimates ? o.Beta2 : 1;
        coefficients[NewCurvature] = estimates ? (1 - o.Beta2) * o.BatchSize : 0;
        coefficients[Gamma] = o.Gamma;
        coefficients[Epsilon] = o.Epsilon;
        coefficients[One] = 1;
        coefficients[MinusOne] = -1;
        coefficients[LearningRate] = o.LearningRateAt(StepCount);
        coefficients[Shrinkage] = DecayFactor(trial);
    }

    /// <inheritdoc cref="SophiaOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["mean", "curvature"];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            ref var mean = ref state.First;
            ref var curvature = ref state.Second;
            mean = mean * coefficients[Beta1] + gradient * coefficients[OneMinusBeta1];
            curvature = curvature * coefficients[KeptCurvature] + gradient * gradient * coefficients[NewCurvature];
            var step = mean / V.Max(curvature * coefficients[Gamma], coefficients[Epsilon]);
            parameter =
                parameter * coefficients[Shrinkage]
                - V.Max(V.Min(step, coefficients[One]), coefficients[MinusOne]) * coefficients[LearningRate];
        }
    }
}
