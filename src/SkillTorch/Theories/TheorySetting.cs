using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;

namespace SkillTorch.Theories;

/// <summary>What a theory is laid over: a trial's settings, as far as theories take something from them.</summary>
/// <param name="Task">What is learned.</param>
/// <param name="Loss">The loss that is minimised.</param>
public sealed record TheorySetting(TaskOptions Task, LossKind Loss)
{
    /// <summary>What learns; null where the theory is itself the model.</summary>
    public ModelOptions? Model { get; init; }

    /// <summary>How the model's parameters move; null where there is no optimizer.</summary>
    public OptimizerOptions? Optimizer { get; init; }

    /// <summary>Number of updates, over which a learning-rate schedule may run.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>The trial's seed, on which its draw of the task depends.</summary>
    public ulong Seed { get; init; }

    /// <summary>JSON path of one of the theory's options.</summary>
    internal string Path(string option) => $"{(Model is null ? "model" : "theories")}.{option}";
}

/// <summary>Time under a learning-rate schedule: the sum of the rates up to a step, in steps at the whole rate.</summary>
internal sealed class LearningClock
{
    private readonly double[] times; // [steps + 1], 0 before the first update
    private readonly double rate; // of an update after the last one

    private LearningClock(OptimizerOptions optimizer, int steps)
    {
        var schedule = optimizer.Over(steps).LearningRateSchedule!;
        times = new double[steps + 1];
        for (var step = 1; step <= steps; step++)
            times[step] = times[step - 1] + schedule.Factor(step);
        rate = schedule.Factor(steps);
    }

    /// <summary>The clock of an optimizer; null if its learning rate is constant.</summary>
    /// <exception cref="InvalidOptionException">The training is too short for the schedule.</exception>
    public static LearningClock? From(OptimizerOptions? optimizer, int steps) =>
        optimizer?.LearningRateSchedule is null ? null : new LearningClock(optimizer, steps);

    /// <summary>Times at given steps, between two steps in proportion.</summary>
    /// <param name="steps">Steps, each at least 0.</param>
    public double[] At(ReadOnlySpan<double> steps)
    {
        var at = new double[steps.Length];
        for (var i = 0; i < at.Length; i++)
        {
            var whole = (int)Math.Min(steps[i], times.Length - 1);
            var next = whole + 1 < times.Length ? times[whole + 1] - times[whole] : rate;
            at[i] = times[whole] + ((steps[i] - whole) * next);
        }

        return at;
    }
}
