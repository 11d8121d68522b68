using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>Adagrad: s ← s + g²; θ ← θ − η·g/(√s + ε). Weight decay is added to the gradient.</summary>
/// <remarks>Duchi, Hazan, Singer, JMLR 12 (2011), eq. 1 with the diagonal of the outer products. η = 0.01 and ε = 1e-10 are
/// PyTorch's.</remarks>
[Kind("adagrad")]
public sealed record AdagradOptions : OptimizerOptions
{
    /// <summary>Starts from Adagrad's own learning rate.</summary>
    public AdagradOptions() => LearningRate = 0.01;

    /// <summary>Added ε in the denominator.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Epsilon { get; init; } = 1e-10;

    /// <summary>Weight decay λ, added to the gradient.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Adagrad(setup.OptionsOf<AdagradOptions>(), setup.Parameters);
}

/// <inheritdoc cref="AdagradOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class Adagrad(IReadOnlyList<AdagradOptions> options, Tensor parameters)
    : ElementwiseOptimizer<Adagrad.Rule>(default, parameters)
{
    private const int LearningRate = 0,
        Epsilon = 1,
        WeightDecay = 2,
        Count = 3;

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        coefficients[LearningRate] = options[trial].LearningRateAt(StepCount);
        coefficients[Epsilon] = options[trial].Epsilon;
        coefficients[WeightDecay] = options[trial].WeightDecay;
    }

    /// <inheritdoc cref="AdagradOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["squareSum"];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            ref var squareSum = ref state.First;
            gradient += coefficients[WeightDecay] * parameter;
            squareSum += gradient * gradient;
            parameter -= gradient / (V.Sqrt(squareSum) + coefficients[Epsilon]) * coefficients[LearningRate];
        }
    }
}
