using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// RMSprop: s ← αs + (1 − α)g²; u = g/(√s + ε); b ← μb + u; θ ← θ − ηb. Centred, s is replaced by the variance s − a² with
/// a ← αa + (1 − α)g. Weight decay is added to the gradient.
/// </summary>
/// <remarks>Hinton, "Neural networks for machine learning", lecture 6e (2012), with α = 0.9; centred as in arXiv:1308.0850, eq. 38–41. Form
/// and defaults are PyTorch's.</remarks>
[Kind("rmsprop")]
public sealed record RmsPropOptions : OptimizerOptions
{
    /// <summary>Starts from RMSprop's own learning rate.</summary>
    public RmsPropOptions() => LearningRate = 0.01;

    /// <summary>Decay α of the squared gradient's running mean.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Alpha { get; init; } = 0.99;

    /// <summary>Added ε in the denominator.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Momentum μ.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; }

    /// <summary>Whether the gradient is divided by its standard deviation rather than its root mean square.</summary>
    public bool Centered { get; init; }

    /// <summary>Weight decay λ, added to the gradient.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new RmsProp(setup.OptionsOf<RmsPropOptions>(), setup.Parameters);
}

/// <inheritdoc cref="RmsPropOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class RmsProp(IReadOnlyList<RmsPropOptions> options, Tensor parameters)
    : ElementwiseOptimizer<RmsProp.Rule>(new Rule(options[0].Centered), parameters)
{
    private const int LearningRate = 0,
        Alpha = 1,
        OneMinusAlpha = 2,
        Epsilon = 3,
        Momentum = 4,
        WeightDecay = 5,
        Zero = 6,
        Count = 7;

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        coefficients[LearningRate] = o.LearningRateAt(StepCount);
        coefficients[Alpha] = o.Alpha;
        coefficients[OneMinusAlpha] = 1 - o.Alpha;
        coefficients[Epsilon] = o.Epsilon;
        coefficients[Momentum] = o.Momentum;
        coefficients[WeightDecay] = o.WeightDecay;
        coefficients[Zero] = 0;
    }

    /// <inheritdoc cref="RmsPropOptions"/>
    /// <param name="centered">Whether the running mean is subtracted.</param>
    public readonly struct Rule(bool centered) : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => centered ? ["square", "momentumBuffer", "mean"] : ["square", "momentumBuffer"];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            ref var square = ref state.First;
            ref var momentumBuffer = ref state.Second;
            ref var mean = ref state.Third;
            gradient += coefficients[WeightDecay] * parameter;
            square = square * coefficients[Alpha] + gradient * gradient * coefficients[OneMinusAlpha];
            var variance = square;
            if (centered)
            {
                mean = mean * coefficients[Alpha] + gradient * coefficients[OneMinusAlpha];
                variance = V.Max(variance - mean * mean, coefficients[Zero]); // rounding may take it below 0
            }

            momentumBuffer = momentumBuffer * coefficients[Momentum] + gradient / (V.Sqrt(variance) + coefficients[Epsilon]);
            parameter -= momentumBuffer * coefficients[LearningRate];
        }
    }
}
