namespace SkillTorch.Training;

/// <summary>A finished trial in its place within an experiment.</summary>
/// <param name="Place">Its case, sweep value and replicate.</param>
/// <param name="Trial">Resolved settings.</param>
/// <param name="Trajectory">Measurements.</param>
public sealed record TrialResult(Place Place, Trial Trial, Trajectory Trajectory) : Placed(Place)
{
    /// <summary>Which of the experiment's repeats it belongs to, from 1.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>What its training cost; null if it was not trained by a trainer.</summary>
    public TrialCost? Cost { get; init; }
}

/// <summary>What it cost to train a stack, measurements included.</summary>
/// <param name="WallSeconds">Time that passed.</param>
/// <param name="ProcessorSeconds">Time that the processor's cores worked, together; null if it was not measured, as before it was
/// recorded.</param>
/// <param name="Stack">How many trials trained together.</param>
public sealed record TrialCost(double WallSeconds, double? ProcessorSeconds, int Stack);
