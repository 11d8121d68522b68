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
            var (loss, strength) = kind.Evaluate(Vector512.Create<double>(rest), Vector512<double>.One);
            loss.CopyTo(rest);
            rest[..count].CopyTo(losses[i..]);
            strength.CopyTo(rest);
            rest[..count].CopyTo(strengths[i..]);
        }
    }
}
