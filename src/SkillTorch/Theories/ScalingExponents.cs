namespace SkillTorch.Theories;

/// <summary>Exponents of the neural scaling laws loss ∝ (network size)^(−α_N) and loss ∝ (steps)^(−α_S).</summary>
/// <param name="Size">α_N.</param>
/// <param name="Steps">α_S.</param>
public sealed record ScalingExponents(double Size, double Steps)
{
    /// <summary>
    /// Measured on language models: Hoffmann et al. 2022 (Chinchilla, arXiv 2203.15556), L = E + 406.4 N^(−0.34) + 410.7 D^(−0.28).
    /// </summary>
    public static ScalingExponents Chinchilla { get; } = new(0.34, 0.28);

    /// <summary>Quanta model with p_i ∝ i^(−α): α_N = α − 1, α_S = (α − 1)/α.</summary>
    /// <param name="frequencyExponent">α, at least 1.</param>
    public static ScalingExponents Quanta(double frequencyExponent) =>
        new(Excess(frequencyExponent), Excess(frequencyExponent) / frequencyExponent);

    /// <summary>
    /// Domino model with p_i ∝ i^(−α): α_N = α_S = α − 1, since the number of learned skills is proportional to both size and steps.
    /// </summary>
    /// <param name="frequencyExponent">α, at least 1.</param>
    public static ScalingExponents Domino(double frequencyExponent) => new(Excess(frequencyExponent), Excess(frequencyExponent));

    private static double Excess(double frequencyExponent) =>
        double.IsFinite(frequencyExponent) && frequencyExponent >= 1
            ? frequencyExponent - 1
            : throw Require.OutOfRange(frequencyExponent, nameof(frequencyExponent), "a finite number of at least 1");
}
