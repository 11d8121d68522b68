using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// Ratio t_b/t_a of the learning times of two skills [a, b] in the same trial; +∞ if only a is learned, NaN if a is not.
/// </summary>
[Kind("learning-time-ratio")]
public sealed record LearningTimeRatioOptions : ThresholdAnalysisOptions
{
    /// <summary>Step that stands for the learning time of a skill that is never learned; null is never.</summary>
    public double? Otherwise { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(int? Skill, double Value)> Measure(Trajectory curve)
    {
        var times = Times(curve);
        var pair = Skills ?? [1, 2];
        if (pair.Any(s => s > times.Length))
            yield break;
        double Time(int skill) => double.IsPositiveInfinity(times[skill - 1]) ? Otherwise ?? double.PositiveInfinity : times[skill - 1];
        // Against a skill that is never learned no ratio is known; finite/∞ = 0 would look like one.
        yield return (null, double.IsPositiveInfinity(Time(pair[0])) ? double.NaN : Time(pair[1]) / Time(pair[0]));
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequirePair(plan);
    }
}
