using System.Numerics.Tensors;
using TorchSharp;

namespace SkillTorch.Tasks;

/// <summary>
/// The <c>lossShaping</c> of training: how much each entry of the loss counts, by how large it is now. The plain loss is
/// L = Σ m_i ℓ_i with the entry ℓ_i, its mask or other weight included, and its share m_i; training then follows Σ m_i c_i ∇ℓ_i
/// with the factors c_i of the kind. Measured losses stay plain.
/// </summary>
/// <remarks>
/// <para>arXiv:2501.12391, "faster training by reshaping the loss". What an entry is:</para>
/// <list type="bullet">
/// <item>of a network, the loss of one output on one sample; all N = B·O of a batch have the share 1/N, and one that is masked is
/// a loss of 0, which counts in a mean as any other;</item>
/// <item>of the Geometry model, the loss of a skill; its share is the skill's in the batch, or p_i;</item>
/// <item>of the quadratic model, a term a_i x_i² of the loss; all K have the share 1/K.</item>
/// </list>
/// <para>Factors come from the whole batch of each trial, and no gradient flows through them unless a kind says so. A shaping of
/// your own derives from this record.</para>
/// </remarks>
[Family("shaping", "shapings", 7)]
public abstract record LossShapingOptions
{
    /// <summary>The factors c_i of a batch's entries.</summary>
    /// <param name="entries">The entries of one trial.</param>
    /// <param name="factors">Receives c_i, one an entry; finite for finite losses.</param>
    public abstract void FillFactors(LossEntries entries, Span<double> factors);

    /// <summary>The factors of a stack's entries on a device.</summary>
    /// <param name="entries">The entries.</param>
    /// <returns>c_i, float64 [R, N], owned by the current dispose scope; null where a shaping knows only the host's entries.</returns>
    internal virtual torch.Tensor? Factors(TensorLossEntries entries) => null;
}

/// <summary>The plain loss, as without any shaping: every factor is 1.</summary>
[Kind("none")]
public sealed record NoShapingOptions : LossShapingOptions
{
    /// <inheritdoc/>
    public override void FillFactors(LossEntries entries, Span<double> factors) => factors.Fill(1);
}

/// <summary>The entries of one trial's loss on one batch.</summary>
/// <param name="losses">ℓ_i, weights not yet included; at least 0.</param>
/// <param name="skills">Skill of each entry, from 0.</param>
/// <param name="shares">m_i, which sum to 1; empty where all are equal.</param>
/// <param name="weights">Weight, such as a mask of 0 and 1, by which ℓ_i is multiplied; empty where all are 1.</param>
public readonly ref struct LossEntries(
    ReadOnlySpan<double> losses,
    ReadOnlySpan<int> skills,
    ReadOnlySpan<double> shares = default,
    ReadOnlySpan<double> weights = default
)
{
    private readonly ReadOnlySpan<double> losses = losses,
        shares = shares,
        weights = weights;

    /// <summary>Number of entries.</summary>
    public int Count => losses.Length;

    /// <summary>Skill of each entry, from 0.</summary>
    public ReadOnlySpan<int> Skills { get; } = skills;

    /// <summary>Loss of each entry without its weight.</summary>
    public ReadOnlySpan<double> Unweighted => losses;

    /// <summary>Loss of each entry, its weight included.</summary>
    /// <param name="destination">Receives them, one an entry.</param>
    public void CopyTo(Span<double> destination)
    {
        if (weights.IsEmpty)
            losses.CopyTo(destination);
        else
            TensorPrimitives.Multiply(losses, weights, destination);
    }

    /// <summary>Share of an entry.</summary>
    /// <param name="entry">Index of the entry.</param>
    public double Share(int entry) => shares.IsEmpty ? 1.0 / losses.Length : shares[entry];

    /// <summary>The mean Σ m_i x_i of a number of each entry.</summary>
    /// <param name="values">x_i, one an entry.</param>
    public double Mean(ReadOnlySpan<double> values) =>
        shares.IsEmpty ? TensorPrimitives.Sum(values) / losses.Length : TensorPrimitives.Dot(values, shares);
}
