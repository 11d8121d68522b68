using SkillTorch.Numerics;

namespace SkillTorch.Theories;

/// <summary>
/// Skills that learn independently, each at a rate proportional to its frequency: s_i = 1 − exp(−rate · p_i · t).
/// It is the contrast to the Domino model (arXiv 2501.12391, Fig. 9: p_i = 1/i, rate = 1/30), the Resource model at
/// N0 → ∞ (rate = η_eff/N0), and, with rate = η, the one-layer linear contrast of the multilinear model
/// (arXiv 2404.17563: R_k = S (1 − exp(−η (d_k/D) T))).
/// </summary>
public sealed record ParallelModel : SkillTheory
{
    /// <summary>Skills of frequencies p [K], which need not be normalised.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public ParallelModel(IReadOnlyList<double> frequencies)
        : base(frequencies)
    {
    }

    /// <inheritdoc/>
    public override string Name => "parallel";

    /// <summary>Rate per step of a skill of frequency 1.</summary>
    public double Rate { get; init => field = Require.Positive(value, "rate"); } = 1.0 / 30;

    /// <summary>Loss of a skill of strength 0 (1, or S²/2 beside the multilinear model).</summary>
    public double InitialLoss { get; init => field = Require.Positive(value, "initialLoss"); } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<TheoryParameter> Parameters => [new("rate", Rate, 1e-7, 1e2)];

    /// <inheritdoc/>
    protected override double LossScale => InitialLoss;

    /// <inheritdoc/>
    public override ParallelModel With(string parameter, double value) =>
        parameter == "rate" ? this with { Rate = value } : throw Unknown(parameter);

    /// <inheritdoc/>
    public override void Strength(ReadOnlySpan<double> at, Span<double> strength)
    {
        CheckLength(at, strength);
        for (int t = 0; t < at.Length; t++)
        {
            double clock = Rate * Require.NonNegative(at[t], "steps");
            for (int i = 0; i < Skills; i++)
            {
                strength[(t * Skills) + i] = Special.OneMinusExp(P[i] * clock);
            }
        }
    }

    /// <inheritdoc/>
    public override void Loss(ReadOnlySpan<double> at, Span<double> loss)
    {
        CheckLength(at, loss);
        for (int t = 0; t < at.Length; t++)
        {
            for (int i = 0; i < Skills; i++)
            {
                loss[(t * Skills) + i] = InitialLoss * Math.Exp(-2 * Rate * P[i] * Require.NonNegative(at[t], "steps"));
            }
        }
    }
}
