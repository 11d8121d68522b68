// Times whole training steps of a decoder transformer (fresh samples, loss, gradient, SGD with momentum); one line a case:
// name <tab> threads <tab> median <tab> least milliseconds a step.
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
    Measure("published, 100 samples", skills: 5, bits: 32, embedding: 512, batch: 100);
    Measure("small", skills: 3, bits: 9, embedding: 64, batch: 500);
    Measure("two blocks", skills: 3, bits: 9, embedding: 64, batch: 500, blocks: 2);

    void Measure(string name, int skills, int bits, int embedding, int batch, int blocks = 1)
    {
        var watch = new Watch(seconds);
        var trial = new Trial(
            new MultitaskSparseParityOptions { Skills = skills, SkillBits = bits, FrequencyExponent = 1.9, TargetScale = 1 },
            new DecoderTransformerOptions { Embedding = embedding, Blocks = blocks },
            new SgdOptions { LearningRate = 5e-5, Momentum = 0.9, WeightDecay = 1e-5 },
            new TrainingOptions { Steps = int.MaxValue, BatchSize = batch },
            new MeasureOptions { At = [] },
            Seed: 1);
        try
        {
            Trainer.Train([trial], new TrainerOptions(CPU), watch, cancellation: watch.Enough.Token);
        }
        catch (OperationCanceledException)
        {
            // This is how a measurement ends.
        }

        watch.Times.Sort();
        Console.WriteLine($"{name}\t{threads}\t{watch.Times[watch.Times.Count / 2]:F3}\t{watch.Times[0]:F3}");
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
