using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Theories;

/// <summary>
/// The law of the total loss where data and parameters are comparable (<see cref="ScalingLaws.MixedLaw"/>), as a function of
/// samples D at N basis functions. Its one skill is the whole population, of loss L and strength 1 − L/(S²/2). It is the mixed form of
/// the <see cref="TotalLossLaw"/>. Fits basisFunctions.
/// </summary>
/// <remarks>arXiv:2404.17563, appendix on scaling laws.</remarks>
public sealed record MixedLossLaw : SkillTheory
{
    private readonly ScalingLaws laws;

    /// <summary>The mixed law of an exponent, scale and initial strength.</summary>
    public MixedLossLaw(ScalingLaws laws)
        : base([1.0]) => this.laws = laws;

    /// <inheritdoc/>
    public override string Name => Label ?? "mixed-law";

    /// <inheritdoc/>
    public override Abscissa Abscissa => Abscissa.Samples;

    /// <summary>N, number of basis functions.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1, 1e8)]
    public double BasisFunctions { get; init; } = 1000;

    /// <inheritdoc/>
    protected override double OwnChanceLoss(int skill) => laws.TargetScale * laws.TargetScale / 2;

    /// <inheritdoc/>
    protected override void PredictStrength(ReadOnlySpan<double> at, Span<double> strength)
    {
        for (var t = 0; t < at.Length; t++)
            strength[t] = 1 - (laws.MixedLaw(at[t], BasisFunctions) / OwnChanceLoss(0));
    }

    /// <inheritdoc/>
    protected override void PredictLoss(ReadOnlySpan<double> at, Span<double> loss)
    {
        for (var t = 0; t < at.Length; t++)
            loss[t] = laws.MixedLaw(at[t], BasisFunctions);
    }
}
