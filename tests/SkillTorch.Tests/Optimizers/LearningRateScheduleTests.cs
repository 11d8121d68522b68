using SkillTorch.Optimizers;
using SkillTorch.Tests.Training;
using SkillTorch.Training;

namespace SkillTorch.Tests.Optimizers;

public class LearningRateScheduleTests
{
    private static readonly double HalfRoot = Math.Sqrt(0.5);

    /// <summary>Factors of the first updates, in a training of four updates where the schedule does not say how long it is.</summary>
    public static TheoryData<LearningRateScheduleOptions, double[]> Factors =>
        new()
        {
            { new ConstantScheduleOptions(), [1, 1, 1] },
            {
                new ConstantScheduleOptions { Warmup = 4 },
                [0.25, 0.5, 0.75, 1, 1]
            },
            {
                new StepScheduleOptions { Every = 2 },
                [1, 1, 0.5, 0.5, 0.25]
            },
            {
                new StepScheduleOptions
                {
                    Every = 2,
                    Multiplier = 0.1,
                    Warmup = 2,
                },
                [0.5, 1, 1, 0.1, 0.1, 0.01]
            },
            { new CosineScheduleOptions(), [1, (1 + HalfRoot) / 2, 0.5, (1 - HalfRoot) / 2, 0, 0] },
            {
                new CosineScheduleOptions { Warmup = 3, FinalFactor = 0.2 },
                [1 / 3.0, 2 / 3.0, 1, 0.6, 0.2, 0.2]
            },
            { new LinearScheduleOptions(), [1, 0.75, 0.5, 0.25, 0, 0] },
            {
                new LinearScheduleOptions { FinalFactor = 0.4 },
                [1, 0.85, 0.7, 0.55, 0.4]
            },
            {
                new LinearScheduleOptions { Warmup = 4 },
                [0.25, 0.5, 0.75, 1, 0]
            },
            {
                new LinearScheduleOptions { Steps = 2 },
                [1, 0.5, 0, 0]
            },
            { new InverseSquareRootScheduleOptions(), [1, HalfRoot, 1 / Math.Sqrt(3), 0.5] },
            {
                new InverseSquareRootScheduleOptions { Timescale = 2 },
                [1, Math.Sqrt(2 / 3.0), HalfRoot]
            },
            {
                new InverseSquareRootScheduleOptions { Warmup = 2 },
                [0.5, 1, Math.Sqrt(2 / 3.0), HalfRoot]
            }, // √(w/t)
            {
                new InverseSquareRootScheduleOptions { Warmup = 2, Timescale = 1 },
                [0.5, 1, HalfRoot]
            },
        };

    [Theory]
    [MemberData(nameof(Factors))]
    public void The_factor_of_each_update_is_the_equations(LearningRateScheduleOptions schedule, double[] factors)
    {
        var over = schedule.Over(4);
        for (var t = 1; t <= factors.Length; t++)
            Assert.Equal(factors[t - 1], over.Factor(t), 1e-15);
    }

    [Fact]
    public void Every_kind_is_in_the_table()
    {
        var kinds = Catalog.Kinds(typeof(LearningRateScheduleOptions)).Select(kind => kind.Type);
        Assert.Empty(kinds.Except(Factors.Select(row => row[0].GetType())));
    }

    [Fact]
    public void The_length_is_that_of_the_training_unless_it_is_given()
    {
        var trial = TinyTrials.Create("multitask");
        var steps = trial.Training.Steps;
        Assert.Equal(Trained(new CosineScheduleOptions { Steps = steps }), Trained(new CosineScheduleOptions()));
        Assert.NotEqual(Trained(new CosineScheduleOptions { Steps = 2 * steps }), Trained(new CosineScheduleOptions()));

        double[] Trained(LearningRateScheduleOptions schedule) =>
            TinyTrials.Numbers(
                TinyTrials.Train([trial with { Optimizer = trial.Optimizer! with { LearningRateSchedule = schedule } }]).Finished[0]
            );
    }

    [Fact]
    public void Outside_of_a_training_a_decay_needs_a_length()
    {
        var options = new SgdOptions { LearningRateSchedule = new LinearScheduleOptions() };
        var error = Assert.Throws<InvalidOptionException>(() => options.LearningRateAt(1));
        Assert.Equal(
            "Got nothing for `optimizer.learningRateSchedule.steps` outside of a training; expected a number of updates.",
            error.Message
        );
        Assert.Equal(0.0005, options.Over(2).LearningRateAt(2));
    }

    [Fact]
    public void A_warm_up_longer_than_the_training_is_refused()
    {
        var trial = TinyTrials.Create("multitask") with
        {
            Optimizer = new SgdOptions { LearningRateSchedule = new CosineScheduleOptions { Warmup = 41 } },
        };
        var error = Assert.Throws<InvalidOptionException>(() => LearnerFactory.Check(trial));
        Assert.Equal(
            "Got 41 for `optimizer.learningRateSchedule.warmup`; expected at most 40, the number of updates over which the learning "
                + "rate falls.",
            error.Message
        );
    }
}
