using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Experiments;

/// <summary>The <c>budget</c> section of an experiment: a limit that is checked before any work, whatever made the trials many.</summary>
public sealed record Budget
{
    /// <summary>Most trials; null is no limit.</summary>
    [Range(1, int.MaxValue)]
    public int? Trials { get; init; }

    /// <summary>Most optimizer steps of all trials together; null is no limit.</summary>
    [Range(1, double.MaxValue)]
    public long? Steps { get; init; }
}
