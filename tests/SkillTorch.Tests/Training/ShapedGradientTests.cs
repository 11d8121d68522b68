using FsCheck.Xunit;
using SkillTorch.Experiments;
using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Training;
using SkillTorch.Training.Kernels;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>Loss shaping through both kinds of gradients of networks.</summary>
public class ShapedGradientTests
{
    private static readonly LossShapingOptions[] Shapings =
    [
        new PowerShapingOptions(),
        new PowerShapingOptions { Gamma = 0.5 },
        new FocalShapingOptions(),
        new PerSkillShapingOptions(),
    ];

    public static IEnumerable<object[]> Cases =>
        from shaping in Shapings
        from loss in Enum.GetValues<LossKind>()
        from controls in new[] { false, true }
        select new object[] { shaping, loss, controls };

    /// <summary>
    /// The shaped loss by its definition on whole networks, its stop-gradient values held at the parameters' place, differentiated
    /// numerically; the focal loss has none.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_the_difference_quotient_of_the_shaped_loss(LossShapingOptions shaping, LossKind loss, bool controls)
    {
        using var scope = NewDisposeScope();
        var network = Network(2, controls ? 3 : 0, 4, 5, 2, ScalarType.Float64, Activation.Tanh);
        var batch = MakeBatch(2, 11, controls ? 3 : 0, 4, 2, masked: true, seed: 3);
        var gradient = zeros_like(network.Parameters);
        new AutogradGradient(network, new OutputLoss(loss, shaping, 2), 2).ComputeGradient(batch, gradient, null);
        var actual = Values(gradient);
        var n = network.Layout.Count;
        for (var r = 0; r < 2; r++)
        {
            var held = Entries(r);
            for (var i = 0; i < n; i++)
            {
                const double h = 1e-5;
                network.Parameters[r, i].add_(h);
                var up = ByDefinition(shaping, Entries(r), held);
                network.Parameters[r, i].add_(-2 * h);
                var down = ByDefinition(shaping, Entries(r), held);
                network.Parameters[r, i].add_(h);
                Assert.Equal((up - down) / (2 * h), actual[r * n + i], 1e-7);
            }
        }

        (double Loss, double Weight, int Skill)[] Entries(int r)
        {
            var predicted = Values(network.Forward(network.Parameters, batch.InputTensor(ScalarType.Float64, CPU)));
            return
            [
                .. Enumerable
                    .Range(r * 22, 22)
                    .Select(i => (loss.Value(predicted[i], batch.Targets[i]), batch.Weights![i], controls ? batch.Tokens![i / 2] : i % 2)),
            ];
        }
    }

    /// <summary>The same for classes, whose cross-entropy has one entry a sample, all of one skill.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_classes_equals_the_difference_quotient_of_the_shaped_loss(int kind)
    {
        using var scope = NewDisposeScope();
        var network = Network(1, 6, 0, 5, 3, ScalarType.Float64, Activation.Tanh);
        using var batch = Batch.FromTokens(
            1,
            7,
            2,
            3,
            3,
            [.. Enumerable.Range(0, 14).Select(i => i * i % 3)],
            [.. Enumerable.Range(0, 7).Select(i => i % 3)]
        );
        var gradient = zeros_like(network.Parameters);
        new AutogradGradient(network, new OutputLoss(LossKind.CrossEntropy, Shapings[kind], 1), 1).ComputeGradient(batch, gradient, null);
        var actual = Values(gradient);
        var held = Entries();
        for (var i = 0; i < actual.Length; i++)
        {
            const double h = 1e-5;
            network.Parameters[0, i].add_(h);
            var up = ByDefinition(Shapings[kind], Entries(), held);
            network.Parameters[0, i].add_(-2 * h);
            var down = ByDefinition(Shapings[kind], Entries(), held);
            network.Parameters[0, i].add_(h);
            Assert.Equal((up - down) / (2 * h), actual[i], 1e-7);
        }

        (double Loss, double Weight, int Skill)[] Entries()
        {
            var predicted = Values(network.Forward(network.Parameters, batch.InputTensor(ScalarType.Float64, CPU)));
            return
            [
                .. batch.Labels!.Select(
                    (label, s) => (-Math.Log(Math.Exp(predicted[3 * s + label]) / predicted[(3 * s)..(3 * s + 3)].Sum(Math.Exp)), 1.0, 0)
                ),
            ];
        }
    }

    private static double ByDefinition(
        LossShapingOptions shaping,
        (double Loss, double Weight, int Skill)[] now,
        (double Loss, double Weight, int Skill)[] held
    ) =>
        shaping switch
        {
            PowerShapingOptions { Gamma: var gamma } => now.Zip(held, (x, sg) => x.Weight * x.Loss * Math.Pow(sg.Weight * sg.Loss, gamma))
                .Average() / held.Average(sg => Math.Pow(sg.Weight * sg.Loss, gamma)),
            FocalShapingOptions { Gamma: var gamma } => now.Average(x => x.Weight * Math.Pow(1 - Math.Exp(-x.Loss), gamma) * x.Loss),
            _ => held.GroupBy(x => x.Skill)
                .Average(k => now.Where(x => x.Skill == k.Key).Average(x => x.Weight * x.Loss) / k.Average(x => x.Weight * x.Loss)),
        };

    [Property(MaxTest = 60)]
    public void The_fused_kernel_equals_autograd(
        byte replicates,
        byte controls,
        byte bits,
        byte width,
        byte outputs,
        byte count,
        bool shared,
        bool masked,
        bool crossEntropy,
        byte kind
    )
    {
        var shape = new BinaryMlpShape(1 + replicates % 3, controls % 6, 1 + bits % 40, 1 + width % 70, 1 + outputs % 3);
        var (size, shaping, loss) = (1 + count % 90, Shapings[kind % Shapings.Length], crossEntropy ? LossKind.CrossEntropy : LossKind.Mse);
        AssertAgree(ScalarType.Float64, 1e-12);
        AssertAgree(ScalarType.Float32, 1e-5);

        void AssertAgree(ScalarType dtype, double tolerance)
        {
            using var scope = NewDisposeScope();
            var network = Network(shape.Replicates, shape.Controls, shape.Bits, shape.Width, shape.Outputs, dtype, Activation.Relu);
            var batch = MakeBatch(shared ? 1 : shape.Replicates, size, shape.Controls, shape.Bits, shape.Outputs, masked, count);
            var output = new OutputLoss(loss, shaping, shape.Replicates);
            var autograd = new AutogradGradient(network, output, shape.Replicates);
            using IGradientSource<double[]> fused =
                dtype == ScalarType.Float64
                    ? new FusedGradient<double>(network, output, shape)
                    : new FusedGradient<float>(network, output, shape);
            var (expected, actual) = (zeros_like(network.Parameters), zeros_like(network.Parameters));
            double[] f = new double[shape.Replicates * size * shape.Outputs],
                g = [.. f];
            autograd.ComputeGradient(batch, expected, f);
            fused.ComputeGradient(batch, actual, g);
            AssertClose(f, g, tolerance);
            AssertClose(Values(expected), Values(actual), tolerance);
            fused.ComputeGradient(batch, actual, null); // the outputs are not wanted: the same gradient
            AssertClose(Values(expected), Values(actual), tolerance);
        }
    }

    [Fact]
    public void A_shaped_gradient_in_pieces_is_that_of_the_whole()
    {
        using var scope = NewDisposeScope();
        var network = Network(2, 0, 4, 5, 2, ScalarType.Float64, Activation.Tanh);
        var batch = MakeBatch(2, 11, 0, 4, 2, masked: true, seed: 3);
        foreach (var shaping in Shapings)
        {
            var (whole, inPieces) = (zeros_like(network.Parameters), zeros_like(network.Parameters));
            new AutogradGradient(network, new OutputLoss(LossKind.Mse, shaping, 2), 2).ComputeGradient(batch, whole, null);
            new AutogradGradient(new InPieces(network), new OutputLoss(LossKind.Mse, shaping, 2), 2).ComputeGradient(batch, inPieces, null);
            AssertClose(Values(whole), Values(inPieces), 1e-12);
        }
    }

    [Fact]
    public void None_is_the_plain_trial_with_its_hash_and_every_other_kind_is_not()
    {
        foreach (var row in (string[])["minibatches", "two hidden layers"])
        {
            var plain = TinyTrials.Create(row);
            Assert.Equal(TrialHash.From(plain), TrialHash.From(With(new NoShapingOptions())));
            Assert.Equal(Numbers(plain), Numbers(With(new NoShapingOptions())));
            foreach (var shaping in Shapings)
            {
                Assert.NotEqual(TrialHash.From(plain), TrialHash.From(With(shaping)));
                Assert.NotEqual(Numbers(plain), Numbers(With(shaping)));
            }

            Trial With(LossShapingOptions shaping) => plain with { Training = plain.Training with { LossShaping = shaping } };
        }

        static double[] Numbers(Trial trial) => TinyTrials.Numbers(TinyTrials.Train([trial]).Finished[0]);
    }

    private sealed class InPieces(Network network) : SkillTorch.Models.Network(network.Layout, network.Parameters)
    {
        public override int SamplesAtOnce => 4;

        public override Tensor Forward(IReadOnlyDictionary<ParameterLayout.Entry, Tensor> parameters, Tensor inputs) =>
            network.Forward(parameters, inputs);
    }

    /// <summary>Parameters are multiples of 2^-10: both precisions and both ways of summing see the same units active.</summary>
    internal static Network Network(int replicates, int controls, int bits, int width, int outputs, ScalarType dtype, Activation activation)
    {
        var options = new TwoLayerMlpOptions { Width = width, Activation = activation };
        var network = options.Create(
            [.. Enumerable.Repeat(options, replicates)],
            [.. Enumerable.Range(1, replicates).Select(r => (ulong)r)],
            controls + bits,
            outputs,
            dtype,
            CPU
        );
        using var rounded = network.Parameters.mul(1024).round().div(1024);
        network.Parameters.copy_(rounded);
        return network;
    }

    internal static Batch MakeBatch(int sets, int size, int controls, int bits, int outputs, bool masked, ulong seed)
    {
        var words = new uint[sets * size * ((bits + 31) / 32)];
        new RandomStream(seed, RandomPurpose.Data).FillBits(words);
        var numbers = new double[sets * size * outputs];
        new RandomStream(seed, RandomPurpose.Noise).FillNormal(numbers);
        return Batch.FromBits(
            sets,
            size,
            bits,
            outputs,
            words,
            [.. numbers.Select(v => v > 0 ? 1.0 : 0)],
            masked ? [.. numbers.Select(v => v > -0.5 ? 1 : 0.0)] : null,
            controls,
            controls == 0 ? null : [.. Enumerable.Range(0, sets * size).Select(i => i * i % controls)]
        );
    }

    internal static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        var scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * scale + 1e-300));
    }

    internal static double[] Values(Tensor x) => x.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
