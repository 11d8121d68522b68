using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Theories;

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
/// A scaling law of the total loss of very many skills, L = (S²/2) (A (c·x)^(−γ) − L_C), never below 0. Its one skill is the
/// whole population, of loss L and strength 1 − L/(S²/2). Laid over a <c>scaling-sum</c> everything is computed from that model's
/// settings (<see cref="ScalingLaws"/>), and the law is beside the sum that it approximates; as a model, with its constants given, it is
/// a power law. A law has no value at step 0. Fits
/// prefactor, exponent, tailLoss, or basisFunctions of the mixed form.
/// </summary>
/// <remarks>arXiv:2404.17563, section on scaling laws and appendix on prefactors; L_C: the finite-N correction of its appendix.</remarks>
[Kind("scaling-law")]
public sealed record TotalLossLaw : SkillTheory
{
    /// <summary>A law over steps, whose constants are given or computed by <see cref="SkillTheory.Bind"/>.</summary>
    public TotalLossLaw() { }

    /// <summary>A law over steps, samples or parameters, with A = 1 and γ = ½ where no other values are given.</summary>
    /// <param name="abscissa">What the law is a function of.</param>
    public TotalLossLaw(Abscissa abscissa)
        : base([1.0]) => (Function, Prefactor, Exponent, TailLoss) = (abscissa, 1, 0.5, 0);

    /// <inheritdoc/>
    public override Abscissa Abscissa => Function;

    /// <summary>Which of the laws of the model's settings.</summary>
    public ScalingLawForm Form { get; init; } = ScalingLawForm.Plain;

    /// <summary>A, in units of S²/2; null is that of the model's settings.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1e-3, 1e3)]
    public double? Prefactor { get; init; }

    /// <summary>γ; null is that of the model's settings.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1e-3, 10)]
    public double? Exponent { get; init; }

    /// <summary>
    /// L_C in units of S²/2: what skills beyond the last one would have left to learn. Null is that of the model's settings.
    /// </summary>
    [Stackable, Range(0, double.MaxValue), FitRange(0, 1, Linear = true)]
    public double? TailLoss { get; init; }

    /// <summary>
    /// c, by which x is multiplied: N for the compute law over steps, C = N·T. Null is that of the model's settings, else 1.
    /// </summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? Multiplier { get; init; }

    /// <summary>S, the target's scale; null is that of the model's settings, else 1.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? TargetScale { get; init; }

    private Abscissa Function { get; init; } = Abscissa.Steps;

    private double HalfSquare => (TargetScale ?? 1) * (TargetScale ?? 1) / 2;

    /// <inheritdoc/>
    protected override SkillTheory Complete(TheorySetting setting)
    {
        if (setting.Model is null)
            return Given(setting);
        if (setting.Model is not ScalingSumOptions sum)
        {
            throw new InvalidOptionException(
                "theories.kind",
                "Got the scaling-law theory with another model than `scaling-sum`; expected that model, whose total loss the laws "
                    + "are of."
            );
        }

        var laws = sum.Laws();
        if (Form == ScalingLawForm.Mixed)
        {
            return sum is { Bottleneck: ScalingBottleneck.Data, BasisFunctions: { } n }
                ? new MixedLossLaw(laws)
                {
                    BasisFunctions = n,
                    Label = Label,
                    Fit = Fit,
                    Take = Take,
                    Cases = Cases,
                }
                : throw new InvalidOptionException(
                    "theories.form",
                    "Got form mixed of the scaling-law theory; expected bottleneck data with `model.basisFunctions`."
                );
        }

        if (Form == ScalingLawForm.Corrected && sum.Bottleneck != ScalingBottleneck.Time)
        {
            throw new InvalidOptionException(
                "theories.form",
                "Got form corrected of the scaling-law theory; expected bottleneck time, the law that it corrects."
            );
        }

        var scaled = this with { TargetScale = TargetScale ?? sum.TargetScale };
        var (function, prefactor, exponent) = sum.Bottleneck switch
        {
            ScalingBottleneck.Time => (Abscissa.Steps, laws.TimePrefactor, laws.TimeExponent),
            ScalingBottleneck.Data => (Abscissa.Samples, laws.DataPrefactor, laws.DataExponent),
            ScalingBottleneck.Parameters => (Abscissa.Parameters, laws.ParameterPrefactor, laws.ParameterExponent),
            _ => (Abscissa.Steps, laws.ComputePrefactor, laws.ComputeExponent),
        };
        var tail = 0.0;
        if (Form == ScalingLawForm.Corrected)
            (prefactor, tail) = laws.CorrectedTimeParameters(sum.Skills);
        return scaled with
        {
            Function = function,
            Prefactor = Prefactor ?? prefactor / scaled.HalfSquare,
            Exponent = Exponent ?? exponent,
            TailLoss = TailLoss ?? tail / scaled.HalfSquare,
            Multiplier = Multiplier ?? (sum.Bottleneck == ScalingBottleneck.Compute ? sum.BasisFunctions!.Value : 1),
        };
    }

    /// <inheritdoc/>
    protected override double OwnChanceLoss(int skill) => HalfSquare;

    /// <summary>1 − L/(S²/2); below 0 where the law lies above the loss before training, −∞ at x = 0.</summary>
    /// <inheritdoc/>
    protected override void PredictStrength(ReadOnlySpan<double> at, Span<double> strength)
    {
        for (var t = 0; t < at.Length; t++)
            strength[t] = 1 - Relative(at[t]);
    }

    /// <inheritdoc/>
    protected override void PredictLoss(ReadOnlySpan<double> at, Span<double> loss)
    {
        for (var t = 0; t < at.Length; t++)
            loss[t] = HalfSquare * Relative(at[t]);
    }

    /// <summary>The law as a model of its own: what no other model can tell must be given.</summary>
    private TotalLossLaw Given(TheorySetting setting)
    {
        if (Skills != 1)
        {
            throw new InvalidOptionException(
                "task.count",
                $"Got {Skills} skills for the `scaling-law` model; expected 1, which stands for all."
            );
        }

        if (Form != ScalingLawForm.Plain)
        {
            throw new InvalidOptionException(
                setting.Path("form"),
                $"Got form {Form.ToString().ToLowerInvariant()} for the `scaling-law` model; expected plain, with its constants " + "given."
            );
        }

        if (Prefactor is null || Exponent is null)
        {
            throw new InvalidOptionException(
                setting.Path(Prefactor is null ? "prefactor" : "exponent"),
                "Got nothing for `prefactor` or `exponent` of the `scaling-law` model; expected both."
            );
        }

        return this with
        {
            TailLoss = TailLoss ?? 0,
        };
    }

    private double Relative(double x) =>
        Math.Max(0, ((Prefactor ?? 1) * Math.Pow((Multiplier ?? 1) * x, -(Exponent ?? 0.5))) - (TailLoss ?? 0));
}
