using SkillTorch.Models;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

public class AutogradGradientTests
{
    private const int Replicates = 2,
        Size = 9,
        Inputs = 6,
        Outputs = 2;

    public static IEnumerable<object[]> Cases =>
        from loss in Enum.GetValues<LossKind>()
        from weighted in new[] { false, true }
        from shared in new[] { false, true }
        select new object[] { loss, weighted, shared };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_the_difference_quotient_of_the_mean_loss(LossKind loss, bool weighted, bool shared)
    {
        using var network = Network();
        using var batch = MakeBatch(shared ? 1 : Replicates, weighted);
        using var gradients = new AutogradGradient(network, new OutputLoss(loss, null, Replicates), Replicates);
        using var gradient = zeros_like(network.Parameters);
        var outputs = new double[Replicates * Size * Outputs];
        gradients.ComputeGradient(batch, gradient, outputs);
        Assert.Equal(Forward(network, batch), outputs);

        var values = Values(gradient);
        var n = network.Layout.Count;
        const double h = 1e-5;
        for (var i = 0; i < values.Length; i++)
        {
            var (up, down) = (LossAt(i, h), LossAt(i, -h));
            Assert.Equal((up - down) / (2 * h), values[i], 1e-8);
        }

        double LossAt(int index, double shift)
        {
            network.Parameters[index / n, index % n].add_(shift);
            var predicted = Forward(network, batch);
            network.Parameters[index / n, index % n].add_(-shift);
            var total = 0.0;
            for (var i = 0; i < predicted.Length; i++)
            {
                var entry = shared ? i % (Size * Outputs) : i;
                total += loss.Value(predicted[i], batch.Targets[entry]) * (batch.Weights?[entry] ?? 1);
            }

            return total / (Size * Outputs); // each network's own mean, summed over the stack
        }
    }

    [Theory]
    [InlineData(LossKind.Mse, 9)]
    [InlineData(LossKind.CrossEntropy, 9)]
    [InlineData(LossKind.CrossEntropy, 4)] // in pieces
    public void With_classes_equals_the_difference_quotient_of_the_samples_mean_loss(LossKind loss, int piece)
    {
        using var scope = NewDisposeScope();
        var network = Network();
        using var batch = Batch.FromTokens(
            1,
            Size,
            2,
            Inputs / 2,
            Outputs,
            [.. Enumerable.Range(0, 2 * Size).Select(i => i * i % 3)],
            [.. Enumerable.Range(0, Size).Select(i => i % 3 % Outputs)]
        );
        var gradient = zeros_like(network.Parameters);
        new AutogradGradient(new InPieces(network, piece), new OutputLoss(loss, null, Replicates), Replicates).ComputeGradient(
            batch,
            gradient,
            null
        );
        var values = Values(gradient);
        var n = network.Layout.Count;
        const double h = 1e-5;
        for (var i = 0; i < values.Length; i++)
            Assert.Equal((LossAt(i, h) - LossAt(i, -h)) / (2 * h), values[i], 1e-8);

        double LossAt(int index, double shift)
        {
            network.Parameters[index / n, index % n].add_(shift);
            var predicted = Forward(network, batch);
            network.Parameters[index / n, index % n].add_(-shift);
            return Enumerable
                    .Range(0, Replicates * Size)
                    .Sum(s => ClassAnswer.From(loss, predicted.AsSpan(s * Outputs, Outputs), batch.Labels![s % Size]).Loss) / Size;
        }
    }

    [Fact]
    public void Cross_entropy_keeps_its_gradient_at_zero_and_far_out()
    {
        // One linear unit without bias input: dL/db = sigmoid(b) − y.
        foreach (var logit in (double[])[0, 3, 25, 40, -25, -40])
        {
            using var network = new MlpOptions { Widths = [], InitialStd = 0 }.Create(
                [new MlpOptions { Widths = [], InitialStd = 0 }],
                [1],
                1,
                1,
                ScalarType.Float64,
                CPU
            );
            network.Parameters[0, 1].add_(logit);
            foreach (var target in (double[])[0, 1])
            {
                using var batch = Batch.FromNumbers(1, 1, 1, 1, [0], [target]);
                using var gradients = new AutogradGradient(network, new OutputLoss(LossKind.CrossEntropy, null, 1), 1);
                using var gradient = zeros_like(network.Parameters);
                gradients.ComputeGradient(batch, gradient, null);
                var expected = target == 0 ? 1 / (1 + Math.Exp(-logit)) : -1 / (1 + Math.Exp(logit));
                Assert.Equal(expected, Values(gradient)[1], 1e-12);
            }
        }
    }

    [Fact]
    public void Outputs_in_pieces_are_the_outputs_of_the_whole()
    {
        const int many = 10_000;
        using var network = Network();
        using var batch = Batch.FromNumbers(
            Replicates,
            many,
            Inputs,
            Outputs,
            Numbers(Replicates * many * Inputs),
            new double[Replicates * many * Outputs]
        );
        using var gradients = new AutogradGradient(network, new OutputLoss(LossKind.Mse, null, Replicates), Replicates);
        var outputs = new double[Replicates * many * Outputs];
        gradients.ComputeOutputs(batch, outputs);
        Assert.All(outputs.Zip(Forward(network, batch)), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)] // does not divide the batch
    [InlineData(Size)]
    public void A_gradient_in_pieces_is_the_gradient_of_the_whole(int piece)
    {
        using var scope = NewDisposeScope();
        var network = Network();
        using var batch = MakeBatch(Replicates, weighted: true);
        double[] outputs = new double[Replicates * Size * Outputs],
            outputsInPieces = new double[outputs.Length];
        var (whole, inPieces) = (zeros_like(network.Parameters), zeros_like(network.Parameters));
        new AutogradGradient(network, new OutputLoss(LossKind.Mse, null, Replicates), Replicates).ComputeGradient(batch, whole, outputs);
        var gradients = new AutogradGradient(new InPieces(network, piece), new OutputLoss(LossKind.Mse, null, Replicates), Replicates);
        gradients.ComputeGradient(batch, inPieces, outputsInPieces);
        Assert.All(outputs.Zip(outputsInPieces), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        Assert.All(Values(whole).Zip(Values(inPieces)), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        gradients.ComputeOutputs(batch, outputsInPieces);
        Assert.All(outputs.Zip(outputsInPieces), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
    }

    [Fact]
    public void Coarser_arithmetic_changes_the_gradient_a_little()
    {
        using var scope = NewDisposeScope();
        var network = Network();
        using var batch = MakeBatch(Replicates, weighted: false);
        var (exact, coarse) = (zeros_like(network.Parameters), zeros_like(network.Parameters));
        new AutogradGradient(network, new OutputLoss(LossKind.Mse, null, Replicates), Replicates).ComputeGradient(batch, exact, null);
        new TensorGradient(network, new OutputLoss(LossKind.Mse, null, Replicates), Replicates, ScalarType.BFloat16).ComputeGradient(
            batch,
            coarse,
            null
        );
        Assert.NotEqual(Values(exact), Values(coarse));
        var scale = Values(exact).Max(Math.Abs);
        Assert.All(Values(exact).Zip(Values(coarse)), pair => Assert.Equal(pair.First, pair.Second, 0.05 * scale)); // 7 bits of mantissa
    }

    private sealed class InPieces(Network network, int piece) : SkillTorch.Models.Network(network.Layout, network.Parameters)
    {
        public override int SamplesAtOnce => piece;

        public override Tensor Forward(IReadOnlyDictionary<ParameterLayout.Entry, Tensor> parameters, Tensor inputs)
        {
            Assert.InRange(inputs.shape[1], 1, piece);
            return network.Forward(parameters, inputs);
        }
    }

    private static Network Network()
    {
        var options = new TwoLayerMlpOptions { Width = 5, Activation = Activation.Tanh };
        return options.Create([options, options], [1, 2], Inputs, Outputs, ScalarType.Float64, CPU);
    }

    private static Batch MakeBatch(int sets, bool weighted) =>
        Batch.FromNumbers(
            sets,
            Size,
            Inputs,
            Outputs,
            Numbers(sets * Size * Inputs),
            [.. Numbers(sets * Size * Outputs).Select(v => v > 0 ? 1.0 : 0)],
            weighted ? [.. Numbers(sets * Size * Outputs).Select(v => v > -0.3 ? 1 + v : 0)] : null
        );

    private static double[] Forward(Network network, Batch batch)
    {
        using var scope = NewDisposeScope();
        var x = batch.InputTensor(ScalarType.Float64, CPU).expand(Replicates, batch.Size, Inputs);
        return Values(network.Forward(network.Parameters, x));
    }

    private static double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => Math.Sin(i * i + 0.5))];

    private static double[] Values(Tensor x) => x.detach().contiguous().data<double>().ToArray();
}
