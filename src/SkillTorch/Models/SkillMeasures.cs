using System.Runtime.Intrinsics;
using SkillTorch.Tasks;

namespace SkillTorch.Models;

/// <summary>Losses and strengths of abstract skills by their overlaps t·θ, eight at a time.</summary>
internal static class SkillMeasures
{
    /// <summary>MSE: ℓ = (1 − o)², s = o. Cross-entropy: ℓ = log(1 + e^(−o)), s = 1/(1 + e^(−o)).</summary>
    /// <param name="kind">The loss.</param>
    /// <param name="overlaps">o.</param>
    /// <param name="losses">Receives ℓ; as long.</param>
    /// <param name="strengths">Receives s; as long.</param>
    public static void Fill(LossKind kind, ReadOnlySpan<double> overlaps, Span<double> losses, Span<double> strengths)
    {
        Span<double> rest = stackalloc double[Vector512<double>.Count];
        for (var i = 0; i < overlaps.Length; i += rest.Length)
        {
            var count = Math.Min(rest.Length, overlaps.Length - i);
            overlaps.Slice(i, count).CopyTo(rest);
            var (loss, strength) = Measures(kind, Vector512.Create<double>(rest));
            loss.CopyTo(rest);
            rest[..count].CopyTo(losses[i..]);
            strength.CopyTo(rest);
            rest[..count].CopyTo(strengths[i..]);
        }
    }

    private static (Vector512<double> Loss, Vector512<double> Strength) Measures(LossKind kind, Vector512<double> overlap)
    {
        var one = Vector512<double>.One;
        if (kind == LossKind.Mse)
            return ((one - overlap) * (one - overlap), overlap);

        // e = e^(−|o|) cannot overflow. log(1 + e) = 2 artanh(z) with z = e/(2 + e) ≤ ⅓ keeps every digit of small losses.
        var small = Vector512.Exp(-Vector512.Abs(overlap));
        var u = one + small;
        var z = small / (one + u);
        var series = Vector512<double>.Zero;
        for (var n = 15; n >= 0; n--)
            series = series * (z * z) + Vector512.Create(1.0 / (2 * n + 1));
        var log = 2 * z * series;
        var sigmoid = Vector512.ConditionalSelect(Vector512.LessThan(overlap, Vector512<double>.Zero), small / u, one / u);
        return (Vector512.Max(-overlap, Vector512<double>.Zero) + log, sigmoid);
    }
}
