namespace SkillTorch.Analysis;

/// <summary>Difference left − right of two quantities, replicate by replicate or of their medians.</summary>
[Kind("difference")]
public sealed record DifferenceOptions : ComparisonAnalysisOptions
{
    /// <inheritdoc/>
    protected override double Compare(double left, double right) => left - right;
}
