using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>Sign gradient descent as Adam with betas (0, 0): θ ← θ − η·g/(|g| + ε).</summary>
/// <remarks>arXiv:2501.12391; ε = 1e-8 is PyTorch's Adam default. A component much smaller than ε is damped, not signed.</remarks>
[Kind("signgd")]
public sealed record SignGdOptions : OptimizerOptions
{
    /// <summary>Smoothing ε of the sign.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new SignGd(setup.OptionsOf<SignGdOptions>(), setup.Parameters);
}

/// <inheritdoc cref="SignGdOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class SignGd(IReadOnlyList<SignGdOptions> options, Tensor parameters)
    : ElementwiseOptimizer<SignGd.Rule>(default, parameters)
{
    private const int LearningRate = 0,
        Epsilon = 1,
        Count = 2;

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        coefficients[LearningRate] = options[trial].LearningRateAt(StepCount);
        coefficients[Epsilon] = options[trial].Epsilon;
    }

    /// <inheritdoc cref="SignGdOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => [];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            parameter -= gradient / (V.Abs(gradient) + coefficients[Epsilon]) * coefficients[LearningRate];
        }
    }
}
