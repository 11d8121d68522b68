using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>The entries of a stack's losses on one batch, N of each of R trials, on a device: <see cref="LossEntries"/> as
/// tensors.</summary>
/// <param name="Unweighted">ℓ_i without weights, float64 [R, N].</param>
/// <param name="Skills">Skill of each entry, from 0, 64-bit integers [R or 1, N].</param>
/// <param name="SkillCount">Number of skills K.</param>
/// <param name="Shares">m_i, float64 [R, N], each trial's sum to 1, and entries of share 0 are none; null where all are equal.</param>
/// <param name="Weights">Weight by which ℓ_i is multiplied, float64 [R or 1, N]; null where all are 1.</param>
internal sealed record TensorLossEntries(Tensor Unweighted, Tensor Skills, int SkillCount, Tensor? Shares = null, Tensor? Weights = null)
{
    /// <summary>Loss of each entry, its weight included; 0 where there is none.</summary>
    public Tensor Losses
    {
        get
        {
            var losses = Weights is null ? Unweighted : Unweighted * Weights;
            return Shares is null ? losses : where(Shares.IsPositive(), losses, zeros_like(losses));
        }
    }

    /// <summary>The mean Σ m_i x_i of a number of each entry, [R, 1].</summary>
    /// <param name="values">x_i, [R, N].</param>
    public Tensor Mean(Tensor values) => Shares is null ? values.mean([1], true) : (values * Shares).sum(1, true);

    /// <summary>The sum Σ m_i x_i over the entries of each skill, [R, K], in the same order at every run.</summary>
    /// <param name="values">x_i, [R, N].</param>
    public Tensor SkillSums(Tensor values)
    {
        var shared = Shares is null ? values.DividedBy(values.shape[1]) : values * Shares;
        return stack([.. Enumerable.Range(0, SkillCount).Select(k => (shared * Skills.IsInteger(k)).sum(1))], 1);
    }
}
