using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Tasks;

/// <summary>
/// Large losses count more: c_i = ℓ_i^γ / Σ_j m_j ℓ_j^γ, so that the loss is mean(ℓ·sg(ℓ^γ)/mean(sg(ℓ^γ))), sg = stop-gradient.
/// γ = 0 is the plain loss (0⁰ = 1), γ = 1 the published reshaping.
/// </summary>
/// <remarks>arXiv:2501.12391, "faster training by reshaping the loss", whose γ is the default. If all entries are 0, so are the factors.</remarks>
[Kind("power")]
public sealed record PowerShapingOptions : LossShapingOptions
{
    /// <summary>Exponent γ.</summary>
    [Range(0.0, 100.0)]
    public double Gamma { get; init; } = 1;

    /// <inheritdoc/>
    public override void FillFactors(LossEntries entries, Span<double> factors)
    {
        double largest = 0, mean = 0;
        for (var i = 0; i < entries.Count; i++)
            largest = Math.Max(largest, entries.Loss(i));
        for (var i = 0; i < entries.Count; i++)
        {
            factors[i] = largest > 0 ? Math.Pow(entries.Loss(i) / largest, Gamma) : 0; // relative to the largest: powers neither overflow nor vanish
            mean += entries.Share(i) * factors[i];
        }

        for (var i = 0; i < entries.Count && mean > 0; i++)
            factors[i] /= mean;
    }
}
