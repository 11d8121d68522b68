using SkillTorch.Optimizers;

namespace SkillTorch.Tests.Optimizers;

public class ClosedFormTests
{
    private static readonly double[] Start = [2, -0.5];
    private static readonly double[] Constant = [3, -0.25];

    public static TheoryData<string, OptimizerOptions, Func<double, double, int, double>> ConstantGradient =>
        new()
        {
            // Position after t steps from x under a constant gradient g.
            {
                "sgd",
                new SgdOptions { LearningRate = 0.1 },
                (x, g, t) => x - 0.1 * g * t
            },
            {
                "momentum",
                new SgdOptions { LearningRate = 0.1, Momentum = 0.5 },
                (x, g, t) => x - 0.1 * g * 2 * (t - (1 - Math.Pow(0.5, t)))
            },
            {
                "Nesterov",
                new SgdOptions
                {
                    LearningRate = 0.1,
                    Momentum = 0.5,
                    Nesterov = true,
                },
                (x, g, t) => x - 0.1 * g * (2 * t - (1 - Math.Pow(0.5, t)))
            },
            {
                "signgd",
                new SignGdOptions { LearningRate = 0.1 },
                (x, g, t) => x - 0.1 * t * g / (Math.Abs(g) + 1e-8)
            },
            {
                "signgd, smooth",
                new SignGdOptions { LearningRate = 0.1, Epsilon = 0.25 },
                (x, g, t) => x - 0.1 * t * g / (Math.Abs(g) + 0.25)
            },
            {
                "signum",
                new SignumOptions { LearningRate = 0.1 },
                (x, g, t) => x - 0.1 * t * Math.Sign(g)
            },
            {
                "lion",
                new LionOptions { LearningRate = 0.1 },
                (x, g, t) => x - 0.1 * t * Math.Sign(g)
            },
            {
                "lion, cautious: with nothing to mask, n/(n + 1) of the step",
                new LionOptions { LearningRate = 0.1, Cautious = true },
                (x, g, t) => x - 0.1 * t * Math.Sign(g) * 2 / 3
            },
            {
                "focus: the mean of the parameters lags behind",
                new FocusOptions { LearningRate = 0.1, Gamma = 0.4 },
                (x, g, t) => x - 0.1 * Math.Sign(g) * (t - 0.4 * (t - 1))
            },
            {
                "adagrad",
                new AdagradOptions { LearningRate = 0.1, Epsilon = 0 },
                (x, g, t) => x - 0.1 * Math.Sign(g) * Enumerable.Range(1, t).Sum(i => 1 / Math.Sqrt(i))
            },
            {
                "amsgrad",
                new AmsGradOptions { LearningRate = 0.1, Epsilon = 0 },
                (x, g, t) => x - 0.1 * t * Math.Sign(g)
            },
            {
                "adan: differences are 0",
                new AdanOptions { LearningRate = 0.1, Epsilon = 0 },
                (x, g, t) => x - 0.1 * t * Math.Sign(g)
            },
            {
                "adam: bias correction makes every step the first",
                new AdamOptions { LearningRate = 0.1 },
                (x, g, t) => x - 0.1 * t * g / (Math.Abs(g) + 1e-8)
            },
            {
                "adam, other decays",
                new AdamOptions
                {
                    LearningRate = 0.1,
                    Beta1 = 0.3,
                    Beta2 = 0.6,
                    Epsilon = 0.1,
                },
                (x, g, t) => x - 0.1 * t * g / (Math.Abs(g) + 0.1)
            },
            {
                "adam without memory is signgd",
                new AdamOptions
                {
                    LearningRate = 0.1,
                    Beta1 = 0,
                    Beta2 = 0,
                },
                (x, g, t) => x - 0.1 * t * g / (Math.Abs(g) + 1e-8)
            },
        };

    public static TheoryData<string, OptimizerOptions, Func<double, int, double>> WeightDecayAlone =>
        new()
        {
            // Position after t steps from x without a gradient.
            {
                "sgd",
                new SgdOptions { LearningRate = 0.1, WeightDecay = 0.5 },
                (x, t) => x * Math.Pow(0.95, t)
            },
            {
                "adamw",
                new AdamWOptions { LearningRate = 0.1, WeightDecay = 0.5 },
                (x, t) => x * Math.Pow(0.95, t)
            },
            {
                "adamw, cautious: the mask leaves the decay alone",
                new AdamWOptions
                {
                    LearningRate = 0.1,
                    WeightDecay = 0.5,
                    Cautious = true,
                },
                (x, t) => x * Math.Pow(0.95, t)
            },
            {
                "signum",
                new SignumOptions { LearningRate = 0.1, WeightDecay = 0.5 },
                (x, t) => x * Math.Pow(0.95, t)
            },
            {
                "lion, cautious",
                new LionOptions
                {
                    LearningRate = 0.1,
                    WeightDecay = 0.5,
                    Cautious = true,
                },
                (x, t) => x * Math.Pow(0.95, t)
            },
            {
                "sophia, cautious",
                new SophiaOptions
                {
                    LearningRate = 0.1,
                    WeightDecay = 0.5,
                    Cautious = true,
                },
                (x, t) => x * Math.Pow(0.95, t)
            },
            {
                "radam, cautious",
                new RAdamOptions
                {
                    LearningRate = 0.1,
                    WeightDecay = 0.5,
                    Cautious = true,
                },
                (x, t) => x * Math.Pow(0.95, t)
            },
            {
                "ademamix, cautious",
                new AdEmaMixOptions
                {
                    LearningRate = 0.1,
                    WeightDecay = 0.5,
                    Cautious = true,
                },
                (x, t) => x * Math.Pow(0.95, t)
            },
            {
                "mars, cautious",
                new MarsOptions
                {
                    LearningRate = 0.1,
                    WeightDecay = 0.5,
                    Cautious = true,
                },
                (x, t) => x * Math.Pow(0.95, t)
            },
            {
                "adan, proximal, cautious",
                new AdanOptions
                {
                    LearningRate = 0.1,
                    WeightDecay = 0.5,
                    Cautious = true,
                },
                (x, t) => x * Math.Pow(1.05, -t)
            },
            {
                "prodigy, cautious",
                new ProdigyOptions
                {
                    LearningRate = 2,
                    InitialDistance = 0.05,
                    WeightDecay = 0.5,
                    Cautious = true,
                },
                (x, t) => x * Math.Pow(0.95, t)
            },
            {
                "adamw by default",
                new AdamWOptions { LearningRate = 0.1 },
                (x, t) => x * Math.Pow(0.999, t)
            },
            {
                "adam's first step is normalised",
                new AdamOptions { LearningRate = 0.1, WeightDecay = 0.5 },
                (x, t) => t == 1 ? x - 0.1 * 0.5 * x / (Math.Abs(0.5 * x) + 1e-8) : double.NaN
            },
        };

    public static TheoryData<string, OptimizerOptions, double> Scheduled =>
        new()
        {
            // Each moves by its learning rate at every step; the last number is the distance at a learning rate of 1.
            {
                "sgd",
                new SgdOptions { LearningRate = 0.1 },
                3
            },
            {
                "signgd",
                new SignGdOptions { LearningRate = 0.1 },
                3 / (3 + 1e-8)
            },
            {
                "adam",
                new AdamOptions { LearningRate = 0.1 },
                3 / (3 + 1e-8)
            },
        };

    [Theory]
    [MemberData(nameof(Scheduled))]
    public void A_step_schedule_multiplies_the_learning_rate(string name, OptimizerOptions options, double distance)
    {
        var path = Descent.Path(
            options with
            {
                LearningRateSchedule = new StepScheduleOptions { Every = 4, Multiplier = 0.5 },
            },
            [2],
            _ => [3],
            12
        );
        for (var t = 1; t <= path.Length; t++)
        {
            // 4 steps at 0.1, 4 at 0.05, 4 at 0.025.
            var rates = 0.1 * Math.Min(t, 4) + 0.05 * Math.Clamp(t - 4, 0, 4) + 0.025 * Math.Clamp(t - 8, 0, 4);
            Assert.True(Math.Abs(2 - distance * rates - path[t - 1][0]) < 1e-12, $"{name}: {path[t - 1][0]} at step {t}.");
        }
    }

    [Fact]
    public void Decoupled_weight_decay_follows_the_schedule()
    {
        var options = new AdamWOptions
        {
            LearningRate = 0.1,
            WeightDecay = 0.5,
            LearningRateSchedule = new StepScheduleOptions { Every = 1, Multiplier = 0.1 },
        };
        var path = Descent.Path(options, Start, _ => [0, 0], 3);
        Assert.Equal(2 * (1 - 0.05) * (1 - 0.005) * (1 - 0.0005), path[2][0], 1e-12);
    }

    [Theory]
    [MemberData(nameof(ConstantGradient))]
    public void Under_a_constant_gradient(string name, OptimizerOptions options, Func<double, double, int, double> position)
    {
        var path = Descent.Path(options, Start, _ => Constant, 20);
        for (var t = 1; t <= path.Length; t++)
        {
            for (var i = 0; i < Start.Length; i++)
            {
                Assert.True(
                    Math.Abs(position(Start[i], Constant[i], t) - path[t - 1][i]) < 1e-12,
                    $"{name}: {path[t - 1][i]} at step {t}."
                );
            }
        }
    }

    [Theory]
    [MemberData(nameof(WeightDecayAlone))]
    public void Under_weight_decay_alone(string name, OptimizerOptions options, Func<double, int, double> position)
    {
        var path = Descent.Path(options, Start, _ => [0, 0], 20);
        for (var t = 1; t <= path.Length; t++)
        {
            for (var i = 0; i < Start.Length; i++)
                Assert.False(Math.Abs(position(Start[i], t) - path[t - 1][i]) > 1e-12, $"{name}: {path[t - 1][i]} at step {t}.");
        }
    }

    [Fact]
    public void Gradient_descent_on_a_parabola_is_geometric()
    {
        double[] curvature = [0.3, 4];
        var path = Descent.Path(new SgdOptions { LearningRate = 0.1 }, Start, x => [2 * curvature[0] * x[0], 2 * curvature[1] * x[1]], 30);
        for (var t = 1; t <= path.Length; t++)
        {
            for (var i = 0; i < Start.Length; i++)
                Assert.Equal(Start[i] * Math.Pow(1 - 0.2 * curvature[i], t), path[t - 1][i], 1e-13);
        }
    }

    [Fact]
    public void Momentum_on_a_parabola_follows_its_characteristic_roots()
    {
        // x_{t+1} = (1 + μ − ηa) x_t − μ x_{t−1}; complex roots of modulus √μ.
        const double eta = 0.1,
            mu = 0.64,
            a = 2;
        var path = Descent.Path(new SgdOptions { LearningRate = eta, Momentum = mu }, [1.0], x => [a * x[0]], 30);
        var (modulus, angle) = (Math.Sqrt(mu), Math.Acos((1 + mu - eta * a) / (2 * Math.Sqrt(mu))));
        var slope = (1 - eta * a) / (modulus * Math.Sin(angle)) - 1 / Math.Tan(angle);
        for (var t = 1; t <= path.Length; t++)
            Assert.Equal(Math.Pow(modulus, t) * (Math.Cos(angle * t) + slope * Math.Sin(angle * t)), path[t - 1][0], 1e-12);
    }
}
