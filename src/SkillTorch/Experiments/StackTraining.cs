using System.Diagnostics;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>Trains one stack of an experiment's trials and stores each as it ends.</summary>
internal sealed class StackTraining(IReadOnlyList<PlannedTrial> stack, TrialStore store, Action<int> onStep, Action<string> onNote)
    : ITrainingObserver
{
    private readonly Stopwatch clock = new();
    private IReadOnlyList<StoredCheckpoint>? before;
    private TimeSpan processorBefore;
    private TimeSpan? processorAfter;

    /// <summary>Measurements of the trials that have finished, and what they cost, by hash.</summary>
    public Dictionary<string, (Trajectory Trajectory, TrialCost Cost)> Finished { get; } = [];

    /// <summary>Why the other trials could not go on, by hash.</summary>
    public Dictionary<string, string> Failed { get; } = [];

    /// <summary>Trains the stack to its end.</summary>
    /// <param name="options">Where to train.</param>
    /// <param name="resume">Checkpoints of all trials at one step, or none.</param>
    /// <param name="cancellation">Stops; unfinished trials are stored as checkpoints.</param>
    /// <exception cref="OperationCanceledException">Training was stopped.</exception>
    public void Train(TrainerOptions options, IReadOnlyList<StoredCheckpoint>? resume, CancellationToken cancellation)
    {
        before = resume;
        processorBefore = Environment.CpuUsage.TotalTime;
        clock.Start();
        Trainer.Train(
            [.. stack.Select(t => t.Trial)],
            options,
            this,
            resume is null ? null : [.. resume.Select(c => c.Checkpoint)],
            cancellation
        );
    }

    /// <inheritdoc/>
    public void OnProgress(int step, int steps) => onStep(step);

    /// <inheritdoc/>
    public void OnFinished(int index, Trajectory trajectory)
    {
        // All of a stack finish together: what storing them costs is not training.
        clock.Stop();
        processorAfter ??= Environment.CpuUsage.TotalTime;
        store.Save(stack[index].Trial, trajectory, Cost(index));
        Finished[stack[index].Hash] = (trajectory, Cost(index));
    }

    /// <inheritdoc/>
    public void OnFailed(int index, string message, Trajectory measured)
    {
        store.SaveFailure(stack[index].Trial, message, measured, Cost(index));
        Failed[stack[index].Hash] = message;
        onNote($"{stack[index].Name}: {message}{(Failed.Count < stack.Count ? " The others go on." : "")}");
    }

    /// <inheritdoc/>
    public void OnCheckpoint(int index, TrialCheckpoint checkpoint) => store.SaveCheckpoint(stack[index].Trial, checkpoint, Cost(index));

    private TrialCost Cost(int index) =>
        new(
            (before?[index].WallSeconds ?? 0) + clock.Elapsed.TotalSeconds,
            (before is null ? 0 : before[index].ProcessorSeconds)
                + ((processorAfter ?? Environment.CpuUsage.TotalTime) - processorBefore).TotalSeconds,
            stack.Count
        );
}
