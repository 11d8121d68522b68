using System.ComponentModel.DataAnnotations;
using SkillTorch.Models;

namespace SkillTorch.Theories;

/// <summary>How many layers carry a skill.</summary>
public enum LayerDynamics
{
    /// <summary>Two: R_k = a_k b_k grows in an S-shaped curve.</summary>
    Multilinear,

    /// <summary>One, the contrast: R_k = S(1 − exp(−η p_k T)).</summary>
    Linear,
}

/// <summary>
/// The multilinear model f = Σ_k a_k b_k g_k under gradient flow from a_k(0) = b_k(0): R_k = a_k b_k follows
/// <code>
/// R_k(T)/S = 1 / (1 + (S/R_k(0) − 1) exp(−2 η B² (d_k/D) S T)),   L_k = ½ (S − R_k)²
/// </code>
/// with d_k of the D samples from skill k (d_k/D → P(k) for online data), as the task gives it, normalised or not. Skills beyond the
/// N-th basis function stay at R_k = 0. The extended model slows time by B² for a network that must find its features first. Under a
/// learning-rate schedule η T is the sum of the rates. Fits b2, initialStrength.
/// </summary>
/// <remarks>arXiv:2404.17563, section on the multilinear model; B² and its value 1/22: section on predicting emergence.</remarks>
[Kind("multilinear")]
public sealed record MultilinearModel : SkillTheory
{
    private const double PublishedB2OfNetworks = 1.0 / 22; // calibrated on one skill

    /// <summary>The model of skills yet to be named, by <see cref="SkillTheory.Bind"/>.</summary>
    public MultilinearModel() { }

    /// <summary>Skills of frequencies d_k/D [K], with S = 1, R_k(0) = 0.01, η = 1, B² = 1 and 2η where no other values are given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public MultilinearModel(IReadOnlyList<double> frequencies)
        : base(frequencies) => (TargetScale, InitialStrength, LearningRate, B2, TimeFactor) = (1, 0.01, 1, 1, 2);

    /// <summary>
    /// Initial strength of a ReLU network whose weights are all N(0, σ²): R(0) = σ²/3.6, as measured for the published figures.
    /// </summary>
    /// <param name="weightStd">σ.</param>
    public static double InitialStrengthOfNetwork(double weightStd) => Require.Positive(weightStd, nameof(weightStd)) * weightStd / 3.6;

    /// <summary>Two layers, or the linear contrast (which has no use for initialStrength and b2).</summary>
    public LayerDynamics Dynamics { get; init; } = LayerDynamics.Multilinear;

    /// <summary>The target's scale S; null takes the task's or the model's, or 1 where there is none.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? TargetScale { get; init; }

    /// <summary>
    /// Learning rate η; null takes the optimizer's, or that of a model without an optimizer, or 1. A schedule of the optimizer multiplies
    /// it in any case.
    /// </summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? LearningRate { get; init; }

    /// <summary>
    /// B², by which learning features slows time; null is the published 1/22 for networks, and 1 for the model itself. A fit varies it
    /// and leaves η, with which it enters as η B² alone.
    /// </summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1e-4, 1e2)]
    public double? B2 { get; init; }

    /// <summary>
    /// R_k(0), the same for all skills, between 0 and S; null takes the model's own (σ²/3.6 of a network with an <c>initialStd</c> σ), or
    /// S/100 where it has none.
    /// </summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1e-12, 0.5)]
    public double? InitialStrength { get; init; }

    /// <summary>
    /// The 2 of 2η: 2 for gradient flow of the loss with ½, 4 for the plain mean of squares. Null is 4 for networks, which are trained on
    /// that, and 2 else.
    /// </summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? TimeFactor { get; init; }

    /// <summary>Number N of basis functions in skill order; skills beyond them stay at 0. Null is one for each skill.</summary>
    [Range(0, int.MaxValue)]
    public int? BasisFunctions { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<TheoryParameter> Parameters => Dynamics == LayerDynamics.Multilinear ? base.Parameters : [];

    /// <inheritdoc/>
    public override ModelConstants Constants => new(TargetScale, InitialStrength, LearningRate);

    /// <summary>
    /// Emergent time τ_e(k, ε), at which R_k/S = ε: ln[(S/R_k(0) − 1)/(1/ε − 1)] / (2 η B² P(k) S), negative if the skill
    /// starts above ε. It grows as k^(α+1).
    /// </summary>
    /// <param name="skill">k, from 1.</param>
    /// <param name="strength">ε, in (0, 1).</param>
    public double EmergentTime(int skill, double strength)
    {
        Require.Open(strength, 0, 1, nameof(strength));
        return Math.Log(InitialOdds / ((1 / strength) - 1)) / Rate(Require.Skill(skill, Skills) - 1);
    }

    /// <summary>Saturation time τ_s(k, ε), from R_k/S = ε to 1 − ε: ln(1/ε − 1) / (η B² P(k) S).</summary>
    /// <param name="skill">k, from 1.</param>
    /// <param name="strength">ε, in (0, ½).</param>
    public double SaturationTime(int skill, double strength)
    {
        Require.Open(strength, 0, 0.5, nameof(strength));
        return 2 * Math.Log((1 / strength) - 1) / Rate(Require.Skill(skill, Skills) - 1);
    }

    /// <summary>
    /// Whether training is stage-like at a skill: it saturates before the next one emerges, τ_s(k) &lt; τ_e(k+1) − τ_e(k).
    /// </summary>
    /// <param name="skill">k, from 1 to K − 1.</param>
    /// <param name="strength">ε, in (0, ½).</param>
    public bool IsStageLike(int skill, double strength) =>
        SaturationTime(skill, strength) < EmergentTime(Require.Skill(skill, Skills - 1) + 1, strength) - EmergentTime(skill, strength);

    /// <summary>The one-layer contrast on the same data, R_k = S (1 − exp(−η (d_k/D) T)), with the losses ½ (S − R_k)².</summary>
    public SkillTheory LinearContrast() => new ParallelModel(Frequencies) { Rate = Factor / 2 * Eta }.InUnitOf(this);

    /// <inheritdoc/>
    protected override SkillTheory Complete(TheorySetting setting)
    {
        if (Dynamics == LayerDynamics.Linear && BasisFunctions is not null)
        {
            throw new InvalidOptionException(
                setting.Path("basisFunctions"),
                $"Got `{setting.Path("basisFunctions")}` with linear dynamics, which have none; expected multilinear dynamics."
            );
        }

        var network = setting.Model is NetworkOptions;
        var model = setting.Model?.Constants ?? default;
        var scale = TargetScale ?? setting.Task.SignedTargetScale ?? model.TargetScale ?? 1;
        var ofWeights = model.WeightStd is { } std and > 0 ? InitialStrengthOfNetwork(std) : (double?)null;
        return this with
        {
            TargetScale = scale,
            InitialStrength = InitialStrength ?? model.InitialStrength ?? ofWeights ?? scale / 100,
            LearningRate = LearningRate ?? model.LearningRate ?? setting.Optimizer?.LearningRate ?? 1,
            B2 = B2 ?? (network ? PublishedB2OfNetworks : 1),
            TimeFactor = TimeFactor ?? (network ? 4 : 2),
        };
    }

    /// <inheritdoc/>
    protected override double FitUnit(string parameter) => parameter == "initialStrength" ? Scale : 1;

    /// <inheritdoc/>
    protected override double OwnChanceLoss(int skill) => Scale * Scale / 2;

    /// <summary>Strength R_k/S of every skill.</summary>
    /// <inheritdoc/>
    protected override void PredictStrength(ReadOnlySpan<double> at, Span<double> strength)
    {
        if (Dynamics == LayerDynamics.Linear)
        {
            LinearContrast().Strength(at, strength);
            return;
        }

        Odds(at, strength);
        foreach (ref var value in strength)
            value = 1 / (1 + value);
    }

    /// <summary>Loss L_k = ½ (S − R_k)² of every skill, exact also where R_k is S to the last digit.</summary>
    /// <inheritdoc/>
    protected override void PredictLoss(ReadOnlySpan<double> at, Span<double> loss)
    {
        if (Dynamics == LayerDynamics.Linear)
        {
            LinearContrast().Loss(at, loss);
            return;
        }

        Odds(at, loss);
        for (var i = 0; i < loss.Length; i++)
        {
            var residual = double.IsInfinity(loss[i]) ? 1 : loss[i] / (1 + loss[i]);
            loss[i] = ChanceLoss(i % Skills) * residual * residual;
        }
    }

    private double Scale => TargetScale ?? throw NotBound();

    private double Eta => LearningRate ?? throw NotBound();

    private double Factor => TimeFactor ?? throw NotBound();

    private double Initial => InitialStrength ?? throw NotBound();

    private double InitialOdds =>
        Initial < Scale
            ? (Scale / Initial) - 1
            : throw Require.OutOfRange(Initial, "initialStrength", $"a number above 0 and below targetScale = {Scale}");

    private double Rate(int k) => Factor * Eta * (B2 ?? throw NotBound()) * P[k] * Scale;

    /// <summary>S/R_k − 1; infinite for a skill without a basis function.</summary>
    private void Odds(ReadOnlySpan<double> at, Span<double> odds)
    {
        var initial = InitialOdds;
        var learnable = Math.Min(BasisFunctions ?? Skills, Skills);
        for (var k = 0; k < Skills; k++)
        {
            var rate = Rate(k);
            for (var t = 0; t < at.Length; t++)
                odds[(t * Skills) + k] = k < learnable ? initial * Math.Exp(-rate * at[t]) : double.PositiveInfinity;
        }
    }

    private InvalidOperationException NotBound() =>
        new($"Got the {Name} theory with an option left to the trial; expected a value, or a theory that is laid over a trial by Bind.");
}
