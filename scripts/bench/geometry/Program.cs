// Times the work of psl-fig04 and psl-fig10 as an experiment runs it, set-up and measurements included.
// Prints one line a case: its name and the microseconds of one trial's step.
using System.Diagnostics;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

set_num_threads(Environment.ProcessorCount);
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
    foreach (var every in (int[])[1, 100])
    {
        var suffix = every == 1 ? "" : "+sparse";
        Report($"fig10-{dimensions}-signgd{suffix}", Figure10(new SignGdOptions { LearningRate = 0.01 }, dimensions, every));
        Report($"fig10-{dimensions}-adam{suffix}", Figure10(new AdamOptions { LearningRate = 0.01 }, dimensions, every));
    }
}

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

static void Report(string name, Trial[] trials)
{
    var watch = Stopwatch.StartNew();
    foreach (var stack in trials.GroupBy(trial => trial.Optimizer!.GetType()))
        Trainer.Train([.. stack], new TrainerOptions(CPU), new Silent());
    Console.WriteLine(FormattableString.Invariant($"{name} {watch.Elapsed.TotalMicroseconds / trials.Length / trials[0].Training.Steps:F3}"));
}

internal sealed class Silent : ITrainingObserver
{
    public void OnProgress(int step, int steps)
    {
    }

    public void OnFinished(int index, Trajectory trajectory)
    {
    }

    public void OnFailed(int index, string message) => throw new InvalidOperationException(message);

    public void OnCheckpoint(int index, TrialCheckpoint checkpoint)
    {
    }
}
