using SkillTorch.Models;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Models;

public class DecoderTransformerTests
{
    private const int Samples = 6,
        Inputs = 5,
        Outputs = 2;

    private static readonly DecoderTransformerOptions Small = new() { Embedding = 6, Heads = 2 };

    private static readonly Dictionary<string, DecoderTransformerOptions> Variants = new()
    {
        ["one block"] = Small,
        ["three blocks"] = Small with { Blocks = 3 },
        ["one head"] = Small with { Heads = 1 },
        ["not causal"] = Small with { Causal = false },
        ["not causal, two blocks"] = Small with { Causal = false, Blocks = 2 },
        ["learned positions"] = Small with { Positions = PositionVectors.Learned },
        ["tanh"] = Small with { Activation = Activation.Tanh },
    };

    public static TheoryData<string> Names => [.. Variants.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_equals_the_loops_written_out(string variant)
    {
        var options = Variants[variant];
        using var scope = NewDisposeScope();
        var network = Create(options, [1, 2]);
        Scatter(network);
        var bits = Bits(2 * Samples);
        var outputs = Values(network.Forward(network.Parameters, tensor(bits, [2, Samples, Inputs])));
        Assert.Equal(2 * Samples * Outputs, outputs.Length);
        var expected = Enumerable.Range(0, 2 * Samples).SelectMany(s => Naive(options, network, s / Samples).Forward(Sample(bits, s)));
        Assert.All(outputs.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    [Fact]
    public void Every_option_changes_the_outputs()
    {
        using var scope = NewDisposeScope();
        var x = tensor(Bits(Samples), [1, Samples, Inputs]);
        var outputs = Variants
            .Values.Append(Small with { Embedding = 8 })
            .Select(options =>
            {
                var network = Create(options, [1]);
                return string.Join(' ', Values(network.Forward(network.Parameters, x)));
            })
            .ToList();
        Assert.Equal(outputs.Count, outputs.Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_causal_token_sees_itself_and_what_came_before(int blocks)
    {
        foreach (var causal in new[] { true, false })
        {
            using var scope = NewDisposeScope();
            var network = (DecoderTransformer)Create(Small with { Blocks = blocks, Causal = causal }, [3]);
            Scatter(network);
            var bits = Bits(1);
            var before = Decode(network, bits);
            for (var changed = 0; changed < Inputs; changed++)
            {
                var other = bits.ToArray();
                other[changed] = 1 - other[changed];
                var after = Decode(network, other);
                for (var i = 0; i < Inputs; i++)
                {
                    var same = before[i].Zip(after[i]).All(pair => Math.Abs(pair.First - pair.Second) < 1e-13);
                    Assert.Equal(causal && i < changed, same);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_is_the_difference_quotient_of_the_loss(string variant)
    {
        using var scope = NewDisposeScope();
        var network = Create(Variants[variant] with { Activation = Activation.Tanh }, [1, 2]); // smooth
        Scatter(network);
        double[] targets = [.. Enumerable.Range(0, 2 * Samples * Outputs).Select(i => Math.Cos(i))];
        using var batch = Batch.FromNumbers(2, Samples, Inputs, Outputs, Bits(2 * Samples), targets);
        using var gradients = new AutogradGradient(network, new OutputLoss(LossKind.Mse, null, 2), 2);
        var gradient = zeros_like(network.Parameters);
        var outputs = new double[targets.Length];
        gradients.ComputeGradient(batch, gradient, outputs);
        var values = Values(gradient);
        const double h = 1e-5;
        for (var i = 0; i < values.Length; i += 7)
            Assert.Equal((LossAt(i, h) - LossAt(i, -h)) / (2 * h), values[i], 1e-7);
        Assert.All(network.Layout.Entries, entry => Assert.Contains(Values(entry.View(gradient)), g => g != 0));

        double LossAt(int i, double shift)
        {
            using var noGrad = no_grad();
            var cell = network.Parameters.view(-1)[i];
            cell.add_(shift);
            gradients.ComputeOutputs(batch, outputs);
            cell.add_(-shift);
            return outputs.Zip(targets, (f, y) => (f - y) * (f - y)).Sum() / (Samples * Outputs);
        }
    }

    [Fact]
    public void The_published_network_takes_a_large_batch_in_pieces()
    {
        using var scope = NewDisposeScope();
        var network = new DecoderTransformerOptions().Create([new DecoderTransformerOptions()], [1], 37, 1, ScalarType.Float32, CPU);
        Assert.InRange(network.SamplesAtOnce, 50, 2000);
        Assert.InRange(Create(Small, [1]).SamplesAtOnce, 10_000, int.MaxValue);
    }

    [Fact]
    public void Networks_of_a_stack_neither_see_nor_change_each_other()
    {
        using var scope = NewDisposeScope();
        var options = Small with { Blocks = 2 };
        var stack = Create(options, [7, 8, 9]);
        var other = Create(options, [9, 7]);
        var bits = Bits(3 * Samples);
        var together = Values(stack.Forward(stack.Parameters, tensor(bits, [3, Samples, Inputs])));
        var elsewhere = Values(
            other.Forward(other.Parameters, tensor([.. ColumnsOf(bits, 2, Inputs), .. ColumnsOf(bits, 0, Inputs)], [2, Samples, Inputs]))
        );
        Assert.Equal(ColumnsOf(together, 2, Outputs), ColumnsOf(elsewhere, 0, Outputs)); // bit for bit
        Assert.Equal(ColumnsOf(together, 0, Outputs), ColumnsOf(elsewhere, 1, Outputs));
        for (var r = 0; r < 3; r++)
        {
            var alone = Create(options, [(ulong)(7 + r)]);
            Assert.Equal(Values(alone.Parameters), Values(stack.Parameters[r]));
            var outputs = Values(alone.Forward(alone.Parameters, tensor(ColumnsOf(bits, r, Inputs), [1, Samples, Inputs])));
            // Alone, samples that begin alike share rows; in a stack each has its own.
            Assert.All(outputs.Zip(ColumnsOf(together, r, Outputs)), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        }

        static double[] ColumnsOf(double[] all, int network, int columns) =>
            all[(network * Samples * columns)..((network + 1) * Samples * columns)];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Initial_parameters_are_pytorchs_but_for_the_residual_branches(int blocks)
    {
        using var scope = NewDisposeScope();
        var network = Create(
            Small with
            {
                Embedding = 16,
                Blocks = blocks,
                Positions = PositionVectors.Learned,
            },
            [.. Enumerable.Range(0, 50).Select(i => (ulong)i)]
        );
        foreach (var entry in network.Layout.Entries)
        {
            var values = Values(entry.View(network.Parameters));
            if (entry.Name == "positions")
            {
                Assert.InRange(Math.Sqrt(values.Average(v => v * v)), 0.9, 1.1);
                continue;
            }

            if (entry.Name.Contains("Norm", StringComparison.Ordinal))
            {
                Assert.All(values, v => Assert.Equal(entry.Name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0, v));
                continue;
            }

            var weight = network.Layout.Entries.Single(e => e.Name == entry.Name.Replace("bias", "weight", StringComparison.Ordinal));
            var bound = 1 / Math.Sqrt(weight.Shape[1]);
            if (entry.Name.EndsWith("Out.weight", StringComparison.Ordinal))
                bound /= Math.Sqrt(2 * blocks);
            Assert.InRange(values.Max(Math.Abs), 0.95 * bound, bound);
            Assert.InRange(values.Average(v => v * v) / bound / bound, 0.28, 0.39); // 1/3
            Assert.InRange(values.Average() / bound, -0.15, 0.15);
        }
    }

    [Fact]
    public void Single_precision_rounds_the_same_network()
    {
        using var scope = NewDisposeScope();
        var (wide, narrow) = (Create(Small, [1]), Create(Small, [1], ScalarType.Float32));
        var x = tensor(Bits(Samples), [1, Samples, Inputs]);
        var rounded = Values(narrow.Forward(narrow.Parameters, x.to(ScalarType.Float32)));
        Assert.All(Values(wide.Forward(wide.Parameters, x)).Zip(rounded), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Heads_must_divide_the_embedding()
    {
        var error = Assert.Throws<InvalidOptionException>(() => Create(Small with { Heads = 4 }, [1]));
        Assert.Equal("model.heads", error.Path);
        Assert.Contains("Got 4 for `model.heads`", error.Message, StringComparison.Ordinal);
    }

    private static Network Create(DecoderTransformerOptions options, IReadOnlyList<ulong> seeds, ScalarType dtype = ScalarType.Float64) =>
        options.Create([.. seeds.Select(_ => options)], seeds, Inputs, Outputs, dtype, CPU);

    private static NaiveTransformer Naive(DecoderTransformerOptions options, Network network, int replicate) =>
        new(options, network, replicate, options.Activation == Activation.Tanh ? Math.Tanh : v => Math.Max(v, 0));

    /// <summary>Moves all parameters, so that the norms' weights and biases matter too.</summary>
    private static void Scatter(Network network)
    {
        using var noGrad = no_grad();
        network.Parameters.add_(
            tensor([.. Enumerable.Range(0, (int)network.Parameters.numel()).Select(i => 0.4 * Math.Sin(i * i))], network.Parameters.shape)
        );
    }

    /// <summary>The blocks' result of one sample, [I][E].</summary>
    private static double[][] Decode(DecoderTransformer network, double[] bits) =>
        [
            .. Values(network.Decode(network.Layout.Split(network.Parameters), network.RowsOf(tensor(bits, [1, 1, Inputs])), 1))
                .Chunk(Small.Embedding),
        ];

    private static double[] Bits(int samples) => [.. Enumerable.Range(0, samples * Inputs).Select(i => Math.Sin(i * i + 1) > 0 ? 1.0 : 0)];

    private static double[] Sample(double[] bits, int s) => bits[(s * Inputs)..((s + 1) * Inputs)];

    private static double[] Values(Tensor x) => x.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
