namespace SkillTorch.Analysis;

/// <summary>
/// The mean over replicates of an earlier analysis with Student's confidence interval, mean ± t·s/√n, for values that are about normal or
/// many.
/// </summary>
[Kind("mean-interval")]
public sealed record MeanIntervalOptions : ReplicateStatisticOptions
{
    /// <inheritdoc/>
    protected override (double Value, ConfidenceInterval? Interval) Summarise(IReadOnlyList<double> values) =>
        (SampleStatistics.Reduce(values, Aggregate.Mean), ConfidenceInterval.ForMean(values, Level));
}
