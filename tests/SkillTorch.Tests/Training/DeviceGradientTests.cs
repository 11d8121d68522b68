using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Tests.Numerics;
using SkillTorch.Training;
using SkillTorch.Training.Kernels;
using static SkillTorch.Tests.Training.ShapedGradientTests;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>The kernels of two-layer networks, compiled for the host.</summary>
public class DeviceGradientTests
{
    private static readonly BinaryMlpShape[] Shapes =
    [
        new(1, 0, 5, 1, 1),
        new(3, 3, 6, 10, 1), // twelve threads a unit
        new(2, 2, 33, 50, 2), // two words
        new(2, 5, 32, 150, 1), // two blocks of units, five tiles
        new(2, 5, 32, 300, 1), // in float32 by matrices, and two blocks of units
        new(2, 0, 4, 64, 3),
    ];

    public static IEnumerable<object[]> Cases =>
        from shape in Enumerable.Range(0, Shapes.Length)
        from loss in Enum.GetValues<LossKind>()
        from wide in new[] { true, false }
        select new object[] { shape, loss, wide };

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Equals_autograd(int shape, LossKind loss, bool wide) =>
        Agree(Shapes[shape], loss, null, Activation.Relu, wide, size: 300, sets: shape % 2 == 0 ? Shapes[shape].Replicates : 1);

    [SkippableTheory]
    [InlineData(Activation.Silu)]
    [InlineData(Activation.Gelu)]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Sigmoid)]
    [InlineData(Activation.Identity)]
    public void Every_activation_equals_autograd(Activation activation) =>
        Agree(Shapes[1], LossKind.Mse, null, activation, wide: true, size: 9, sets: 3);

    [SkippableTheory]
    [InlineData(LossKind.Mse)]
    [InlineData(LossKind.CrossEntropy)]
    public void A_shaped_loss_equals_autograd(LossKind loss) =>
        Agree(Shapes[2], loss, new PowerShapingOptions(), Activation.Relu, wide: true, size: 130, sets: 2);

    [SkippableTheory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(4, false)]
    public void A_network_has_the_same_bits_alone_and_in_a_stack(int row, bool wide)
    {
        using var scope = NewDisposeScope();
        var shape = Shapes[row];
        var format = wide ? ScalarType.Float64 : ScalarType.Float32;
        var network = Network(shape.Replicates, shape.Controls, shape.Bits, shape.Width, shape.Outputs, format, Activation.Relu);
        var batch = MakeBatch(1, 300, shape.Controls, shape.Bits, shape.Outputs, masked: true, seed: 5);
        var together = Gradient(network, shape);
        for (var r = 0; r < shape.Replicates; r++)
        {
            var alone = Network(1, shape.Controls, shape.Bits, shape.Width, shape.Outputs, format, Activation.Relu);
            alone.Parameters.copy_(network.Parameters.narrow(0, r, 1));
            Assert.Equal(Values(together.narrow(0, r, 1)), Values(Gradient(alone, shape with { Replicates = 1 })));
        }

        Tensor Gradient(Network stack, BinaryMlpShape own)
        {
            var gradient = zeros_like(stack.Parameters);
            using var source = new DeviceGradient(
                stack,
                new OutputLoss(LossKind.Mse, null, own.Replicates),
                own,
                Activation.Relu,
                HostCompiler.Create()
            );
            source.ComputeGradient(batch, gradient, null);
            return gradient;
        }
    }

    [Fact]
    public void Networks_that_do_not_fit_into_registers_are_left_to_autograd()
    {
        Assert.True(DeviceGradient.Supports(new(1, 5, 32, 1000, 1), ScalarType.Float64));
        Assert.False(DeviceGradient.Supports(new(1, 5, 36, 1000, 1), ScalarType.Float64));
        Assert.True(DeviceGradient.Supports(new(1, 5, 59, 1000, 1), ScalarType.Float32));
        Assert.False(DeviceGradient.Supports(new(1, 5, 60, 1000, 1), ScalarType.Float32));
    }

    /// <summary>NVRTC needs no GPU to make PTX.</summary>
    [SkippableFact]
    public void Kernels_compile_to_ptx()
    {
        var compiler = Nvrtc.Find();
        Skip.If(compiler is null, "There is no NVRTC, which comes with libtorch's CUDA packages.");
        foreach (var real in new[] { "float", "double" })
        {
            (string, object)[] constants =
            [
                ("REAL", real),
                ("CONTROLS", 5),
                ("BITS", 32),
                ("WIDTH", 1000),
                ("OUTPUTS", 1),
                ("ACTIVATION", 0),
                ("THREADS", 128),
                ("TILE", 32),
                ("SAMPLES", real == "float" ? 4 : 1),
                ("CHUNK", 128),
                ("LOSS", 1),
            ];
            var twoLayer = KernelSource.Read("two_layer.cu", constants);
            string[] programs =
            [
                real == "float" ? twoLayer + KernelSource.Read("two_layer_matrices.cu") : twoLayer,
                KernelSource.Read("output_loss.cu", constants),
                RandomStreams.Source + KernelSource.Read("multitask.cu", ("SKILLS", 5), ("BITS", 40), ("WORDS", 2), ("STRIDE", 4)),
            ];
            foreach (var program in programs)
            {
                var ptx = System.Text.Encoding.UTF8.GetString(compiler!.Compile(program, "--gpu-architecture=compute_80"));
                Assert.Contains(".visible .entry", ptx, StringComparison.Ordinal);
            }
        }
    }

    private static void Agree(
        BinaryMlpShape shape,
        LossKind kind,
        LossShapingOptions? shaping,
        Activation activation,
        bool wide,
        int size,
        int sets
    )
    {
        using var scope = NewDisposeScope();
        var format = wide ? ScalarType.Float64 : ScalarType.Float32;
        var network = Network(shape.Replicates, shape.Controls, shape.Bits, shape.Width, shape.Outputs, format, activation);
        var batch = MakeBatch(sets, size, shape.Controls, shape.Bits, shape.Outputs, masked: true, seed: 3);
        var loss = new OutputLoss(kind, shaping, shape.Replicates);
        using var kernels = new DeviceGradient(network, loss, shape, activation, HostCompiler.Create());
        using var autograd = new TensorGradient(network, loss, shape.Replicates, format);
        Tensor actual = zeros_like(network.Parameters),
            expected = zeros_like(network.Parameters);
        Tensor actualOutputs = empty([shape.Replicates, size, shape.Outputs], format),
            expectedOutputs = empty_like(actualOutputs);
        kernels.ComputeGradient(batch, actual, actualOutputs);
        autograd.ComputeGradient(batch, expected, expectedOutputs);
        var tolerance = wide ? 1e-12 : 1e-5;
        AssertClose(Values(expectedOutputs), Values(actualOutputs), tolerance);
        AssertClose(Values(expected), Values(actual), tolerance);
    }
}
