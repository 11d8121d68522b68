// Times one training step (fresh inputs, labels, loss, gradient, SGD) of the fused kernel; one line a case:
// name <tab> threads <tab> median <tab> least milliseconds per step of the whole stack.
using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using SkillTorch.Randomness;
using SkillTorch.Training.Kernels;

double seconds = args.Length > 0 ? double.Parse(args[0]) : 2;
string only = args.Length > 1 ? args[1] : "";
foreach (int threads in args.Length > 2 ? (int[])[int.Parse(args[2])] : (int[])[1, 2])
{
    Measure<float>("wide", new BinaryMlpShape(1, 5, 32, 1000, 1), 4000, threads);
    Measure<float>("narrow", new BinaryMlpShape(50, 5, 32, 10, 1), 4000, threads);
    Measure<double>("fig02", new BinaryMlpShape(10, 0, 32, 50, 2), 10000, threads, fresh: false);
    Measure<double>("fig02c", new BinaryMlpShape(10, 0, 32, 50, 3), 10000, threads, fresh: false);
}

void Measure<T>(string name, BinaryMlpShape shape, int count, int threads, bool fresh = true)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    if (only != "" && only != name) return;
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
    for (int step = 0; total.Elapsed.TotalSeconds < seconds; step++)
    {
        var watch = Stopwatch.StartNew();
        if (fresh || step == 0)
        {
            Parallel.For(0, sets, new ParallelOptions { MaxDegreeOfParallelism = threads }, r => Draw(r, step));
        }

        kernel.Gradient(parameters, new BinaryBatch(count, words, skills), targets, default, BinaryMlpLoss.MeanSquaredError, gradients, losses);
        TensorPrimitives.MultiplyAdd(gradients, -rate, parameters, parameters);

        times.Add(watch.Elapsed.TotalMilliseconds);
    }

    times.Sort();
    Console.WriteLine($"{name}\t{threads}\t{times[times.Count / 2]:F4}\t{times[0]:F4}");

    void Draw(int r, int step)
    {
        Span<uint> own = words.AsSpan(r * each, each);
        new RandomStream((ulong)r, RandomPurpose.Data, (ulong)step).FillBits(own);
        Span<int> skill = skills.AsSpan(shape.Controls > 0 ? r * count : 0, shape.Controls > 0 ? count : 0);
        table.Fill(new RandomStream((ulong)r, RandomPurpose.Mask, (ulong)step), skill);
        Span<T> labels = targets.AsSpan(r * count * shape.Outputs, count * shape.Outputs);
        if (shape.Controls > 0)
        {
            BitInputs.Parity(own, masks, 1, skill, T.CreateTruncating(5), T.CreateTruncating(-5), labels);
            return;
        }

        for (int o = 0; o < shape.Outputs; o++)
        {
            BitInputs.Parity(own, masks.AsSpan(o, 1), T.Zero, T.One, labels[o..], shape.Outputs);
        }
    }
}
