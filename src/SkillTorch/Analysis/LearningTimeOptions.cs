using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// Step at which a skill is learned: t_i = min { t measured : s_i(t) &gt; threshold }, or ℓ_i(t) &lt; threshold for losses;
/// +∞ for a skill that is never learned.
/// </summary>
[Kind("learning-time")]
public sealed record LearningTimeOptions : ThresholdAnalysisOptions
{
    /// <summary>How the times of several skills become one; null gives each skill's own. <c>max</c> is the time at which all are
    /// learned.</summary>
    public Aggregate? Over { get; init; }

    /// <summary>Value for a skill that is never learned; null is +∞.</summary>
    public double? Otherwise { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(int? Skill, double Value)> Measure(Trajectory curve)
    {
        var times = Times(curve);
        return OverSkills(
            times.Length,
            Quantity == Analysis.Quantity.TotalLoss,
            Over,
            k => double.IsPositiveInfinity(times[k]) ? Otherwise ?? times[k] : times[k]
        );
    }
}
