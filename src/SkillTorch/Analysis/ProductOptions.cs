namespace SkillTorch.Analysis;

/// <summary>Product left·right of two quantities, replicate by replicate or of their medians: steps times seconds a step, say.</summary>
[Kind("product")]
public sealed record ProductOptions : ComparisonAnalysisOptions
{
    /// <inheritdoc/>
    protected override double Compare(double left, double right) => left * right;
}
