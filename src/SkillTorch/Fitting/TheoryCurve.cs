using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>A theory's prediction beside the measurements of one case and sweep value.</summary>
/// <param name="Case">Label of the experiment's case.</param>
/// <param name="Sweep">The sweep's keys (JSON paths) and values.</param>
/// <param name="Theory">The theory's label.</param>
/// <param name="Curve">The prediction: strengths, and losses in the unit of the measured ones
/// (<see cref="Theories.SkillTheory.ChanceLosses"/>); accuracy is NaN. A theory of the total loss alone predicts a single skill of
/// frequency 1.</param>
public sealed record TheoryCurve(
    string Case,
    IReadOnlyList<KeyValuePair<string, object>> Sweep,
    string Theory,
    Trajectory Curve)
{
    /// <summary>
    /// The replicate that the prediction belongs to, where it depends on the draw of the task; null where it stands for all.
    /// </summary>
    public int? Replicate { get; init; }
}
