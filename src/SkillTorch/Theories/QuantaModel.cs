namespace SkillTorch.Theories;

/// <summary>
/// The Quanta model, for comparison: skills are learned whole, independently, each when it has been seen often enough:
/// s_i = 1 once p_i t ≥ τ, with τ = p_1 t_1. With p_i ∝ i^(−α) the loss Σ_{i&gt;n} p_i falls as n^(−(α − 1)), and n ∝ t^(1/α).
/// Source: Michaud et al. 2023 (arXiv 2303.13506), as used in arXiv 2501.12391.
/// </summary>
public sealed record QuantaModel : SkillTheory
{
    /// <summary>Skills (quanta) of frequencies p [K].</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public QuantaModel(IReadOnlyList<double> frequencies)
        : base(frequencies)
    {
    }

    /// <inheritdoc/>
    public override string Name => "quanta";

    /// <summary>t_1, steps until the most frequent skill is learned.</summary>
    public double LearningTime { get; init => field = Require.Positive(value, "learningTime"); } = 100;

    /// <inheritdoc/>
    public override IReadOnlyList<TheoryParameter> Parameters => [new("learningTime", LearningTime, 1e-2, 1e7)];

    /// <inheritdoc/>
    public override QuantaModel With(string parameter, double value) =>
        parameter == "learningTime" ? this with { LearningTime = value } : throw Unknown(parameter);

    /// <inheritdoc/>
    public override void Strength(ReadOnlySpan<double> at, Span<double> strength)
    {
        CheckLength(at, strength);
        double most = Frequencies.Max();
        for (int t = 0; t < at.Length; t++)
        {
            double stage = Require.NonNegative(at[t], "steps") / LearningTime;
            for (int i = 0; i < Skills; i++)
            {
                strength[(t * Skills) + i] = stage * P[i] >= most ? 1 : 0;
            }
        }
    }
}
