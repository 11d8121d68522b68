using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// Whether a theory names the right skills, not only their number: |A ∩ B| / |A ∪ B| of the skills A that meet a condition in a trial and
/// B that meet it in the theory's prediction for it. 1 for the same skills, 0 for none in common, NaN where there are none in either.
/// </summary>
[Kind("overlap")]
public sealed record OverlapOptions : AnalysisOptions
{
    /// <summary>Label of the theory.</summary>
    public required string Theory { get; init; }

    /// <summary>strength or loss.</summary>
    public string Quantity { get; init; } = "strength";

    /// <summary>Chooses skills that end above this value.</summary>
    public double? Above { get; init; }

    /// <summary>Chooses skills that end below this value.</summary>
    public double? Below { get; init; }

    /// <summary>Chooses skills that end below where they started.</summary>
    public bool BelowStart { get; init; }

    private SkillCondition Condition => new(Above, Below, BelowStart);

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run) =>
        from trial in run.Trials
        let predicted = run.PredictionFor(trial, Theory)
        where predicted is not null
        select new AnalysisValue(trial.Place, Name, Overlap(Choose(trial.Trajectory), Choose(predicted)));

    private bool[]? Choose(Trajectory curve)
    {
        var column = Analysis.Quantity.Find(curve, Quantity);
        Require(column is not null, "quantity", Quantity, "a quantity of both trials and theory");
        return Condition.Choose(column!, Enumerable.Range(0, column!.GetLength(1)));
    }

    private static double Overlap(bool[]? measured, bool[]? predicted)
    {
        if (measured is null || predicted is null)
            return double.NaN;
        var pairs = measured.Zip(predicted).ToList();
        return (double)pairs.Count(p => p.First && p.Second) / pairs.Count(p => p.First || p.Second);
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireTheory(plan, "theory", Theory);
        Require(Quantity is "strength" or "loss", "quantity", Quantity, "strength or loss");
        Condition.Validate(this, "overlap");
    }
}
