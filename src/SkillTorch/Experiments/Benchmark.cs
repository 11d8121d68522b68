using System.Diagnostics;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Experiments;

/// <summary>Measures how fast an experiment's stacks train.</summary>
public static class Benchmark
{
    /// <summary>Trains each stack for a while, without storing anything.</summary>
    /// <param name="config">The experiment.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="duration">Time for each stack, of which the first fifth is warm-up.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>The speed of each stack.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IEnumerable<StackSpeed> Run(ExperimentConfig config, Device device, TimeSpan duration, CancellationToken cancellation = default)
    {
        foreach (var stack in config.Trials.DistinctBy(t => t.Hash).GroupBy(t => t.StackKey))
        {
            var trials = stack.Select(t => t.Trial).ToArray();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var meter = new Meter(duration, end);
            try
            {
                Trainer.Train(trials, new TrainerOptions(device) { CheckpointEvery = TimeSpan.MaxValue }, meter, null, end.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
            }
            yield return new StackSpeed(stack.First().Case, trials.Length, meter.Steps, meter.Seconds);
        }
    }

    private sealed class Meter(TimeSpan duration, CancellationTokenSource end) : ITrainingObserver
    {
        private readonly Stopwatch clock = new();
        private (int Step, TimeSpan At)? first;
        private (int Step, TimeSpan At) last;

        public int Steps => last.Step - (first?.Step ?? 0);

        public double Seconds => (last.At - (first?.At ?? TimeSpan.Zero)).TotalSeconds;

        // The clock starts with the first step: making the stack is not training.
        public void OnProgress(int step, int steps)
        {
            clock.Start();
            last = (step, clock.Elapsed);
            if (step > 0 && first is null && last.At > duration / 5)
                first = last;
            else if (first is not null && last.At > duration)
                end.Cancel();
        }

        public void OnFinished(int index, Trajectory trajectory)
        {
        }

        public void OnFailed(int index, string message)
        {
        }

        public void OnCheckpoint(int index, TrialCheckpoint checkpoint)
        {
        }
    }
}

/// <summary>How fast a stack trains.</summary>
/// <param name="Case">Label of its first trial's case.</param>
/// <param name="Trials">Number R of trials in the stack.</param>
/// <param name="Steps">Steps that were timed.</param>
/// <param name="Seconds">How long they took.</param>
public sealed record StackSpeed(string Case, int Trials, int Steps, double Seconds)
{
    /// <summary>Steps of the whole stack a second.</summary>
    public double StepsPerSecond => Seconds > 0 ? Steps / Seconds : double.NaN;
}
