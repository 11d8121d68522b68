using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>The Domino model laid over measurements: skills one after another, each learned linearly in t0 steps. Fits learningTime.</summary>
/// <remarks>arXiv:2501.12391, section on the Domino model.</remarks>
[Kind("domino")]
public sealed record DominoTheoryOptions : TheoryOptions
{
    /// <summary>Steps t0 to learn one skill.</summary>
    public double LearningTime { get; init; } = 100;

    /// <inheritdoc/>
    public override SkillTheory Bind(Trial trial) =>
        new DominoModel([.. trial.Task.GetSkills().Select(s => s.Frequency)]) { LearningTime = LearningTime };
}
