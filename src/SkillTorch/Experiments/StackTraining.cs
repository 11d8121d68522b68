using System.Diagnostics;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>Trains one stack of an experiment's trials and stores each as it ends.</summary>
internal sealed class StackTraining(IReadOnlyList<PlannedTrial> stack, TrialStore store, Action<int> onStep, Action<string> onNote) : ITrainingObserver
{
    private readonly Stopwatch clock = new();
    private readonly double[] before = new double[stack.Count];

    /// <summary>Measurements of the trials that have finished, by hash.</summary>
    public Dictionary<string, Trajectory> Finished { get; } = [];

    /// <summary>Why the other trials could not go on, by hash.</summary>
    public Dictionary<string, string> Failed { get; } = [];

    /// <summary>Trains the stack to its end.</summary>
    /// <param name="options">Where to train.</param>
    /// <param name="resume">Checkpoints of all trials at one step, or none.</param>
    /// <param name="cancellation">Stops; unfinished trials are stored as checkpoints.</param>
    /// <exception cref="OperationCanceledException">Training was stopped.</exception>
    public void Train(TrainerOptions options, IReadOnlyList<StoredCheckpoint>? resume, CancellationToken cancellation)
    {
        foreach (var (i, checkpoint) in (resume ?? []).Index())
            before[i] = checkpoint.WallSeconds;
        clock.Start();
        Trainer.Train([.. stack.Select(t => t.Trial)], options, this, resume is null ? null : [.. resume.Select(c => c.Checkpoint)], cancellation);
    }

    /// <inheritdoc/>
    public void OnProgress(int step, int steps) => onStep(step);

    /// <inheritdoc/>
    public void OnFinished(int index, Trajectory trajectory)
    {
        store.Save(stack[index].Trial, trajectory, Seconds(index), stack.Count);
        Finished[stack[index].Hash] = trajectory;
    }

    /// <inheritdoc/>
    public void OnFailed(int index, string message)
    {
        store.SaveFailure(stack[index].Trial, message, Seconds(index), stack.Count);
        Failed[stack[index].Hash] = message;
        onNote($"{stack[index].Name}: {message}{(Failed.Count < stack.Count ? " The others go on." : "")}");
    }

    /// <inheritdoc/>
    public void OnCheckpoint(int index, TrialCheckpoint checkpoint) =>
        store.SaveCheckpoint(stack[index].Trial, checkpoint, Seconds(index));

    private double Seconds(int index) => before[index] + clock.Elapsed.TotalSeconds;
}
