using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// MARS-AdamW, AdamW on a gradient of less variance: c = g + γ·β1/(1 − β1)·(g − g'), divided by its norm over a network's
/// parameters where that exceeds 1; m ← β1 m + (1 − β1) c; v ← β2 v + (1 − β2) c²; θ ← θ − ηλθ − η·m̂/(√v̂ + ε), with g' the
/// gradient before (g at the first step).
/// </summary>
/// <remarks>
/// arXiv:2411.10438, algorithm 2 (MARS-AdamW) in its approximate form, where g' is the previous batch's gradient and not the
/// previous parameters' on this batch. Defaults are those of the authors' code, which clips each weight matrix by itself and moves vectors
/// by AdamW.
/// Weight decay is decoupled.
/// </remarks>
[Kind("mars")]
public sealed record MarsOptions : AdamFamilyOptions
{
    /// <summary>Starts from MARS's own values.</summary>
    public MarsOptions() => (LearningRate, Beta1, Beta2) = (3e-3, 0.95, 0.99);

    /// <summary>Strength γ of the correction.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Gamma { get; init; } = 0.025;

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Mars(setup.OptionsOf<MarsOptions>(), setup.Parameters);
}

/// <inheritdoc cref="MarsOptions"/>
/// <param name="options">One record a trial; length R.</param>
/// <param name="parameters">Parameters [R, n].</param>
internal sealed class Mars(IReadOnlyList<MarsOptions> options, Tensor parameters) : ElementwiseOptimizer<Mars.Rule>(default, parameters)
{
    private const int Beta1 = 0,
        OneMinusBeta1 = 1,
        Beta2 = 2,
        OneMinusBeta2 = 3,
        GradientCorrection = 4,
        Clip = 5,
        StepSize = 6,
        RootCorrection = 7,
        Epsilon = 8,
        Shrinkage = 9,
        Count = 10;

    private double[] clip = []; // of each trial, in this update

    /// <inheritdoc/>
    protected override double DecayFactor(int trial) => 1 - options[trial].LearningRateAt(StepCount) * options[trial].WeightDecay;

    /// <inheritdoc/>
    protected override void Prepare(Tensor parameters, Tensor gradient)
    {
        var weight = ColumnOf(Enumerable.Range(0, options.Count).Select(Correction), gradient);
        var corrected = gradient.Plus((gradient - State["previousGradient"]) * weight);
        clip =
        [
            .. RowSums(corrected * corrected)
                .to(ScalarType.Float64)
                .cpu()
                .data<double>()
                .ToArray()
                .Select(square => 1 / Math.Max(1, Math.Sqrt(square))),
        ];
    }

    /// <inheritdoc/>
    protected override void FillCoefficients(int trial, Span<double> coefficients)
    {
        var o = options[trial];
        coefficients[Beta1] = o.Beta1;
        coefficients[OneMinusBeta1] = 1 - o.Beta1;
        coefficients[Beta2] = o.Beta2;
        coefficients[OneMinusBeta2] = 1 - o.Beta2;
        coefficients[GradientCorrection] = Correction(trial);
        coefficients[Clip] = clip[trial];
        coefficients[StepSize] = o.LearningRateAt(StepCount) / (1 - Math.Pow(o.Beta1, StepCount));
        coefficients[RootCorrection] = 1 / Math.Sqrt(1 - Math.Pow(o.Beta2, StepCount));
        coefficients[Epsilon] = o.Epsilon;
        coefficients[Shrinkage] = DecayFactor(trial);
    }

    private double Correction(int trial) => StepCount == 1 ? 0 : options[trial].Gamma * options[trial].Beta1 / (1 - options[trial].Beta1);

    /// <inheritdoc cref="MarsOptions"/>
    public readonly struct Rule : IUpdateRule
    {
        /// <inheritdoc/>
        public IReadOnlyList<string> State => ["mean", "square", "previousGradient"];

        /// <inheritdoc/>
        public int Coefficients => Count;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<V>(ref V parameter, V gradient, ref RuleState<V> state, ReadOnlySpan<V> coefficients)
            where V : struct, INumbers<V>
        {
            ref var mean = ref state.First;
            ref var square = ref state.Second;
            ref var previousGradient = ref state.Third;
            var corrected = (gradient + (gradient - previousGradient) * coefficients[GradientCorrection]) * coefficients[Clip];
            mean = mean * coefficients[Beta1] + corrected * coefficients[OneMinusBeta1];
            square = square * coefficients[Beta2] + corrected * corrected * coefficients[OneMinusBeta2];
            previousGradient = gradient;
            parameter =
                parameter * coefficients[Shrinkage]
                - mean / (V.Sqrt(square) * coefficients[RootCorrection] + coefficients[Epsilon]) * coefficients[StepSize];
        }
    }
}
