using SkillTorch.Fitting;

namespace SkillTorch.Analysis;

/// <summary>How well a theory's fit agrees with the skill strengths, pooled over replicates, for each case and sweep value.</summary>
[Kind("fit-quality")]
public sealed record FitQualityOptions : AnalysisOptions
{
    /// <summary>Label of the theory.</summary>
    public required string Theory { get; init; }

    /// <summary>The measure: r2, rmse or aic.</summary>
    public FitMeasure Measure { get; init; } = FitMeasure.R2;

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run) =>
        from fit in run.Fits
        where fit.Theory == Theory
        select new AnalysisValue(fit.Place, Name, ReadMeasure(fit, Measure));

    /// <summary>A measure of a fit.</summary>
    internal static double ReadMeasure(FitResult fit, FitMeasure measure) =>
        measure switch
        {
            FitMeasure.R2 => fit.R2,
            FitMeasure.Rmse => fit.Rmse,
            FitMeasure.Aic => fit.Aic,
            _ => throw new ArgumentOutOfRangeException(nameof(measure), measure, null),
        };

    /// <inheritdoc/>
    public override void Validate(AnalysisPlan plan)
    {
        base.Validate(plan);
        RequireTheory(plan, "theory", Theory);
    }
}
