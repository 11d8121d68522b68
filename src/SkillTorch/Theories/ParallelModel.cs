using System.ComponentModel.DataAnnotations;
using SkillTorch.Numerics;

namespace SkillTorch.Theories;

/// <summary>
/// Skills that are learned side by side, each at a rate proportional to its frequency: s_i = 1 − exp(−rate·p_i·t). It is the contrast
/// to the Domino model, the Resource model at N0 → ∞ (rate = η_eff/N0), and, with rate = η, the one-layer linear contrast of the
/// multilinear model (arXiv 2404.17563: R_k = S (1 − exp(−η (d_k/D) T))). Fits rate.
/// </summary>
/// <remarks>arXiv:2501.12391, fig 9: rate 1/30 and p_i = 1/i, that is frequencyExponent 1, not normalised.</remarks>
[Kind("parallel")]
public sealed record ParallelModel : SkillTheory
{
    /// <summary>The model of skills yet to be named, by <see cref="SkillTheory.Bind"/>.</summary>
    public ParallelModel() { }

    /// <summary>Skills of frequencies p [K], which need not be normalised.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public ParallelModel(IReadOnlyList<double> frequencies)
        : base(frequencies) { }

    /// <summary>Rate a step of a skill of frequency 1.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1e-7, 1e2)]
    public double Rate { get; init; } = 1.0 / 30;

    /// <inheritdoc/>
    protected override void PredictStrength(ReadOnlySpan<double> at, Span<double> strength)
    {
        for (var t = 0; t < at.Length; t++)
        {
            for (var i = 0; i < Skills; i++)
                strength[(t * Skills) + i] = Special.OneMinusExp(P[i] * (Rate * at[t]));
        }
    }

    /// <inheritdoc/>
    protected override void PredictLoss(ReadOnlySpan<double> at, Span<double> loss)
    {
        for (var t = 0; t < at.Length; t++)
        {
            for (var i = 0; i < Skills; i++)
                loss[(t * Skills) + i] = ChanceLoss(i) * Math.Exp(-2 * Rate * P[i] * at[t]); // exact also where 1 − s has no digits left
        }
    }
}
