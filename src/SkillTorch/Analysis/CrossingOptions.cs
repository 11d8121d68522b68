namespace SkillTorch.Analysis;

/// <summary>
/// Smallest x of a series at which y lies beyond a threshold, e.g. the dataset size D at which a skill emerges;
/// +∞ if it never does. The straight line between the points before and after is cut, unless told otherwise.
/// </summary>
[Kind("crossing")]
public sealed record CrossingOptions : SeriesAnalysisOptions
{
    /// <summary>The value to pass.</summary>
    public required double Threshold { get; init; }

    /// <summary>Whether beyond means below.</summary>
    public bool Falling { get; init; }

    /// <summary>Whether x is interpolated, instead of taken from the first point beyond.</summary>
    public bool Interpolate { get; init; } = true;

    /// <inheritdoc/>
    protected override double Measure(IReadOnlyList<(double X, double Y)> points) =>
        Quantity.FirstBeyond([.. points.Select(p => p.X)], i => points[i].Y, Threshold, Falling, Interpolate);

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        Require(double.IsFinite(Threshold), "threshold", Threshold, "a finite number");
    }
}
