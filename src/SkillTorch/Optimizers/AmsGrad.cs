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
internal sealed class AmsGrad(IReadOnlyList<AmsGradOptions> options, Tensor parameters)
    : ElementwiseOptimizer<AmsGrad.Rule>(default, parameters)
{
    private const int Beta1 = 0,
        OneMinusBeta1 = 1,
        Beta2 = 2,
        OneMinusBeta2 = 3,
        Epsilon = 4,
        StepSize = 5,
        RootCorrection = 6,
        WeightDecay = 7,
        Count = 8;

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        coefficients[Beta1] = o.Beta1;
        coefficients[OneMinusBeta1] = 1 - o.Beta1;
        coefficients[Beta2] = o.Beta2;
        coefficients[OneMinusBeta2] = 1 - o.Beta2;
        coefficients[Epsilon] = o.Epsilon;
        coefficients[StepSize] = o.LearningRateAt(StepCount) / (1 - Math.Pow(o.Beta1, StepCount));
        coefficients[RootCorrection] = 1 / Math.Sqrt(1 - Math.Pow(o.Beta2, StepCount));
        coefficients[WeightDecay] = o.WeightDecay;
    }

    /// <inheritdoc cref="AmsGradOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["mean", "square", "largestSquare"];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            ref var mean = ref state.First;
            ref var square = ref state.Second;
            ref var largestSquare = ref state.Third;
            gradient += coefficients[WeightDecay] * parameter;
            mean = mean * coefficients[Beta1] + gradient * coefficients[OneMinusBeta1];
            square = square * coefficients[Beta2] + gradient * gradient * coefficients[OneMinusBeta2];
            largestSquare = V.Max(largestSquare, square);
            parameter -= mean / (V.Sqrt(largestSquare) * coefficients[RootCorrection] + coefficients[Epsilon]) * coefficients[StepSize];
        }
    }
}
