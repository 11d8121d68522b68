using System.Diagnostics;
using System.Text.Json.Nodes;
using SkillTorch.Numerics;
using SkillTorch.Reporting;
using TorchSharp;

namespace SkillTorch.Experiments;

/// <summary>
/// Runs experiments on this machine: trains the trials that the run directory does not have yet, stack by stack, and
/// lays fits, analyses, claims, figure and report over all of them.
/// </summary>
/// <example><code>
/// var config = ExperimentFile.Load("configs/my-experiment.json");
/// var run = ExperimentRunner.Run(config, new RunOptions("runs/mine"));
/// Console.WriteLine(run.Trials[0].Trajectory.Strength[^1, 0]);
/// </code></example>
public sealed class ExperimentRunner
{
    private readonly ExperimentConfig config;
    private readonly RunOptions options;
    private readonly IRunObserver? observer;
    private readonly DeviceType device;
    private readonly string arithmetic;
    private readonly TrialStore store;
    private readonly RunTrials trials;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly DateTimeOffset started = DateTimeOffset.Now;

    internal ExperimentRunner(ExperimentConfig config, RunOptions options, IRunObserver? observer, DeviceType device)
    {
        this.config = config;
        this.options = options;
        this.observer = observer;
        this.device = device;
        arithmetic = RunEnvironment.Arithmetic(device, config.Trials.Select(t => t.Trial));
        store = new TrialStore(Path.Combine(options.Directory, "trials"), arithmetic);
        trials = new RunTrials(config, store, observer);
    }

    /// <summary>Runs an experiment. What the directory already has is not trained again.</summary>
    /// <param name="config">The experiment.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="observer">Follows the run; null if nobody does.</param>
    /// <param name="cancellation">Stops: finished trials are kept, unfinished ones go on from here the next time.</param>
    /// <returns>What became of it; also when it was stopped.</returns>
    /// <exception cref="InvalidOptionException">Settings contradict each other.</exception>
    /// <exception cref="IOException">The run directory cannot be written, or another process is using it.</exception>
    public static RunResult Run(
        ExperimentConfig config,
        RunOptions options,
        IRunObserver? observer = null,
        CancellationToken cancellation = default
    )
    {
        using var theLock = new RunLock(options.Directory);
        WorkPlan.RequireNobody(options.Directory, options.Lease);
        return new ExperimentRunner(config, options, observer, RunEnvironment.Choose(options.Device).type).Run(cancellation);
    }

    /// <summary>Makes a run directory ready for workers.</summary>
    /// <returns>The trials that are missing.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    internal IReadOnlyList<PlannedTrial> Prepare(CancellationToken cancellation)
    {
        WriteExperiment(null);
        store.RemoveLeftovers();
        trials.Read(config.Trials, cancellation);
        var missing = trials.Missing;
        NoteForeign(missing);
        return missing;
    }

    /// <summary>The trials that are missing, by a look that changes nothing.</summary>
    internal IReadOnlyList<PlannedTrial> FindMissing() =>
        [.. config.Trials.DistinctBy(t => t.Hash).Where(t => store.StatusOf(t.Hash) is null)];

    private RunResult Run(CancellationToken cancellation)
    {
        options.ApplyThreads();
        try
        {
            if (device == DeviceType.CUDA && CudaCompiler.Shared is null)
                observer?.OnNote($"Tensor operations do the work of kernels, for there are none: {RunEnvironment.KernelCompiler}.");
            TrainMissing(Prepare(cancellation), cancellation);
            var result = trials.Collect(options.Directory);
            return result.Trials.Count == 0
                ? result
                : RunEvaluation.Evaluate(config, result, observer, () => WriteExperiment(clock.Elapsed), cancellation);
        }
        catch (OperationCanceledException)
        {
            return trials.Collect(options.Directory) with { Interrupted = true };
        }
    }

    private void WriteExperiment(TimeSpan? wall)
    {
        var json = (JsonObject)config.Json.DeepClone();
        var run = RunEnvironment.Describe(device, arithmetic, started, wall, config.Profile);
        if (wall is not null)
            RunEnvironment.DescribeFailures(run, trials.Collect(options.Directory).Failed);
        json[ExperimentFile.RunKey] = run;
        AtomicFile.WriteJson(Path.Combine(options.Directory, "experiment.json"), json);
    }

    private void TrainMissing(IReadOnlyList<PlannedTrial> missing, CancellationToken cancellation)
    {
        if (missing.Count == 0)
            return;
        try
        {
            if (options.Engine is { } engine)
            {
                var plan = WorkPlan.Create(options.Directory, WorkPlan.Divide(missing, engine.Workers));
                new LocalWorkers(
                    engine,
                    plan,
                    options,
                    RunEnvironment.Choose(options.Device),
                    observer,
                    (trials.Done, config.Trials.Count)
                ).Run(cancellation);
            }
            else
            {
                var plan = WorkPlan.Create(
                    options.Directory,
                    [
                        [.. missing],
                    ]
                );
                using var claim = WorkClaim.TryTake(plan.Folder, plan.Shares[0], null, WorkClaim.LocalRenewal)!;
                trials.Train(missing, RunEnvironment.Choose(options.Device), options, claim.Report, cancellation);
            }
        }
        finally
        {
            WorkPlan.Remove(options.Directory);
            if (options.Engine is not null)
            {
                trials.Read(missing, CancellationToken.None);
                trials.CountTrained(missing);
            }
        }
    }

    /// <summary>Says that trials are trained although they stand there: with another libtorch or device, whose bits are others.</summary>
    private void NoteForeign(IReadOnlyList<PlannedTrial> missing)
    {
        if (observer is null || missing.Count == 0)
            return;
        foreach (
            var group in store
                .FindForeign(missing.Select(t => t.Hash).ToHashSet())
                .GroupBy(other => other ?? "an earlier binding of libtorch")
        )
        {
            var what = group.Count() == 1 ? "1 stored trial was" : $"{group.Count()} stored trials were";
            observer.OnNote(
                $"{what} computed by {group.Key}, whose last bits are not those of {arithmetic}: trained anew, " + $"and kept apart."
            );
        }
    }
}
