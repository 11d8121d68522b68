using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// Stochastic gradient descent: g ← g + λθ; b ← μb + g; θ ← θ − η(g + μb with Nesterov, else b). Without momentum b = g.
/// </summary>
/// <remarks>Sutskever et al., ICML 2013, in PyTorch's form; dampening is not offered. Weight decay λ is coupled. Defaults are
/// PyTorch's.</remarks>
[Kind("sgd")]
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>Momentum μ; 0 keeps no memory.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; }

    /// <summary>Whether the step looks ahead along the momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight decay λ, added to the gradient.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Sgd(setup.OptionsOf<SgdOptions>(), setup.Parameters);
}

/// <inheritdoc cref="SgdOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class Sgd(IReadOnlyList<SgdOptions> options, Tensor parameters)
    : ElementwiseOptimizer<Sgd.Rule>(new Rule(options.Any(o => o.Momentum != 0), options[0].Nesterov), parameters)
{
    private const int LearningRate = 0,
        WeightDecay = 1,
        Momentum = 2,
        Count = 3;

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        coefficients[LearningRate] = options[trial].LearningRateAt(StepCount);
        coefficients[WeightDecay] = options[trial].WeightDecay;
        coefficients[Momentum] = options[trial].Momentum;
    }

    /// <inheritdoc cref="SgdOptions"/>
    /// <param name="momentum">Whether any trial has momentum; without it nothing is remembered.</param>
    /// <param name="nesterov">Whether the step looks ahead along the momentum.</param>
    public readonly struct Rule(bool momentum, bool nesterov) : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => momentum ? ["momentumBuffer"] : [];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            ref var momentumBuffer = ref state.First;
            gradient += coefficients[WeightDecay] * parameter;
            if (momentum)
            {
                momentumBuffer = momentumBuffer * coefficients[Momentum] + gradient;
                gradient = nesterov ? gradient + coefficients[Momentum] * momentumBuffer : momentumBuffer;
            }

            parameter -= coefficients[LearningRate] * gradient;
        }
    }
}
