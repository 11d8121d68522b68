using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>
/// The extended multilinear model limited by data, laid over a sweep of training.datasetSize: R_k/S at the last measured step is
/// 1 − √(1 − D·P(k)/D_c), or 1 where D·P(k) ≥ D_c. Fits dc.
/// </summary>
/// <remarks>arXiv:2404.17563, section on predicting emergence. The samples d_k of skill k are taken as expected, D·P(k), as in the published figure.</remarks>
[Kind("multilinear-data")]
public sealed record MultilinearDataTheoryOptions : TheoryOptions
{
    /// <summary>Samples D_c of a skill that suffice to learn it; the published value was calibrated on one skill.</summary>
    public double Dc { get; init; } = 800;

    /// <summary>The target's scale S; null takes the task's or the model's <c>targetScale</c>, or 1 where there is none.</summary>
    public double? TargetScale { get; init; }

    /// <inheritdoc/>
    public override SkillTheory Bind(Trial trial) =>
        new MultilinearDataLimit([.. trial.Task.GetSkills().Select(s => s.Frequency)])
        {
            Dc = Dc,
            TargetScale = TargetScale ?? MultilinearTheoryOptions.TargetScaleOf(trial),
        };
}
