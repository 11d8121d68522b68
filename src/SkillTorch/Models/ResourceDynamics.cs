using System.ComponentModel.DataAnnotations;
using SkillTorch.Tasks;
using SkillTorch.Theories;

namespace SkillTorch.Models;

/// <summary>
/// The Resource model: skills compete for a network's parameters, du_i/dt = −η_eff·f_i/(N0 + Σ_j f_j) with f_i = g_i p_i u_i and
/// gates g_i from the task's prerequisites. The training loss decides between the squared and the cross-entropy form.
/// </summary>
/// <remarks>arXiv:2501.12391, section on the Resource model. Frequencies enter as the task gives them, normalised or not.</remarks>
[Kind("resource")]
public sealed record ResourceDynamicsOptions : TheoryDynamicsOptions
{
    /// <summary>Effective rate η_eff: strength gained a step by a skill that has all resources.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double EffectiveLearningRate { get; init; } = 0.01;

    /// <summary>Wasted resource N0, in units of frequency.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double N0 { get; init; } = 0.003;

    /// <summary>Exponent a of a prerequisite's open value 1 − u^a.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double GateExponent { get; init; } = 1e-3;

    /// <summary>Correlations C_ij of the skills, as rows; null is the identity.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? Correlations { get; init; }

    /// <summary>Whether u is kept at 0 or above after each step (squared form). Published: yes, but not where skills outnumber parameters.</summary>
    public bool Clamp { get; init; } = true;

    /// <summary>One Euler step a training step, as published, or the exact solution (independent skills only).</summary>
    public ResourceSolution Solution { get; init; } = ResourceSolution.Euler;

    /// <inheritdoc/>
    protected override SkillTheory Theory(IReadOnlyList<Skill> skills, LossKind loss) =>
        ResourceModel.Of(skills) with
        {
            EffectiveLearningRate = EffectiveLearningRate,
            N0 = N0,
            GateExponent = GateExponent,
            Correlations = Matrix(skills.Count),
            Clamp = Clamp,
            Solution = Solution,
            LossForm = loss == LossKind.CrossEntropy ? ResourceLoss.CrossEntropy : ResourceLoss.MeanSquaredError,
        };

    private double[,]? Matrix(int skills)
    {
        if (Correlations is not { } rows)
            return null;
        if (rows.Count != skills || rows.Any(row => row.Count != skills))
            throw new InvalidOptionException("model.correlations", $"Got rows of [{string.Join(", ", rows.Select(row => row.Count))}] numbers for `model.correlations`; expected {skills} rows of {skills}, one for each skill.");
        var matrix = new double[skills, skills];
        for (var i = 0; i < skills; i++)
            rows[i].ToArray().CopyTo(matrix.AsRow(i));
        return matrix;
    }
}
