using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>Signum: m ← βm + (1 − β)g; θ ← θ − ηλθ − η·sign(m).</summary>
/// <remarks>arXiv:1802.04434, algorithm 2, whose β = 0.9 is the default. Weight decay, which the algorithm leaves out, is
/// decoupled.</remarks>
[Kind("signum")]
public sealed record SignumOptions : OptimizerOptions
{
    /// <summary>Decay β of the gradient's running mean.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta { get; init; } = 0.9;

    /// <summary>Decoupled weight decay λ.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Signum(setup.OptionsOf<SignumOptions>(), setup.Parameters);
}

/// <inheritdoc cref="SignumOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class Signum(IReadOnlyList<SignumOptions> options, Tensor parameters)
    : ElementwiseOptimizer<Signum.Rule>(default, parameters)
{
    private const int Beta = 0,
        OneMinusBeta = 1,
        LearningRate = 2,
        Shrinkage = 3,
        Count = 4;

    /// <inheritdoc/>
    protected override double DecayFactor(int trial) => 1 - options[trial].LearningRateAt(StepCount) * options[trial].WeightDecay;

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        coefficients[Beta] = o.Beta;
        coefficients[OneMinusBeta] = 1 - o.Beta;
        coefficients[LearningRate] = o.LearningRateAt(StepCount);
        coefficients[Shrinkage] = DecayFactor(trial);
    }

    /// <inheritdoc cref="SignumOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["mean"];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            ref var mean = ref state.First;
            mean = mean * coefficients[Beta] + gradient * coefficients[OneMinusBeta];
            parameter = parameter * coefficients[Shrinkage] - V.Sign(mean) * coefficients[LearningRate];
        }
    }
}
