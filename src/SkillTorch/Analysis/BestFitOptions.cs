namespace SkillTorch.Analysis;

/// <summary>
/// Which of several theories agrees best with the measurements, for each case and sweep value: the value of a parameter
/// in the best theory (the same theory laid at several values), or the theory's place in the list, from 1.
/// </summary>
[Kind("best-fit")]
public sealed record BestFitOptions : AnalysisOptions
{
    /// <summary>Labels of the theories to choose among; null means all, in the order of the experiment. The first of equals wins.</summary>
    public IReadOnlyList<string>? Theories { get; init; }

    /// <summary>What decides: the largest r2, or the smallest rmse or aic.</summary>
    public FitMeasure Measure { get; init; } = FitMeasure.Rmse;

    /// <summary>Parameter whose value in the best theory is given; null gives the theory's place in the list.</summary>
    public string? Parameter { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run)
    {
        string[] labels = [.. Theories ?? run.Fits.Select(f => f.Theory).Distinct()];
        var choices = run.Fits.Where(f => labels.Contains(f.Theory)).GroupBy(f => f.Place);
        foreach (var fits in choices)
        {
            var defined = fits.Where(f => !double.IsNaN(FitQualityOptions.ReadMeasure(f, Measure)))
                .OrderBy(f => Array.IndexOf(labels, f.Theory));
            var best = Measure == FitMeasure.R2 ? defined.MaxBy(f => f.R2) : defined.MinBy(f => FitQualityOptions.ReadMeasure(f, Measure));
            if (best is null)
                continue;
            var parameter = best.Parameters.FirstOrDefault(p => p.Name == Parameter);
            Require(
                Parameter is null || parameter is not null,
                "parameter",
                Parameter,
                Choice($"a parameter of {best.Theory}", best.Parameters.Select(p => p.Name))
            );
            yield return new(best.Place, Name, parameter?.Value ?? Array.IndexOf(labels, best.Theory) + 1);
        }
    }

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        foreach (var theory in Theories ?? [])
            RequireTheory(plan, "theories", theory);
        Require(
            (Theories ?? plan.Theories).Count >= 2,
            "theories",
            (Theories ?? plan.Theories).Count,
            "at least two theories to choose among"
        );
    }
}
