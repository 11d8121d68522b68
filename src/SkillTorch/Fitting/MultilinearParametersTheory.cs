using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>
/// The extended multilinear model limited by parameters, laid over a sweep of model.width: hidden units are spent in skill order,
/// N_c a skill, so that R_k/S at the last measured step is N/N_c − (k − 1), kept between 0 and 1. Fits nc.
/// </summary>
/// <remarks>arXiv:2404.17563, section on predicting emergence.</remarks>
[Kind("multilinear-parameters")]
public sealed record MultilinearParametersTheoryOptions : TheoryOptions
{
    /// <summary>Hidden units N_c that a skill takes; the published value was calibrated on one skill.</summary>
    public double Nc { get; init; } = 4;

    /// <summary>The target's scale S; null takes the task's or the model's <c>targetScale</c>, or 1 where there is none.</summary>
    public double? TargetScale { get; init; }

    /// <inheritdoc/>
    public override SkillTheory Bind(Trial trial) =>
        new MultilinearParameterLimit([.. trial.Task.GetSkills().Select(s => s.Frequency)])
        {
            Nc = Nc,
            TargetScale = TargetScale ?? MultilinearTheoryOptions.TargetScaleOf(trial),
        };
}
