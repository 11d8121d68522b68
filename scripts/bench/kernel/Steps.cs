using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using SkillTorch.Numerics;
using SkillTorch.Training.Kernels;

namespace SkillTorch.Benchmarks.Kernel;

/// <summary>Training steps of a stack of networks, each replicate on data of its own.</summary>
internal static class Steps
{
    private const int PartSamples = 2000; // drawn by one core, as the library's task does

    /// <summary>Median and least milliseconds of a step.</summary>
    public static (double Median, double Least) Measure<T>(BinaryMlpShape shape, int count, int threads, double seconds, bool fresh)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var kernel = new BinaryMlpGradient<T>(shape, threads);
        int sets = shape.Replicates, each = count * shape.WordsPerSample, parts = (count + PartSamples - 1) / PartSamples;
        double[] normal = new double[sets * shape.Parameters];
        new RandomStream(1, RandomPurpose.Initialisation).FillNormal(normal, 0, 0.01);
        T[] parameters = [.. normal.Select(T.CreateTruncating)], gradients = new T[parameters.Length], targets = new T[sets * count * shape.Outputs];
        uint[] words = new uint[sets * each];
        int[] skills = new int[shape.Controls > 0 ? sets * count : 0];
        double[] losses = new double[sets];
        uint[] masks = [.. Enumerable.Range(0, 5).Select(k => 0b111u << (3 * k))];
        var table = new AliasTable([.. Enumerable.Range(1, 5).Select(k => Math.Pow(k, -1.6))]);
        T rate = T.CreateTruncating(0.001);
        var times = new List<double>();
        var total = Stopwatch.StartNew();
        for (int step = 0; total.Elapsed.TotalSeconds < seconds || step < 3; step++)
        {
            var watch = Stopwatch.StartNew();
            if (fresh || step == 0)
            {
                Parallel.For(0, sets * parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part => Draw(part / parts, part % parts * PartSamples, step));
            }

            kernel.Gradient(parameters, new BinaryBatch(count, words, skills), targets, default, BinaryMlpLoss.MeanSquaredError, gradients, losses, default, sameInputs: !fresh && step > 0);
            TensorPrimitives.MultiplyAdd(gradients, -rate, parameters, parameters);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return (times[times.Count / 2], times[0]);

        void Draw(int r, int first, int step)
        {
            int start = (r * count) + first, samples = Math.Min(PartSamples, count - first), perSample = shape.WordsPerSample;
            Span<uint> own = words.AsSpan(start * perSample, samples * perSample);
            new RandomStream((ulong)r, RandomPurpose.Data, (ulong)step).FillBits(own, (long)first * perSample);
            Span<int> skill = shape.Controls > 0 ? skills.AsSpan(start, samples) : [];
            table.Fill(new RandomStream((ulong)r, RandomPurpose.Mask, (ulong)step), skill, first);
            Span<T> labels = targets.AsSpan(start * shape.Outputs, samples * shape.Outputs);
            ReadOnlySpan<T> answers = shape.Controls > 0 ? [T.CreateTruncating(5), T.CreateTruncating(-5)] : [T.Zero, T.One]; // looked up: no predictor would guess a jump
            for (int b = 0; b < samples; b++)
            {
                for (int o = 0; o < shape.Outputs; o++)
                {
                    uint mask = masks[shape.Controls > 0 ? skill[b] : o];
                    labels[(b * shape.Outputs) + o] = answers[BitOperations.PopCount(own[b * perSample] & mask) & 1];
                }
            }
        }
    }
}
