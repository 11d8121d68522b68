using System.Diagnostics;
using SkillTorch.Models;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Experiments;

/// <summary>The trials of a run: reads those that are stored, and trains others stack by stack.</summary>
internal sealed class RunTrials(ExperimentConfig config, TrialStore store, IRunObserver? observer)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, (Trajectory Trajectory, TrialCost Cost)> finished = [];
    private readonly Dictionary<string, string> failed = [];
    private int trained;
    private (string Stage, long At) reported = ("", 0);

    /// <summary>Trials that are neither finished nor failed, each once.</summary>
    public IReadOnlyList<PlannedTrial> Missing =>
        [.. config.Trials.DistinctBy(t => t.Hash).Where(t => !finished.ContainsKey(t.Hash) && !failed.ContainsKey(t.Hash))];

    /// <summary>Trials that are finished or failed.</summary>
    public int Done => config.Trials.Count(t => finished.ContainsKey(t.Hash) || failed.ContainsKey(t.Hash));

    /// <summary>Reads what is stored of trials; what is damaged is removed and missing.</summary>
    /// <param name="trials">The trials.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Read(IReadOnlyList<PlannedTrial> trials, CancellationToken cancellation)
    {
        foreach (var (i, hash) in trials.Select(t => t.Hash).Distinct().Index())
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
            if (observer is not null && IsDue("Reading stored trials"))
                observer.OnProgress(new RunProgress("Reading stored trials", (i + 1.0) / trials.Count, Done, config.Trials.Count));
        }
    }

    /// <summary>Counts trials that others have trained for this run, once they are read.</summary>
    public void CountTrained(IEnumerable<PlannedTrial> trials) =>
        trained += trials.Count(t => finished.ContainsKey(t.Hash) || failed.ContainsKey(t.Hash));

    /// <summary>Trains trials to their end and stores them; each goes on from its checkpoint, if it has one.</summary>
    /// <param name="missing">The trials.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="options">How.</param>
    /// <param name="onProgress">Follows, some times a second.</param>
    /// <param name="cancellation">Stops; unfinished trials are stored as checkpoints.</param>
    /// <exception cref="InvalidOptionException">Settings contradict each other.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Train(
        IReadOnlyList<PlannedTrial> missing,
        Device device,
        RunOptions options,
        Action<RunProgress> onProgress,
        CancellationToken cancellation
    )
    {
        // Trials of one stack advance together, hence only those that stand at the same step can go on together.
        var stacks = missing
            .Select(t => (Trial: t, Checkpoint: FindCheckpoint(t.Hash)))
            .GroupBy(t => (t.Trial.StackKey, t.Checkpoint?.Checkpoint.Step))
            .SelectMany((g, i) => Divide([.. g], device, options, i == 0))
            .ToArray();
        var work = stacks.Sum(s => (double)Work(s, s[0].Trial.Trial.Training.Steps));
        var done = 0.0;
        var clock = Stopwatch.StartNew();
        foreach (var stack in stacks)
        {
            var (begun, steps) = (StartOf(stack), stack[0].Trial.Trial.Training.Steps);
            TimeSpan? from = null;
            void OnStep(int step)
            {
                from ??= clock.Elapsed;
                if (!IsDue("Training"))
                    return;
                var (fraction, since) = ((done + Work(stack, step)) / work, (clock.Elapsed - from.Value).TotalSeconds);
                var progress = new RunProgress("Training", fraction, Done, config.Trials.Count)
                {
                    Step = step,
                    Steps = steps,
                    StepsPerSecond = step > begun && since > 0 ? (step - begun) / since : null,
                    TimeLeft = fraction > 0 ? clock.Elapsed * ((1 - fraction) / fraction) : null,
                };
                observer?.OnProgress(progress);
                onProgress(progress);
            }

            var training = new StackTraining([.. stack.Select(t => t.Trial)], store, OnStep, sentence => observer?.OnNote(sentence));
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
            done += Work(stack, steps);
        }

        static int StartOf((PlannedTrial Trial, StoredCheckpoint? Checkpoint)[] stack) => stack[0].Checkpoint?.Checkpoint.Step ?? 0;
        static long Work((PlannedTrial Trial, StoredCheckpoint? Checkpoint)[] stack, int step) =>
            stack.Length * (long)(step - StartOf(stack));
    }

    /// <summary>What is there of the run.</summary>
    /// <param name="directory">The run directory.</param>
    public RunResult Collect(string directory) =>
        new(
            directory,
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

    /// <summary>Divides trials evenly into stacks that the memory has room for.</summary>
    /// <remarks>A learner of one trial tells what it takes, and what its settings contradict: before any work, not hours after the first
    /// stack's.</remarks>
    private static IEnumerable<(PlannedTrial Trial, StoredCheckpoint? Checkpoint)[]> Divide(
        (PlannedTrial Trial, StoredCheckpoint? Checkpoint)[] trials,
        Device device,
        RunOptions options,
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

    // Training steps can be shorter than a microsecond: progress is told at a rate that an eye can follow.
    private bool IsDue(string stage)
    {
        if (stage == reported.Stage && Stopwatch.GetElapsedTime(reported.At) < ReportEvery)
            return false;
        reported = (stage, Stopwatch.GetTimestamp());
        return true;
    }
}
