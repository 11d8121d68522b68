using SkillTorch.Fitting;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Tests.Theories;

/// <summary>Time of a theory under a learning-rate schedule is the sum of the rates.</summary>
public class LearningRateScheduleClockTests
{
    private static readonly MultitaskSparseParityOptions Task = new() { Skills = 3, TargetScale = 2 };
    private static readonly StepScheduleOptions Halved = new() { Every = 10 };

    private static SkillTheory Bind(SkillTheory theory, LearningRateScheduleOptions? schedule, int steps = 100) =>
        theory.Bind(
            new Trial(
                Task,
                new TwoLayerMlpOptions(),
                new SgdOptions { LearningRate = 0.3, LearningRateSchedule = schedule },
                new() { Steps = steps },
                new(),
                0
            )
        );

    [Fact]
    public void The_multilinear_model_runs_on_the_sum_of_the_rates()
    {
        var constant = Bind(new MultilinearModel(), null);
        var halved = Bind(new MultilinearModel(), Halved);
        Assert.Equal(0.3, ((MultilinearModel)halved).LearningRate);
        Assert.Equal(constant.Strength([0, 10, 15, 17.5]), halved.Strength([0, 10, 20, 30]));
        Assert.Equal(constant.Loss([10.25]), halved.Loss([10.5])); // between two steps

        // Beyond the training the last rate stays.
        Assert.Equal(
            constant.Strength([10 * (2 - Math.Pow(2, -9)) + 7 * Math.Pow(2, -9)]).Cast<double>().Select(s => Math.Round(s, 12)),
            halved.Strength([107]).Cast<double>().Select(s => Math.Round(s, 12))
        );
    }

    [Fact]
    public void A_rate_of_the_theorys_own_is_scheduled_too()
    {
        var own = new MultilinearModel { LearningRate = 0.1 };
        Assert.Equal(Bind(own, null).Strength([15]), Bind(own, Halved).Strength([20]));
    }

    [Theory]
    [InlineData("resource", true)]
    [InlineData("domino", true)]
    [InlineData("parallel", true)]
    [InlineData("quanta", false)] // it counts how often a skill has been seen
    [InlineData("multilinear-data", false)]
    public void Theories_of_time_follow_the_schedule(string kind, bool follows)
    {
        var theory = (SkillTheory)Activator.CreateInstance(Catalog.Kind("theory", kind).Type)!;
        Assert.Equal(Bind(theory, null).Strength([follows ? 160 : 170]), Bind(theory, Halved with { Every = 150 }, 300).Strength([170]));
    }

    [Fact]
    public void A_schedule_that_the_training_is_too_short_for_is_refused() =>
        Assert.Contains(
            "expected at most 5",
            Assert.Throws<InvalidOptionException>(() => Bind(new DominoModel(), new CosineScheduleOptions { Warmup = 9 }, 5)).Message
        );
}
