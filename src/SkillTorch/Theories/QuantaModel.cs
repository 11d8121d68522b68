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

/// <summary>Exponents of the neural scaling laws loss ∝ (network size)^(−α_N) and loss ∝ (steps)^(−α_S).</summary>
/// <param name="Size">α_N.</param>
/// <param name="Steps">α_S.</param>
public sealed record ScalingExponents(double Size, double Steps)
{
    /// <summary>Measured on language models: Hoffmann et al. 2022 (Chinchilla, arXiv 2203.15556), L = E + 406.4 N^(−0.34) + 410.7 D^(−0.28).</summary>
    public static ScalingExponents Chinchilla { get; } = new(0.34, 0.28);

    /// <summary>Quanta model with p_i ∝ i^(−α): α_N = α − 1, α_S = (α − 1)/α.</summary>
    /// <param name="frequencyExponent">α, at least 1.</param>
    public static ScalingExponents Quanta(double frequencyExponent) =>
        new(Excess(frequencyExponent), Excess(frequencyExponent) / frequencyExponent);

    /// <summary>Domino model with p_i ∝ i^(−α): α_N = α_S = α − 1, since the number of learned skills is proportional to both size and steps.</summary>
    /// <param name="frequencyExponent">α, at least 1.</param>
    public static ScalingExponents Domino(double frequencyExponent) =>
        new(Excess(frequencyExponent), Excess(frequencyExponent));

    private static double Excess(double frequencyExponent) =>
        double.IsFinite(frequencyExponent) && frequencyExponent >= 1
            ? frequencyExponent - 1
            : throw Require.OutOfRange(frequencyExponent, nameof(frequencyExponent), "a finite number of at least 1");
}
