using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Theories;

/// <summary>
/// The Domino model: strictly one skill after another, in order of frequency, each learned linearly in t0 steps:
/// s_i = clamp(t/t0 − (i − 1), 0, 1). It is the Resource model at N0 → 0 with p_1 ≫ p_2 ≫ …, where t0 = 1/η_eff. Fits learningTime.
/// </summary>
/// <remarks>arXiv:2501.12391, section on the Domino model; t0 = 100 is fig 9's.</remarks>
[Kind("domino")]
public sealed record DominoModel : SkillTheory
{
    /// <summary>The model of skills yet to be named, by <see cref="SkillTheory.Bind"/>.</summary>
    public DominoModel() { }

    /// <summary>Skills of frequencies p [K]; equally frequent ones are learned in their given order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public DominoModel(IReadOnlyList<double> frequencies)
        : base(frequencies) { }

    /// <summary>t0, steps to learn one skill.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1e-2, 1e7)]
    public double LearningTime { get; init; } = 100;

    /// <inheritdoc/>
    protected override void PredictStrength(ReadOnlySpan<double> at, Span<double> strength)
    {
        var order = Enumerable.Range(0, Skills).OrderByDescending(i => Frequencies[i]).ToArray();
        for (var t = 0; t < at.Length; t++)
        {
            for (var place = 0; place < order.Length; place++)
                strength[(t * Skills) + order[place]] = Math.Clamp((at[t] / LearningTime) - place, 0, 1);
        }
    }
}
