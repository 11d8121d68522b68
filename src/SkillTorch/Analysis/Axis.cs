namespace SkillTorch.Analysis;

/// <summary>What values are laid out along: <c>skill</c>, an earlier analysis, or a sweep key.</summary>
internal static class Axis
{
    /// <summary>Name of the axis of skill numbers.</summary>
    public const string Skill = "skill";

    /// <summary>Name of the axis of cases, where an analysis spans them.</summary>
    public const string Case = "case";

    /// <summary>Where a value lies on an axis; NaN if nowhere. Several matching values of an analysis are taken by their median.</summary>
    public static double Position(RunData run, AnalysisValue value, string axis)
    {
        if (axis == Skill)
            return value.Skill ?? double.NaN;
        if (value.Sweep.Has(axis))
            return value.Sweep.Number(axis);
        return SampleStatistics.Median(run.Values.Where(v => v.Name == axis && Pairs(v, value)).Select(v => v.Value));
    }

    /// <summary>Whether two values belong together: nothing that both name differs.</summary>
    public static bool Pairs(AnalysisValue a, AnalysisValue b) =>
        (a.Case == b.Case || a.Case == "" || b.Case == "")
        && (a.Replicate is null || b.Replicate is null || a.Replicate == b.Replicate)
        && (a.Skill is null || b.Skill is null || a.Skill == b.Skill)
        && a.Sweep.IsCompatibleWith(b.Sweep);

    /// <summary>Stops unless the axis is skill, a sweep key, or an analysis listed before.</summary>
    public static void Require(AnalysisOptions options, AnalysisPlan plan, string option, string axis) =>
        options.Require(
            axis == Skill || plan.SweepKeys.Contains(axis) || plan.Analyses.Contains(axis),
            option,
            axis,
            AnalysisOptions.Choice("skill, a sweep key, or an analysis listed before this one", [.. plan.SweepKeys, .. plan.Analyses])
        );

    /// <summary>Medians over replicates.</summary>
    public static IEnumerable<AnalysisValue> Medians(IEnumerable<AnalysisValue> values) =>
        from value in values
        group value by (value.Place.OverReplicates, value.Skill) into replicates
        select replicates.First() with
        {
            Replicate = null,
            Value = SampleStatistics.Median(replicates.Select(v => v.Value)),
        };
}
