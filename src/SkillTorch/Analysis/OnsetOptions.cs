using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// How far skill b is when skill a is learned, of two skills [a, b]: the quantity of b at the first measured step at which that of a lies
/// beyond the threshold. NaN if a is never learned.
/// </summary>
[Kind("onset")]
public sealed record OnsetOptions : ThresholdAnalysisOptions
{
    /// <inheritdoc/>
    protected override IEnumerable<(int? Skill, double Value)> Measure(Trajectory curve)
    {
        var pair = Skills ?? [1, 2];
        if (pair.Any(s => s > curve.Skills))
            yield break;
        var learned = Times(curve)[pair[0] - 1];
        // A time between two measurements, where times are interpolated, has none of its own: the first one after it counts.
        var row = Array.FindIndex(curve.Steps, step => step >= learned);
        yield return (null, row < 0 ? double.NaN : Column(curve, Quantity)[row, pair[1] - 1]);
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequirePair(plan);
    }
}
