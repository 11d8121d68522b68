using FsCheck.Xunit;
using SkillTorch.Models;
using SkillTorch.Tasks;
using SkillTorch.Training;
using SkillTorch.Training.Kernels;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>The perceptrons' passes beside autograd, which difference quotients prove right.</summary>
public class MlpGradientTests
{
    private static readonly LossShapingOptions?[] Shapings = [null, null, new PowerShapingOptions(), new PerSkillShapingOptions()];

    /// <summary>No hidden layer to three, sizes that fill vectors and that do not, numbers, one-hot tokens and embedded ones, shared
    /// samples, weights, every loss.</summary>
    [Property(MaxTest = 60)]
    public void Outputs_and_gradient_equal_those_of_autograd(
        byte replicates,
        byte depth,
        byte width,
        byte tokens,
        byte embedding,
        byte outputs,
        byte count,
        bool shared,
        bool masked,
        byte loss,
        byte shaping
    )
    {
        var setting = new Setting(
            1 + replicates % 3,
            [.. Enumerable.Range(0, depth % 4).Select(i => 1 + width * (i + 3) % 37)],
            tokens % 4,
            embedding % 19
        )
        {
            Outputs = 2 + outputs % 24,
            Size = 1 + 5 * count % 700,
            Shared = shared,
            Masked = masked,
            Loss = loss % 2 == 0 ? LossKind.CrossEntropy : LossKind.Mse,
            Activation = loss % 3 == 0 ? Activation.Relu : Activation.Silu,
        };
        AssertAgree<double>(setting, Shapings[shaping % 4], 1e-12);
        // in single precision a unit may be just active by one way of rounding and not by the other
        if (setting.Activation == Activation.Silu)
            AssertAgree<float>(setting, Shapings[shaping % 4], 3e-5);
    }

    [Fact]
    public void The_published_network_agrees()
    {
        var published = new Setting(2, [100, 100], 2, 128)
        {
            Values = 59,
            Outputs = 59,
            Size = 2000,
        };
        AssertAgree<double>(published, null, 1e-12);
        AssertAgree<float>(published, null, 3e-5);
    }

    [Fact]
    public void Bits_depend_neither_on_threads_nor_on_the_stack()
    {
        using var scope = NewDisposeScope();
        var setting = new Setting(3, [20, 9], 2, 6) { Size = 900 };
        var network = setting.Network(ScalarType.Float64);
        var batch = setting.Batch();
        var together = Gradient<double>(setting, network, batch, threads: 1);
        Assert.Equal(together.Gradient, Gradient<double>(setting, network, batch, threads: 3).Gradient);
        var alone = (setting with { Replicates = 1 }).Network(ScalarType.Float64);
        alone.Parameters.copy_(network.Parameters.narrow(0, 2, 1));
        using var own = batch.Slice(2, 1, 0, 900);
        Assert.Equal(
            together.Gradient[(2 * network.Layout.Count)..],
            Gradient<double>(setting with { Replicates = 1 }, alone, own, threads: 2).Gradient
        );
    }

    [Fact]
    public void A_diverged_network_is_seen()
    {
        using var scope = NewDisposeScope();
        var setting = new Setting(1, [20], 2, 6) { Activation = Activation.Relu };
        var network = setting.Network(ScalarType.Float64);
        network.Parameters[0, setting.Values * 6].add_(double.NaN); // a weight
        var (outputs, gradient) = Gradient<double>(setting, network, setting.Batch(), threads: 1);
        Assert.Contains(double.NaN, outputs);
        Assert.Contains(double.NaN, gradient);
    }

    private static void AssertAgree<T>(Setting setting, LossShapingOptions? shaping, double tolerance)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var scope = NewDisposeScope();
        var dtype = typeof(T) == typeof(double) ? ScalarType.Float64 : ScalarType.Float32;
        var network = setting.Network(dtype);
        using var batch = setting.Batch();
        var outputs = new double[setting.Replicates * batch.Size * batch.Outputs];
        var gradient = zeros_like(network.Parameters);
        new AutogradGradient(network, new OutputLoss(setting.Loss, shaping, setting.Replicates), setting.Replicates).ComputeGradient(
            batch,
            gradient,
            outputs
        );
        var actual = Gradient<T>(setting, network, batch, 2, shaping);
        AssertClose(outputs, actual.Outputs, tolerance);
        AssertClose(Numbers(gradient), actual.Gradient, tolerance);

        static void AssertClose(double[] expected, double[] actual, double tolerance)
        {
            var scale = expected.Select(Math.Abs).Append(1e-3).Max();
            Assert.Equal(expected.Length, actual.Length);
            Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Aggregate(0.0, Math.Max), 0, tolerance * scale);
        }
    }

    private static (double[] Outputs, double[] Gradient) Gradient<T>(
        Setting setting,
        Network network,
        Batch batch,
        int threads,
        LossShapingOptions? shaping = null
    )
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var gradients = new MlpGradient<T>(
            network,
            new OutputLoss(setting.Loss, shaping, setting.Replicates),
            setting.Shape(network),
            threads
        );
        double[] outputs = new double[setting.Replicates * batch.Size * batch.Outputs],
            again = [.. outputs];
        using var gradient = zeros_like(network.Parameters);
        gradients.ComputeGradient(batch, gradient, null);
        gradients.ComputeGradient(batch, gradient, outputs);
        gradients.ComputeOutputs(batch, again);
        Assert.Equal(outputs, again);
        return (outputs, Numbers(gradient));
    }

    private static double[] Numbers(Tensor x) => x.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();

    /// <summary>A stack and its samples: numbers if <paramref name="Tokens"/> is 0, tokens without an embedding if
    /// <paramref name="Embedding"/> is 0.</summary>
    private sealed record Setting(int Replicates, int[] Widths, int Tokens, int Embedding)
    {
        public int Values { get; init; } = 7;

        public int Outputs { get; init; } = 11;

        public int Size { get; init; } = 30;

        public bool Shared { get; init; }

        public bool Masked { get; init; }

        public LossKind Loss { get; init; } = LossKind.CrossEntropy;

        public Activation Activation { get; init; } = Activation.Silu;

        private int Inputs => Tokens == 0 ? 5 : Tokens * Values;

        private bool Embedded => Tokens > 0 && Embedding > 0;

        public Network Network(ScalarType dtype)
        {
            NetworkOptions options = Embedded
                ? new EmbeddingMlpOptions
                {
                    Tokens = Tokens,
                    Embedding = Embedding,
                    Widths = Widths,
                    Activation = Activation,
                }
                : new MlpOptions { Widths = Widths, Activation = Activation };
            return options.Create(
                [.. Enumerable.Repeat(options, Replicates)],
                [.. Enumerable.Range(1, Replicates).Select(r => (ulong)r)],
                Inputs,
                Outputs,
                dtype,
                CPU
            );
        }

        public MlpShape Shape(Network network)
        {
            var layers = (network as Mlp)?.Layers ?? ((EmbeddingMlp)network).Layers;
            return new MlpShape(
                Replicates,
                network.Layout.Count,
                [.. layers.Select(l => new MlpLayer(l.Inputs, l.Bias.Length, l.Weight.Offset, l.Bias.Offset))],
                Activation,
                Tokens > 0 ? (Tokens, Values) : null,
                Embedded ? new MlpEmbedding(Embedding, 0) : null
            );
        }

        public Batch Batch()
        {
            var sets = Shared ? 1 : Replicates;
            return Tokens > 0
                ? SkillTorch.Tasks.Batch.FromTokens(
                    sets,
                    Size,
                    Tokens,
                    Values,
                    Outputs,
                    [.. Enumerable.Range(0, sets * Size * Tokens).Select(i => (i * i + i / 5) % Values)],
                    [.. Enumerable.Range(0, sets * Size).Select(i => (7 * i + i / 11) % Outputs)]
                )
                : SkillTorch.Tasks.Batch.FromNumbers(
                    sets,
                    Size,
                    Inputs,
                    Outputs,
                    Waves(sets * Size * Inputs),
                    [.. Waves(sets * Size * Outputs).Select(v => v > 0 ? 1.0 : 0)],
                    Masked ? [.. Waves(sets * Size * Outputs).Select(v => v > -0.3 ? 1 + v : 0)] : null
                );
        }

        private static double[] Waves(int count) => [.. Enumerable.Range(0, count).Select(i => Math.Sin(i * 1.7 + 0.3 * (i % 13)))];
    }
}
