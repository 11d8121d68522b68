using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>The Quanta model laid over measurements: a skill is learned whole once it has been seen often enough. Fits learningTime, of the most frequent skill.</summary>
/// <remarks>arXiv:2303.13506, as used in arXiv:2501.12391.</remarks>
[Kind("quanta")]
public sealed record QuantaTheoryOptions : TheoryOptions
{
    /// <summary>Steps t_1 until the most frequent skill is learned.</summary>
    public double LearningTime { get; init; } = 100;

    /// <inheritdoc/>
    public override SkillTheory Bind(Trial trial) =>
        new QuantaModel([.. trial.Task.GetSkills().Select(s => s.Frequency)]) { LearningTime = LearningTime };
}
