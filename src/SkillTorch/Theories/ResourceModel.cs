using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using SkillTorch.Models;
using SkillTorch.Tasks;

namespace SkillTorch.Theories;

/// <summary>How the Resource model is solved.</summary>
public enum ResourceSolution
{
    /// <summary>One Euler step per training step, as published.</summary>
    Euler,

    /// <summary>The exact solution of the differential equation: independent skills without gates or switch.</summary>
    Exact,
}

/// <summary>A skill whose frequency changes once it is partly learned (arXiv 2501.12391, Fig. 16: a hard skill).</summary>
public sealed record FrequencySwitch
{
    /// <summary>Number of the skill, from 1.</summary>
    [Range(1, int.MaxValue)]
    public required int Skill { get; init; }

    /// <summary>What is still to learn, u, at the change.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Frequency while u is above the threshold.</summary>
    [Range(0, double.MaxValue), FitRange(1e-6, 1)]
    public required double Before { get; init; }

    /// <summary>Frequency from then on.</summary>
    [Range(0, double.MaxValue), FitRange(1e-6, 1)]
    public required double After { get; init; }
}

/// <summary>
/// The Resource model: skills compete for a network's parameters in proportion to p_i u_i, where u_i = 1 − s_i is still to learn.
/// <code>
/// MSE            du_i/dt = −η_eff Σ_j C_ij f_j / (N0 + Σ_j f_j),   f_j = g_j p_j u_j,             u_i(0) = 1
/// cross-entropy  dl_i/dt = +η_eff Σ_j C_ij f_j / (N0 + Σ_j f_j),   f_j = g_j p_j sigmoid(−l_j),   l_i(0) = 0
/// </code>
/// The training loss decides between the two. g_j is the gate of skill j's prerequisites, in which skill k is open by 1 − u_k^a,
/// u_k = 1 − s_k in both forms. Frequencies p_j and N0 have one unit: that of the task's frequencies, unless they are normalised.
/// Fits n0, effectiveLearningRate, gateExponent, and the switch's frequencyBefore, frequencyAfter.
/// </summary>
/// <remarks>arXiv:2501.12391, section on the Resource model; C: its under-parametrised case; gates: its Fig. 17.</remarks>
[Kind("resource")]
public sealed record ResourceModel : SkillTheory
{
    private const double StartOfFit = 0.01; // of η_eff, where nothing is known of it
    private readonly Prerequisite?[]? prerequisites;

    /// <summary>The model of skills yet to be named, by <see cref="SkillTheory.Bind"/>.</summary>
    public ResourceModel() { }

    /// <summary>
    /// Independent skills of frequencies p [K], which need not be normalised, with η_eff = 0.01 where no other value is given.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A frequency is negative or not finite, or all are 0.</exception>
    public ResourceModel(IReadOnlyList<double> frequencies)
        : base(frequencies) => EffectiveLearningRate = StartOfFit;

    /// <summary>The model of a task's skills, with their frequencies and prerequisites.</summary>
    /// <exception cref="ArgumentException">The list is not consistent (<see cref="Skill.Check"/>).</exception>
    public static ResourceModel FromSkills(IReadOnlyList<Skill> skills)
    {
        Skill.Check(skills);
        return new ResourceModel([.. skills.Select(s => s.Frequency)]) { Prerequisites = [.. skills.Select(s => s.Prerequisite)] };
    }

    /// <summary>η_eff of SignGD on a Geometry model: 2 η √d for MSE, 4 η √d for cross-entropy.</summary>
    /// <param name="learningRate">η.</param>
    /// <param name="dimensions">d, the number of parameters.</param>
    /// <param name="loss">The training loss.</param>
    public static double EffectiveRate(double learningRate, int dimensions, LossKind loss = LossKind.Mse) =>
        (loss == LossKind.CrossEntropy ? 4 : 2)
        * Require.Positive(learningRate, nameof(learningRate))
        * Math.Sqrt(Require.AtLeast(dimensions, 1, nameof(dimensions)));

    /// <summary>
    /// N0, the wasted resource, in units of frequency. 0 is the Domino model when p_1 ≫ p_2 ≫ …; N0 → ∞ at fixed η_eff/N0 the
    /// parallel model.
    /// </summary>
    [Stackable, Range(0, double.MaxValue), FitRange(1e-6, 1e3)]
    public double N0 { get; init; } = 0.003;

    /// <summary>
    /// Effective rate η_eff: strength gained a step by a skill that has all resources. Null derives that of sign-based optimizers
    /// from a Geometry model, 2η√d (4η√d for cross-entropy); elsewhere it is then 0.01, from where a fit starts.
    /// </summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1e-6, 1)]
    public double? EffectiveLearningRate { get; init; }

    /// <summary>Whether a skill waits for the task's prerequisites.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Gates { get; init; } = true;

    /// <summary>Exponent a of a prerequisite's open value 1 − u^a; the smaller, the later it opens.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true), FitRange(1e-6, 10)]
    public double GateExponent { get; init; } = 1e-3;

    /// <summary>Correlations C_ij of the skills (t_i·t_j in a Geometry model), as rows; null is the identity.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? Correlations
    {
        get;
        init =>
            field =
                value is null || Skills == 0 || IsSquare(value)
                    ? value
                    : throw Require.OutOfRange(Shape(value), "correlations", $"{Skills} × {Skills}, one row for each skill");
    }

    /// <summary>
    /// Whether skills share parameters as in the trial's Geometry model: C_ij = t_i·t_j of its task vectors, for fewer
    /// parameters than skills. Then each replicate, with its own draw of them, has its own theory.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Correlated { get; init; }

    /// <summary>A skill whose frequency changes once it is partly learned; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FrequencySwitch? Switch
    {
        get;
        init
        {
            if (value is not null && Skills > 0)
                Require.Skill(value.Skill, Skills);
            field = value;
        }
    }

    /// <summary>
    /// Whether u is kept at 0 or above after each Euler step (squared form). Published: yes, but not where skills outnumber parameters.
    /// </summary>
    public bool Clamp { get; init; } = true;

    /// <summary>One Euler step a training step, as published, or the exact solution (independent skills only).</summary>
    public ResourceSolution Solution { get; init; } = ResourceSolution.Euler;

    /// <summary>Loss form.</summary>
    public LossKind LossForm { get; internal init; } = LossKind.Mse;

    /// <summary>Prerequisite of each skill [K], or null where a skill has none.</summary>
    public IReadOnlyList<Prerequisite?>? Prerequisites
    {
        get => prerequisites;
        internal init
        {
            if (value is not null && value.Count != Skills)
                throw Require.OutOfRange($"{value.Count} gates", "prerequisites", $"{Skills}, the number of skills");
            foreach (var skill in (value ?? []).SelectMany(p => p?.Skills ?? []))
                Require.Skill(skill, Skills);
            prerequisites = value is null || value.All(p => p is null) ? null : [.. value];
        }
    }

    /// <inheritdoc/>
    public override bool DependsOnDraw => Correlated;

    /// <inheritdoc/>
    public override IReadOnlyList<TheoryParameter> Parameters =>
        [
            .. base.Parameters.Where(p => p.Name != "gateExponent" || prerequisites is not null),
            .. Switch is null ? [] : FitOption.From(typeof(FrequencySwitch)).Select(o => o.Describe(Switch, name: NameOf(o))),
        ];

    /// <inheritdoc/>
    public override SkillTheory With(string parameter, double value)
    {
        if (Switch is null || FitOption.From(typeof(FrequencySwitch)).FirstOrDefault(o => NameOf(o) == parameter) is not { } option)
            return base.With(parameter, value);
        var changed = Switch with { };
        option.Set(changed, value, parameter);
        return this with { Switch = changed };
    }

    /// <summary>
    /// Strength of every skill: 1 − u (MSE) or sigmoid(l) (cross-entropy). Step t is the state after t updates; between whole
    /// steps the Euler form is interpolated linearly.
    /// </summary>
    /// <inheritdoc/>
    protected override void PredictStrength(ReadOnlySpan<double> at, Span<double> strength)
    {
        if (Solution == ResourceSolution.Exact)
        {
            Check(at);
            new ResourceClock(this).Strength(at, strength);
            return;
        }

        Levels(at, strength);
        var mse = LossForm == LossKind.Mse;
        foreach (ref var value in strength)
        {
            value = mse ? 1 - value : 1 / (1 + Math.Exp(-value));
        }
    }

    /// <summary>Loss of every skill: u² (MSE) or −log sigmoid(l) (cross-entropy), relative to that at the start.</summary>
    /// <inheritdoc/>
    protected override void PredictLoss(ReadOnlySpan<double> at, Span<double> loss)
    {
        Levels(at, loss);
        var mse = LossForm == LossKind.Mse;
        for (var i = 0; i < loss.Length; i++)
        {
            var unit = ChanceLoss(i % Skills) / OwnChanceLoss(i % Skills);
            loss[i] = unit * (mse ? loss[i] * loss[i] : ResourceSimulation.SoftPlus(-loss[i]));
        }
    }

    /// <summary>
    /// Share of the network that each skill commands, n_i/d = f_i / (N0 + Σ_j f_j) [T, K]; what is missing to 1 is wasted.
    /// </summary>
    /// <param name="at">Steps [T], in increasing order.</param>
    public double[,] Shares(ReadOnlySpan<double> at)
    {
        var shares = new double[at.Length, Skills];
        var flat = Flat(shares);
        Levels(at, flat);
        var simulation = new ResourceSimulation(this);
        for (var t = 0; t < at.Length; t++)
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
        Require.Open(strength, LossForm == LossKind.CrossEntropy ? 0.5 : 0, 1, nameof(strength));
        return new ResourceClock(this).TimeOf(skill - 1, strength);
    }

    /// <inheritdoc/>
    protected override SkillTheory Complete(TheorySetting setting)
    {
        var skills = setting.Task.GetSkills();
        if (Correlated && setting.Model is not GeometryOptions)
        {
            throw new InvalidOptionException(
                setting.Path("correlated"),
                "Got true for `correlated` of the resource theory with a model that has no task vectors; expected the `geometry` model."
            );
        }

        if (Correlated && Correlations is not null)
        {
            throw new InvalidOptionException(
                setting.Path("correlated"),
                "Got true for `correlated` of the resource theory beside `correlations`; expected one of them."
            );
        }

        if (Correlations is { } given && !IsSquare(given))
        {
            throw new InvalidOptionException(
                setting.Path("correlations"),
                $"Got {Shape(given)} for `{setting.Path("correlations")}`; expected {Skills} × {Skills}, one row for each skill."
            );
        }

        if (Switch is { } s && s.Skill > Skills)
        {
            throw new InvalidOptionException(
                setting.Path("switch.skill"),
                $"Got {s.Skill} for `{setting.Path("switch.skill")}`; expected a skill between 1 and {Skills}."
            );
        }

        return this with
        {
            EffectiveLearningRate = EffectiveLearningRate ?? Derived(setting) ?? StartOfFit,
            Correlations = Correlated ? Rows(((GeometryOptions)setting.Model!).Correlations(Skills, setting.Seed)) : Correlations,
            Prerequisites = Gates ? [.. skills.Select(skill => skill.Prerequisite)] : null,
            LossForm = setting.Loss,
        };
    }

    /// <summary>All that a task or a training loss can ask of it, it knows.</summary>
    /// <inheritdoc/>
    protected override void CheckAsModel(IReadOnlyList<Skill> skills, LossKind loss) { }

    /// <inheritdoc/>
    protected override double OwnChanceLoss(int skill) => LossForm == LossKind.CrossEntropy ? Math.Log(2) : 1;

    private static double? Derived(TheorySetting setting) =>
        setting is { Model: GeometryOptions geometry, Optimizer.LearningRate: > 0 and var learningRate }
            ? EffectiveRate(learningRate, geometry.Dimensions, setting.Loss)
            : null;

    private static string NameOf(FitOption option) => option.Name == "before" ? "frequencyBefore" : "frequencyAfter";

    private static IReadOnlyList<double>[] Rows(double[,] matrix) =>
        [.. Enumerable.Range(0, matrix.GetLength(0)).Select(i => matrix.AsRow(i).ToArray())];

    private static string Shape(IReadOnlyList<IReadOnlyList<double>> rows) =>
        $"rows of [{string.Join(", ", rows.Select(row => row.Count))}] numbers";

    private bool IsSquare(IReadOnlyList<IReadOnlyList<double>> rows) => rows.Count == Skills && rows.All(row => row.Count == Skills);

    /// <summary>u (MSE) or logits (cross-entropy) of every skill, written row by row.</summary>
    private void Levels(ReadOnlySpan<double> at, Span<double> levels)
    {
        Check(at);
        if (Solution == ResourceSolution.Exact)
        {
            new ResourceClock(this).Levels(at, levels);
        }
        else
        {
            new ResourceSimulation(this).Run(at, levels);
        }
    }

    private void Check(ReadOnlySpan<double> at)
    {
        Require.Ordered(at, "steps");
        if (Solution == ResourceSolution.Exact)
            RequireExact();
    }

    private void RequireExact()
    {
        if (Correlations is not null || prerequisites is not null || Switch is not null)
        {
            throw new InvalidOperationException(
                "The exact solution of the resource theory exists for independent skills only; expected no correlations, prerequisites "
                    + "or frequency switch (the Euler solution has them)."
            );
        }
    }
}
