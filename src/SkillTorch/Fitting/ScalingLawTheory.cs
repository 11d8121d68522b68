using SkillTorch.Models;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>Forms of a scaling law.</summary>
public enum ScalingLawForm
{
    /// <summary>The power law of the model's bottleneck, with endlessly many skills.</summary>
    Plain,

    /// <summary>The time law with the correction for finitely many skills.</summary>
    Corrected,

    /// <summary>The law for data and parameters together; needs bottleneck data and <c>basisFunctions</c>.</summary>
    Mixed,
}

/// <summary>
/// The scaling law laid over the sum that it approximates, with everything computed from the <c>scaling-sum</c> model's settings.
/// Fits prefactor (in units of S²/2), exponent, tailLoss (also in units of S²/2), or basisFunctions of the mixed form. A
/// law has no value at step 0.
/// </summary>
/// <remarks>arXiv:2404.17563, section on scaling laws and appendix on prefactors.</remarks>
[Kind("scaling-law")]
public sealed record ScalingLawTheoryOptions : TheoryOptions
{
    /// <summary>Form of the law.</summary>
    public ScalingLawForm Form { get; init; } = ScalingLawForm.Plain;

    /// <inheritdoc/>
    public override SkillTheory Bind(Trial trial)
    {
        if (trial.Model is not ScalingSumOptions sum)
            throw new InvalidOptionException("theories.kind", "Got the scaling-law theory with another model than `scaling-sum`; expected that model, whose total loss the laws are of.");
        var laws = sum.Laws();
        return Form switch
        {
            ScalingLawForm.Plain => Plain(sum, laws),
            ScalingLawForm.Corrected when sum.Bottleneck == ScalingBottleneck.Time => Corrected(sum, laws),
            ScalingLawForm.Mixed when sum is { Bottleneck: ScalingBottleneck.Data, BasisFunctions: { } n } => new MixedLossLaw(laws) { BasisFunctions = n },
            _ => throw new InvalidOptionException("theories.form", Form == ScalingLawForm.Corrected
                ? "Got form corrected of the scaling-law theory; expected bottleneck time, the law that it corrects."
                : "Got form mixed of the scaling-law theory; expected bottleneck data with `model.basisFunctions`."),
        };
    }

    private static TotalLossLaw Plain(ScalingSumOptions sum, ScalingLaws laws)
    {
        var (abscissa, prefactor, exponent) = sum.Bottleneck switch
        {
            ScalingBottleneck.Time => (Abscissa.Steps, laws.TimePrefactor, laws.TimeExponent),
            ScalingBottleneck.Data => (Abscissa.Samples, laws.DataPrefactor, laws.DataExponent),
            ScalingBottleneck.Parameters => (Abscissa.Parameters, laws.ParameterPrefactor, laws.ParameterExponent),
            _ => (Abscissa.Steps, laws.ComputePrefactor, laws.ComputeExponent),
        };
        return new TotalLossLaw(abscissa)
        {
            TargetScale = sum.TargetScale,
            Prefactor = prefactor / HalfSquare(sum),
            Exponent = exponent,
            Multiplier = sum.Bottleneck == ScalingBottleneck.Compute ? sum.BasisFunctions!.Value : 1,
        };
    }

    private static TotalLossLaw Corrected(ScalingSumOptions sum, ScalingLaws laws)
    {
        var (prefactor, tail) = laws.CorrectedTimeParameters(sum.Skills);
        return Plain(sum, laws) with { Prefactor = prefactor / HalfSquare(sum), TailLoss = tail / HalfSquare(sum) };
    }

    private static double HalfSquare(ScalingSumOptions sum) => sum.TargetScale * sum.TargetScale / 2;
}
