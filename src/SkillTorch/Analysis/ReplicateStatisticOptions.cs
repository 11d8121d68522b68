using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Analysis;

/// <summary>A statistic over replicates of an earlier analysis, with its confidence interval.</summary>
/// <remarks>
/// The interval's ends stand in the columns <c>low</c> and <c>high</c> of <c>analyses.csv</c> beside the value, and are NaN where there is
/// none. A claim about such a value is judged by the interval.
/// </remarks>
public abstract record ReplicateStatisticOptions : AnalysisOptions
{
    /// <summary>Name of the earlier analysis.</summary>
    public required string Of { get; init; }

    /// <summary>Probability with which such an interval covers the true value.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double Level { get; init; } = 0.95;

    /// <summary>What the value is: the statistic, or an end of its interval.</summary>
    public ParameterEstimate Estimate { get; init; } = ParameterEstimate.Best;

    /// <summary>The statistic of the replicates' values and its interval, null if there is none.</summary>
    protected abstract (double Value, ConfidenceInterval? Interval) Summarise(IReadOnlyList<double> values);

    /// <inheritdoc/>
    public sealed override IEnumerable<AnalysisValue> Evaluate(RunData run)
    {
        foreach (var replicates in ValuesOf(run, Of).GroupBy(v => (v.Place.OverReplicates, v.Skill)))
        {
            var (statistic, interval) = Summarise([.. replicates.Select(v => v.Value)]);
            var (low, high) = interval is { } ends ? (ends.Low, ends.High) : (double.NaN, double.NaN);
            var value = replicates.First() with { Name = Name, Replicate = null };
            yield return Estimate switch
            {
                ParameterEstimate.Low => value with { Value = low, Low = null, High = null },
                ParameterEstimate.High => value with { Value = high, Low = null, High = null },
                _ => value with { Value = statistic, Low = low, High = high },
            };
        }
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireEarlier(plan, "of", Of);
    }
}
