using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>A theory's prediction beside the measurements of one case and sweep value.</summary>
/// <param name="Place">
/// Its case and sweep value, and the replicate where it depends on the draw of the task; else it stands for all replicates.
/// </param>
/// <param name="Theory">The theory's label.</param>
/// <param name="Curve">The prediction: strengths, and losses in the unit of the measured ones
/// (<see cref="Theories.SkillTheory.ChanceLosses"/>); accuracy is NaN. A theory of the total loss alone predicts a single skill of
/// frequency 1.</param>
public sealed record TheoryCurve(Place Place, string Theory, Trajectory Curve) : Placed(Place);
