using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Training;
using SkillTorch.Training.Kernels;

namespace SkillTorch.Tests.Training.Kernels;

/// <summary>A random problem for a stack of networks, and its loss and gradient by the definition, one number after another in
/// float64.</summary>
internal sealed class ReferenceMlp
{
    public ReferenceMlp(BinaryMlpShape shape, int count, bool shared, bool masked, ulong seed, double scale = 0.7)
    {
        Shape = shape;
        Count = count;
        var sets = shared ? 1 : shape.Replicates;
        Words = new uint[sets * count * shape.WordsPerSample];
        new RandomStream(seed, RandomPurpose.Data).FillBits(Words);
        var random = new RandomStream(seed, RandomPurpose.Mask).Sequence();
        Controls = new int[shape.Controls > 0 ? sets * count : 0];
        for (var i = 0; i < Controls.Length; i++)
        {
            Controls[i] = (int)random.NextUInt((uint)shape.Controls);
        }

        // Multiples of 2^-10: float32 sums them without rounding, so that both precisions see the same units active.
        Parameters = Values(shape.Replicates * shape.Parameters, RandomPurpose.Initialisation, v => Math.Round(scale * v * 1024) / 1024);
        Targets = Values(sets * count * shape.Outputs, RandomPurpose.TaskVectors, v => v > 0 ? 1 : 0);
        Weights = masked ? Values(sets * count * shape.Outputs, RandomPurpose.Noise, v => v > 0 ? 0 : -v) : [];
        Derivatives = Values(shape.Replicates * count * shape.Outputs, RandomPurpose.Evaluation, v => v / count);

        double[] Values(int length, RandomPurpose purpose, Func<double, double> map)
        {
            var values = new double[length];
            new RandomStream(seed, purpose).FillNormal(values);
            return [.. values.Select(v => (double)(float)map(v))];
        }
    }

    public BinaryMlpShape Shape { get; }

    public int Count { get; }

    public uint[] Words { get; }

    public int[] Controls { get; }

    public double[] Parameters { get; }

    public double[] Targets { get; }

    public double[] Weights { get; }

    public double[] Derivatives { get; }

    public BinaryBatch Batch => new(Count, Words, Controls);

    /// <summary>A loss as the kernel takes it.</summary>
    public OutputDerivative<T> Derivative<T>(LossKind kind)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int each = Count * Shape.Outputs,
            sets = Targets.Length / each;
        var samples = SkillTorch.Tasks.Batch.FromBits(
            sets,
            Count,
            Shape.Bits,
            Shape.Outputs,
            Words,
            Targets,
            Weights.Length == 0 ? null : Weights,
            Shape.Controls,
            Shape.Controls == 0 ? null : Controls
        );
        var loss = new OutputLoss(kind, null, Shape.Replicates);
        return (r, outputs, slopes) => loss.FillSlopes(samples, r, outputs, slopes);
    }

    /// <summary>Each replicate's loss, from its outputs.</summary>
    public double[] Losses<T>(LossKind kind, T[] outputs)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var each = Count * Shape.Outputs;
        return
        [
            .. Enumerable
                .Range(0, Shape.Replicates)
                .Select(r =>
                    Enumerable
                        .Range(0, each)
                        .Average(i =>
                        {
                            var weight = Weights.Length == 0 ? 1 : Weights[Weights.Length == each ? i : r * each + i];
                            return weight
                                * kind.Value(
                                    double.CreateTruncating(outputs[r * each + i]),
                                    Targets[Targets.Length == each ? i : r * each + i]
                                );
                        })
                ),
        ];
    }

    /// <summary>Input j of sample b of replicate r.</summary>
    public double Input(int r, int b, int j)
    {
        var shared = Shape.Bits > 0 ? Words.Length == Count * Shape.WordsPerSample : Controls.Length == Count;
        var sample = (shared ? 0 : r * Count) + b;
        if (j < Shape.Controls)
        {
            return Controls[sample] == j ? 1 : 0;
        }

        j -= Shape.Controls;
        return (Words[sample * Shape.WordsPerSample + j / 32] >> (j % 32)) & 1;
    }

    /// <summary>
    /// Outputs [R, B, O], through <paramref name="slope"/> (replicate, flat output index, output) → dL/df the gradient [R, n], and
    /// the sum [R, n] of the absolute values of what each element of the gradient adds up: the scale of its rounding error.
    /// </summary>
    public (double[] Outputs, double[] Gradients, double[] Magnitudes) Solve(double[] parameters, Func<int, int, double, double> slope)
    {
        int inputs = Shape.Inputs,
            hidden = Shape.Width,
            width = Shape.Outputs,
            n = Shape.Parameters;
        double[] outputs = new double[Shape.Replicates * Count * width],
            gradients = new double[Shape.Replicates * n],
            magnitudes = new double[Shape.Replicates * n];
        var z = new double[hidden];
        for (var r = 0; r < Shape.Replicates; r++)
        {
            ReadOnlySpan<double> p = parameters.AsSpan(r * n, n);
            void Add(int index, double value)
            {
                gradients[r * n + index] += value;
                magnitudes[r * n + index] += Math.Abs(value);
            }

            int b1 = hidden * inputs,
                w2 = b1 + hidden,
                b2 = w2 + width * hidden;
            for (var b = 0; b < Count; b++)
            {
                for (var h = 0; h < hidden; h++)
                {
                    z[h] = p[b1 + h];
                    for (var j = 0; j < inputs; j++)
                    {
                        z[h] += p[h * inputs + j] * Input(r, b, j);
                    }
                }

                for (var o = 0; o < width; o++)
                {
                    var f = p[b2 + o];
                    for (var h = 0; h < hidden; h++)
                    {
                        f += p[w2 + o * hidden + h] * Math.Max(z[h], 0);
                    }

                    outputs[(r * Count + b) * width + o] = f;
                    var d = slope(r, b * width + o, f);
                    Add(b2 + o, d);
                    for (var h = 0; h < hidden; h++)
                    {
                        Add(w2 + o * hidden + h, d * Math.Max(z[h], 0));
                        var dz = z[h] > 0 ? d * p[w2 + o * hidden + h] : 0;
                        Add(b1 + h, dz);
                        for (var j = 0; j < inputs; j++)
                        {
                            Add(h * inputs + j, dz * Input(r, b, j));
                        }
                    }
                }
            }
        }

        return (outputs, gradients, magnitudes);
    }

    /// <summary>Losses [R], outputs, gradients and magnitudes of one of the library's losses.</summary>
    public (double[] Losses, double[] Outputs, double[] Gradients, double[] Magnitudes) Solve(double[] parameters, LossKind loss)
    {
        var losses = new double[Shape.Replicates];
        var each = Count * Shape.Outputs;
        (var outputs, var gradients, var magnitudes) = Solve(
            parameters,
            (r, i, f) =>
            {
                double y = Targets[Targets.Length == each ? i : r * each + i],
                    w = Weights.Length == 0 ? 1 : Weights[Weights.Length == each ? i : r * each + i];
                if (loss == LossKind.Mse)
                {
                    losses[r] += w * (f - y) * (f - y) / each;
                    return 2 * w * (f - y) / each;
                }

                losses[r] += w * (y * Softplus(-f) + (1 - y) * Softplus(f)) / each;
                return w * ((1 - y) * Sigmoid(f) - y * Sigmoid(-f)) / each;
            }
        );
        return (losses, outputs, gradients, magnitudes);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>ln(1 + e^x), where ln(1 + t) = 2 artanh(t/(2 + t)).</summary>
    private static double Softplus(double x)
    {
        var tail = Math.Exp(-Math.Abs(x));
        return Math.Max(x, 0) + 2 * Math.Atanh(tail / (2 + tail));
    }
}
