namespace SkillTorch.Theories;

/// <summary>
/// The multilinear model f = Σ_k a_k b_k g_k under gradient flow from a_k(0) = b_k(0): R_k = a_k b_k follows
/// <code>
/// R_k(T)/S = 1 / (1 + (S/R_k(0) − 1) exp(−2 η (d_k/D) S T)),   L_k = ½ (S − R_k)²
/// </code>
/// with d_k of the D samples from skill k (d_k/D → P(k) for online data). Skills beyond the N-th basis function stay at
/// R_k = 0. The extended model slows time by B² for a network that must find its features first.
/// Source: arXiv 2404.17563, section on the multilinear model; B² and its value 1/22: section on predicting emergence.
/// </summary>
public sealed record MultilinearModel : SkillTheory
{
    /// <summary>Skills of frequencies d_k/D [K].</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public MultilinearModel(IReadOnlyList<double> frequencies)
        : base(frequencies)
    {
    }

    /// <summary>Initial strength of a ReLU network whose weights are all N(0, σ²): R(0) = σ²/3.6, as measured for the published figures.</summary>
    /// <param name="weightStd">σ.</param>
    public static double InitialStrengthOfNetwork(double weightStd) => Require.Positive(weightStd, nameof(weightStd)) * weightStd / 3.6;

    /// <inheritdoc/>
    public override string Name => "multilinear";

    /// <summary>S, the target's scale.</summary>
    public double TargetScale { get; init => field = Require.Positive(value, "targetScale"); } = 1;

    /// <summary>R_k(0), the same for all skills, in (0, S).</summary>
    public double InitialStrength { get; init => field = Require.Positive(value, "initialStrength"); } = 0.01;

    /// <summary>η. Curves depend on it through η B² alone, hence a fit varies B² and leaves η.</summary>
    public double LearningRate { get; init => field = Require.Positive(value, "learningRate"); } = 1;

    /// <summary>B², by which learning features slows time; 1 for the model itself, published 1/22 for the two-layer MLP.</summary>
    public double B2 { get; init => field = Require.Positive(value, "b2"); } = 1;

    /// <summary>The 2 of 2η: 2 for gradient flow of the loss with ½; 4 for a network trained on the plain mean of squares.</summary>
    public double TimeFactor { get; init => field = Require.Positive(value, "timeFactor"); } = 2;

    /// <summary>N, number of basis functions in skill order, or null for one per skill.</summary>
    public int? BasisFunctions { get; init => field = value is { } n ? Require.AtLeast(n, 0, "basisFunctions") : null; }

    /// <inheritdoc/>
    public override IReadOnlyList<TheoryParameter> Parameters =>
    [
        new("b2", B2, 1e-4, 1e2),
        new("initialStrength", InitialStrength, 1e-12 * TargetScale, 0.5 * TargetScale),
    ];

    /// <inheritdoc/>
    protected override double LossScale => TargetScale * TargetScale / 2;

    /// <inheritdoc/>
    public override MultilinearModel With(string parameter, double value) => parameter switch
    {
        "b2" => this with { B2 = value },
        "initialStrength" => this with { InitialStrength = value },
        _ => throw Unknown(parameter),
    };

    /// <summary>Strength R_k/S of every skill.</summary>
    /// <inheritdoc/>
    public override void Strength(ReadOnlySpan<double> at, Span<double> strength)
    {
        Odds(at, strength);
        foreach (ref double value in strength)
        {
            value = 1 / (1 + value);
        }
    }

    /// <summary>Loss L_k = ½ (S − R_k)² of every skill, exact also where R_k is S to the last digit.</summary>
    /// <inheritdoc/>
    public override void Loss(ReadOnlySpan<double> at, Span<double> loss)
    {
        Odds(at, loss);
        foreach (ref double value in loss)
        {
            double residual = double.IsInfinity(value) ? 1 : value / (1 + value);
            value = LossScale * residual * residual;
        }
    }

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

    /// <summary>Whether training is stage-like at a skill: it saturates before the next one emerges, τ_s(k) &lt; τ_e(k+1) − τ_e(k).</summary>
    /// <param name="skill">k, from 1 to K − 1.</param>
    /// <param name="strength">ε, in (0, ½).</param>
    public bool IsStageLike(int skill, double strength) =>
        SaturationTime(skill, strength) < EmergentTime(Require.Skill(skill, Skills - 1) + 1, strength) - EmergentTime(skill, strength);

    /// <summary>The one-layer contrast on the same data, R_k = S (1 − exp(−η (d_k/D) T)), with the losses ½ (S − R_k)².</summary>
    public ParallelModel LinearContrast() =>
        new(Frequencies) { Rate = TimeFactor / 2 * LearningRate, InitialLoss = LossScale };

    private double InitialOdds => InitialStrength < TargetScale
        ? (TargetScale / InitialStrength) - 1
        : throw Require.OutOfRange(InitialStrength, "initialStrength", $"a number above 0 and below targetScale = {TargetScale}");

    private double Rate(int k) => TimeFactor * LearningRate * B2 * P[k] * TargetScale;

    /// <summary>S/R_k − 1; infinite for a skill without a basis function.</summary>
    private void Odds(ReadOnlySpan<double> at, Span<double> odds)
    {
        CheckLength(at, odds);
        double initial = InitialOdds;
        int learnable = Math.Min(BasisFunctions ?? Skills, Skills);
        for (int t = 0; t < at.Length; t++)
        {
            Require.NonNegative(at[t], "steps");
            for (int k = 0; k < Skills; k++)
            {
                odds[(t * Skills) + k] = k < learnable ? initial * Math.Exp(-Rate(k) * at[t]) : double.PositiveInfinity;
            }
        }
    }
}
