using System.ComponentModel.DataAnnotations;
using SkillTorch.Tasks;
using SkillTorch.Theories;

namespace SkillTorch.Models;

/// <summary>
/// The three-neuron parity network under gradient flow. Its one skill is parity, of strength R/S = R^(1) + R^(2) + R^(3) and loss
/// ½ mean (f − Y)²; the neurons' mode strengths R^(q) and the weights a, β, γ and output bias c are recorded beside it.
/// </summary>
/// <remarks>arXiv:2404.17563, appendix on the three-neuron parity network (nam-fig08). The task has one skill.</remarks>
[Kind("three-neuron-parity")]
public sealed record ThreeNeuronParityDynamicsOptions : DynamicsOptions
{
    private static readonly (string Name, Func<ThreeNeuronState, double> Of)[] Quantities =
    [
        ("mode1", s => s.Mode1), ("mode2", s => s.Mode2), ("mode3", s => s.Mode3),
        ("a", s => s.A), ("beta", s => s.Beta), ("gamma", s => s.Gamma), ("c", s => s.C),
    ];

    /// <summary>The target's scale S.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double TargetScale { get; init; } = 1;

    /// <summary>a = β = γ at the start.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double InitialWeight { get; init; } = 0.1;

    /// <summary>Learning rate η: time passed in one step.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ExtraQuantities => [.. Quantities.Select(q => q.Name)];

    /// <inheritdoc/>
    public override (double[,] Strength, double[,] Loss) Predict(TaskOptions task, LossKind loss, IReadOnlyList<int> steps)
    {
        if (task.GetSkills().Count != 1 || loss != LossKind.Mse)
            throw new InvalidOptionException("task.count", $"Got {task.GetSkills().Count} skills or a loss other than mse for the `three-neuron-parity` model; expected `mse` and 1 skill, parity.");
        var states = States(steps);
        return (Column(states, s => s.Strength), Column(states, s => s.Loss));
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[,]> PredictExtra(IReadOnlyList<int> steps)
    {
        var states = States(steps);
        return Quantities.ToDictionary(q => q.Name, q => Column(states, q.Of));
    }

    /// <summary>The network before training, whose strength a multilinear model of it starts from.</summary>
    public ThreeNeuronState Initial() => States([0])[0];

    private ThreeNeuronState[] States(IReadOnlyList<int> steps) =>
        new ThreeNeuronParity { TargetScale = TargetScale, InitialWeight = InitialWeight, LearningRate = LearningRate }
            .Solve([.. steps.Select(step => (double)step)]);

    private static double[,] Column(ThreeNeuronState[] states, Func<ThreeNeuronState, double> of)
    {
        var column = new double[states.Length, 1];
        for (var m = 0; m < states.Length; m++)
            column[m, 0] = of(states[m]);
        return column;
    }
}
