using System.Diagnostics;
using SkillTorch.Training;
using static TorchSharp.torch;

/// <summary>Times the steps of a training; the benchmarks that train whole trials share it.</summary>
internal sealed class Watch(double seconds) : ITrainingObserver
{
    private readonly Stopwatch total = Stopwatch.StartNew();
    private long last;

    private List<double> Times { get; } = [];

    private CancellationTokenSource Enough { get; } = new();

    /// <summary>Trains a stack for some seconds.</summary>
    /// <returns>Milliseconds of each step, ascending.</returns>
    public static List<double> StepTimes(IReadOnlyList<Trial> trials, double seconds)
    {
        var watch = new Watch(seconds);
        try
        {
            Trainer.Train(trials, new TrainerOptions(CPU), watch, cancellation: watch.Enough.Token);
        }
        catch (OperationCanceledException)
        {
            // This is how a measurement ends.
        }

        watch.Times.Sort();
        return watch.Times;
    }

    public void OnProgress(int step, int steps)
    {
        if (step > 0)
            Times.Add(Stopwatch.GetElapsedTime(last).TotalMilliseconds);
        if (step > 1 && total.Elapsed.TotalSeconds > seconds)
            Enough.Cancel();
        last = Stopwatch.GetTimestamp();
    }

    public void OnFinished(int index, Trajectory trajectory)
    {
    }

    public void OnFailed(int index, string message) => throw new InvalidOperationException(message);

    public void OnCheckpoint(int index, TrialCheckpoint checkpoint)
    {
    }
}
