using System.ComponentModel.DataAnnotations;

namespace SkillTorch.Optimizers;

/// <summary>The <c>learningRateSchedule</c> of an optimizer: how the learning rate changes with the step. A trial without one keeps its rate.</summary>
[Family("schedule", "schedules", 6)]
public abstract record LearningRateScheduleOptions
{
    /// <summary>What the learning rate η is multiplied by.</summary>
    /// <param name="step">Number of the update, from 1.</param>
    /// <returns>A factor of at least 0.</returns>
    public abstract double Factor(int step);
}

/// <summary>Step decay: the learning rate is multiplied by a factor after every so many updates, η_t = η·f^⌊(t − 1)/n⌋.</summary>
[Kind("step")]
public sealed record StepScheduleOptions : LearningRateScheduleOptions
{
    /// <summary>Updates n at one learning rate.</summary>
    [Range(1, int.MaxValue)]
    public required int Every { get; init; }

    /// <summary>Factor f.</summary>
    [Range(0, double.MaxValue)]
    public double Multiplier { get; init; } = 0.5;

    /// <inheritdoc/>
    public override double Factor(int step) => Math.Pow(Multiplier, (step - 1) / Every);
}
