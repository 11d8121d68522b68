namespace SkillTorch.Analysis;

/// <summary>
/// Seconds that one step of one trial took: the time of its stack, measurements included, by steps and by the number of trials
/// in the stack. It depends on the machine and on what else the machine did; a trial that is stored keeps the cost it had.
/// </summary>
[Kind("cost-per-step")]
public sealed record CostPerStepOptions : AnalysisOptions
{
    /// <summary>Which time: that which passed, or that which the processor's cores worked.</summary>
    public CostClock Clock { get; init; } = CostClock.Wall;

    /// <inheritdoc/>
    public override IEnumerable<AnalysisValue> Evaluate(RunData run) =>
        from trial in run.Trials
        let seconds = Clock == CostClock.Wall ? trial.Cost?.WallSeconds : trial.Cost?.ProcessorSeconds
        select new AnalysisValue(trial.Place, Name, (seconds / trial.Trial.Training.Steps / trial.Cost?.Stack) ?? double.NaN);
}

/// <summary>Clocks of what training costs.</summary>
public enum CostClock
{
    /// <summary>Time that passed.</summary>
    Wall,

    /// <summary>Time that the processor's cores worked, together; on a machine shared with others it says more.</summary>
    Processor,
}
