using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using SkillTorch.Models;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>The <c>optimizer</c> section of an experiment: how the parameters move.</summary>
[Family("optimizer", "optimizers", 3)]
public abstract record OptimizerOptions
{
    /// <summary>Learning rate η.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the learning rate changes with the step; null keeps it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LearningRateScheduleOptions? LearningRateSchedule { get; init; }

    /// <summary>Learning rate η_t of an update.</summary>
    /// <param name="step">Number of the update, from 1.</param>
    public double LearningRateAt(int step) => LearningRateSchedule is { } schedule ? LearningRate * schedule.Factor(step) : LearningRate;

    /// <summary>
    /// Whether the step u, weight decay apart, is masked where it opposes the gradient and what is left is made longer:
    /// θ ← θ − u·φ·n/(‖φ‖₀ + 1), φ = [u g &gt; 0], over all n parameters of a network (arXiv:2411.16085, algorithm 1, scaled as in
    /// the authors' code, which counts each weight matrix by itself). Null is no.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Cautious { get; init; }

    /// <summary>
    /// Largest norm c of the gradient over all parameters of a network: g ← g·min(1, c/‖g‖) (arXiv:1211.5063, algorithm 1), before
    /// anything else of the optimizer sees it. Null does not clip.
    /// </summary>
    [Stackable, Range(0, double.MaxValue, MinimumIsExclusive = true), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? GradientClipNorm { get; init; }

    /// <summary>Largest magnitude c of each of the gradient's components: g ← max(−c, min(g, c)), before it is clipped by its norm. Null
    /// does not clip.</summary>
    [Stackable, Range(0, double.MaxValue, MinimumIsExclusive = true), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? GradientClipValue { get; init; }

    /// <summary>
    /// Gaussian noise added to the gradient after clipping, of standard deviation <c>standardDeviation</c>·t^(−<c>decay</c>/2) at
    /// update t (arXiv:1511.06807, eq. 1); null is none. The Geometry model has <c>model.gradientNoise</c> in its place.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GradientNoiseOptions? GradientNoise { get; init; }

    /// <summary>These options for a training of a known length, on which schedules depend.</summary>
    /// <param name="steps">Number of updates of the training.</param>
    /// <exception cref="InvalidOptionException">The training is too short for the schedule.</exception>
    public OptimizerOptions Over(int steps) =>
        LearningRateSchedule is { } schedule ? this with { LearningRateSchedule = schedule.Over(steps) } : this;

    /// <summary>Makes the optimizer of a stack of trials.</summary>
    /// <param name="options">One options record a trial, all of this record's type and equal but for <see cref="StackableAttribute"/>
    /// options; length R.</param>
    /// <param name="parameters">The stack's flat parameters [R, n]; state is allocated like them.</param>
    /// <param name="layout">Where each weight matrix and bias lies in them; null if they are one vector.</param>
    /// <param name="seeds">The trials' seeds, for <see cref="GradientNoise"/>; null if there is none.</param>
    /// <returns>The optimizer; the caller disposes it.</returns>
    public Optimizer Create(
        IReadOnlyList<OptimizerOptions> options,
        Tensor parameters,
        ParameterLayout? layout = null,
        IReadOnlyList<ulong>? seeds = null
    )
    {
        var setup = new OptimizerSetup(options, parameters, layout ?? ParameterLayout.Vector((int)parameters.shape[1]), seeds ?? []);
        var optimizer = Create(setup);
        optimizer.Cautious = Cautious == true;
        optimizer.GradientTransform = GradientTransform.Create(setup);
        return optimizer;
    }

    /// <summary>Makes the optimizer of a stack of trials.</summary>
    /// <param name="setup">What there is to move.</param>
    /// <returns>The optimizer.</returns>
    protected abstract Optimizer Create(OptimizerSetup setup);
}

/// <summary>What an optimizer is made for.</summary>
/// <param name="Options">One options record a trial; length R.</param>
/// <param name="Parameters">The stack's flat parameters [R, n].</param>
/// <param name="Layout">Where each weight matrix and bias lies in them.</param>
/// <param name="Seeds">The trials' seeds; length R, or empty where nothing is random.</param>
public sealed record OptimizerSetup(
    IReadOnlyList<OptimizerOptions> Options,
    Tensor Parameters,
    ParameterLayout Layout,
    IReadOnlyList<ulong> Seeds
)
{
    /// <summary>The options as the record that they are.</summary>
    /// <typeparam name="T">The optimizer's options record.</typeparam>
    /// <returns>One record a trial; length R.</returns>
    public IReadOnlyList<T> OptionsOf<T>()
        where T : OptimizerOptions => [.. Options.Cast<T>()];
}
