namespace SkillTorch.Training;

/// <summary>A finished trial in its place within an experiment.</summary>
/// <param name="Case">Label of the experiment's case.</param>
/// <param name="Sweep">The sweep's keys (JSON paths) and this trial's values, in the experiment's order.</param>
/// <param name="Replicate">Replicate number, from 1.</param>
/// <param name="Trial">Resolved settings.</param>
/// <param name="Trajectory">Measurements.</param>
public sealed record TrialResult(
    string Case,
    IReadOnlyList<KeyValuePair<string, object>> Sweep,
    int Replicate,
    Trial Trial,
    Trajectory Trajectory)
{
    /// <summary>What its training cost; null if it was not trained by a trainer.</summary>
    public TrialCost? Cost { get; init; }
}

/// <summary>What it cost to train a stack, measurements included.</summary>
/// <param name="WallSeconds">Time that passed.</param>
/// <param name="ProcessorSeconds">Time that the processor's cores worked, together; null if it was not measured, as before it was recorded.</param>
/// <param name="Stack">How many trials trained together.</param>
public sealed record TrialCost(double WallSeconds, double? ProcessorSeconds, int Stack);
