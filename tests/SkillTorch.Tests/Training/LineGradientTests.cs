using FsCheck.Xunit;
using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Training;
using SkillTorch.Training.Kernels;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>Gradients through Chebyshev nodes are autograd's up to rounding.</summary>
public class LineGradientTests
{
    /// <summary>The published task: 990 samples on one line are its nodes, the other 10 are columns of their own.</summary>
    [Theory]
    [InlineData(Activation.Silu, 1.0)]
    [InlineData(Activation.Silu, 2.0)]
    [InlineData(Activation.Silu, 20.0)] // too steep for the nodes
    [InlineData(Activation.Relu, 1.0)] // not smooth
    public void Equals_autograd_however_steep(Activation activation, double steepness)
    {
        foreach (var shaping in Shapings)
        {
            using var task = new SquaresOptions().Create([new SquaresOptions(), new SquaresOptions()], [1, 2], new DataPlan(null, 1000, 0));
            AssertAgree([40, 30], activation, task.TrainingBatch(1), shaping, steepness);
        }
    }

    private static readonly LossShapingOptions?[] Shapings =
    [
        null,
        new PowerShapingOptions { Gamma = 2 },
        new FocalShapingOptions(),
        new PerSkillShapingOptions(),
    ];

    /// <summary>Lines between scattered samples, more than one of them, and inputs beside the line's that are not 0.</summary>
    [Property(MaxTest = 25)]
    public void Equals_autograd_for_random_shapes(byte width, byte depth, byte before, byte on, byte outputs, bool shared, byte kind)
    {
        int first = before % 10,
            count = 60 + on,
            size = first + count + 7,
            o = 1 + outputs % 3;
        var sets = shared ? 1 : 2;
        double[] values = new double[sets * size * 3],
            targets = new double[sets * size * o];
        new RandomStream(on, RandomPurpose.Data).FillUniform(values, -1, 1);
        new RandomStream(on, RandomPurpose.Noise).FillUniform(targets);
        for (var i = 0; i < sets * size; i++)
        {
            if (i % size >= first && i % size < first + count)
                (values[3 * i], values[3 * i + 1]) = (0.3, -0.8);
        }

        var batch = Batch.FromNumbers(
            sets,
            size,
            3,
            o,
            values,
            targets,
            [.. targets.Select(y => y < 0.3 ? 0 : y)],
            [new SampleLine(first, count, 2)]
        );
        AssertAgree(
            [.. Enumerable.Range(0, depth % 4).Select(l => 1 + (width + l) % 40)],
            Activation.Silu,
            batch,
            Shapings[kind % Shapings.Length]
        );
    }

    [Fact]
    public void Nodes_take_the_place_of_samples_unless_they_do_not_pay()
    {
        var line = new SampleLine(2, 90, 0);
        Assert.Equal([(0, 2, null), (2, 90, 0), (92, 8, null)], Parts(line, 32));
        Assert.Equal(42, LinePlan.From(Make(line), 32).Columns);
        Assert.Equal([(0, 100, null)], Parts(line, 46));

        static Batch Make(SampleLine line) => Batch.FromNumbers(1, 100, 1, 1, new double[100], new double[100], lines: [line]);
        static IEnumerable<(int, int, int?)> Parts(SampleLine line, int nodes) =>
            LinePlan.From(Make(line), nodes).Parts.Select(part => (part.First, part.Count, part.Input));
    }

    [Fact]
    public void A_smooth_function_is_known_from_its_nodes()
    {
        var nodes = new ChebyshevNodes(24);
        double[] at = [.. nodes.Points.Select(F)],
            points = [.. Enumerable.Range(0, ChebyshevNodes.Padded(90)).Select(i => i / 50.0 - 0.9)],
            values = new double[points.Length];
        nodes.Evaluate(at, points, values);
        Assert.All(points.Zip(values), p => Assert.Equal(F(p.First), p.Second, 1e-11));

        // The transpose: ⟨s, E v⟩ = ⟨Eᵀ s, v⟩.
        double[] slopes = [.. points.Select(x => Math.Sin(9 * x))],
            back = new double[24];
        nodes.Transpose(slopes, points, back);
        Assert.Equal(slopes.Zip(values, (s, v) => s * v).Sum(), back.Zip(at, (s, v) => s * v).Sum(), 1e-12);

        static double F(double x) => Math.Exp(x) * Math.Cos(3 * x) / (2 + x);
    }

    private static void AssertAgree(int[] widths, Activation activation, Batch batch, LossShapingOptions? shaping, double steepness = 1)
    {
        using var scope = NewDisposeScope();
        foreach (var (dtype, tolerance) in new[] { (ScalarType.Float64, 1e-12), (ScalarType.Float32, 1e-5) })
        {
            var options = new MlpOptions { Widths = widths, Activation = activation };
            var network = (Mlp)options.Create([options, options], [1, 2], batch.Inputs, batch.Outputs, dtype, CPU);
            network.Parameters.mul_(steepness);
            var shape = new MlpShape(
                2,
                network.Layout.Count,
                [.. network.Layers.Select(l => new MlpLayer(l.Inputs, l.Bias.Length, l.Weight.Offset, l.Bias.Offset))],
                activation,
                null,
                null
            );
            var loss = new OutputLoss(LossKind.Mse, shaping, 2);
            var autograd = new AutogradGradient(network, loss, 2);
            using IGradientSource<double[]> kernel =
                dtype == ScalarType.Float64
                    ? new LineGradient<double>(network, loss, shape, 2)
                    : new LineGradient<float>(network, loss, shape, 2);
            var (expected, actual, again) = (
                zeros_like(network.Parameters),
                zeros_like(network.Parameters),
                zeros_like(network.Parameters)
            );
            double[] f = new double[2 * batch.Size * batch.Outputs],
                g = [.. f],
                h = [.. f];
            autograd.ComputeGradient(batch, expected, f);
            kernel.ComputeGradient(batch, actual, g);
            kernel.ComputeOutputs(batch, h);
            AssertClose(f, g, tolerance);
            AssertClose(g, h, tolerance);
            AssertClose(Values(expected), Values(actual), tolerance);
            kernel.ComputeGradient(batch, again, null);
            Assert.Equal(Values(actual), Values(again));
        }
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        var scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * scale + 1e-300));
    }

    private static double[] Values(Tensor x) => x.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
