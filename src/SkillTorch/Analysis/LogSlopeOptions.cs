using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// Slope d ln y / d ln t of a learning curve over a window of steps t: by least squares over the measurements, or the
/// smallest, largest, mean or median of the local slopes between neighbouring ones. Step 0 has no logarithm and is left out.
/// </summary>
[Kind("log-slope")]
public sealed record LogSlopeOptions : CurveAnalysisOptions
{
    /// <summary>total-loss, or a quantity of each skill: loss, strength, accuracy, or a further quantity of the model.</summary>
    public string Quantity { get; init; } = Analysis.Quantity.TotalLoss;

    /// <summary>First step of the window; null is the start.</summary>
    public int? From { get; init; }

    /// <summary>Last step of the window; null is the end.</summary>
    public int? To { get; init; }

    /// <summary>How local slopes become one number; null is the least-squares slope instead.</summary>
    public Aggregate? Local { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(int? Skill, double Value)> Measure(Trajectory curve)
    {
        var column = Column(curve, Quantity);
        int[] window =
        [
            .. Enumerable
                .Range(0, curve.Steps.Length)
                .Where(m => curve.Steps[m] >= Math.Max(From ?? 1, 1) && curve.Steps[m] <= (To ?? int.MaxValue)),
        ];
        return OverSkills(
            column.GetLength(1),
            Quantity == Analysis.Quantity.TotalLoss,
            null,
            k => SampleStatistics.LogSlope([.. window.Select(m => ((double)curve.Steps[m], column[m, k]))], Local)
        );
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireQuantity(plan, Quantity);
        RequireWindow(From, To, 0);
    }
}
