// Times whole training steps of psl-fig13 (full batch, loss, gradient, AdamW; no measurement); one line a case:
// name <tab> threads <tab> median <tab> least milliseconds a step and network.
using System.Diagnostics;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

var seconds = args.Length > 0 ? double.Parse(args[0]) : 10;
foreach (var threads in (int[])[1, 2])
{
    set_num_threads(threads);
    foreach (var precision in (Precision[])[Precision.Float64, Precision.Float32])
    {
        foreach (var stacked in (int[])[1, 4])
        {
            var watch = new Watch(seconds);
            var trials = Enumerable.Range(1, stacked).Select(seed => new Trial(
                new ModularAdditionOptions(),
                new EmbeddingMlpOptions { Widths = [100, 100], Activation = Activation.Silu },
                new AdamWOptions { LearningRate = 0.01, WeightDecay = 0.03 },
                new TrainingOptions { Steps = int.MaxValue, Loss = LossKind.CrossEntropy, Precision = precision },
                new MeasureOptions { At = [] },
                (ulong)seed));
            try
            {
                Trainer.Train([.. trials], new TrainerOptions(CPU), watch, cancellation: watch.Enough.Token);
            }
            catch (OperationCanceledException)
            {
                // This is how a measurement ends.
            }

            watch.Times.Sort();
            Console.WriteLine($"{precision.ToString().ToLowerInvariant()}\t{stacked}\t{threads}\t{watch.Times[watch.Times.Count / 2] / stacked:F3}\t{watch.Times[0] / stacked:F3}");
        }
    }
}

internal sealed class Watch(double seconds) : ITrainingObserver
{
    private readonly Stopwatch total = Stopwatch.StartNew();
    private long last;

    public List<double> Times { get; } = [];

    public CancellationTokenSource Enough { get; } = new();

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
