using System.Diagnostics;
using System.Text.Json.Nodes;
using SkillTorch.Models;
using SkillTorch.Reporting;
using SkillTorch.Training;
using static TorchSharp.torch;

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
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(100);

    private readonly ExperimentConfig config;
    private readonly RunOptions options;
    private readonly IRunObserver? observer;
    private readonly Device device;
    private readonly string arithmetic;
    private readonly TrialStore store;
    private readonly Dictionary<string, (Trajectory Trajectory, TrialCost Cost)> finished = [];
    private readonly Dictionary<string, string> failed = [];
    private readonly string[] hashes;
    private int trained;
    private (string Stage, long At) reported = ("", 0);

    private ExperimentRunner(ExperimentConfig config, RunOptions options, IRunObserver? observer, Device device)
    {
        this.config = config;
        this.options = options;
        this.observer = observer;
        this.device = device;
        arithmetic = RunEnvironment.Arithmetic(device, config.Trials.Select(t => t.Trial));
        store = new TrialStore(Path.Combine(options.Directory, "trials"), arithmetic);
        hashes = [.. config.Trials.Select(t => t.Hash).Distinct()];
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
        return new ExperimentRunner(config, options, observer, RunEnvironment.Choose(options.Device)).Run(cancellation);
    }

    private RunResult Run(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var started = DateTimeOffset.Now;
        options.ApplyThreads();
        WriteExperiment(null);
        try
        {
            ReadStored(cancellation);
            TrainMissing(cancellation);
            var result = CollectResult();
            return result.Trials.Count == 0
                ? result
                : RunEvaluation.Evaluate(config, result, observer, () => WriteExperiment(clock.Elapsed), cancellation);
        }
        catch (OperationCanceledException)
        {
            return CollectResult() with { Interrupted = true };
        }

        void WriteExperiment(TimeSpan? wall)
        {
            var json = (JsonObject)config.Json.DeepClone();
            var run = RunEnvironment.Describe(device, arithmetic, started, wall, config.Profile);
            if (wall is not null && CollectResult().Failed is { Count: > 0 } trials)
                run["failed"] = new JsonArray([.. trials.Select(t => JsonValue.Create($"{t.Trial.Name}: {t.Message}"))]);
            json[ExperimentFile.RunKey] = run;
            AtomicFile.WriteJson(Path.Combine(options.Directory, "experiment.json"), json);
        }
    }

    private void ReadStored(CancellationToken cancellation)
    {
        foreach (var (i, hash) in hashes.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                switch (store.Find(hash))
                {
                    case { Trajectory: { } trajectory } stored:
                        finished[hash] = (trajectory, stored.Summary.Cost);
                        break;
                    case { Summary.Message: { } message }:
                        failed[hash] = $"{message} (Stored in {store.FolderOf(hash)}; remove that folder to try again.)";
                        break;
                }
            }
            catch (InvalidDataException e)
            {
                observer?.OnNote($"{e.Message} It is trained again.");
                store.Remove(hash);
            }
            Report("Reading stored trials", (i + 1.0) / hashes.Length);
        }
    }

    private void TrainMissing(CancellationToken cancellation)
    {
        var missing = config
            .Trials.DistinctBy(t => t.Hash)
            .Where(t => !finished.ContainsKey(t.Hash) && !failed.ContainsKey(t.Hash))
            .ToArray();
        NoteForeign(missing);
        // Trials of one stack advance together, hence only those that stand at the same step can go on together.
        var stacks = missing
            .Select(t => (Trial: t, Checkpoint: FindCheckpoint(t.Hash)))
            .GroupBy(t => (t.Trial.StackKey, t.Checkpoint?.Checkpoint.Step))
            .SelectMany((g, i) => Divide([.. g], i == 0))
            .ToArray();
        var work = stacks.Sum(s => (double)Work(s, s[0].Trial.Trial.Training.Steps));
        var done = 0.0;
        foreach (var stack in stacks)
        {
            var training = new StackTraining(
                [.. stack.Select(t => t.Trial)],
                store,
                step => Report("Training", (done + Work(stack, step)) / work),
                sentence => observer?.OnNote(sentence)
            );
            try
            {
                training.Train(
                    new TrainerOptions(device) { CheckpointEvery = options.CheckpointEvery },
                    stack[0].Checkpoint is null ? null : [.. stack.Select(t => t.Checkpoint!)],
                    cancellation
                );
            }
            finally
            {
                trained += training.Finished.Count + training.Failed.Count;
                foreach (var (hash, trial) in training.Finished)
                    finished[hash] = trial;
                foreach (var (hash, message) in training.Failed)
                    failed[hash] = message;
            }
            done += Work(stack, stack[0].Trial.Trial.Training.Steps);
        }

        static long Work((PlannedTrial Trial, StoredCheckpoint? Checkpoint)[] stack, int step) =>
            stack.Length * (long)(step - (stack[0].Checkpoint?.Checkpoint.Step ?? 0));
    }

    /// <summary>Divides trials evenly into stacks that the memory has room for.</summary>
    /// <remarks>A learner of one trial tells what it takes, and what its settings contradict: before any work, not hours after the first
    /// stack's.</remarks>
    private IEnumerable<(PlannedTrial Trial, StoredCheckpoint? Checkpoint)[]> Divide(
        (PlannedTrial Trial, StoredCheckpoint? Checkpoint)[] trials,
        bool first
    )
    {
        var trial = trials[0].Trial.Trial;
        if (trial.Model is DynamicsOptions || (first && trials.Length == 1))
            return [trials];
        using var scope = NewDisposeScope();
        using var learner = LearnerFactory.Create([trial], device, new TrainerOptions(device).ByTensors);
        var room = Math.Max(1, (options.StackMemory ?? RunEnvironment.Memory(device) / 2) / Math.Max(1, learner.Bytes));
        var stacks = (trials.Length + room - 1) / room;
        return trials.Chunk((int)((trials.Length + stacks - 1) / stacks));
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

    private StoredCheckpoint? FindCheckpoint(string hash)
    {
        try
        {
            return store.FindCheckpoint(hash);
        }
        catch (InvalidDataException e)
        {
            observer?.OnNote($"{e.Message} The trial starts anew.");
            store.Remove(hash);
            return null;
        }
    }

    private RunResult CollectResult() =>
        new(
            options.Directory,
            [
                .. config
                    .Trials.Where(t => finished.ContainsKey(t.Hash))
                    .Select(t => new TrialResult(t.Place, t.Trial, finished[t.Hash].Trajectory)
                    {
                        Cost = finished[t.Hash].Cost,
                        Repeat = t.Repeat,
                    }),
            ],
            [.. config.Trials.Where(t => failed.ContainsKey(t.Hash)).Select(t => new FailedTrial(t, failed[t.Hash]))]
        )
        {
            Trained = trained,
        };

    // Training steps can be shorter than a microsecond: progress is told at a rate that an eye can follow.
    private void Report(string stage, double fraction)
    {
        if (observer is null || (stage == reported.Stage && Stopwatch.GetElapsedTime(reported.At) < ReportEvery))
            return;
        reported = (stage, Stopwatch.GetTimestamp());
        var done = config.Trials.Count(t => finished.ContainsKey(t.Hash) || failed.ContainsKey(t.Hash));
        observer.OnProgress(new RunProgress(stage, fraction, done, config.Trials.Count));
    }
}
