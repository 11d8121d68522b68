using SkillTorch.Tasks;
using SkillTorch.Theories;
using static SkillTorch.Tests.Theories.NumericalChecks;

namespace SkillTorch.Tests.Theories;

/// <summary>Domino, parallel and Quanta models, and the three-neuron parity network.</summary>
public class ComparisonModelTests
{
    [Fact]
    public void Dominoes_fall_one_after_another() // psl-fig09
    {
        var domino = new DominoModel(SkillFrequencies.PowerLaw(10, 1)) { LearningTime = 100 };
        var s = domino.Strength([0, 50, 100, 150, 1000, 1100]);
        Assert.Equal([0.5, 0, 0], Row(s, 1)[..3]);
        Assert.Equal([1, 0.5, 0], Row(s, 3)[..3]);
        Assert.Equal(Enumerable.Repeat(1.0, 10), Row(s, 4));
        Assert.Equal([3, 1, 2], LearningOrder(new DominoModel([0.3, 0.2, 0.5]).Strength(Range(0, 300, 1))));
    }

    [Fact]
    public void The_parallel_model_is_that_of_figure_9()
    {
        var parallel = new ParallelModel(SkillFrequencies.PowerLaw(10, 1, normalised: false)) { Rate = 1.0 / 30 };
        for (var i = 1; i <= 10; i++)
        {
            Assert.Equal(1 - Math.Exp(-77 / (30.0 * i)), parallel.Strength([77])[0, i - 1], 14);
        }
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(2)]
    public void Total_losses_fall_with_the_models_exponents(double alpha)
    {
        var p = SkillFrequencies.PowerLaw(100000, alpha);
        var at = LogRange(1e2, 1e4, 12);
        var quanta = PowerLaw.Fit(at, new QuantaModel(p) { LearningTime = 1 }.TotalLoss(at)).Exponent;
        Close(-ScalingExponents.Quanta(alpha).Steps, quanta, 0.05);

        var dominoSteps = LogRange(30, 1000, 12);
        var domino = PowerLaw.Fit(dominoSteps, new DominoModel(p) { LearningTime = 1 }.TotalLoss(dominoSteps)).Exponent;
        Close(-ScalingExponents.Domino(alpha).Steps, domino, 0.12); // 10^5 skills bend α = 1.5
    }

    [Fact]
    public void Total_losses_of_the_models_have_their_exponents()
    {
        Assert.Equal(new ScalingExponents(1, 0.5), ScalingExponents.Quanta(2));
        Assert.Equal(new ScalingExponents(1, 1), ScalingExponents.Domino(2));
        Assert.Equal(new ScalingExponents(0.34, 0.28), ScalingExponents.Chinchilla);
        Assert.StartsWith(
            "Got 0.5 for `frequencyExponent`",
            Assert.Throws<ArgumentOutOfRangeException>(() => ScalingExponents.Quanta(0.5)).Message
        );
    }

    [Theory] // S12
    [InlineData(1, 1)]
    [InlineData(5, 0.1)]
    public void Three_neurons_end_at_parity(double s, double eta)
    {
        var network = new ThreeNeuronParity
        {
            TargetScale = s,
            LearningRate = eta,
            InitialWeight = 0.05,
        };
        var end = network.Solve([100 / eta])[0];
        Close(Math.Sqrt(2 * s), end.A, 1e-6);
        Close(Math.Sqrt(2 * s), end.Beta, 1e-6);
        Close(Math.Sqrt(2 * s), end.Gamma, 1e-6);
        Close(-s, end.C, 1e-6);
        Assert.Equal(1, end.Strength, 6);
        Assert.Equal((0.5, 0.25, 0.25), (Math.Round(end.Mode1, 6), Math.Round(end.Mode2, 6), Math.Round(end.Mode3, 6)));
        for (var x = 0; x < 8; x++)
        {
            int x1 = x & 1,
                x2 = (x >> 1) & 1,
                x3 = x >> 2;
            Assert.Equal((x1 + x2 + x3) % 2 == 0 ? s : -s, ThreeNeuronParity.Output(end, x1, x2, x3), 1e-5);
        }
    }

    [Fact]
    public void The_flow_is_the_gradient_of_the_loss_by_differences()
    {
        var network = new ThreeNeuronParity
        {
            TargetScale = 2,
            LearningRate = 0.5,
            InitialWeight = 0.4,
        };
        double Loss(double a, double beta, double gamma, double c)
        {
            var state = new ThreeNeuronState(a, beta, gamma, c, 0, 0, 0, 0);
            double sum = 0;
            for (var x = 0; x < 8; x++)
            {
                int x1 = x & 1,
                    x2 = (x >> 1) & 1,
                    x3 = x >> 2;
                sum += Math.Pow(ThreeNeuronParity.Output(state, x1, x2, x3) - ((x1 + x2 + x3) % 2 == 0 ? 2 : -2), 2) / 16;
            }

            return sum;
        }

        const double h = 1e-5,
            dt = 1e-3;
        foreach (var t in new[] { 0.5, 2, 5 })
        {
            var s = network.Solve([t - dt, t, t + dt]);
            (var a, var b, var g, var c) = (s[1].A, s[1].Beta, s[1].Gamma, s[1].C);
            Assert.Equal(Loss(a, b, g, c), s[1].Loss, 12);
            Assert.Equal(-0.5 * (Loss(a + h, b, g, c) - Loss(a - h, b, g, c)) / (2 * h), (s[2].A - s[0].A) / (2 * dt), 1e-5);
            Assert.Equal(-0.5 * (Loss(a, b + h, g, c) - Loss(a, b - h, g, c)) / (2 * h), (s[2].Beta - s[0].Beta) / (2 * dt), 1e-5);
            Assert.Equal(-0.5 * (Loss(a, b, g + h, c) - Loss(a, b, g - h, c)) / (2 * h), (s[2].Gamma - s[0].Gamma) / (2 * dt), 1e-5);
            Assert.Equal(-0.5 * (Loss(a, b, g, c + h) - Loss(a, b, g, c - h)) / (2 * h), (s[2].C - s[0].C) / (2 * dt), 1e-5);
        }
    }

    [Fact]
    public void Three_neurons_follow_the_multilinear_model_with_a_third() // nam-fig08
    {
        var network = new ThreeNeuronParity { InitialWeight = 0.1 };
        var t = Range(0, 25, 0.25);
        var states = network.Solve(t);
        var model = new MultilinearModel([1.0]) { B2 = 1.0 / 3, InitialStrength = states[0].Strength };
        var theory = model.Strength(t);
        var rms = Math.Sqrt(Enumerable.Range(0, t.Length).Average(i => Math.Pow(theory[i, 0] - states[i].Strength, 2)));
        Assert.True(rms < 0.1, $"rms {rms}");
        var other = Math.Sqrt(
            Enumerable.Range(0, t.Length).Average(i => Math.Pow((model with { B2 = 1 }).Strength(t)[i, 0] - states[i].Strength, 2))
        );
        Assert.True(rms < other / 2, $"rms {rms} against {other} without B²");
    }
}
