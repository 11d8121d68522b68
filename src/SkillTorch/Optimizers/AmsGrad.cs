using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// AMSGrad: Adam whose second moment never falls: m ← β1 m + (1 − β1) g; v ← β2 v + (1 − β2) g²; w ← max(w, v);
/// θ ← θ − η·m̂/(√ŵ + ε), m̂ = m/(1 − β1^t), ŵ = w/(1 − β2^t). Weight decay is added to the gradient.
/// </summary>
/// <remarks>arXiv:1904.09237, algorithm 2, which has neither bias correction nor ε: these, and the defaults, are PyTorch's.</remarks>
[Kind("amsgrad")]
public sealed record AmsGradOptions : AdamFamilyOptions
{
    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new AmsGrad(setup.OptionsOf<AmsGradOptions>(), setup.Parameters);
}

/// <inheritdoc cref="AmsGradOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
public sealed class AmsGrad(IReadOnlyList<AmsGradOptions> options, Tensor parameters)
    : ElementwiseOptimizer<AmsGrad.Rule>(default, parameters)
{
    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        coefficients[0] = o.Beta1;
        coefficients[1] = 1 - o.Beta1;
        coefficients[2] = o.Beta2;
        coefficients[3] = 1 - o.Beta2;
        coefficients[4] = o.Epsilon;
        coefficients[5] = o.LearningRateAt(StepCount) / (1 - Math.Pow(o.Beta1, StepCount));
        coefficients[6] = 1 / Math.Sqrt(1 - Math.Pow(o.Beta2, StepCount));
        coefficients[7] = o.WeightDecay;
    }

    /// <inheritdoc cref="AmsGradOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["mean", "square", "largestSquare"];

        /// <inheritdoc/>
        public int Coefficients => 8;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            gradient += coefficients[7] * parameter;
            state.First = state.First * coefficients[0] + gradient * coefficients[1];
            state.Second = state.Second * coefficients[2] + gradient * gradient * coefficients[3];
            state.Third = V.Max(state.Third, state.Second);
            parameter -= state.First / (V.Sqrt(state.Third) * coefficients[6] + coefficients[4]) * coefficients[5];
        }
    }
}
