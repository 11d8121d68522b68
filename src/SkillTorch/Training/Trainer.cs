using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Where and how a stack is trained; none of it is part of a trial's settings.</summary>
/// <param name="Device">Device of parameters and data.</param>
public sealed record TrainerOptions(Device Device)
{
    /// <summary>Time between checkpoints of unfinished trials.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether data, gradients and measurements are those of devices, made of tensors; on the CPU too, if a test wants
    /// to.</summary>
    internal bool ByTensors { get; init; } = Device.type != DeviceType.CPU;
}

/// <summary>Follows a stack's training. Trials are named by their index in the stack.</summary>
public interface ITrainingObserver
{
    /// <summary>Training has come this far.</summary>
    /// <param name="step">Updates made.</param>
    /// <param name="steps">Updates to make.</param>
    void OnProgress(int step, int steps);

    /// <summary>A trial is finished.</summary>
    /// <param name="index">Its index in the stack.</param>
    /// <param name="trajectory">Its measurements.</param>
    void OnFinished(int index, Trajectory trajectory);

    /// <summary>A trial has failed; the others go on.</summary>
    /// <param name="index">Its index in the stack.</param>
    /// <param name="message">What happened, naming step and skill.</param>
    /// <param name="measured">Its measurements up to then.</param>
    void OnFailed(int index, string message, Trajectory measured);

    /// <summary>A trial can be resumed from here, e.g. after an interruption.</summary>
    /// <param name="index">Its index in the stack.</param>
    /// <param name="checkpoint">All that resuming needs.</param>
    void OnCheckpoint(int index, TrialCheckpoint checkpoint);
}

/// <summary>The state of an unfinished trial.</summary>
/// <param name="Step">Updates made.</param>
/// <param name="State">Parameters and optimizer state by name: arrays of float or double.</param>
/// <param name="Measured">Measurements so far.</param>
public sealed record TrialCheckpoint(int Step, IReadOnlyDictionary<string, Array> State, Trajectory Measured);

/// <summary>Trains stacks of trials: settings to measurements.</summary>
public static class Trainer
{
    /// <summary>Trains trials together, as one stack, to their last step.</summary>
    /// <param name="trials">Settings that differ in nothing but seeds and <see cref="StackableAttribute"/> options; length R.</param>
    /// <param name="options">Where to train.</param>
    /// <param name="observer">Receives finished trials, failures and checkpoints.</param>
    /// <param name="resume">Checkpoints to go on from, one a trial and all at the same step; null starts anew.</param>
    /// <param name="cancellation">Stops training after the current step; unfinished trials are handed over as checkpoints.</param>
    /// <exception cref="InvalidOptionException">The settings contradict each other.</exception>
    /// <exception cref="OperationCanceledException">Training was stopped.</exception>
    public static void Train(
        IReadOnlyList<Trial> trials,
        TrainerOptions options,
        ITrainingObserver observer,
        IReadOnlyList<TrialCheckpoint>? resume = null,
        CancellationToken cancellation = default
    )
    {
        using var scope = NewDisposeScope();
        var training = trials[0].Training;
        using var learner = LearnerFactory.Create(trials, options.Device, options.ByTensors);
        using var recorder = new Recorder(trials[0].Measure.MeasuredSteps(training.Steps), learner, trials.Count, observer);
        var done = 0;
        if (resume is not null)
        {
            done = resume[0].Step;
            Checkpoints.Restore(learner, resume);
            recorder.Restore(resume);
        }

        var lastCheckpoint = TimeProvider.System.GetTimestamp();
        for (; ; done = learner.Updates ? done + 1 : recorder.Next ?? training.Steps)
        {
            recorder.MeasureIfDue(done);
            recorder.LookForDivergence(done);
            observer.OnProgress(done, training.Steps);
            if (done == training.Steps || recorder.AllFailed)
                break;
            if (cancellation.IsCancellationRequested)
            {
                recorder.Fetch();
                if (recorder.AllFailed)
                    break;
                Checkpoints.Save(learner, done, recorder, observer);
                cancellation.ThrowIfCancellationRequested();
            }

            if (TimeProvider.System.GetElapsedTime(lastCheckpoint) > options.CheckpointEvery)
            {
                recorder.Fetch();
                Checkpoints.Save(learner, done, recorder, observer);
                lastCheckpoint = TimeProvider.System.GetTimestamp();
            }

            learner.Advance(done + 1);
        }

        recorder.Finish();
    }
}
