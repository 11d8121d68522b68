namespace SkillTorch.Theories;

/// <summary>
/// The extended multilinear model limited by parameters: N basis functions are spent in skill order, N_c a skill. With
/// q = ⌊(N − 1)/N_c⌋ + 1 and r = N − (q − 1) N_c, R_k/S = 1 for k &lt; q, r/N_c for k = q, 0 for k &gt; q; that is
/// clamp(N/N_c − (k − 1), 0, 1), which also serves a fit with N_c that is not whole.
/// Source: arXiv 2404.17563, section on predicting emergence (published N_c = 4, fitted on one skill).
/// </summary>
public sealed record MultilinearParameterLimit : SkillTheory
{
    /// <summary>Skills of frequencies P(k) [K], in the order in which basis functions are spent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public MultilinearParameterLimit(IReadOnlyList<double> frequencies)
        : base(frequencies)
    {
    }

    /// <inheritdoc/>
    public override string Name => "multilinear-parameters";

    /// <inheritdoc/>
    public override Abscissa Abscissa => Abscissa.Parameters;

    /// <summary>N_c, basis functions (hidden units) that a skill takes.</summary>
    public double Nc { get; init => field = Require.Positive(value, "nc"); } = 4;

    /// <summary>S, the target's scale.</summary>
    public double TargetScale { get; init => field = Require.Positive(value, "targetScale"); } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<TheoryParameter> Parameters => [new("nc", Nc, 0.1, 1e4)];

    /// <inheritdoc/>
    protected override double LossScale => TargetScale * TargetScale / 2;

    /// <inheritdoc/>
    public override MultilinearParameterLimit With(string parameter, double value) =>
        parameter == "nc" ? this with { Nc = value } : throw Unknown(parameter);

    /// <inheritdoc/>
    public override void Strength(ReadOnlySpan<double> at, Span<double> strength)
    {
        CheckLength(at, strength);
        for (int t = 0; t < at.Length; t++)
        {
            double places = Require.NonNegative(at[t], "parameters") / Nc;
            for (int k = 0; k < Skills; k++)
            {
                strength[(t * Skills) + k] = Math.Clamp(places - k, 0, 1);
            }
        }
    }
}
