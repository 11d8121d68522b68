using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Theories;

/// <summary>
/// The extended multilinear model limited by data: a D_c-shot learner trained to the end on D samples, of which
/// d_k = D P(k) show skill k, reaches R_k(∞)/S = 1 − √(1 − d_k/D_c) for d_k &lt; D_c, else 1. Laid over a sweep of
/// training.datasetSize, whose strengths at the last measured step it predicts; as a model, a step stands for a sample. Fits dc.
/// </summary>
/// <remarks>
/// arXiv:2404.17563, section on predicting emergence. The samples d_k of skill k are taken as expected, D·P(k), as in the published
/// figure; the published D_c was calibrated on one skill.
/// </remarks>
[Kind("multilinear-data")]
public sealed record MultilinearDataLimit : SkillTheory
{
    /// <summary>The model of skills yet to be named, by <see cref="SkillTheory.Bind"/>.</summary>
    public MultilinearDataLimit() { }

    /// <summary>Skills of frequencies P(k) [K].</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public MultilinearDataLimit(IReadOnlyList<double> frequencies)
        : base(frequencies) { }

    /// <inheritdoc/>
    public override Abscissa Abscissa => Abscissa.Samples;

    /// <summary>D_c, samples of a skill that suffice to learn it.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1, 1e7)]
    public double Dc { get; init; } = 800;

    /// <summary>The target's scale S, which gives the losses ½(S − R)² their unit where the theory is itself the model.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double TargetScale { get; init; } = 1;

    /// <inheritdoc/>
    protected override double OwnChanceLoss(int skill) => TargetScale * TargetScale / 2;

    /// <inheritdoc/>
    protected override void PredictStrength(ReadOnlySpan<double> at, Span<double> strength)
    {
        for (var t = 0; t < at.Length; t++)
        {
            for (var k = 0; k < Skills; k++)
                strength[(t * Skills) + k] = 1 - Math.Sqrt(Math.Max(0, 1 - (P[k] * (at[t] / Dc))));
        }
    }
}
