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
    /// θ ← θ − u·φ·n/(‖φ‖₀ + 1), φ = [u g &gt; 0], over all n parameters of a network (arXiv:2411.16085, algorithm 1). Null is no.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Cautious { get; init; }

    /// <summary>Makes the optimizer of a stack of trials.</summary>
    /// <param name="options">One options record a trial, all of this record's type and equal but for <see cref="StackableAttribute"/> options; length R.</param>
    /// <param name="parameters">The stack's flat parameters [R, n]; state is allocated like them.</param>
    /// <param name="layout">Where each weight matrix and bias lies in them; null if they are one vector.</param>
    /// <returns>The optimizer; the caller disposes it.</returns>
    public Optimizer Create(IReadOnlyList<OptimizerOptions> options, Tensor parameters, ParameterLayout? layout = null)
    {
        var optimizer = Create(new OptimizerSetup(options, parameters, layout ?? ParameterLayout.Vector((int)parameters.shape[1])));
        optimizer.Cautious = Cautious == true;
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
public sealed record OptimizerSetup(IReadOnlyList<OptimizerOptions> Options, Tensor Parameters, ParameterLayout Layout)
{
    /// <summary>The options as the record that they are.</summary>
    /// <typeparam name="T">The optimizer's options record.</typeparam>
    /// <returns>One record a trial; length R.</returns>
    public IReadOnlyList<T> OptionsOf<T>()
        where T : OptimizerOptions =>
        [.. Options.Cast<T>()];
}
