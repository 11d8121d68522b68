using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>Skills that are learned side by side, each at a rate proportional to its frequency, laid over measurements: s_i = 1 − exp(−rate·p_i·t). Fits rate.</summary>
/// <remarks>arXiv:2501.12391, Fig. 9; the one-layer linear contrast of arXiv:2404.17563.</remarks>
[Kind("parallel")]
public sealed record ParallelTheoryOptions : TheoryOptions
{
    /// <summary>Rate a step of a skill of frequency 1.</summary>
    public double Rate { get; init; } = 1.0 / 30;

    /// <inheritdoc/>
    public override SkillTheory Bind(Trial trial) =>
        new ParallelModel([.. trial.Task.GetSkills().Select(s => s.Frequency)]) { Rate = Rate };
}
