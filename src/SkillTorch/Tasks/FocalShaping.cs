using System.ComponentModel.DataAnnotations;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>
/// The focal loss: entries become (1 − e^(−ℓ))^γ·ℓ, times their weights. Of a cross-entropy, e^(−ℓ) is the probability of the
/// true answer; of a squared error it is a Gaussian's density relative to its peak. Well-learned entries count less, those that are
/// far from learned as before, and nothing is normalised. γ = 0 is the plain loss.
/// </summary>
/// <remarks>
/// arXiv:1708.02002, eq. 4, and γ = 2 from its section 3.2; weights take the place of its α_t. Other than in the other kinds the
/// gradient flows through the factor as well: c = d/dℓ[(1 − e^(−ℓ))^γ·ℓ] = q^γ + γ·ℓ·e^(−ℓ)·q^(γ−1), q = 1 − e^(−ℓ).
/// </remarks>
[Kind("focal")]
public sealed record FocalShapingOptions : LossShapingOptions
{
    /// <summary>Exponent γ.</summary>
    [Range(0.0, 100.0)]
    public double Gamma { get; init; } = 2;

    /// <inheritdoc/>
    public override void FillFactors(LossEntries entries, Span<double> factors)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var loss = entries.Unweighted[i];
            var t = Math.Tanh(loss / 2); // keeps every digit of 1 − e^(−ℓ) = 2t/(1 + t) where ℓ is small
            var (right, wrong) = ((1 - t) / (1 + t), 2 * t / (1 + t));
            factors[i] = Math.Pow(wrong, Gamma) * (1 + Gamma * right * (loss > 0 ? loss / wrong : 1));
        }
    }

    internal override Tensor Factors(TensorLossEntries entries)
    {
        using var scope = NewDisposeScope();
        using var gamma = tensor(Gamma, ScalarType.Float64);
        var losses = entries.Unweighted;
        var t = losses.Times(0.5).tanh();
        var right = t.OneMinus() / t.Plus(1);
        var wrong = t.Times(2) / t.Plus(1);
        var quotient = where(losses.IsPositive(), losses / wrong, ones_like(losses));
        return (wrong.pow(gamma) * (right * quotient).Times(Gamma).Plus(1)).MoveToOuterDisposeScope();
    }
}
