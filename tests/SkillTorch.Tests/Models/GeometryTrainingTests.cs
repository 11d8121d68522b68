using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static SkillTorch.Tests.Models.StackRunner;

namespace SkillTorch.Tests.Models;

public class GeometryTrainingTests
{
    /// <summary>Orthonormal skills under exact gradient descent decouple: u_i ← u_i·(1 − η·c·p_i), c = 2 or, in half form, 1.</summary>
    [Theory]
    [InlineData(GeometryGradient.Full, 2)]
    [InlineData(GeometryGradient.Half, 1)]
    public void Sgd_on_the_exact_distribution_solves_the_linear_equation(GeometryGradient form, double factor)
    {
        const double Rate = 0.3;
        var task = new AbstractSkillsOptions { Count = 4, FrequencyExponent = 1 };
        var trajectory = Train(
            Trial(
                task,
                new GeometryOptions { Dimensions = 37, Gradient = form },
                new SgdOptions { LearningRate = Rate },
                50,
                precision: Precision.Float64
            )
        )[0];
        for (var t = 0; t <= 50; t++)
        {
            for (var k = 0; k < 4; k++)
            {
                var left = Math.Pow(1 - Rate * factor * trajectory.Frequencies[k], t);
                Assert.Equal(1 - left, trajectory.Strength[t, k], 1e-13);
                Assert.Equal(left * left, trajectory.Loss[t, k], 1e-13);
            }
        }
    }

    /// <summary>One skill of length 1 under cross-entropy: θ stays on t, and its logit follows l ← l + η·sigmoid(−l).</summary>
    [Fact]
    public void Cross_entropy_moves_a_single_logit_by_its_own_recursion()
    {
        var trial = Trial(
            new AbstractSkillsOptions { Count = 1 },
            new GeometryOptions { Dimensions = 9, TaskVectors = TaskVectorKind.Unit },
            new SgdOptions { LearningRate = 0.5 },
            30,
            batch: 10,
            loss: LossKind.CrossEntropy,
            precision: Precision.Float64
        );
        var trajectory = Train(trial)[0];
        var logit = 0.0;
        for (var t = 0; t <= 30; t++)
        {
            Assert.Equal(1 / (1 + Math.Exp(-logit)), trajectory.Strength[t, 0], 1e-13);
            Assert.Equal(Math.Log(1 + Math.Exp(-logit)), trajectory.Loss[t, 0], 1e-13);
            logit += 0.5 / (1 + Math.Exp(logit));
        }
    }

    /// <summary>The trials of a stack share seeds or not, and differ in everything that may differ in a stack.</summary>
    [Theory]
    [InlineData(LossKind.Mse, TaskVectorKind.Orthonormal)]
    [InlineData(LossKind.CrossEntropy, TaskVectorKind.Unit)]
    [InlineData(LossKind.CrossEntropy, TaskVectorKind.Modular)]
    public void A_trial_gives_the_same_bits_alone_and_in_a_stack(LossKind loss, TaskVectorKind kind)
    {
        var trials = Enumerable
            .Range(0, 11)
            .Select(i =>
                Trial(
                    new AbstractSkillsOptions { Count = 50, FrequencyExponent = 1 + 0.1 * i },
                    new GeometryOptions
                    {
                        Dimensions = 75,
                        TaskVectors = kind,
                        GradientNoise = i == 3 ? 0.01 : 0,
                        AlignedDimensions = true,
                    },
                    new AdamOptions { LearningRate = 0.01 / (1 + i), Beta1 = 0.8 },
                    20,
                    batch: 64,
                    loss: loss,
                    seed: (ulong)(i % 3),
                    every: 3
                )
            )
            .ToList();
        var stacked = Train(trials);
        for (var i = 0; i < trials.Count; i++)
        {
            var alone = Train(trials[i])[0];
            Assert.Equal(alone.Strength, stacked[i].Strength);
            Assert.Equal(alone.Loss, stacked[i].Loss);
            Assert.Equal(alone.Extra["alignedDimensions"], stacked[i].Extra["alignedDimensions"]);
        }
    }

    [Fact]
    public void Measuring_does_not_change_what_is_measured()
    {
        Trial Every(int every, bool aligned) =>
            Trial(
                new AbstractSkillsOptions { Count = 30, FrequencyExponent = 1 },
                new GeometryOptions
                {
                    Dimensions = 20,
                    TaskVectors = TaskVectorKind.Unit,
                    AlignedDimensions = aligned,
                    GradientNoise = 0.1,
                },
                new SignGdOptions { LearningRate = 0.01 },
                24,
                batch: 32,
                loss: LossKind.CrossEntropy,
                every: every
            );
        var often = Train(Every(1, true))[0];
        var rarely = Train(Every(24, false))[0];
        for (var k = 0; k < 30; k++)
            Assert.Equal(often.Strength[24, k], rarely.Strength[1, k]);
    }

    public static TheoryData<GeometryOptions> Changed =>
        [
            new() { Dimensions = 41 },
            new() { Dimensions = 40, TaskVectors = TaskVectorKind.Unit },
            new() { Dimensions = 40, TaskVectors = TaskVectorKind.Gaussian },
            new() { Dimensions = 40, TaskVectors = TaskVectorKind.Modular },
            new() { Dimensions = 40, Gradient = GeometryGradient.Half },
            new() { Dimensions = 40, GradientNoise = 0.01 },
        ];

    [Theory]
    [MemberData(nameof(Changed))]
    public void Every_option_changes_the_result(GeometryOptions options)
    {
        Assert.NotEqual(LastStrength(new GeometryOptions { Dimensions = 40 }), LastStrength(options));
    }

    [Fact]
    public void Batch_size_seed_and_frequencies_change_the_result()
    {
        var options = new GeometryOptions { Dimensions = 40 };
        double[][] results =
        [
            LastStrength(options),
            LastStrength(options, batch: 0),
            LastStrength(options, batch: 31),
            LastStrength(options, seed: 2),
            LastStrength(options, exponent: 1.5),
        ];
        for (var i = 0; i < results.Length; i++)
        {
            for (var j = 0; j < i; j++)
                Assert.NotEqual(results[i], results[j]);
        }

        Assert.Equal(results[0], LastStrength(options));
    }

    public static TheoryData<string, TaskOptions, GeometryOptions, LossKind> Contradictions =>
        new()
        {
            {
                "model.dimensions",
                new AbstractSkillsOptions { Count = 6 },
                new() { Dimensions = 5 },
                LossKind.Mse
            },
            {
                "model.gradient",
                new AbstractSkillsOptions { Count = 3 },
                new() { Gradient = GeometryGradient.Half },
                LossKind.CrossEntropy
            },
            {
                "task.prerequisites",
                new AbstractSkillsOptions { Count = 2, Prerequisites = [new() { Skill = 2, AllOf = [1] }] },
                new(),
                LossKind.Mse
            },
        };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Contradictions_are_refused_by_path(string path, TaskOptions task, GeometryOptions options, LossKind loss)
    {
        var error = Assert.Throws<InvalidOptionException>(() => Train(Trial(task, options, new SgdOptions(), 1, loss: loss)));
        Assert.Equal(path, error.Path);
        Assert.Contains("expected", error.Message.Replace("need at least", "expected", StringComparison.Ordinal));
    }

    private static double[] LastStrength(GeometryOptions options, int batch = 32, ulong seed = 1, double exponent = 1)
    {
        var task = new AbstractSkillsOptions { Count = 6, FrequencyExponent = exponent };
        var trajectory = Train(Trial(task, options, new SgdOptions { LearningRate = 0.1 }, 10, batch: batch, seed: seed, every: 10))[0];
        return [.. Enumerable.Range(0, 6).Select(k => trajectory.Strength[1, k])];
    }
}
