using SkillTorch.Models;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Models;

public class EmbeddingMlpTests
{
    private const int Values = 5,
        Classes = 4,
        Samples = 9;

    private static readonly EmbeddingMlpOptions Two = new()
    {
        Tokens = 2,
        Embedding = 3,
        Widths = [6, 7],
        Activation = Activation.Silu,
    };

    public static TheoryData<int, int[], Activation> Shapes =>
        new()
        {
            { 2, [6, 7], Activation.Silu },
            { 2, [8], Activation.Relu },
            { 3, [6, 5, 4], Activation.Tanh },
            { 1, [], Activation.Identity },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Outputs_and_gradient_equal_those_of_embeddings_laid_side_by_side(int tokens, int[] widths, Activation activation)
    {
        using var scope = NewDisposeScope();
        var options = Two with { Tokens = tokens, Widths = widths, Activation = activation };
        var network = Create(options, [1, 2], tokens);
        using var batch = MakeBatch(2, tokens);
        var outputs = new double[2 * Samples * Classes];
        var gradient = zeros_like(network.Parameters);
        new AutogradGradient(network, new OutputLoss(LossKind.CrossEntropy, null, 2), 2).ComputeGradient(batch, gradient, outputs);

        var parameters = network.Parameters.detach().requires_grad_(true);
        var expected = SideBySide(network.Layout, activation, parameters, batch);
        var labels = tensor(Array.ConvertAll(batch.Labels!, l => (long)l), [2, Samples, 1]);
        expected.log_softmax(-1).gather(2, labels).neg().sum().div(Samples).backward();
        AssertClose(Numbers(expected), outputs);
        AssertClose(Numbers(parameters.grad!), Numbers(gradient));
    }

    [Fact]
    public void Parameters_are_the_embedding_and_then_those_of_a_perceptron()
    {
        using var network = Create(Two, [3], 2);
        Assert.Equal(
            [
                ("embedding", "5×3"),
                ("layers.0.weight", "6×6"),
                ("layers.0.bias", "6"),
                ("layers.1.weight", "7×6"),
                ("layers.1.bias", "7"),
                ("layers.2.weight", "4×7"),
                ("layers.2.bias", "4"),
            ],
            network.Layout.Entries.Select(e => (e.Name, string.Join('×', e.Shape)))
        );
    }

    [Fact]
    public void Initial_embeddings_are_normal_and_layers_uniform_within_one_over_the_root_of_their_inputs()
    {
        ulong[] seeds = [.. Enumerable.Range(0, 400).Select(seed => (ulong)seed)];
        using var network = Create(Two with { EmbeddingStd = 2 }, seeds, 2);
        var embedding = Numbers(network.Layout.Entries[0].View(network.Parameters)).Select(v => v / 2).ToArray();
        AssertMoment(embedding, 0, 1);
        AssertMoment([.. embedding.Select(v => v * v)], 1, 2);
        foreach (var (entry, inputs) in network.Layout.Entries.Skip(1).Zip([6, 6, 6, 6, 7, 7]))
        {
            var scaled = Numbers(entry.View(network.Parameters)).Select(v => v * Math.Sqrt(inputs)).ToArray();
            Assert.InRange(scaled.Max(Math.Abs), 0.9, 1);
            AssertMoment(scaled, 0, 1.0 / 3);
            AssertMoment([.. scaled.Select(v => v * v)], 1.0 / 3, 4.0 / 45);
        }
    }

    [Fact]
    public void Other_standard_deviations_change_embedding_and_layers_apart()
    {
        using var usual = Create(Two, [3], 2);
        using var wide = Create(Two with { EmbeddingStd = 2 }, [3], 2);
        using var normal = Create(Two with { InitialStd = 0.1 }, [3], 2);
        var (a, b, c) = (Numbers(usual.Parameters), Numbers(wide.Parameters), Numbers(normal.Parameters));
        Assert.Equal(a[..15].Select(v => 2 * v), b[..15]);
        Assert.Equal(a[15..], b[15..]);
        Assert.Equal(a[..15], c[..15]);
        Assert.All(a[15..].Zip(c[15..]), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Fact]
    public void Tokens_that_do_not_divide_the_inputs_are_refused()
    {
        var error = Assert.Throws<InvalidOptionException>(() => Create(Two with { Tokens = 3 }, [1], 2));
        Assert.Equal("model.tokens", error.Path);
        Assert.Contains("Got 3 for `model.tokens` with a task of 10 inputs", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The model as it is published: embeddings looked up and concatenated, then the layers.</summary>
    private static Tensor SideBySide(ParameterLayout layout, Activation activation, Tensor parameters, Batch batch)
    {
        var views = layout.Entries.Select(e => e.View(parameters)).ToArray();
        var rows = tensor(Array.ConvertAll(batch.Tokens!, i => (long)i), [2, Samples * batch.TokensPerSample, 1]);
        var x = views[0].gather(1, rows.expand(-1, -1, views[0].shape[2])).view(2, Samples, -1); // [R, B, T·d]
        for (var i = 1; i < views.Length; i += 2)
        {
            x = x.bmm(views[i].transpose(1, 2)) + views[i + 1].unsqueeze(1);
            if (i + 2 < views.Length)
                x = activation.Apply(x);
        }

        return x;
    }

    private static Batch MakeBatch(int sets, int tokens) =>
        Batch.FromTokens(
            sets,
            Samples,
            tokens,
            Values,
            Classes,
            [.. Enumerable.Range(0, sets * Samples * tokens).Select(i => (i * i + 3 * i) % Values)],
            [.. Enumerable.Range(0, sets * Samples).Select(i => 7 * i % Classes)]
        );

    private static Network Create(EmbeddingMlpOptions options, ulong[] seeds, int tokens) =>
        options.Create([.. seeds.Select(_ => options)], seeds, tokens * Values, Classes, ScalarType.Float64, CPU);

    private static double[] Numbers(Tensor x) => x.detach().contiguous().data<double>().ToArray();

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-13));
    }

    private static void AssertMoment(double[] sample, double mean, double variance) =>
        Assert.Equal(mean, sample.Average(), 4.5 * Math.Sqrt(variance / sample.Length));
}
