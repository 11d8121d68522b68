using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>
/// Large losses count more: c_i = ℓ_i^γ / Σ_j m_j ℓ_j^γ, so that the loss is mean(ℓ·sg(ℓ^γ)/mean(sg(ℓ^γ))), sg = stop-gradient.
/// γ = 0 is the plain loss (0⁰ = 1), γ = 1 the published reshaping.
/// </summary>
/// <remarks>arXiv:2501.12391, "faster training by reshaping the loss", whose γ is the default. If all entries are 0, so are the
/// factors.</remarks>
[Kind("power")]
public sealed record PowerShapingOptions : LossShapingOptions
{
    /// <summary>Exponent γ.</summary>
    [Range(0.0, 100.0)]
    public double Gamma { get; init; } = 1;

    /// <inheritdoc/>
    public override void FillFactors(LossEntries entries, Span<double> factors)
    {
        if (entries.Count == 0)
            return;
        entries.CopyTo(factors);
        var largest = TensorPrimitives.Max<double>(factors);
        if (largest == 0)
            return; // all are 0: factors too, also for γ = 0, where they do not matter
        TensorPrimitives.Divide(factors, largest, factors); // powers neither overflow nor vanish
        if (Gamma != 1)
        {
            foreach (ref var factor in factors)
                factor = Math.Pow(factor, Gamma);
        }

        TensorPrimitives.Divide(factors, entries.Mean(factors), factors);
    }

    internal override torch.Tensor Factors(TensorLossEntries entries)
    {
        using var scope = NewDisposeScope();
        var losses = entries.Losses;
        var largest = losses.amax([1], true); // [R, 1]
        var none = largest.eq(zeros_like(largest));
        var powers = losses / where(none, ones_like(largest), largest);
        if (Gamma != 1)
        {
            using var gamma = tensor(Gamma, ScalarType.Float64);
            powers = powers.pow(gamma);
        }

        var factors = powers / entries.Mean(powers);
        return where(none, zeros_like(factors), factors).MoveToOuterDisposeScope();
    }
}
