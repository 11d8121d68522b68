// Times whole training steps of psl-fig13 (full batch, loss, gradient, AdamW; no measurement); one line a case:
// name <tab> threads <tab> median <tab> least milliseconds a step and network.
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
            var trials = Enumerable.Range(1, stacked).Select(seed => new Trial(
                new ModularAdditionOptions(),
                new EmbeddingMlpOptions { Widths = [100, 100], Activation = Activation.Silu },
                new AdamWOptions { LearningRate = 0.01, WeightDecay = 0.03 },
                new TrainingOptions { Steps = int.MaxValue, Loss = LossKind.CrossEntropy, Precision = precision },
                new MeasureOptions { At = [] },
                (ulong)seed));
            var times = Watch.StepTimes([.. trials], seconds);
            Console.WriteLine($"{precision.ToString().ToLowerInvariant()}\t{stacked}\t{threads}\t{times[times.Count / 2] / stacked:F3}\t{times[0] / stacked:F3}");
        }
    }
}
