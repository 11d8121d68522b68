using SkillTorch.Tasks;

namespace SkillTorch.Theories;

/// <summary>Loss form of the Geometry and Resource models.</summary>
public enum ResourceLoss
{
    /// <summary>ℓ = (1 − s)².</summary>
    MeanSquaredError,

    /// <summary>s = sigmoid(l), ℓ = −log s.</summary>
    CrossEntropy,
}

/// <summary>How the Resource model is solved.</summary>
public enum ResourceSolution
{
    /// <summary>One Euler step per training step, as published.</summary>
    Euler,

    /// <summary>The exact solution of the differential equation: independent skills without gates or switch.</summary>
    Exact,
}

/// <summary>A skill whose frequency changes once it is partly learned (arXiv 2501.12391, Fig. 16: a hard skill).</summary>
/// <param name="Skill">Number of the skill, from 1.</param>
/// <param name="Threshold">What is still to learn, u, at the change.</param>
/// <param name="Before">Frequency while u &gt; threshold.</param>
/// <param name="After">Frequency from then on.</param>
public sealed record FrequencySwitch(int Skill, double Threshold, double Before, double After);

/// <summary>
/// The Resource model: skills compete for a network's parameters in proportion to p_i u_i, where u_i = 1 − s_i is still to learn.
/// <code>
/// MSE            du_i/dt = −η_eff Σ_j C_ij f_j / (N0 + Σ_j f_j),   f_j = g_j p_j u_j,             u_i(0) = 1
/// cross-entropy  dl_i/dt = +η_eff Σ_j C_ij f_j / (N0 + Σ_j f_j),   f_j = g_j p_j sigmoid(−l_j),   l_i(0) = 0
/// </code>
/// g_j is the gate of skill j's prerequisites, in which skill k is open by 1 − u_k^a, u_k = 1 − s_k in both forms.
/// Source: arXiv 2501.12391, section on the Resource model; C: its under-parametrised case; gates: its Fig. 17.
/// </summary>
public sealed record ResourceModel : SkillTheory
{
    private readonly double[,]? correlations;
    private readonly Prerequisite?[]? prerequisites;
    private readonly FrequencySwitch? frequencySwitch;

    /// <summary>Independent skills of frequencies p [K], which need not be normalised.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public ResourceModel(IReadOnlyList<double> frequencies)
        : base(frequencies)
    {
    }

    /// <summary>The model of a task's skills, with their frequencies and prerequisites.</summary>
    /// <exception cref="ArgumentException">The list is not consistent (<see cref="Skill.Check"/>).</exception>
    public static ResourceModel Of(IReadOnlyList<Skill> skills)
    {
        Skill.Check(skills);
        return new ResourceModel([.. skills.Select(s => s.Frequency)]) { Prerequisites = [.. skills.Select(s => s.Prerequisite)] };
    }

    /// <summary>η_eff of SignGD on a Geometry model: 2 η √d for MSE, 4 η √d for cross-entropy.</summary>
    /// <param name="learningRate">η.</param>
    /// <param name="dimensions">d, the number of parameters.</param>
    /// <param name="lossForm">Loss form.</param>
    public static double EffectiveRate(double learningRate, int dimensions, ResourceLoss lossForm = ResourceLoss.MeanSquaredError) =>
        (lossForm == ResourceLoss.CrossEntropy ? 4 : 2)
        * Require.Positive(learningRate, nameof(learningRate))
        * Math.Sqrt(Require.AtLeast(dimensions, 1, nameof(dimensions)));

    /// <inheritdoc/>
    public override string Name => "resource";

    /// <summary>η_eff, strength gained per step by a skill that has all resources.</summary>
    public double EffectiveLearningRate { get; init => field = Require.Positive(value, "effectiveLearningRate"); } = 0.01;

    /// <summary>N0, the wasted resource, in units of frequency. 0 is the Domino model when p_1 ≫ p_2 ≫ …; N0 → ∞ at fixed η_eff/N0 the parallel model.</summary>
    public double N0 { get; init => field = Require.NonNegative(value, "n0"); } = 0.003;

    /// <summary>Loss form.</summary>
    public ResourceLoss LossForm { get; init; } = ResourceLoss.MeanSquaredError;

    /// <summary>Correlation matrix C [K, K] of the skills (C_ij = t_i·t_j for a Geometry model), or null for the identity.</summary>
    public double[,]? Correlations
    {
        get => correlations;
        init => correlations = value is null || (value.GetLength(0) == Skills && value.GetLength(1) == Skills)
            ? value
            : throw Require.OutOfRange($"a {value.GetLength(0)} × {value.GetLength(1)} matrix", "correlations", $"{Skills} × {Skills}, one row per skill");
    }

    /// <summary>Prerequisite of each skill [K], or null where a skill has none.</summary>
    public IReadOnlyList<Prerequisite?>? Prerequisites
    {
        get => prerequisites;
        init
        {
            if (value is not null)
            {
                if (value.Count != Skills)
                {
                    throw Require.OutOfRange($"{value.Count} gates", "prerequisites", $"{Skills}, the number of skills");
                }

                foreach (int skill in value.SelectMany(p => p?.Skills ?? []))
                {
                    Require.Skill(skill, Skills);
                }
            }

            prerequisites = value is null || value.All(p => p is null) ? null : [.. value];
        }
    }

    /// <summary>a of the gates' open values 1 − u^a; the smaller, the later a prerequisite opens.</summary>
    public double GateExponent { get; init => field = Require.Positive(value, "gateExponent"); } = 1e-3;

    /// <summary>A skill whose frequency changes during training, or null.</summary>
    public FrequencySwitch? Switch
    {
        get => frequencySwitch;
        init
        {
            if (value is not null)
            {
                Require.Skill(value.Skill, Skills);
                Require.NonNegative(value.Before, "frequencyBefore");
                Require.NonNegative(value.After, "frequencyAfter");
            }

            frequencySwitch = value;
        }
    }

    /// <summary>Whether u is kept at 0 or above after each Euler step (MSE). Published: yes, but not in the under-parametrised figures.</summary>
    public bool Clamp { get; init; } = true;

    /// <summary>How the equation is solved.</summary>
    public ResourceSolution Solution { get; init; } = ResourceSolution.Euler;

    /// <inheritdoc/>
    public override IReadOnlyList<TheoryParameter> Parameters =>
    [
        new("n0", N0, 1e-6, 1e3),
        new("effectiveLearningRate", EffectiveLearningRate, 1e-6, 1),
        .. prerequisites is null ? Array.Empty<TheoryParameter>() : [new("gateExponent", GateExponent, 1e-6, 10)],
        .. frequencySwitch is not { } s ? Array.Empty<TheoryParameter>() : [new("frequencyBefore", s.Before, 1e-6, 1), new("frequencyAfter", s.After, 1e-6, 1)],
    ];

    /// <inheritdoc/>
    public override ResourceModel With(string parameter, double value) => parameter switch
    {
        "n0" => this with { N0 = value },
        "effectiveLearningRate" => this with { EffectiveLearningRate = value },
        "gateExponent" when prerequisites is not null => this with { GateExponent = value },
        "frequencyBefore" when Switch is not null => this with { Switch = Switch with { Before = value } },
        "frequencyAfter" when Switch is not null => this with { Switch = Switch with { After = value } },
        _ => throw Unknown(parameter),
    };

    /// <summary>
    /// Strength of every skill: 1 − u (MSE) or sigmoid(l) (cross-entropy). Step t is the state after t updates; between whole
    /// steps the Euler form is interpolated linearly.
    /// </summary>
    /// <inheritdoc/>
    public override void Strength(ReadOnlySpan<double> at, Span<double> strength)
    {
        if (Solution == ResourceSolution.Exact)
        {
            Check(at, strength);
            new ResourceClock(this).Strength(at, strength);
            return;
        }

        Levels(at, strength);
        bool mse = LossForm == ResourceLoss.MeanSquaredError;
        foreach (ref double value in strength)
        {
            value = mse ? 1 - value : 1 / (1 + Math.Exp(-value));
        }
    }

    /// <summary>Loss of every skill: u² (MSE) or −log sigmoid(l) (cross-entropy).</summary>
    /// <inheritdoc/>
    public override void Loss(ReadOnlySpan<double> at, Span<double> loss)
    {
        Levels(at, loss);
        bool mse = LossForm == ResourceLoss.MeanSquaredError;
        foreach (ref double value in loss)
        {
            value = mse ? value * value : ResourceSimulation.SoftPlus(-value);
        }
    }

    /// <summary>Share of the network that each skill commands, n_i/d = f_i / (N0 + Σ_j f_j) [T, K]; what is missing to 1 is wasted.</summary>
    /// <param name="at">Steps [T], in increasing order.</param>
    public double[,] Shares(ReadOnlySpan<double> at)
    {
        var shares = new double[at.Length, Skills];
        Span<double> flat = Flat(shares);
        Levels(at, flat);
        var simulation = new ResourceSimulation(this);
        for (int t = 0; t < at.Length; t++)
        {
            simulation.Shares(flat.Slice(t * Skills, Skills));
        }

        return shares;
    }

    /// <summary>The exact step at which a skill reaches a strength: both solutions have it in closed form, without a root-find.</summary>
    /// <param name="skill">Number of the skill, from 1.</param>
    /// <param name="strength">Strength between its start (0 for MSE, ½ for cross-entropy) and 1.</param>
    /// <returns>Steps; infinite if the skill has frequency 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such skill, or a strength out of reach.</exception>
    /// <exception cref="InvalidOperationException">The model has correlations, gates or a switch.</exception>
    public double LearningTime(int skill, double strength)
    {
        Require.Skill(skill, Skills);
        RequireExact();
        Require.Open(strength, LossForm == ResourceLoss.CrossEntropy ? 0.5 : 0, 1, nameof(strength));
        return new ResourceClock(this).TimeOf(skill - 1, strength);
    }

    /// <summary>u (MSE) or logits (cross-entropy) of every skill, written row by row.</summary>
    private void Levels(ReadOnlySpan<double> at, Span<double> levels)
    {
        Check(at, levels);
        if (Solution == ResourceSolution.Exact)
        {
            new ResourceClock(this).Levels(at, levels);
        }
        else
        {
            new ResourceSimulation(this).Run(at, levels);
        }
    }

    private void Check(ReadOnlySpan<double> at, Span<double> destination)
    {
        CheckLength(at, destination);
        Require.Ordered(at, "steps");
        if (Solution == ResourceSolution.Exact)
        {
            RequireExact();
        }
    }

    private void RequireExact()
    {
        if (correlations is not null || prerequisites is not null || frequencySwitch is not null)
        {
            throw new InvalidOperationException(
                "The exact solution of the resource theory exists for independent skills only; expected no correlations, prerequisites or frequency switch (the Euler solution has them).");
        }
    }
}
