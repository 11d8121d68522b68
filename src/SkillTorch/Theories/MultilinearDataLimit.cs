namespace SkillTorch.Theories;

/// <summary>
/// The extended multilinear model limited by data: a D_c-shot learner trained to the end on D samples, of which
/// d_k = D P(k) show skill k, reaches R_k(∞)/S = 1 − √(1 − d_k/D_c) for d_k &lt; D_c, else 1.
/// Source: arXiv 2404.17563, section on predicting emergence (published D_c = 800, fitted on one skill).
/// </summary>
public sealed record MultilinearDataLimit : SkillTheory
{
    /// <summary>Skills of frequencies P(k) [K].</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public MultilinearDataLimit(IReadOnlyList<double> frequencies)
        : base(frequencies)
    {
    }

    /// <inheritdoc/>
    public override string Name => "multilinear-data";

    /// <inheritdoc/>
    public override Abscissa Abscissa => Abscissa.Samples;

    /// <summary>D_c, samples of a skill that suffice to learn it.</summary>
    public double Dc { get; init => field = Require.Positive(value, "dc"); } = 800;

    /// <summary>S, the target's scale.</summary>
    public double TargetScale { get; init => field = Require.Positive(value, "targetScale"); } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<TheoryParameter> Parameters => [new("dc", Dc, 1, 1e7)];

    /// <inheritdoc/>
    protected override double LossScale => TargetScale * TargetScale / 2;

    /// <inheritdoc/>
    public override MultilinearDataLimit With(string parameter, double value) =>
        parameter == "dc" ? this with { Dc = value } : throw Unknown(parameter);

    /// <inheritdoc/>
    public override void Strength(ReadOnlySpan<double> at, Span<double> strength)
    {
        CheckLength(at, strength);
        for (int t = 0; t < at.Length; t++)
        {
            double shots = Require.NonNegative(at[t], "samples") / Dc;
            for (int k = 0; k < Skills; k++)
            {
                strength[(t * Skills) + k] = 1 - Math.Sqrt(Math.Max(0, 1 - (P[k] * shots)));
            }
        }
    }
}
