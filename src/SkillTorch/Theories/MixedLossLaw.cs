namespace SkillTorch.Theories;

/// <summary>
/// The law of the total loss where data and parameters are comparable (<see cref="ScalingLaws.MixedLaw"/>), as a function of
/// samples D at N basis functions. Its one skill is the whole population, of loss L and strength 1 − L/(S²/2).
/// Source: arXiv 2404.17563, appendix on scaling laws.
/// </summary>
public sealed record MixedLossLaw : SkillTheory
{
    private readonly ScalingLaws laws;

    /// <summary>The mixed law of an exponent, scale and initial strength.</summary>
    public MixedLossLaw(ScalingLaws laws)
        : base([1.0]) =>
        this.laws = laws;

    /// <inheritdoc/>
    public override string Name => "mixed-law";

    /// <inheritdoc/>
    public override Abscissa Abscissa => Abscissa.Samples;

    /// <summary>N, number of basis functions.</summary>
    public double BasisFunctions { get; init => field = Require.Positive(value, "basisFunctions"); } = 1000;

    /// <inheritdoc/>
    public override IReadOnlyList<TheoryParameter> Parameters => [new("basisFunctions", BasisFunctions, 1, 1e8)];

    /// <inheritdoc/>
    protected override double LossScale => laws.TargetScale * laws.TargetScale / 2;

    /// <inheritdoc/>
    public override MixedLossLaw With(string parameter, double value) =>
        parameter == "basisFunctions" ? this with { BasisFunctions = value } : throw Unknown(parameter);

    /// <inheritdoc/>
    public override void Strength(ReadOnlySpan<double> at, Span<double> strength)
    {
        Loss(at, strength);
        foreach (ref double value in strength)
        {
            value = 1 - (value / LossScale);
        }
    }

    /// <inheritdoc/>
    public override void Loss(ReadOnlySpan<double> at, Span<double> loss)
    {
        CheckLength(at, loss);
        for (int t = 0; t < at.Length; t++)
        {
            loss[t] = laws.MixedLaw(at[t], BasisFunctions);
        }
    }
}
