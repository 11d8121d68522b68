using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>
/// Agreement of a theory's curves f with measured ones y, over all chosen skills and measured steps of a window:
/// R² = 1 − Σ(y − f)²/Σ(y − ȳ)², or the root mean squared error, of the quantity or of its logarithm. Unlike the quality
/// of a fit, which is pooled over replicates, this is one value a trial, and takes any quantity.
/// </summary>
[Kind("agreement")]
public sealed record AgreementOptions : AnalysisOptions
{
    /// <summary>Label of the theory.</summary>
    public required string Theory { get; init; }

    /// <summary>strength, loss, or total-loss.</summary>
    public string Quantity { get; init; } = "strength";

    /// <summary>The measure of agreement: r2 or rmse.</summary>
    public FitMeasure Measure { get; init; } = FitMeasure.R2;

    /// <summary>Whether natural logarithms are compared.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Skill numbers, from 1; null means every skill.</summary>
    public IReadOnlyList<int>? Skills { get; init; }

    /// <summary>First step of the window; null is the start.</summary>
    public int? From { get; init; }

    /// <summary>Last step of the window; null is the end.</summary>
    public int? To { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run)
    {
        foreach (var trial in run.Trials)
        {
            if (run.PredictionFor(trial, Theory) is { } predicted)
                yield return new(trial.Place, Name, Compare(trial.Trajectory, predicted));
        }
    }

    private double Compare(Trajectory measured, Trajectory predicted)
    {
        var (y, f) = (Analysis.Quantity.Find(measured, Quantity), Analysis.Quantity.Find(predicted, Quantity));
        Require(y is not null && f is not null, "quantity", Quantity, "a quantity of both trials and theory");
        var columns = Math.Min(y!.GetLength(1), f!.GetLength(1));
        int[] skills = Skills is null ? [.. Enumerable.Range(0, columns)] : [.. Skills.Where(s => s <= columns).Select(s => s - 1)];
        var pairs = new List<(double Y, double F)>();
        for (var m = 0; m < measured.Steps.Length; m++)
        {
            var step = measured.Steps[m];
            if (step < (From ?? 0) || step > (To ?? int.MaxValue) || step < predicted.Steps[0] || step > predicted.Steps[^1])
                continue;
            foreach (var k in skills)
            {
                var pair = (Y: y[m, k], F: At(predicted.Steps, f, step, k));
                pairs.Add(Logarithmic ? (Math.Log(pair.Y), Math.Log(pair.F)) : pair);
            }
        }
        if (pairs.Count == 0)
            return double.NaN;
        var residual = pairs.Sum(p => (p.Y - p.F) * (p.Y - p.F));
        if (Measure == FitMeasure.Rmse)
            return Math.Sqrt(residual / pairs.Count);
        var mean = pairs.Average(p => p.Y);
        return 1 - residual / pairs.Sum(p => (p.Y - mean) * (p.Y - mean));
    }

    // Straight line between the theory's own steps.
    private static double At(int[] steps, double[,] column, int step, int k)
    {
        var row = Array.BinarySearch(steps, step);
        if (row >= 0)
            return column[row, k];
        row = ~row;
        var weight = (double)(step - steps[row - 1]) / (steps[row] - steps[row - 1]);
        return (1 - weight) * column[row - 1, k] + weight * column[row, k];
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireTheory(plan, "theory", Theory);
        RequireWindow(From, To, 0);
        Require(Measure != FitMeasure.Aic, "measure", "aic", "r2 or rmse");
        foreach (var skill in Skills ?? [])
            Require(skill >= 1 && skill <= plan.Skills, "skills", skill, $"skill numbers from 1 to {plan.Skills}");
    }
}

/// <summary>Measures of how well a theory agrees with measurements.</summary>
public enum FitMeasure
{
    /// <summary>Coefficient of determination R².</summary>
    R2,

    /// <summary>Root mean squared error.</summary>
    Rmse,

    /// <summary>Akaike's information criterion.</summary>
    Aic,
}
