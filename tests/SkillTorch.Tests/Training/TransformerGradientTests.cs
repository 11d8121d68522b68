using FsCheck.Xunit;
using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Training;
using SkillTorch.Training.Kernels;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>The transformer's passes beside autograd, which difference quotients prove right.</summary>
[Collection(nameof(LiveTensorTests))] // sets the threads
public class TransformerGradientTests
{
    private static readonly LossShapingOptions?[] Shapings = [null, null, new PowerShapingOptions(), new PerSkillShapingOptions()];

    /// <summary>Sizes that fill vectors and that do not, one block to three, one-hot parts or none, shared samples, every loss.</summary>
    [Property(MaxTest = 25)]
    public void Outputs_and_gradient_equal_those_of_autograd(
        byte replicates,
        byte blocks,
        byte heads,
        byte size,
        byte controls,
        byte bits,
        byte outputs,
        byte count,
        bool shared,
        bool weighted,
        byte loss,
        byte shaping,
        bool learned
    )
    {
        var setting = new Setting(1 + replicates % 3, 1 + blocks % 3, 1 + heads % 5, 1 + size % 21)
        {
            Controls = controls % 4,
            Bits = 1 + bits % 40,
            Outputs = 1 + outputs % 3 * 9,
            Size = 1 + 3 * count % 100,
            Shared = shared,
            Weighted = weighted,
            Loss = loss % 2 == 0 ? LossKind.CrossEntropy : LossKind.Mse,
            Activation = loss % 3 == 0 ? Activation.Relu : Activation.Silu,
            Positions = learned ? PositionVectors.Learned : PositionVectors.OneHot,
        };
        AssertAgree<double>(setting, Shapings[shaping % 4], 1e-10);
        // In single precision a unit may be just active by one way of rounding and not by the other; and LayerNorm of two or three numbers
        // hardly changes with them, so that their gradient is what rounding leaves of larger terms (of autograd's, up to 0.7 %).
        if (setting is { Activation: Activation.Silu, Heads: var h, HeadSize: var d } && h * d >= 4)
            AssertAgree<float>(setting, Shapings[shaping % 4], 3e-4);
    }

    [Theory]
    [InlineData(1, 64, 3, 9)]
    [InlineData(2, 64, 3, 9)]
    [InlineData(1, 128, 5, 32)]
    public void The_benchmarks_shapes_agree(int blocks, int width, int controls, int bits)
    {
        var setting = new Setting(1, blocks, 4, width / 4)
        {
            Controls = controls,
            Bits = bits,
            Size = 120,
            Activation = Activation.Silu,
        };
        AssertAgree<double>(setting, null, 1e-10);
        AssertAgree<float>(setting, null, 1e-4);
    }

    /// <summary>LayerNorm of one number is constant: the gradient of what comes before is 0, and rounding must not make it
    /// another.</summary>
    [Fact]
    public void A_width_of_one_agrees()
    {
        foreach (var positions in new[] { PositionVectors.OneHot, PositionVectors.Learned })
        {
            var setting = new Setting(1, 1, 1, 1) { Activation = Activation.Silu, Positions = positions };
            AssertAgree<double>(setting, null, 1e-10);
            AssertAgree<float>(setting, null, 3e-4);
        }
    }

    [Fact]
    public void More_samples_than_fit_into_memory_go_in_pieces()
    {
        using var scope = NewDisposeScope();
        var setting = new Setting(1, 1, 4, 128) { Bits = 37, Size = 140 };
        Assert.InRange(((DecoderTransformer)setting.CreateNetwork(ScalarType.Float64)).SamplesAtOnce, 50, 200);
        AssertAgree<double>(setting, null, 1e-10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Bits_depend_neither_on_threads_nor_on_the_stack_nor_on_the_vectors(int blocks)
    {
        using var scope = NewDisposeScope();
        var setting = new Setting(3, blocks, 4, 24)
        {
            Controls = 3,
            Bits = 9,
            Size = 300,
        };
        var network = setting.CreateNetwork(ScalarType.Float32);
        using var batch = setting.CreateBatch();
        var together = Compute<float>(setting, network, batch, threads: 1);
        Assert.Equal(together.Gradient, Compute<float>(setting, network, batch, threads: 4).Gradient);
        var one = setting with { Replicates = 1 };
        var alone = one.CreateNetwork(ScalarType.Float32);
        alone.Parameters.copy_(network.Parameters.narrow(0, 2, 1));
        using var own = batch.Slice(2, 1, 0, 300);
        foreach (var threads in new[] { 1, 2, 5 })
            Assert.Equal(together.Gradient[(2 * network.Layout.Count)..], Compute<float>(one, alone, own, threads).Gradient);
        var usual = MatrixProduct<float>.IsWide;
        MatrixProduct<float>.IsWide = false;
        try
        {
            Assert.Equal(together.Gradient, Compute<float>(setting, network, batch, threads: 2).Gradient);
        }
        finally
        {
            MatrixProduct<float>.IsWide = usual;
        }
    }

    [Fact]
    public void A_diverged_network_is_seen()
    {
        using var scope = NewDisposeScope();
        var setting = new Setting(1, 2, 2, 8) { Bits = 5 };
        var network = setting.CreateNetwork(ScalarType.Float64);
        network.Parameters[0, 3].add_(double.NaN); // a weight of the embedding
        using var batch = setting.CreateBatch();
        var (outputs, gradient) = Compute<double>(setting, network, batch, threads: 1);
        Assert.Contains(double.NaN, outputs);
        Assert.Contains(double.NaN, gradient);
    }

    private static void AssertAgree<T>(Setting setting, LossShapingOptions? shaping, double tolerance)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var scope = NewDisposeScope();
        var dtype = typeof(T) == typeof(double) ? ScalarType.Float64 : ScalarType.Float32;
        var network = setting.CreateNetwork(dtype);
        using var batch = setting.CreateBatch();
        // In double precision whatever the passes' is: autograd's own rounding is not what they are measured by.
        var reference = setting.CreateNetwork(ScalarType.Float64);
        reference.Parameters.copy_(network.Parameters);
        var outputs = new double[setting.Replicates * batch.Size * batch.Outputs];
        var gradient = zeros_like(reference.Parameters);
        new AutogradGradient(reference, new OutputLoss(setting.Loss, shaping, setting.Replicates), setting.Replicates).ComputeGradient(
            batch,
            gradient,
            outputs
        );
        var actual = Compute<T>(setting, network, batch, 2, shaping);
        AssertClose("outputs", outputs, actual.Outputs);
        for (var r = 0; r < setting.Replicates; r++)
        {
            foreach (var entry in network.Layout.Entries)
            {
                var range = (r * network.Layout.Count + entry.Offset)..(r * network.Layout.Count + entry.Offset + entry.Length);
                AssertClose(entry.Name, Numbers(gradient)[range], actual.Gradient[range]);
            }
        }

        // Each parameter by itself, beside its own size or a thousandth of the largest.
        void AssertClose(string name, double[] expected, double[] actual)
        {
            var scale = expected.Select(Math.Abs).Append(1e-3 * Numbers(gradient).Max(Math.Abs)).Append(1e-6).Max();
            Assert.Equal(expected.Length, actual.Length);
            var error = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Aggregate(0.0, Math.Max);
            Assert.True(error <= tolerance * scale, $"{name} of {setting}: {error} beside {scale}");
        }
    }

    private static (double[] Outputs, double[] Gradient) Compute<T>(
        Setting setting,
        Network network,
        Batch batch,
        int threads,
        LossShapingOptions? shaping = null
    )
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var usual = Workers.Threads;
        try
        {
            Workers.Threads = threads;
            using var gradients = new TransformerGradient<T>(
                (DecoderTransformer)network,
                new OutputLoss(setting.Loss, shaping, setting.Replicates),
                setting.Replicates
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
        finally
        {
            Workers.Threads = usual;
        }
    }

    private static double[] Numbers(Tensor x) => x.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();

    /// <summary>A stack and its samples.</summary>
    private sealed record Setting(int Replicates, int Blocks, int Heads, int HeadSize)
    {
        public int Controls { get; init; }

        public int Bits { get; init; } = 7;

        public int Outputs { get; init; } = 1;

        public int Size { get; init; } = 30;

        public bool Shared { get; init; }

        public bool Weighted { get; init; }

        public LossKind Loss { get; init; } = LossKind.Mse;

        public Activation Activation { get; init; } = Activation.Relu;

        public PositionVectors Positions { get; init; }

        /// <summary>With all parameters moved, so that the norms' weights and biases matter too.</summary>
        public Network CreateNetwork(ScalarType dtype)
        {
            var options = new DecoderTransformerOptions
            {
                Embedding = Heads * HeadSize,
                Heads = Heads,
                Blocks = Blocks,
                Activation = Activation,
                Positions = Positions,
            };
            var network = options.Create(
                [.. Enumerable.Repeat(options, Replicates)],
                [.. Enumerable.Range(1, Replicates).Select(r => (ulong)r)],
                Controls + Bits,
                Outputs,
                dtype,
                CPU
            );
            network.Parameters.add_(
                tensor(
                    [.. Enumerable.Range(0, (int)network.Parameters.numel()).Select(i => 0.1 * Math.Sin(1.3 * i))],
                    network.Parameters.shape,
                    dtype
                )
            );
            return network;
        }

        public Batch CreateBatch()
        {
            var (sets, words) = (Shared ? 1 : Replicates, (Bits + 31) / 32);
            var mask = Bits % 32 == 0 ? uint.MaxValue : (1u << (Bits % 32)) - 1;
            return Batch.FromBits(
                sets,
                Size,
                Bits,
                Outputs,
                [
                    .. Enumerable
                        .Range(0, sets * Size * words)
                        .Select(i => (uint)(i * 2654435761L >> 3) & (i % words == words - 1 ? mask : uint.MaxValue)),
                ],
                [.. Enumerable.Range(0, sets * Size * Outputs).Select(i => Math.Sin(i * 1.7) > 0 ? 1.0 : 0)],
                Weighted ? [.. Enumerable.Range(0, sets * Size * Outputs).Select(i => 1 + Math.Sin(i))] : null,
                Controls,
                Controls == 0 ? null : [.. Enumerable.Range(0, sets * Size).Select(i => i * i % Controls)]
            );
        }
    }
}
