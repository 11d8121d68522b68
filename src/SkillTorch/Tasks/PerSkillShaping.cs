using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>
/// Every skill counts the same: the loss is the mean of L_k/sg(L_k) over the skills that the batch shows, L_k = mean loss of skill k's
/// entries, sg = stop-gradient. Hence the gradient is that of the mean of log L_k: neither how often a skill occurs nor how
/// large its loss is matters. c_i = 1/(K·Σ m_j ℓ_j), the sum over the entries j of i's skill, K = number of skills shown.
/// </summary>
/// <remarks>
/// arXiv:2501.12391, "faster training by reshaping the loss". A skill is shown if one of its entries has a loss above 0. An
/// entry's skill is that of its sample where samples are of one skill (the one-hot control input), else the number of its output.
/// </remarks>
[Kind("per-skill")]
public sealed record PerSkillShapingOptions : LossShapingOptions
{
    /// <inheritdoc/>
    public override void FillFactors(LossEntries entries, Span<double> factors)
    {
        var sums = new double[entries.Count == 0 ? 0 : System.Numerics.Tensors.TensorPrimitives.Max(entries.Skills) + 1];
        entries.CopyTo(factors);
        for (var i = 0; i < entries.Count; i++)
            sums[entries.Skills[i]] += entries.Share(i) * factors[i];
        var shown = sums.Count(sum => sum > 0);
        for (var i = 0; i < entries.Count; i++)
            factors[i] = sums[entries.Skills[i]] is > 0 and var sum ? 1 / (shown * sum) : 0;
    }

    internal override Tensor Factors(TensorLossEntries entries)
    {
        using var scope = NewDisposeScope();
        var sums = entries.SkillSums(entries.Losses); // [R, K]
        var isShown = sums.IsPositive();
        var shown = isShown.to(ScalarType.Float64).sum(1, true); // [R, 1]
        var ofSkill = where(isShown, ones_like(sums) / (shown * sums), zeros_like(sums));
        return ofSkill.gather(1, entries.Skills.expand_as(entries.Unweighted)).MoveToOuterDisposeScope();
    }
}
