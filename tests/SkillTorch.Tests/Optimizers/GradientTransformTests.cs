using SkillTorch.Experiments;
using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Tests.Training;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Optimizers;

/// <summary>Clipping and noise, seen through gradient descent at a learning rate of 1, which moves by the gradient itself.</summary>
public class GradientTransformTests
{
    private static readonly SgdOptions Plain = new() { LearningRate = 1 };

    [Fact]
    public void Clipping_by_norm_shortens_each_trials_gradient_by_itself()
    {
        // Norms 5, 5 and 0.5.
        var moved = Moved(
            [Plain with { GradientClipNorm = 2.5 }, Plain, Plain with { GradientClipNorm = 1 }],
            [
                [3, -4],
                [3, -4],
                [0.3, -0.4],
            ]
        );
        Assert.Equal([1.5, -2, 3, -4, 0.3, -0.4], moved);
    }

    [Fact]
    public void Clipping_by_value_bounds_each_component()
    {
        var moved = Moved(
            [Plain with { GradientClipValue = 2 }, Plain, Plain with { GradientClipValue = 3.5 }],
            [
                [3, -4],
                [3, -4],
                [3, -4],
            ]
        );
        Assert.Equal([2, -2, 3, -4, 3, -3.5], moved);
    }

    [Fact]
    public void Values_are_clipped_before_the_norm() =>
        Assert.Equal(
            [1.5, -2],
            Moved(
                [Plain with { GradientClipValue = 4, GradientClipNorm = 2.5 }],
                [
                    [3, -40],
                ]
            )
        );

    [Fact]
    public void A_gradient_of_nothing_is_left_alone() =>
        Assert.Equal(
            [0, 0],
            Moved(
                [Plain with { GradientClipNorm = 1 }],
                [
                    [0, 0],
                ]
            )
        );

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.55, 0.41)] // 25^(−0.275)
    public void Noise_is_that_of_the_seed_and_the_update_after_clipping(double decay, double relative)
    {
        var options = Plain with
        {
            GradientClipNorm = 1,
            GradientNoise = new GradientNoiseOptions { StandardDeviation = 0.5, Decay = decay },
        };
        using var parameters = zeros([2, 3], ScalarType.Float64);
        using var optimizer = options.Create([options, options], parameters, seeds: [7, 8]);
        optimizer.StepCount = 24; // resumed
        using var gradient = tensor((double[])[6, 0, 8, 6, 0, 8], [2, 3], dtype: ScalarType.Float64);
        optimizer.Step(parameters, gradient);
        var moved = Descent.Values(parameters);
        foreach (var (r, seed) in new[] { (0, 7ul), (1, 8ul) })
        {
            var noise = new double[3];
            new RandomStream(seed, RandomPurpose.Noise, 25).FillNormal(noise, 0, 0.5 * Math.Pow(25, -decay / 2));
            Assert.Equal(relative, Math.Pow(25, -decay / 2), 0.01);
            for (var j = 0; j < 3; j++)
                Assert.Equal(-(new[] { 0.6, 0, 0.8 }[j] + noise[j]), moved[3 * r + j], 1e-15);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Noise_has_its_standard_deviation(ScalarType dtype)
    {
        const int n = 40_000;
        var options = Plain with { GradientNoise = new GradientNoiseOptions { StandardDeviation = 0.5 } };
        using var parameters = zeros([1, n], dtype);
        using var optimizer = options.Create([options], parameters, seeds: [3]);
        using var gradient = zeros([1, n], dtype);
        optimizer.Step(parameters, gradient);
        var moved = Descent.Values(parameters);
        Assert.Equal(0, moved.Average(), 4 * 0.5 / Math.Sqrt(n));
        Assert.Equal(0.25, moved.Average(x => x * x), 4 * 0.25 * Math.Sqrt(2.0 / n));
    }

    [Fact]
    public void Trials_with_other_limits_noise_and_schedules_train_in_one_stack()
    {
        var trials = Enumerable
            .Range(0, 3)
            .Select(r =>
                TinyTrials.Create("multitask", (ulong)r) with
                {
                    Optimizer = new AdamOptions
                    {
                        LearningRateSchedule = new CosineScheduleOptions { Warmup = 5 + r, FinalFactor = 0.1 * r },
                        GradientClipNorm = r == 1 ? null : 0.1 + r,
                        GradientClipValue = r == 2 ? null : 0.05,
                        GradientNoise = new GradientNoiseOptions { StandardDeviation = 0.1 * r, Decay = 0.5 * r },
                    },
                }
            )
            .ToArray();
        Assert.Single(trials.Select(TrialHash.StackKey).Distinct());
        var together = TinyTrials.Train(trials).Finished;
        for (var r = 0; r < trials.Length; r++)
            Assert.Equal(TinyTrials.Numbers(TinyTrials.Train([trials[r]]).Finished[0]), TinyTrials.Numbers(together[r]));
    }

    [Fact]
    public void Noise_needs_seeds()
    {
        var options = Plain with { GradientNoise = new GradientNoiseOptions { StandardDeviation = 1 } };
        using var parameters = zeros(1, 2);
        var error = Assert.Throws<ArgumentException>(() => options.Create([options], parameters));
        Assert.Contains("Got 0 seeds for 1 trials with gradient noise; expected one a trial.", error.Message);
    }

    [Fact]
    public void The_geometry_model_has_its_own_noise()
    {
        var options = Plain with { GradientNoise = new GradientNoiseOptions { StandardDeviation = 1 } };
        var trial = new Trial(
            new AbstractSkillsOptions { Count = 2 },
            new GeometryOptions(),
            options,
            new TrainingOptions(),
            new MeasureOptions(),
            1
        );
        var error = Assert.Throws<InvalidOptionException>(() => LearnerFactory.Check(trial));
        Assert.Equal(
            "Got `optimizer.gradientNoise` with the model `geometry`; expected `model.gradientNoise`, which its aligned dimensions count.",
            error.Message
        );
    }

    private static double[] Moved(SgdOptions[] trials, double[][] gradients)
    {
        using var parameters = zeros([trials.Length, gradients[0].Length], ScalarType.Float64);
        using var optimizer = trials[0].Create(trials, parameters);
        using var gradient = tensor(gradients.SelectMany(g => g).ToArray(), parameters.shape, dtype: ScalarType.Float64);
        optimizer.Step(parameters, gradient);
        return [.. Descent.Values(parameters).Select(x => -x)];
    }
}
