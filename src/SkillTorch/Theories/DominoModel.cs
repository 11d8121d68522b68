namespace SkillTorch.Theories;

/// <summary>
/// The Domino model: strictly one skill after another, in order of frequency, each learned linearly in t0 steps:
/// s_i = clamp(t/t0 − (i − 1), 0, 1). It is the Resource model at N0 → 0 with p_1 ≫ p_2 ≫ …, where t0 = 1/η_eff.
/// Source: arXiv 2501.12391, section on the Domino model (Fig. 9: t0 = 100, K = 10).
/// </summary>
public sealed record DominoModel : SkillTheory
{
    private readonly int[] place;

    /// <summary>Skills of frequencies p [K]; equally frequent ones are learned in their given order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public DominoModel(IReadOnlyList<double> frequencies)
        : base(frequencies)
    {
        place = new int[Skills];
        int n = 0;
        foreach (int skill in Enumerable.Range(0, Skills).OrderByDescending(i => frequencies[i]))
        {
            place[skill] = n++;
        }
    }

    /// <inheritdoc/>
    public override string Name => "domino";

    /// <summary>t0, steps to learn one skill.</summary>
    public double LearningTime { get; init => field = Require.Positive(value, "learningTime"); } = 100;

    /// <inheritdoc/>
    public override IReadOnlyList<TheoryParameter> Parameters => [new("learningTime", LearningTime, 1e-2, 1e7)];

    /// <inheritdoc/>
    public override DominoModel With(string parameter, double value) =>
        parameter == "learningTime" ? this with { LearningTime = value } : throw Unknown(parameter);

    /// <inheritdoc/>
    public override void Strength(ReadOnlySpan<double> at, Span<double> strength)
    {
        CheckLength(at, strength);
        for (int t = 0; t < at.Length; t++)
        {
            double stage = Require.NonNegative(at[t], "steps") / LearningTime;
            for (int i = 0; i < Skills; i++)
            {
                strength[(t * Skills) + i] = Math.Clamp(stage - place[i], 0, 1);
            }
        }
    }
}
