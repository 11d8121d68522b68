using System.ComponentModel.DataAnnotations;
using SkillTorch.Tasks;
using SkillTorch.Theories;

namespace SkillTorch.Models;

/// <summary>How many layers carry a skill.</summary>
public enum LayerDynamics
{
    /// <summary>Two: R_k = a_k b_k grows in an S-shaped curve.</summary>
    Multilinear,

    /// <summary>One, the contrast: R_k = S(1 − exp(−η p_k T)).</summary>
    Linear,
}

/// <summary>The multilinear model: R_k/S = 1/(1 + (S/R_k(0) − 1)·exp(−2ηB²p_k S T)), with losses ½(S − R_k)².</summary>
/// <remarks>arXiv:2404.17563, section on the multilinear model. p_k is d_k/D, as the task gives it, normalised or not.</remarks>
[Kind("multilinear")]
public sealed record MultilinearDynamicsOptions : TheoryDynamicsOptions
{
    /// <summary>Two layers, or the linear contrast (which has no use for initialStrength and b2).</summary>
    public LayerDynamics Dynamics { get; init; } = LayerDynamics.Multilinear;

    /// <summary>The target's scale S.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double TargetScale { get; init; } = 1;

    /// <summary>R_k(0), between 0 and S.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double InitialStrength { get; init; } = 0.01;

    /// <summary>Learning rate η.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1;

    /// <summary>B², by which learning features slows time; 1 for the model itself.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double B2 { get; init; } = 1;

    /// <summary>The 2 of 2η: 2 for gradient flow of the loss with ½, 4 to compare with a network trained on the plain mean of squares.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double TimeFactor { get; init; } = 2;

    /// <summary>Number N of basis functions in skill order; skills beyond them stay at 0. Null is one for each skill.</summary>
    [Range(0, int.MaxValue)]
    public int? BasisFunctions { get; init; }

    /// <inheritdoc/>
    protected override SkillTheory Theory(IReadOnlyList<Skill> skills, LossKind loss)
    {
        var model = new MultilinearModel(Independent(skills, loss, "multilinear"))
        {
            TargetScale = TargetScale,
            InitialStrength = InitialStrength,
            LearningRate = LearningRate,
            B2 = B2,
            TimeFactor = TimeFactor,
            BasisFunctions = BasisFunctions,
        };
        if (Dynamics == LayerDynamics.Multilinear)
            return model;
        if (BasisFunctions is not null)
            throw new InvalidOptionException("model.basisFunctions", "Got `model.basisFunctions` with linear dynamics, which have none; expected multilinear dynamics.");
        return model.LinearContrast();
    }
}

/// <summary>The modes of a two-layer linear network: ab/λ = 1/(1 + (λ/(a(0)b(0)) − 1)·exp(−2ηλt)), with losses ½(λ − ab)².</summary>
/// <remarks>arXiv:1312.6120, as in arXiv:2404.17563 (nam-fig05: λ = 1, 0.5, 0.25). The task gives the number of modes; its frequencies play no part.</remarks>
[Kind("two-layer-linear")]
public sealed record TwoLayerLinearDynamicsOptions : TheoryDynamicsOptions
{
    /// <summary>Singular values λ of the target; one for each skill of the task.</summary>
    [Stackable]
    public required IReadOnlyList<double> SingularValues { get; init; }

    /// <summary>a(0)·b(0), below the smallest singular value.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double InitialProduct { get; init; } = 1e-3;

    /// <summary>Learning rate η.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1;

    /// <inheritdoc/>
    protected override SkillTheory Theory(IReadOnlyList<Skill> skills, LossKind loss)
    {
        Independent(skills, loss, "two-layer-linear");
        if (SingularValues.Count != skills.Count)
            throw new InvalidOptionException("model.singularValues", $"Got {SingularValues.Count} numbers for `model.singularValues`; expected {skills.Count}, one for each skill of the task.");
        return new TwoLayerLinearModes(SingularValues) { InitialProduct = InitialProduct, LearningRate = LearningRate };
    }
}
