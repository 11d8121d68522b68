using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SkillTorch.Optimizers;

/// <summary>
/// The <c>learningRateSchedule</c> of an optimizer: how the learning rate changes with the number t of the update, from 1. After a
/// warm-up of w updates, η_t = η·t/w for t &lt; w, it follows its kind's factor, η_t = η·f(t − w); without one w = 1. A trial
/// without a schedule keeps its rate.
/// </summary>
[Family("schedule", "schedules", 6)]
public abstract record LearningRateScheduleOptions
{
    /// <summary>Number w of the first update at the whole learning rate, to which it rises in proportion to t; null is no
    /// warm-up.</summary>
    [Stackable, Range(1, int.MaxValue), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Warmup { get; init; }

    /// <summary>Number w of the first update at the whole learning rate.</summary>
    protected int FirstWhole => Warmup ?? 1;

    /// <summary>What the learning rate η is multiplied by.</summary>
    /// <param name="step">Number of the update t, from 1.</param>
    /// <returns>A factor of at least 0.</returns>
    public double Factor(int step) => step < FirstWhole ? (double)step / FirstWhole : FactorAfter(step - FirstWhole);

    /// <summary>This schedule over a training of a known length.</summary>
    /// <param name="steps">Number of updates of the training.</param>
    /// <returns>A schedule that depends on nothing else.</returns>
    /// <exception cref="InvalidOptionException">The training is too short for it.</exception>
    public virtual LearningRateScheduleOptions Over(int steps) => this;

    /// <summary>The factor f after the warm-up.</summary>
    /// <param name="updates">Updates n = t − w since the first at the whole learning rate, from 0.</param>
    protected abstract double FactorAfter(int updates);
}

/// <summary>Constant learning rate, f(n) = 1: a warm-up alone.</summary>
[Kind("constant")]
public sealed record ConstantScheduleOptions : LearningRateScheduleOptions
{
    /// <inheritdoc/>
    protected override double FactorAfter(int updates) => 1;
}

/// <summary>Step decay: the learning rate is multiplied by a factor after every so many updates, f(n) = m^⌊n/k⌋.</summary>
[Kind("step")]
public sealed record StepScheduleOptions : LearningRateScheduleOptions
{
    /// <summary>Updates k at one learning rate.</summary>
    [Stackable, Range(1, int.MaxValue)]
    public required int Every { get; init; }

    /// <summary>Factor m.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Multiplier { get; init; } = 0.5;

    /// <inheritdoc/>
    protected override double FactorAfter(int updates) => Math.Pow(Multiplier, updates / Every);
}

/// <summary>
/// Inverse square root, f(n) = 1/√(1 + n/τ). With a warm-up of w = τ updates it is that of the transformer,
/// η_t = η·min(t/w, √(w/t)); without one and with τ = 1 it is η/√t.
/// </summary>
/// <remarks>arXiv:1706.03762, eq. 3, where η is written as 1/√(d·w).</remarks>
[Kind("inverse-square-root")]
public sealed record InverseSquareRootScheduleOptions : LearningRateScheduleOptions
{
    /// <summary>Updates τ after which, three times over, the rate is half; null is the length of the warm-up, or 1 without one.</summary>
    [Stackable, Range(1, int.MaxValue)]
    public int? Timescale { get; init; }

    /// <inheritdoc/>
    protected override double FactorAfter(int updates) => 1 / Math.Sqrt(1 + (double)updates / (Timescale ?? FirstWhole));
}

/// <summary>
/// Cosine decay, f = F + (1 − F)·(1 + cos(πx))/2, where x = n/(T − w + 1) grows to 1 over the training's T updates.
/// </summary>
/// <remarks>arXiv:1608.03983, eq. 5, without restarts.</remarks>
[Kind("cosine")]
public sealed record CosineScheduleOptions : DecayScheduleOptions
{
    /// <inheritdoc/>
    protected override double Shape(double progress) => (1 + Math.Cos(Math.PI * progress)) / 2;
}

/// <summary>Linear decay, f = F + (1 − F)·(1 − x), where x = n/(T − w + 1) grows to 1 over the training's T updates.</summary>
[Kind("linear")]
public sealed record LinearScheduleOptions : DecayScheduleOptions
{
    /// <inheritdoc/>
    protected override double Shape(double progress) => 1 - progress;
}

/// <summary>What schedules share that fall over the length of a training.</summary>
public abstract record DecayScheduleOptions : LearningRateScheduleOptions
{
    /// <summary>Updates T over which the rate falls; the rate stays as it is after them. Null is those of the training.</summary>
    [Stackable, Range(1, int.MaxValue), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Steps { get; init; }

    /// <summary>Factor F towards which the rate falls and at which update T + 1 would arrive, so that no update of the training has a rate
    /// of 0.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double FinalFactor { get; init; }

    /// <inheritdoc/>
    public override LearningRateScheduleOptions Over(int steps)
    {
        var total = Steps ?? steps;
        return FirstWhole <= total
            ? this with
            {
                Steps = total,
            }
            : throw new InvalidOptionException(
                "optimizer.learningRateSchedule.warmup",
                $"Got {Warmup} for `optimizer.learningRateSchedule.warmup`; expected at most {total}, the number of updates over which "
                    + $"the learning rate falls."
            );
    }

    /// <inheritdoc/>
    protected override double FactorAfter(int updates)
    {
        var total =
            Steps
            ?? throw new InvalidOptionException(
                "optimizer.learningRateSchedule.steps",
                "Got nothing for `optimizer.learningRateSchedule.steps` outside of a training; expected a number of updates."
            );
        var progress = Math.Min(1, updates / (total - FirstWhole + 1.0));
        return FinalFactor + (1 - FinalFactor) * Shape(progress);
    }

    /// <summary>The decay from 1 to 0.</summary>
    /// <param name="progress">Part x of the way, from 0 to 1.</param>
    protected abstract double Shape(double progress);
}
