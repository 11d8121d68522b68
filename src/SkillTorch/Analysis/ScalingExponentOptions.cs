namespace SkillTorch.Analysis;

/// <summary>
/// Exponent a of y ∝ x^a along a sweep, the skills, or another analysis: the least-squares slope of ln y on ln x, or the
/// smallest, largest, mean or median of the local slopes between neighbouring points; y is the median over replicates.
/// </summary>
[Kind("scaling-exponent")]
public sealed record ScalingExponentOptions : SeriesAnalysisOptions
{
    /// <summary>How local slopes become one number; null is the least-squares slope instead.</summary>
    public Aggregate? Local { get; init; }

    /// <inheritdoc/>
    protected override double Measure(IReadOnlyList<(double X, double Y)> points) => SampleStatistics.LogSlope(points, Local);
}
