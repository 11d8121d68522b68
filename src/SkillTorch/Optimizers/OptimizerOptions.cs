using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
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

    /// <summary>Makes the optimizer of a stack of trials.</summary>
    /// <param name="options">One options record a trial, all of this record's type and equal but for <see cref="StackableAttribute"/> options; length R.</param>
    /// <param name="parameters">The stack's flat parameters [R, n]; state is allocated like them.</param>
    /// <returns>The optimizer; the caller disposes it.</returns>
    public abstract Optimizer Create(IReadOnlyList<OptimizerOptions> options, Tensor parameters);
}
