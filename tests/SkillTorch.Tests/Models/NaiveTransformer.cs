using SkillTorch.Models;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Models;

/// <summary>One decoder transformer written out in loops, sample by sample, from the model's definition.</summary>
internal sealed class NaiveTransformer(DecoderTransformerOptions options, Network network, int replicate, Func<double, double> activation)
{
    private readonly Dictionary<string, double[]> parameters = network.Layout.Entries.ToDictionary(
        e => e.Name,
        e => e.View(network.Parameters)[replicate].detach().to(ScalarType.Float64).contiguous().data<double>().ToArray()
    );

    /// <summary>The blocks' result [I][E] of one sample.</summary>
    public double[][] Decode(double[] bits)
    {
        double[][] x = [.. bits.Select((bit, i) => Linear("embedding", Token(bit, i, bits.Length)).Select(activation).ToArray())];
        for (var block = 0; block < options.Blocks; block++)
        {
            x = Sum(x, Attention($"blocks.{block}", [.. x.Select(t => Norm($"blocks.{block}.attentionNorm", t))]));
            x = Sum(
                x,
                [
                    .. x.Select(t =>
                        Linear(
                            $"blocks.{block}.mlpOut",
                            [.. Linear($"blocks.{block}.mlpIn", Norm($"blocks.{block}.mlpNorm", t)).Select(activation)]
                        )
                    ),
                ]
            );
        }

        return x;
    }

    /// <summary>The outputs [O] of one sample.</summary>
    public double[] Forward(double[] bits) => Linear("readout", [.. Decode(bits).SelectMany(t => Norm("lastNorm", t))]);

    private double[] Token(double bit, int position, int positions)
    {
        var vector = parameters.TryGetValue("positions", out var learned)
            ? learned[(position * positions)..((position + 1) * positions)]
            : [.. Enumerable.Range(0, positions).Select(i => i == position ? 1.0 : 0)];
        return [bit == 0 ? 1 : 0, bit == 1 ? 1 : 0, .. vector];
    }

    private double[][] Attention(string block, double[][] x)
    {
        var (width, size) = (options.Embedding, options.Embedding / options.Heads);
        double[][] qkv = [.. x.Select(t => Linear($"{block}.attentionIn", t))];
        double[][] attended = [.. x.Select(_ => new double[width])];
        for (var head = 0; head < options.Heads; head++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var seen = options.Causal ? i + 1 : x.Length;
                double[] scores =
                [
                    .. Enumerable
                        .Range(0, seen)
                        .Select(j =>
                            Math.Exp(Enumerable.Range(head * size, size).Sum(d => qkv[i][d] * qkv[j][width + d]) / Math.Sqrt(size))
                        ),
                ];
                for (var j = 0; j < seen; j++)
                {
                    for (var d = head * size; d < (head + 1) * size; d++)
                        attended[i][d] += scores[j] / scores.Sum() * qkv[j][2 * width + d];
                }
            }
        }

        return [.. attended.Select(t => Linear($"{block}.attentionOut", t))];
    }

    private double[] Linear(string name, double[] x)
    {
        var (weight, bias) = (parameters[$"{name}.weight"], parameters[$"{name}.bias"]);
        return [.. bias.Select((b, o) => b + x.Select((value, i) => weight[o * x.Length + i] * value).Sum())];
    }

    private double[] Norm(string name, double[] x)
    {
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + 1e-5);
        return [.. x.Select((v, i) => (v - mean) / deviation * parameters[$"{name}.weight"][i] + parameters[$"{name}.bias"][i])];
    }

    private static double[][] Sum(double[][] a, double[][] b) => [.. a.Zip(b, (x, y) => x.Zip(y, (u, v) => u + v).ToArray())];
}
