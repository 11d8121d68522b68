using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using SkillTorch.Randomness;
using SkillTorch.Training.Kernels;

namespace SkillTorch.Benchmarks.Kernel;

/// <summary>Training steps of a stack of networks, each replicate on data of its own.</summary>
internal static class Steps
{
    /// <summary>Median and least milliseconds of a step.</summary>
    public static (double Median, double Least) Measure<T>(BinaryMlpShape shape, int count, int threads, double seconds, bool fresh)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var kernel = new BinaryMlpGradient<T>(shape, threads);
        int sets = shape.Replicates, each = count * shape.WordsPerSample;
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
                Parallel.For(0, sets, new ParallelOptions { MaxDegreeOfParallelism = threads }, r => Draw(r, step));
            }

            kernel.Gradient(parameters, new BinaryBatch(count, words, skills), targets, default, BinaryMlpLoss.MeanSquaredError, gradients, losses, default, sameInputs: !fresh && step > 0);
            TensorPrimitives.MultiplyAdd(gradients, -rate, parameters, parameters);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return (times[times.Count / 2], times[0]);

        void Draw(int r, int step)
        {
            Span<uint> own = words.AsSpan(r * each, each);
            new RandomStream((ulong)r, RandomPurpose.Data, (ulong)step).FillBits(own);
            Span<int> skill = skills.AsSpan(shape.Controls > 0 ? r * count : 0, shape.Controls > 0 ? count : 0);
            table.Fill(new RandomStream((ulong)r, RandomPurpose.Mask, (ulong)step), skill);
            Span<T> labels = targets.AsSpan(r * count * shape.Outputs, count * shape.Outputs);
            ReadOnlySpan<T> answers = shape.Controls > 0 ? [T.CreateTruncating(5), T.CreateTruncating(-5)] : [T.Zero, T.One]; // looked up: no predictor would guess a jump
            for (int b = 0; b < count; b++)
            {
                for (int o = 0; o < shape.Outputs; o++)
                {
                    uint mask = masks[shape.Controls > 0 ? skill[b] : o];
                    labels[(b * shape.Outputs) + o] = answers[BitOperations.PopCount(own[b] & mask) & 1];
                }
            }
        }
    }
}
