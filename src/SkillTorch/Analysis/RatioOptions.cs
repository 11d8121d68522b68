namespace SkillTorch.Analysis;

/// <summary>Ratio left/right of two quantities, replicate by replicate or of their medians.</summary>
[Kind("ratio")]
public sealed record RatioOptions : ComparisonAnalysisOptions
{
    /// <inheritdoc/>
    protected override double Compare(double left, double right) => left / right;
}
