using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>The Resource model laid over measurements: du_i/dt = −η_eff p_i u_i/(N0 + Σ_j p_j u_j). Fits n0, effectiveLearningRate, gateExponent, frequencyBefore, frequencyAfter.</summary>
/// <remarks>arXiv:2501.12391, section on the Resource model.</remarks>
[Kind("resource")]
public sealed record ResourceTheoryOptions : TheoryOptions
{
    /// <summary>Skill frequencies; null takes the task's, normalised to sum 1.</summary>
    public IReadOnlyList<double>? Frequencies { get; init; }

    /// <summary>Wasted resource N0, in units of frequency.</summary>
    public double N0 { get; init; } = 0.003;

    /// <summary>
    /// Effective rate η_eff, strength a step. Null derives that of sign-based optimizers from a Geometry model, 2η√d (4η√d for
    /// cross-entropy); of other models it then stands at 0.01, from where a fit starts.
    /// </summary>
    public double? EffectiveLearningRate { get; init; }

    /// <summary>
    /// Whether skills share parameters as in the trial's Geometry model: C_ij = t_i·t_j of its task vectors, for fewer
    /// parameters than skills. Then each replicate, with its own draw of them, has its own theory.
    /// </summary>
    public bool Correlated { get; init; }

    /// <summary>Whether a skill waits for its prerequisites.</summary>
    public bool Gates { get; init; } = true;

    /// <summary>Exponent a of the gates 1 − u^a.</summary>
    public double GateExponent { get; init; } = 0.01;

    /// <summary>A skill whose frequency changes once it is partly learned; null for none.</summary>
    public FrequencySwitchOptions? Switch { get; init; }

    /// <summary>Whether u is kept at 0 or above.</summary>
    public bool Clamp { get; init; } = true;

    /// <inheritdoc/>
    public override bool PerReplicate => Correlated;

    /// <inheritdoc/>
    public override SkillTheory Bind(Trial trial)
    {
        if (Correlated && trial.Model is not GeometryOptions)
            throw new InvalidOptionException("theories.correlated", "Got true for `correlated` of the resource theory with a model that has no task vectors; expected the `geometry` model.");
        var loss = trial.Training.Loss == LossKind.CrossEntropy ? ResourceLoss.CrossEntropy : ResourceLoss.MeanSquaredError;
        var skills = trial.Task.GetSkills();
        var frequencies = Frequencies ?? SkillFrequencies.Explicit([.. skills.Select(s => s.Frequency)], normalised: true);
        if (frequencies.Count != skills.Count)
            throw new InvalidOptionException("theories.frequencies", $"Got {frequencies.Count} numbers for `frequencies` of the resource theory; expected one for each of the {skills.Count} skills.");
        return new ResourceModel(frequencies)
        {
            N0 = N0,
            EffectiveLearningRate = EffectiveLearningRate ?? Derived(trial, loss),
            Correlations = Correlated ? ((GeometryOptions)trial.Model).Correlations(skills.Count, trial.Seed) : null,
            Prerequisites = Gates ? [.. skills.Select(s => s.Prerequisite)] : null,
            GateExponent = GateExponent,
            Switch = Switch is { } s ? new FrequencySwitch(s.Skill, s.Threshold, s.Before, s.After) : null,
            Clamp = Clamp,
            LossForm = loss,
        };
    }

    private static double Derived(Trial trial, ResourceLoss loss) =>
        trial is { Model: GeometryOptions geometry, Optimizer.LearningRate: > 0 and var learningRate }
            ? ResourceModel.EffectiveRate(learningRate, geometry.Dimensions, loss)
            : 0.01;
}

/// <summary>A skill whose frequency changes once it is partly learned.</summary>
public sealed record FrequencySwitchOptions
{
    /// <summary>Number of the skill, from 1.</summary>
    public required int Skill { get; init; }

    /// <summary>What is still to learn, u, at the change.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Frequency before the change.</summary>
    public required double Before { get; init; }

    /// <summary>Frequency after the change.</summary>
    public required double After { get; init; }
}
