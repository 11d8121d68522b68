// usage: GeometryBench THREADS [PREFIX]
// Times the work of psl-fig04, psl-fig10 and psl-fig15 as an experiment runs it, measurements included.
// Prints one line a case, of those whose name starts with the prefix: its name and the microseconds of one trial's step. Each stack counts with its best 30 steps in a
// row (50 where it is measured at every fiftieth), as in torch_steps.py, so that what else runs on the machine weighs on neither.
using System.Diagnostics;
using System.Globalization;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

set_num_threads(int.Parse(args[0], CultureInfo.InvariantCulture));
OptimizerOptions sgd = new SgdOptions { LearningRate = 3e-2 };
OptimizerOptions sign = new SignGdOptions { LearningRate = 3e-4 };
OptimizerOptions adam = new AdamOptions { LearningRate = 3e-4 };

foreach (var aligned in (bool[])[false, true])
{
    var suffix = aligned ? "+aligned" : "";
    Report($"fig04{suffix}", [.. Figure4(sgd, 46, aligned), .. Figure4(sign, 50, aligned), .. Figure4(adam, 50, aligned)]);
}

foreach (var dimensions in (int[])[200, 1000])
{
    foreach (var every in (int[])[1, 30])
    {
        var suffix = every == 1 ? "" : "+rarely";
        Report($"fig10-{dimensions}-signgd{suffix}", Figure10(new SignGdOptions { LearningRate = 0.01 }, dimensions, every));
        Report($"fig10-{dimensions}-adam{suffix}", Figure10(new AdamOptions { LearningRate = 0.01 }, dimensions, every));
    }
}

foreach (var skills in (int[])[10, 40])
    foreach (var optimizer in (OptimizerOptions[])[new AdamOptions { LearningRate = 0.01, Beta2 = 0.95 }, new AdEmaMixOptions { LearningRate = 0.01 }, new LionOptions { LearningRate = 0.01 }])
        Report($"fig15-{skills}-{SkillTorch.Catalog.KindOf(optimizer)}", Figure15(optimizer, skills));

// The right panel: p1 = 0.50, 0.51, …, one seed.
static Trial[] Figure4(OptimizerOptions optimizer, int values, bool aligned) =>
    [.. Enumerable.Range(50, values).Select(percent => new Trial(
        new AbstractSkillsOptions { Count = 2, Frequencies = [percent / 100.0, 1 - percent / 100.0] },
        new GeometryOptions { Dimensions = 1000, Gradient = GeometryGradient.Half, AlignedDimensions = aligned },
        optimizer, new() { Steps = 3000, BatchSize = 128 }, new() { Every = 1 }, Seed: 1))];

// One dimension of the figure: six exponents, four seeds.
static Trial[] Figure10(OptimizerOptions optimizer, int dimensions, int every) =>
    [.. from exponent in (double[])[1, 1.2, 1.4, 1.6, 1.8, 2]
        from seed in (ulong[])[1, 2, 3, 4]
        select new Trial(
            new AbstractSkillsOptions { Count = 1000, FrequencyExponent = exponent },
            new GeometryOptions { Dimensions = dimensions, TaskVectors = TaskVectorKind.Unit },
            optimizer, new() { Steps = 300, BatchSize = 1024, Loss = LossKind.CrossEntropy }, new() { Every = every }, seed)];

// A row of the figure's: three strengths of noise, ten draws of the task vectors.
static Trial[] Figure15(OptimizerOptions optimizer, int skills) =>
    [.. from noise in (double[])[0, 0.2, 1]
        from seed in Enumerable.Range(1, 10)
        select new Trial(
            new AbstractSkillsOptions { Count = skills, FrequencyExponent = 2 },
            new GeometryOptions { Dimensions = 10, TaskVectors = TaskVectorKind.Gaussian, GradientNoise = noise },
            optimizer, new() { Steps = 3000, BatchSize = 128, Loss = LossKind.CrossEntropy }, new() { Every = 50 }, (ulong)seed)];

void Report(string name, Trial[] trials)
{
    if (!name.StartsWith(args.ElementAtOrDefault(1) ?? "", StringComparison.Ordinal))
        return;
    var sum = 0.0; // of a step of every trial
    foreach (var stack in trials.GroupBy(trial => trial.Optimizer!.GetType()))
    {
        var watch = new BestWindow(Math.Max(30, trials[0].Measure.Every));
        Trainer.Train([.. stack], new TrainerOptions(CPU), watch);
        sum += watch.MicrosecondsPerStep;
    }

    Console.WriteLine(FormattableString.Invariant($"{name} {sum / trials.Length:F3}"));
}

internal sealed class BestWindow(int window) : ITrainingObserver
{
    private long begun;

    public double MicrosecondsPerStep { get; private set; } = double.PositiveInfinity;

    public void OnProgress(int step, int steps)
    {
        if (step % window != 0)
            return;
        if (step > 0)
            MicrosecondsPerStep = Math.Min(MicrosecondsPerStep, Stopwatch.GetElapsedTime(begun).TotalMicroseconds / window);
        begun = Stopwatch.GetTimestamp();
    }

    public void OnFinished(int index, Trajectory trajectory)
    {
    }

    public void OnFailed(int index, string message) => throw new InvalidOperationException(message);

    public void OnCheckpoint(int index, TrialCheckpoint checkpoint)
    {
    }
}
