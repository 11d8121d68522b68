using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// Number of skills whose last measurement lies above or below a value or below their own first measurement
/// (negative transfer): #{ i : y_i(T) &lt; y_i(0) }, or that number divided by the number of skills.
/// </summary>
[Kind("count")]
public sealed record SkillCountOptions : CurveAnalysisOptions
{
    /// <summary>strength, accuracy, loss, or a further quantity of the model.</summary>
    public string Quantity { get; init; } = "strength";

    /// <summary>Counts skills that end above this value.</summary>
    public double? Above { get; init; }

    /// <summary>Counts skills that end below this value.</summary>
    public double? Below { get; init; }

    /// <summary>Counts skills that end below where they started.</summary>
    public bool BelowStart { get; init; }

    /// <summary>Whether the count is divided by the number of skills.</summary>
    public bool Fraction { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<(int? Skill, double Value)> Measure(Trajectory curve)
    {
        var column = Column(curve, Quantity);
        var chosen = Condition.Choose(column, Indices(column.GetLength(1)));
        var count = chosen?.Count(met => met) ?? double.NaN;
        yield return (null, Fraction ? count / chosen?.Length ?? double.NaN : count);
    }

    private SkillCondition Condition => new(Above, Below, BelowStart);

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireQuantity(plan, Quantity);
        Require(Quantity != Analysis.Quantity.TotalLoss, "quantity", Quantity, "a quantity of each skill");
        Condition.Validate(this, "count");
    }
}
