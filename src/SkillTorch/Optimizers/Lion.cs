using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>Lion: c = β1 m + (1 − β1) g; θ ← θ − ηλθ − η·sign(c); m ← β2 m + (1 − β2) g.</summary>
/// <remarks>arXiv:2302.06675, algorithm 2, whose β1 = 0.9 and β2 = 0.99 are the defaults; η = 1e-4 is that of the authors' code. Weight
/// decay is decoupled.</remarks>
[Kind("lion")]
public sealed record LionOptions : OptimizerOptions
{
    /// <summary>Starts from Lion's own learning rate.</summary>
    public LionOptions() => LearningRate = 1e-4;

    /// <summary>Weight β1 of the running mean in the step's direction.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β2 of the gradient's running mean.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>Decoupled weight decay λ.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Lion(setup.OptionsOf<LionOptions>(), setup.Parameters);
}

/// <inheritdoc cref="LionOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class Lion(IReadOnlyList<LionOptions> options, Tensor parameters) : ElementwiseOptimizer<Lion.Rule>(default, parameters)
{
    private const int Beta1 = 0,
        OneMinusBeta1 = 1,
        Beta2 = 2,
        OneMinusBeta2 = 3,
        LearningRate = 4,
        Shrinkage = 5,
        Count = 6;

    /// <inheritdoc/>
    protected override double DecayFactor(int trial) => 1 - options[trial].LearningRateAt(StepCount) * options[trial].WeightDecay;

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        coefficients[Beta1] = o.Beta1;
        coefficients[OneMinusBeta1] = 1 - o.Beta1;
        coefficients[Beta2] = o.Beta2;
        coefficients[OneMinusBeta2] = 1 - o.Beta2;
        coefficients[LearningRate] = o.LearningRateAt(StepCount);
        coefficients[Shrinkage] = DecayFactor(trial);
    }

    /// <inheritdoc cref="LionOptions"/>
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
            var direction = mean * coefficients[Beta1] + gradient * coefficients[OneMinusBeta1];
            parameter = parameter * coefficients[Shrinkage] - V.Sign(direction) * coefficients[LearningRate];
            mean = mean * coefficients[Beta2] + gradient * coefficients[OneMinusBeta2];
        }
    }
}
