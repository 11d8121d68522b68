using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>A quantity made of learning times: first steps at which skills lie beyond a threshold.</summary>
public abstract record ThresholdAnalysisOptions : CurveAnalysisOptions
{
    /// <summary>What is compared with the threshold: strength, accuracy, loss, total-loss, or a further quantity of the model.</summary>
    public string Quantity { get; init; } = "strength";

    /// <summary>A skill is learned at the first measured step at which its quantity lies beyond this value.</summary>
    public required double Threshold { get; init; }

    /// <summary>Whether beyond means below; by default so for losses only.</summary>
    public bool? Falling { get; init; }

    /// <summary>Whether the time is interpolated between the measurements before and after, instead of the measured step.</summary>
    public bool Interpolate { get; init; }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireQuantity(plan, Quantity);
        Require(double.IsFinite(Threshold), "threshold", Threshold, "a finite number");
    }

    /// <summary>Checks a quantity of two skills [a, b].</summary>
    protected internal void RequirePair(AnalysisPlan plan)
    {
        Require(Skills is null or { Count: 2 }, "skills", $"{Skills?.Count} skill(s)", "two skill numbers [a, b], or nothing for [1, 2]");
        Require(plan.Skills >= 2, "kind", Catalog.KindOf(this), "a task of at least two skills");
        Require(Quantity != Analysis.Quantity.TotalLoss, "quantity", Quantity, "a quantity of each skill");
    }

    /// <summary>Learning times of every column of the quantity: K skills, or 1 for the total loss; +∞ for never.</summary>
    protected internal double[] Times(Trajectory curve)
    {
        var column = Column(curve, Quantity);
        var steps = Array.ConvertAll(curve.Steps, s => (double)s);
        var falling = Falling ?? Analysis.Quantity.FallsWithLearning(Quantity);
        return
        [
            .. Enumerable
                .Range(0, column.GetLength(1))
                .Select(k => Analysis.Quantity.FirstBeyond(steps, m => column[m, k], Threshold, falling, Interpolate)),
        ];
    }
}
