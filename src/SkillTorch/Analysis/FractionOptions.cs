namespace SkillTorch.Analysis;

/// <summary>
/// The fraction of replicates in which an earlier analysis lies in [from, to], ends included, with Clopper and Pearson's confidence
/// interval: how many networks show what one network is published to show. NaN if a value is undefined.
/// </summary>
[Kind("fraction")]
public sealed record FractionOptions : ReplicateStatisticOptions
{
    /// <summary>Smallest value that counts; null is no limit.</summary>
    public double? From { get; init; }

    /// <summary>Largest value that counts; null is no limit.</summary>
    public double? To { get; init; }

    /// <inheritdoc/>
    protected override (double Value, ConfidenceInterval? Interval) Summarise(IReadOnlyList<double> values)
    {
        var count = values.Count(value => !(value < From) && !(value > To));
        return values.Any(double.IsNaN)
            ? (double.NaN, null)
            : ((double)count / values.Count, ConfidenceInterval.ForProportion(count, values.Count, Level));
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireWindow(From, To, double.NegativeInfinity);
        Require(From is not null || To is not null, "from", null, "at least one of `from` and `to`");
    }
}
