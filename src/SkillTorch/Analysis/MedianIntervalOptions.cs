namespace SkillTorch.Analysis;

/// <summary>
/// The median over replicates of an earlier analysis with its confidence interval from order statistics: [x_(k), x_(n+1−k)] with the
/// largest k for which 2·P(Bin(n, ½) &lt; k) ≤ 1 − level. It assumes nothing of the distribution, and orders values that are +∞.
/// </summary>
/// <remarks>The interval covers at least the level; below 6 replicates there is none of 95 %.</remarks>
[Kind("median-interval")]
public sealed record MedianIntervalOptions : ReplicateStatisticOptions
{
    /// <inheritdoc/>
    protected override (double Value, ConfidenceInterval? Interval) Summarise(IReadOnlyList<double> values) =>
        (SampleStatistics.Median(values), ConfidenceInterval.ForMedian(values, Level));

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Shown => [Of]; // the median stands there with its interval
}
