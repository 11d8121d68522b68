using SkillTorch.Models;
using SkillTorch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Benchmarks;

/// <summary>Trains a stack for a while, as an experiment does but without storing anything, and times its steps.</summary>
internal static class StackTimer
{
    /// <summary>Times a stack.</summary>
    /// <param name="trials">The trials of the stack.</param>
    /// <param name="timed">What is timed.</param>
    /// <param name="window">Steps that are timed together.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="device">Where it trains.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>The times, and how many steps they are of.</returns>
    /// <exception cref="InvalidOptionException">The device or the settings do not allow it.</exception>
    /// <exception cref="NotMeasuredException">A trial has failed.</exception>
    public static (StepTime Time, int Steps) Measure(
        IReadOnlyList<Trial> trials,
        Timed timed,
        int window,
        TimeSpan duration,
        Device device,
        CancellationToken cancellation = default
    )
    {
        var times = new StepTimes(duration);
        if (timed == Timed.Update)
            Update(trials, times, device);
        while (!times.IsEnough) // a short training is repeated
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var meter = new Meter(times, window, device, end);
            try
            {
                Trainer.Train(trials, new TrainerOptions(device) { CheckpointEvery = TimeSpan.MaxValue }, meter, null, end.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // This is how a measurement ends.
            }

            if (meter.Failure is { } failure)
                throw new NotMeasuredException(failure);
        }

        return (times.ToStepTime(trials.Count), times.Steps);
    }

    private static void Update(IReadOnlyList<Trial> trials, StepTimes times, Device device)
    {
        const int Window = 5;
        using var scope = NewDisposeScope();
        var training = trials[0].Training;
        using var objective = ((ObjectiveOptions)trials[0].Model).Create(
            new ObjectiveSetup(
                [.. trials.Select(t => t.Model)],
                [.. trials.Select(t => t.Task)],
                [.. trials.Select(t => t.Seed)],
                training.Loss,
                training.BatchSize,
                training.Precision == Precision.Float64 ? float64 : float32,
                device
            )
        );
        using var gradient = randn_like(objective.Parameters);
        using var optimizer = trials[0].Optimizer!.Create([.. trials.Select(t => t.Optimizer!)], objective.Parameters, objective.Layout);
        optimizer.Step(objective.Parameters, gradient);
        for (times.Mark(0); !times.IsEnough; times.Mark(Window))
        {
            for (var step = 0; step < Window; step++)
                optimizer.Step(objective.Parameters, gradient);
            if (device.type == DeviceType.CUDA)
                cuda.synchronize(device);
        }
    }

    private sealed class Meter(StepTimes times, int window, Device device, CancellationTokenSource end) : ITrainingObserver
    {
        public string? Failure { get; private set; }

        public void OnProgress(int step, int steps)
        {
            if (step % window != 0)
                return;
            if (device.type == DeviceType.CUDA)
                cuda.synchronize(device);
            times.Mark(step == 0 ? 0 : window);
            if (times.IsEnough)
                end.Cancel();
        }

        public void OnFinished(int index, Trajectory trajectory) { }

        public void OnFailed(int index, string message, Trajectory measured) => Failure = message;

        public void OnCheckpoint(int index, TrialCheckpoint checkpoint) { }
    }
}
