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
        var last = column.GetLength(0) - 1;
        int[] skills = [.. Indices(column.GetLength(1))];
        double count = skills.Count(k =>
            column[last, k] > Above || column[last, k] < Below || (BelowStart && column[last, k] < column[0, k])
        );
        var undefined = skills.Any(k => double.IsNaN(column[last, k]));
        yield return (
            null,
            undefined ? double.NaN
            : Fraction ? count / skills.Length
            : count
        );
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireQuantity(plan, Quantity);
        Require(Quantity != Analysis.Quantity.TotalLoss, "quantity", Quantity, "a quantity of each skill");
        var conditions = (Above is null ? 0 : 1) + (Below is null ? 0 : 1) + (BelowStart ? 1 : 0);
        Require(conditions == 1, "kind", $"count with {conditions} conditions", "exactly one of `above`, `below`, `belowStart`");
    }
}
