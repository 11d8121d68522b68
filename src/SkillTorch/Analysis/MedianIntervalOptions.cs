using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Analysis;

/// <summary>
/// The median over replicates of an earlier analysis with its confidence interval from order statistics: [x_(k), x_(n+1−k)] with the
/// largest k for which 2·P(Bin(n, ½) &lt; k) ≤ 1 − level. It assumes nothing of the distribution, and orders values that are +∞.
/// </summary>
/// <remarks>
/// The interval covers at least <see cref="Level"/>; below 6 replicates there is none of 95 %, and its ends are NaN. The ends stand
/// in the columns <c>low</c> and <c>high</c> of <c>analyses.csv</c> beside the median.
/// </remarks>
[Kind("median-interval")]
public sealed record MedianIntervalOptions : AnalysisOptions
{
    /// <summary>Name of the earlier analysis.</summary>
    public required string Of { get; init; }

    /// <summary>Probability with which such an interval covers the true median.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Level { get; init; } = 0.95;

    /// <summary>What the value is: the median or, for a claim, an end of the interval.</summary>
    public ParameterEstimate Estimate { get; init; } = ParameterEstimate.Best;

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run)
    {
        foreach (var replicates in ValuesOf(run, Of).GroupBy(v => (v.Place.OverReplicates, v.Skill)))
        {
            var (low, high) = Ends([.. replicates.Select(v => v.Value)]);
            var value = replicates.First() with { Name = Name, Replicate = null };
            yield return Estimate switch
            {
                ParameterEstimate.Low => value with { Value = low },
                ParameterEstimate.High => value with { Value = high },
                _ => value with { Value = SampleStatistics.Median(replicates.Select(v => v.Value)), Low = low, High = high },
            };
        }
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<string> Shown => [Of]; // the median stands there with its interval

    private (double Low, double High) Ends(double[] values) =>
        ConfidenceInterval.ForMedian(values, Level) is { } interval ? (interval.Low, interval.High) : (double.NaN, double.NaN);

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireEarlier(plan, "of", Of);
    }
}
