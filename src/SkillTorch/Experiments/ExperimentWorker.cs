namespace SkillTorch.Experiments;

/// <summary>
/// A worker of a run that several processes or machines train together. It takes share after share of the trials by lock files in the run
/// directory, trains and stores them, and ends when nothing is left to take.
/// </summary>
public static class ExperimentWorker
{
    /// <summary>Works for a run.</summary>
    /// <param name="options">The run directory, and where and how to train.</param>
    /// <param name="waits">Whether to stay for as long as it shows whether the other workers live, and to take over what the dead ones
    /// held.</param>
    /// <param name="observer">Follows; null if nobody does.</param>
    /// <param name="cancellation">Stops: unfinished trials are stored as checkpoints, and free for others.</param>
    /// <returns>What became of it; also when it was stopped.</returns>
    /// <exception cref="InvalidDataException">There is no run, or it is meant for another libtorch or device.</exception>
    /// <exception cref="InvalidOptionException">Settings contradict each other.</exception>
    /// <exception cref="IOException">The run directory cannot be written.</exception>
    public static WorkResult Run(RunOptions options, bool waits, IRunObserver? observer = null, CancellationToken cancellation = default)
    {
        var (config, store) = StoredRun.Open(options.Directory);
        var device = RunEnvironment.Choose(options.Device);
        if (RunEnvironment.Arithmetic(device.type, config.Trials.Select(t => t.Trial)) is var here && here != store.Arithmetic)
        {
            throw new InvalidDataException(
                $"This worker computes by {here}, and the run in `{options.Directory}` is one by {store.Arithmetic}, whose last bits are "
                    + $"others; give the worker that device and libtorch (--device, LIBTORCH), or start the run anew with these."
            );
        }

        options.ApplyThreads();
        var planned = config.Trials.DistinctBy(t => t.Hash).ToDictionary(t => t.Hash);
        var trained = 0;
        var failed = 0;
        try
        {
            while (TakeNext(options, waits, cancellation) is { } taken)
            {
                using var claim = taken.Claim;
                var trials = new RunTrials(config, store, observer);
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, claim.Lost);
                try
                {
                    var missing = taken.Share.Trials.Where(hash => store.StatusOf(hash) is null).Select(hash => Planned(planned, hash));
                    trials.Train([.. missing], device, options, claim.Report, stop.Token);
                    claim.Complete();
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    observer?.OnNote("Another worker has taken over these trials, for this one gave no sign of life for too long.");
                }
                finally
                {
                    var result = trials.Collect(options.Directory);
                    trained += result.Trained;
                    failed += result.Failed.Count;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return new WorkResult(trained, failed) { Interrupted = true };
        }

        return new WorkResult(trained, failed);
    }

    private static (WorkShare Share, WorkClaim Claim)? TakeNext(RunOptions options, bool waits, CancellationToken cancellation)
    {
        var renewal = waits ? options.Lease / 6 : WorkClaim.LocalRenewal;
        for (var until = DateTime.UtcNow + options.Lease; ; )
        {
            cancellation.ThrowIfCancellationRequested();
            if (WorkPlan.Read(options.Directory) is not { } plan)
                return null;
            var claims = WorkClaim.ReadAll(plan.Folder, options.Lease);
            foreach (var share in plan.Shares)
            {
                if (WorkClaim.TryTake(plan.Folder, share, claims.GetValueOrDefault(share.Name), renewal) is { } claim)
                    return (share, claim);
            }

            if (!waits || DateTime.UtcNow > until || plan.Shares.All(share => claims.GetValueOrDefault(share.Name)?.State?.Ended == true))
                return null;
            cancellation.WaitHandle.WaitOne(renewal);
        }
    }

    private static PlannedTrial Planned(Dictionary<string, PlannedTrial> planned, string hash) =>
        planned.GetValueOrDefault(hash)
        ?? throw new InvalidDataException(
            $"The plan of this run names a trial {hash} that SkillTorch {RunEnvironment.Version} does not find in its experiment; all workers "
                + $"must be of the version that began the run."
        );
}

/// <summary>What a worker has done.</summary>
/// <param name="Trained">Trials that it has trained, with those that failed.</param>
/// <param name="Failed">Trials that could not go on.</param>
public sealed record WorkResult(int Trained, int Failed)
{
    /// <summary>Whether it was stopped before there was nothing left to take.</summary>
    public bool Interrupted { get; init; }
}
