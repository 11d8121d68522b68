using MathNet.Numerics;
using SkillTorch.Models;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Models;

public class MlpTests
{
    private const int Samples = 7,
        Inputs = 5,
        Outputs = 3;
    private static readonly int[] Widths = [6, 4];

    private static readonly Dictionary<Activation, Func<double, double>> Functions = new()
    {
        [Activation.Relu] = x => Math.Max(x, 0),
        [Activation.Silu] = x => x / (1 + Math.Exp(-x)),
        [Activation.Gelu] = x => x * 0.5 * (1 + SpecialFunctions.Erf(x / Math.Sqrt(2))),
        [Activation.Tanh] = Math.Tanh,
        [Activation.Sigmoid] = x => 1 / (1 + Math.Exp(-x)),
        [Activation.Identity] = x => x,
    };

    public static TheoryData<Activation> Activations => [.. Enum.GetValues<Activation>()];

    [Theory]
    [MemberData(nameof(Activations))]
    public void Forward_equals_the_sums_written_out(Activation activation)
    {
        using var network = Create(new MlpOptions { Widths = Widths, Activation = activation }, [1, 2]);
        var inputs = Numbers(2 * Samples * Inputs);
        var expected = Enumerable
            .Range(0, 2)
            .SelectMany(r =>
                Enumerable
                    .Range(0, Samples)
                    .SelectMany(b => Naive(network, r, inputs.AsSpan((r * Samples + b) * Inputs, Inputs).ToArray(), Functions[activation]))
            )
            .ToArray();
        using var x = tensor(inputs, [2, Samples, Inputs]);
        using var y = network.Forward(network.Parameters, x);
        Assert.Equal([2, Samples, Outputs], y.shape);
        Assert.All(Values(y).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
    }

    [Fact]
    public void Parameters_lie_in_the_order_of_pytorch()
    {
        using var network = Create(new MlpOptions { Widths = Widths }, [1]);
        Assert.Equal(
            [
                ("layers.0.weight", 0, "6×5"),
                ("layers.0.bias", 30, "6"),
                ("layers.1.weight", 36, "4×6"),
                ("layers.1.bias", 60, "4"),
                ("layers.2.weight", 64, "3×4"),
                ("layers.2.bias", 76, "3"),
            ],
            network.Layout.Entries.Select(e => (e.Name, e.Offset, string.Join('×', e.Shape)))
        );
        Assert.Equal(79, network.Layout.Count);
        Assert.Equal([1, 79], network.Parameters.shape);
    }

    [Fact]
    public void A_two_layer_mlp_is_an_mlp_with_one_hidden_layer()
    {
        using var two = Create(new TwoLayerMlpOptions { Width = 8 }, [3]);
        using var one = Create(new MlpOptions { Widths = [8] }, [3]);
        Assert.Equal(Values(one.Parameters), Values(two.Parameters));
        Assert.Equal([8, Outputs], ((Mlp)two).Widths);
    }

    [Fact]
    public void Default_initial_parameters_are_uniform_within_one_over_the_root_of_the_inputs()
    {
        using var network = Create(new MlpOptions { Widths = [100, 200] }, Seeds(50));
        foreach (
            var (entries, inputs) in new[]
            {
                (network.Layout.Entries.Take(2), Inputs),
                (network.Layout.Entries.Skip(2).Take(2), 100),
                (network.Layout.Entries.Skip(4), 200),
            }
        )
        {
            var bound = 1 / Math.Sqrt(inputs);
            foreach (var entry in entries)
            {
                var values = Values(entry.View(network.Parameters));
                Assert.InRange(values.Max(Math.Abs), 0.9 * bound, bound);
                AssertMoment(values.Select(v => v / bound), 0, 1.0 / 3);
                AssertMoment(values.Select(v => v * v / bound / bound), 1.0 / 3, 4.0 / 45);
            }
        }
    }

    [Fact]
    public void With_a_standard_deviation_initial_parameters_are_normal()
    {
        using var network = Create(new TwoLayerMlpOptions { Width = 100, InitialStd = 0.02 }, Seeds(50));
        foreach (var entry in network.Layout.Entries)
        {
            var values = Values(entry.View(network.Parameters));
            AssertMoment(values.Select(v => v / 0.02), 0, 1);
            AssertMoment(values.Select(v => v * v / 0.0004), 1, 2);
            AssertMoment(values.Select(v => Math.Pow(v / 0.02, 4)), 3, 96);
        }
    }

    [Fact]
    public void A_network_depends_on_its_own_seed_and_options_alone()
    {
        MlpOptions[] options = [.. new double?[] { null, 0.1, 0.2 }.Select(std => new MlpOptions { Widths = Widths, InitialStd = std })];
        using var stack = Create(options, [7, 8, 9]);
        for (var r = 0; r < 3; r++)
        {
            using var alone = Create(options[r], [(ulong)(7 + r)]);
            Assert.Equal(Values(alone.Parameters), Values(stack.Parameters[r]));
        }

        using var other = Create(options[0], [8]);
        Assert.NotEqual(Values(other.Parameters), Values(stack.Parameters[0]));
    }

    [Fact]
    public void Networks_of_a_stack_do_not_see_each_other()
    {
        using var network = Create(new MlpOptions { Widths = Widths }, [1, 2, 3]);
        using var x = tensor(Numbers(3 * Samples * Inputs), [3, Samples, Inputs]);
        var before = Values(network.Forward(network.Parameters, x));
        using (no_grad())
        {
            network.Parameters[1].add_(1);
            x[1].mul_(double.NaN);
        }

        var after = Values(network.Forward(network.Parameters, x));
        const int outputs = Samples * Outputs;
        Assert.Equal(before[..outputs], after[..outputs]);
        Assert.Equal(before[(2 * outputs)..], after[(2 * outputs)..]);
        Assert.All(after[outputs..(2 * outputs)], value => Assert.Equal(double.NaN, value));
    }

    [Fact]
    public void Single_precision_rounds_the_same_network()
    {
        using var wide = Create(new MlpOptions { Widths = Widths }, [1]);
        using var narrow = Create(new MlpOptions { Widths = Widths }, [1], ScalarType.Float32);
        Assert.Equal(ScalarType.Float32, narrow.Parameters.dtype);
        Assert.All(Values(wide.Parameters).Zip(Values(narrow.Parameters)), pair => Assert.Equal((float)pair.First, pair.Second));
        using var x = tensor(Numbers(Samples * Inputs), [1, Samples, Inputs]);
        var (exact, rounded) = (
            Values(wide.Forward(wide.Parameters, x)),
            Values(narrow.Forward(narrow.Parameters, x.to(ScalarType.Float32)))
        );
        Assert.All(exact.Zip(rounded), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void A_layer_without_units_is_refused()
    {
        var error = Assert.Throws<InvalidOptionException>(() => Create(new MlpOptions { Widths = [4, 0] }, [1]));
        Assert.Equal("model.widths", error.Path);
        Assert.Contains("Got [4, 0] for `model.widths`", error.Message, StringComparison.Ordinal);
    }

    private static Network Create(NetworkOptions options, IReadOnlyList<ulong> seeds, ScalarType dtype = ScalarType.Float64) =>
        Create([.. seeds.Select(_ => options)], seeds, dtype);

    private static Network Create(
        IReadOnlyList<NetworkOptions> options,
        IReadOnlyList<ulong> seeds,
        ScalarType dtype = ScalarType.Float64
    ) => options[0].Create(options, seeds, Inputs, Outputs, dtype, CPU);

    private static double[] Naive(Network network, int replicate, double[] x, Func<double, double> activation)
    {
        for (var layer = 0; layer <= Widths.Length; layer++)
        {
            var weight = Values(network.Layout.Entries[2 * layer].View(network.Parameters)[replicate]);
            var bias = Values(network.Layout.Entries[2 * layer + 1].View(network.Parameters)[replicate]);
            var sums = bias.Select((b, j) => b + x.Select((value, i) => weight[j * x.Length + i] * value).Sum());
            x = [.. layer < Widths.Length ? sums.Select(activation) : sums];
        }

        return x;
    }

    private static ulong[] Seeds(int count) => [.. Enumerable.Range(0, count).Select(i => (ulong)i)];

    private static double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => Math.Sin(i * i + 1))];

    private static double[] Values(Tensor x) => x.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();

    private static void AssertMoment(IEnumerable<double> sample, double mean, double variance)
    {
        var values = sample.ToArray();
        Assert.Equal(mean, values.Average(), 4.5 * Math.Sqrt(variance / values.Length));
    }
}
