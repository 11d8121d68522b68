using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Optimizers;

/// <summary>
/// The <c>gradientNoise</c> of an optimizer: update t takes g + σ_t·N(0, I) for its gradient g, with σ_t = σ·t^(−γ/2), by random
/// numbers of the trial's seed and the update alone. It is added after clipping.
/// </summary>
/// <remarks>
/// arXiv:1511.06807, eq. 1, whose η = σ² is 0.01, 0.3 or 1 and whose γ is 0.55; without decay it is the noise of arXiv:2501.12391.
/// The Geometry model has that noise as its own option, <c>model.gradientNoise</c>, because its aligned dimensions count it; there
/// this option is refused.
/// </remarks>
public sealed record GradientNoiseOptions
{
    /// <summary>Standard deviation σ at the first update.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public required double StandardDeviation { get; init; }

    /// <summary>Exponent γ with which the variance falls; 0 keeps it.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Decay { get; init; }

    /// <summary>Standard deviation σ_t of an update.</summary>
    /// <param name="step">Number of the update t, from 1.</param>
    public double StandardDeviationAt(int step) => Decay == 0 ? StandardDeviation : StandardDeviation * Math.Pow(step, -Decay / 2);
}
