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
    /// <param name="cancellation">Stops between two stacks.</param>
    /// <returns>The speed of each stack.</returns>
    public static IEnumerable<StackSpeed> Run(ExperimentConfig config, Device device, TimeSpan duration, CancellationToken cancellation = default)
    {
        foreach (var stack in config.Trials.DistinctBy(t => t.Hash).GroupBy(t => t.StackKey))
        {
            cancellation.ThrowIfCancellationRequested();
            var trials = stack.Select(t => t.Trial).ToArray();
            using var end = new CancellationTokenSource(duration);
            var meter = new Meter(duration / 5);
            try
            {
                Trainer.Train(trials, new TrainerOptions(device) { CheckpointEvery = Timeout.InfiniteTimeSpan }, meter, null, end.Token);
            }
            catch (OperationCanceledException)
            {
            }
            yield return new StackSpeed(stack.First().Case, trials.Length, meter.Steps, meter.Seconds);
        }
    }

    private sealed class Meter(TimeSpan warmUp) : ITrainingObserver
    {
        private readonly Stopwatch clock = Stopwatch.StartNew();
        private (int Step, double At)? first;
        private (int Step, double At) last;

        public int Steps => last.Step - (first?.Step ?? 0);

        public double Seconds => last.At - (first?.At ?? 0);

        public void OnProgress(int step, int steps)
        {
            last = (step, clock.Elapsed.TotalSeconds);
            if (step > 0 && first is null && clock.Elapsed > warmUp)
                first = last;
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
