using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Theories;

/// <summary>
/// The Quanta model, for comparison: skills are learned whole, independently, each when it has been seen often enough:
/// s_i = 1 once p_i t ≥ τ, with τ = p_1 t_1. With p_i ∝ i^(−α) the loss Σ_{i&gt;n} p_i falls as n^(−(α − 1)), and n ∝ t^(1/α). Fits
/// learningTime.
/// </summary>
/// <remarks>Michaud et al. 2023 (arXiv:2303.13506), as used in arXiv:2501.12391.</remarks>
[Kind("quanta")]
public sealed record QuantaModel : SkillTheory
{
    /// <summary>The model of skills yet to be named, by <see cref="SkillTheory.Bind"/>.</summary>
    public QuantaModel() { }

    /// <summary>Skills (quanta) of frequencies p [K].</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public QuantaModel(IReadOnlyList<double> frequencies)
        : base(frequencies) { }

    /// <summary>t_1, steps until the most frequent skill is learned.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1e-2, 1e7)]
    public double LearningTime { get; init; } = 100;

    /// <inheritdoc/>
    protected override bool FollowsLearningRate => false; // it counts how often a skill has been seen

    /// <inheritdoc/>
    protected override void PredictStrength(ReadOnlySpan<double> at, Span<double> strength)
    {
        var most = Frequencies.Max();
        for (var t = 0; t < at.Length; t++)
        {
            for (var i = 0; i < Skills; i++)
                strength[(t * Skills) + i] = at[t] / LearningTime * P[i] >= most ? 1 : 0;
        }
    }
}
