using System.ComponentModel.DataAnnotations;
using SkillTorch.Tasks;
using SkillTorch.Theories;

namespace SkillTorch.Models;

/// <summary>The Domino model: skills are learned strictly one after another, in order of frequency, each linearly in t0 steps.</summary>
/// <remarks>arXiv:2501.12391, section on the Domino model; t0 = 100 is fig 9's.</remarks>
[Kind("domino")]
public sealed record DominoDynamicsOptions : TheoryDynamicsOptions
{
    /// <summary>t0, steps to learn one skill.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double LearningTime { get; init; } = 100;

    /// <inheritdoc/>
    protected override SkillTheory Theory(IReadOnlyList<Skill> skills, LossKind loss) =>
        new DominoModel(Independent(skills, loss, "domino")) { LearningTime = LearningTime };
}

/// <summary>Skills that are learned side by side, each at its own rate: s_i = 1 − exp(−rate·p_i·t), the contrast to the Domino model.</summary>
/// <remarks>arXiv:2501.12391, fig 9: rate 1/30 and p_i = 1/i, that is frequencyExponent 1, not normalised.</remarks>
[Kind("parallel")]
public sealed record ParallelDynamicsOptions : TheoryDynamicsOptions
{
    /// <summary>Rate a step of a skill of frequency 1.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double Rate { get; init; } = 1.0 / 30;

    /// <inheritdoc/>
    protected override SkillTheory Theory(IReadOnlyList<Skill> skills, LossKind loss) =>
        new ParallelModel(Independent(skills, loss, "parallel")) { Rate = Rate };
}

/// <summary>The Quanta model: a skill is learned whole once it has been seen often enough, skill i at time t_1·p_1/p_i.</summary>
/// <remarks>arXiv:2303.13506, as used in arXiv:2501.12391.</remarks>
[Kind("quanta")]
public sealed record QuantaDynamicsOptions : TheoryDynamicsOptions
{
    /// <summary>t_1, steps until the most frequent skill is learned.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double LearningTime { get; init; } = 100;

    /// <inheritdoc/>
    protected override SkillTheory Theory(IReadOnlyList<Skill> skills, LossKind loss) =>
        new QuantaModel(Independent(skills, loss, "quanta")) { LearningTime = LearningTime };
}
