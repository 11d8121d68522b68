namespace SkillTorch.Theories;

/// <summary>
/// A scaling law of the total loss of very many skills, L = (S²/2) (A (c·x)^(−γ) − L_C), never below 0. Its one skill is the
/// whole population, of loss L and strength 1 − L/(S²/2). With computed prefactors: <see cref="ScalingLaws"/>.
/// Source: arXiv 2404.17563, section on scaling laws; L_C: the finite-N correction of its appendix.
/// </summary>
public sealed record TotalLossLaw : SkillTheory
{
    private readonly Abscissa abscissa;

    /// <summary>A law over steps, samples or parameters.</summary>
    /// <param name="abscissa">What the law is a function of.</param>
    public TotalLossLaw(Abscissa abscissa)
        : base([1.0]) =>
        this.abscissa = abscissa;

    /// <inheritdoc/>
    public override string Name => "scaling-law";

    /// <inheritdoc/>
    public override Abscissa Abscissa => abscissa;

    /// <summary>A, in units of S²/2.</summary>
    public double Prefactor { get; init => field = Require.Positive(value, "prefactor"); } = 1;

    /// <summary>γ.</summary>
    public double Exponent { get; init => field = Require.Positive(value, "exponent"); } = 0.5;

    /// <summary>L_C in units of S²/2: what skills beyond the last one would have left to learn.</summary>
    public double TailLoss { get; init => field = Require.NonNegative(value, "tailLoss"); }

    /// <summary>c, by which x is multiplied: N for the compute law over steps, C = N·T.</summary>
    public double Multiplier { get; init => field = Require.Positive(value, "multiplier"); } = 1;

    /// <summary>S, the target's scale.</summary>
    public double TargetScale { get; init => field = Require.Positive(value, "targetScale"); } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<TheoryParameter> Parameters =>
    [
        new("prefactor", Prefactor, 1e-3, 1e3),
        new("exponent", Exponent, 1e-3, 10),
        new("tailLoss", TailLoss, 0, 1, Logarithmic: false),
    ];

    /// <inheritdoc/>
    public override TotalLossLaw With(string parameter, double value) => parameter switch
    {
        "prefactor" => this with { Prefactor = value },
        "exponent" => this with { Exponent = value },
        "tailLoss" => this with { TailLoss = value },
        _ => throw Unknown(parameter),
    };

    /// <summary>1 − L/(S²/2); below 0 where the law lies above the loss before training, −∞ at x = 0.</summary>
    /// <inheritdoc/>
    public override void Strength(ReadOnlySpan<double> at, Span<double> strength)
    {
        CheckLength(at, strength);
        for (int t = 0; t < at.Length; t++)
        {
            strength[t] = 1 - Relative(at[t]);
        }
    }

    /// <inheritdoc/>
    public override void Loss(ReadOnlySpan<double> at, Span<double> loss)
    {
        CheckLength(at, loss);
        for (int t = 0; t < at.Length; t++)
        {
            loss[t] = TargetScale * TargetScale / 2 * Relative(at[t]);
        }
    }

    private double Relative(double x) =>
        Math.Max(0, (Prefactor * Math.Pow(Multiplier * Require.NonNegative(x, "steps"), -Exponent)) - TailLoss);
}
