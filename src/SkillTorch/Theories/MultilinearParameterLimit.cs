using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Theories;

/// <summary>
/// The extended multilinear model limited by parameters: N basis functions are spent in skill order, N_c a skill. With
/// q = ⌊(N − 1)/N_c⌋ + 1 and r = N − (q − 1) N_c, R_k/S = 1 for k &lt; q, r/N_c for k = q, 0 for k &gt; q; that is
/// clamp(N/N_c − (k − 1), 0, 1), which also serves a fit with N_c that is not whole. Laid over a sweep of model.width, whose strengths
/// at the last measured step it predicts; as a model, a step stands for a basis function. Fits nc.
/// </summary>
/// <remarks>arXiv:2404.17563, section on predicting emergence; the published N_c was calibrated on one skill.</remarks>
[Kind("multilinear-parameters")]
public sealed record MultilinearParameterLimit : SkillTheory
{
    /// <summary>The model of skills yet to be named, by <see cref="SkillTheory.Bind"/>.</summary>
    public MultilinearParameterLimit() { }

    /// <summary>Skills of frequencies P(k) [K], in the order in which basis functions are spent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public MultilinearParameterLimit(IReadOnlyList<double> frequencies)
        : base(frequencies) { }

    /// <inheritdoc/>
    public override Abscissa Abscissa => Abscissa.Parameters;

    /// <summary>N_c, basis functions (hidden units) that a skill takes.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(0.1, 1e4)]
    public double Nc { get; init; } = 4;

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
                strength[(t * Skills) + k] = Math.Clamp((at[t] / Nc) - k, 0, 1);
        }
    }
}
