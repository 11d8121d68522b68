namespace SkillTorch.Analysis;

/// <summary>
/// Steps y_{j+1} − y_j, or ratios y_{j+1}/y_j, between neighbours of a series in ascending x, made one number: with
/// <c>min</c>, a value ≥ 0 (or ratio ≥ 1) says that y never falls; with <c>max</c>, ≤ 0 (≤ 1) that it never rises.
/// </summary>
[Kind("trend")]
public sealed record TrendOptions : SeriesAnalysisOptions
{
    /// <summary>Whether ratios are taken instead of differences.</summary>
    public bool Relative { get; init; }

    /// <summary>How the steps become one number.</summary>
    public Aggregate Aggregate { get; init; } = Aggregate.Min;

    /// <inheritdoc/>
    protected override double Measure(IReadOnlyList<(double X, double Y)> points) =>
        SampleStatistics.Reduce(
            Enumerable
                .Range(1, Math.Max(points.Count - 1, 0))
                .Select(j => Relative ? points[j].Y / points[j - 1].Y : points[j].Y - points[j - 1].Y),
            Aggregate
        );
}
