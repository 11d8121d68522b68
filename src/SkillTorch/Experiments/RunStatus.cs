namespace SkillTorch.Experiments;

/// <summary>How far a run is, and who trains what of it: read from its directory, while it runs on this or other machines too.</summary>
/// <param name="Config">The experiment.</param>
/// <param name="Trials">Trials of the experiment.</param>
/// <param name="Finished">Trials that are finished.</param>
/// <param name="Failed">Trials that could not go on.</param>
/// <param name="Workers">Those who have taken the others, the longest silent first.</param>
public sealed record RunStatus(ExperimentConfig Config, int Trials, int Finished, int Failed, IReadOnlyList<WorkerStatus> Workers)
{
    /// <summary>Trials that workers are training.</summary>
    public int Running => Workers.Where(worker => worker.IsAlive).Sum(worker => worker.Trials);

    /// <summary>Trials of workers that are silent.</summary>
    public int Stale => Workers.Where(worker => !worker.IsAlive).Sum(worker => worker.Trials);

    /// <summary>Trials that nobody has taken.</summary>
    public int Waiting => Trials - Finished - Failed - Running - Stale;

    /// <summary>Reads how far a run is.</summary>
    /// <param name="directory">The run directory.</param>
    /// <exception cref="InvalidDataException">It is no run directory.</exception>
    public static RunStatus Read(string directory)
    {
        var (config, store) = StoredRun.Open(directory);
        // First who works, then what is done: what is done in between counts once.
        var claims = WorkClaim.ReadAll(WorkPlan.FolderOf(directory), WorkClaim.Lease);
        var plan = WorkPlan.Read(directory);
        var count = config.Trials.CountBy(t => t.Hash).ToDictionary();
        var statuses = count.Keys.ToDictionary(hash => hash, store.StatusOf);
        int Count(Func<string, bool> which) => count.Where(pair => which(pair.Key)).Sum(pair => pair.Value);
        var workers = new List<WorkerStatus>();
        foreach (var share in plan?.Shares ?? [])
        {
            var hashes = share.Trials.ToHashSet();
            if (
                claims.GetValueOrDefault(share.Name) is { State.Ended: not true } claim
                && Count(hash => hashes.Contains(hash) && statuses[hash] is null) is > 0 and var left
            )
            {
                workers.Add(WorkerStatus.From(claim, left));
            }
        }

        return new RunStatus(
            config,
            config.Trials.Count,
            Count(hash => statuses[hash] == TrialStatus.Finished),
            Count(hash => statuses[hash] == TrialStatus.Failed),
            [.. workers.OrderByDescending(worker => worker.Silent)]
        );
    }
}

/// <summary>Who trains a share of a run.</summary>
/// <param name="Host">Its machine.</param>
/// <param name="Process">Its process there.</param>
/// <param name="Job">Its Slurm job; null if it has none.</param>
/// <param name="Trials">Trials that it has taken and not finished.</param>
/// <param name="IsAlive">Whether it has given a sign of life in time; else others may take over, and its trials go on from their
/// checkpoints.</param>
/// <param name="Silent">Time since its last sign of life.</param>
public sealed record WorkerStatus(string Host, int Process, string? Job, int Trials, bool IsAlive, TimeSpan Silent)
{
    /// <summary>Step of the stack that it trains.</summary>
    public int Step { get; init; }

    /// <summary>Last step of that stack.</summary>
    public int Steps { get; init; }

    /// <summary>Steps a second of that stack; null if that is not known yet.</summary>
    public double? StepsPerSecond { get; init; }

    /// <summary>How long its share will take, about; null if that is not known yet.</summary>
    public TimeSpan? TimeLeft { get; init; }

    internal static WorkerStatus From(FoundClaim claim, int trials)
    {
        var state = claim.State ?? new ClaimState("?", 0, null, trials);
        return new WorkerStatus(
            state.Host,
            state.Process,
            state.Job,
            trials,
            claim.IsAlive,
            claim.Age > TimeSpan.Zero ? claim.Age : TimeSpan.Zero
        )
        {
            Step = state.Step,
            Steps = state.Steps,
            StepsPerSecond = state.StepsPerSecond,
            TimeLeft = state.SecondsLeft is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }
}
