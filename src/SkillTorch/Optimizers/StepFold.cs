namespace SkillTorch.Optimizers;

/// <summary>
/// A sum or product over a trial's steps so far. It follows from the options and the step alone: an optimizer that goes on from
/// a checkpoint computes it anew, by the same operations.
/// </summary>
/// <param name="trials">Number of trials R.</param>
/// <param name="start">Value before the first step.</param>
/// <param name="next">Value after a step, from the value before it, the trial and the step's number from 1.</param>
internal sealed class StepFold(int trials, double start, Func<double, int, int, double> next)
{
    private readonly (int Step, double Value)[] last = [.. Enumerable.Repeat((0, start), trials)];

    /// <summary>The value after a step.</summary>
    /// <param name="trial">Index of the trial in the stack.</param>
    /// <param name="step">Number of the step.</param>
    public double At(int trial, int step)
    {
        var (at, value) = last[trial].Step <= step ? last[trial] : (0, start);
        while (at < step)
            value = next(value, trial, ++at);
        last[trial] = (at, value);
        return value;
    }
}
