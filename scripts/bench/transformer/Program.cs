// Times whole training steps of a decoder transformer (fresh samples, loss, gradient, SGD with momentum); one line a case:
// name <tab> threads <tab> median <tab> least milliseconds a step.
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
        var trial = new Trial(
            new MultitaskSparseParityOptions { Skills = skills, SkillBits = bits, FrequencyExponent = 1.9, TargetScale = 1 },
            new DecoderTransformerOptions { Embedding = embedding, Blocks = blocks },
            new SgdOptions { LearningRate = 5e-5, Momentum = 0.9, WeightDecay = 1e-5 },
            new TrainingOptions { Steps = int.MaxValue, BatchSize = batch },
            new MeasureOptions { At = [] },
            Seed: 1);
        var times = Watch.StepTimes([trial], seconds);
        Console.WriteLine($"{name}\t{threads}\t{times[times.Count / 2]:F3}\t{times[0]:F3}");
    }
}
