using System.Globalization;
using SkillTorch.Models;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>
/// The extended multilinear model laid over measurements: R_k/S = 1/(1 + (S/R_k(0) − 1)·exp(−f η B² P(k) S T)), f = 2 or 4.
/// Fits b2, initialStrength. What is not configured is taken from the trial.
/// </summary>
/// <remarks>arXiv:2404.17563, sections on the multilinear model and on predicting emergence.</remarks>
[Kind("multilinear")]
public sealed record MultilinearTheoryOptions : TheoryOptions
{
    private const double PublishedB2OfNetworks = 1.0 / 22; // calibrated on one skill

    /// <summary>The target's scale S; null takes the task's or the model's <c>targetScale</c>, or 1 where there is none.</summary>
    public double? TargetScale { get; init; }

    /// <summary>R_k(0); null takes the model's <c>initialStrength</c>, σ²/3.6 of a network with an <c>initialStd</c> σ, the three-neuron network's own, or S/100 where there is neither.</summary>
    public double? InitialStrength { get; init; }

    /// <summary>Learning rate η; null takes the optimizer's or the model's.</summary>
    public double? LearningRate { get; init; }

    /// <summary>B², by which learning features slows time; null takes the published 1/22 for networks and 1 for toy models.</summary>
    public double? B2 { get; init; }

    /// <summary>The f of f·η: null takes 4 for networks, which are trained on the plain mean of squares, and 2, of the loss with ½, for toy models.</summary>
    public double? TimeFactor { get; init; }

    /// <summary>Number of basis functions in skill order; null is one for each skill.</summary>
    public int? BasisFunctions { get; init; }

    /// <inheritdoc/>
    public override SkillTheory Bind(Trial trial)
    {
        var network = trial.Model is NetworkOptions;
        var scale = TargetScale ?? TargetScaleOf(trial);
        return new MultilinearModel([.. trial.Task.GetSkills().Select(s => s.Frequency)])
        {
            TargetScale = scale,
            InitialStrength = InitialStrength ?? Option(trial.Model, "initialStrength") ?? OfNetwork(trial) ?? scale / 100,
            LearningRate = LearningRate ?? Option(trial.Model, "learningRate") ?? Option(trial.Optimizer, "learningRate") ?? 1,
            B2 = B2 ?? (network ? PublishedB2OfNetworks : 1),
            TimeFactor = TimeFactor ?? (network ? 4 : 2),
            BasisFunctions = BasisFunctions,
        };
    }

    /// <summary>S of the trial's task or model; 1 where neither has one.</summary>
    internal static double TargetScaleOf(Trial trial) => Option(trial.Task, "targetScale") ?? Option(trial.Model, "targetScale") ?? 1;

    private static double? OfNetwork(Trial trial) => trial.Model switch
    {
        ThreeNeuronParityDynamicsOptions parity => parity.TargetScale * parity.Initial().Strength,
        _ => Option(trial.Model, "initialStd") is { } std and > 0 ? MultilinearModel.InitialStrengthOfNetwork(std) : null,
    };

    // By name, so that tasks, models and optimizers of a user's own are understood too.
    private static double? Option(object? options, string name) =>
        options is not null && OptionProperty.Of(options.GetType()).FirstOrDefault(p => p.Name == name)?.Property.GetValue(options) is IConvertible value
            ? value.ToDouble(CultureInfo.InvariantCulture)
            : null;
}
