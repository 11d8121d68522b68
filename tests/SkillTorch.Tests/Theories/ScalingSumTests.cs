using SkillTorch.Tasks;
using SkillTorch.Theories;
using SkillTorch.Training;
using static SkillTorch.Tests.Models.StackRunner;

namespace SkillTorch.Tests.Theories;

public class ScalingSumTests
{
    private static readonly AbstractSkillsOptions Population = new() { Count = 1 };
    private static readonly ScalingSumOptions Time = new() { Bottleneck = ScalingBottleneck.Time, Skills = 1000 };
    private static readonly ScalingSumOptions Compute = Time with { Bottleneck = ScalingBottleneck.Compute, BasisFunctions = 20 };
    private static readonly ScalingSumOptions Data = Time with { Bottleneck = ScalingBottleneck.Data };

    public static TheoryData<ScalingSumOptions, ScalingSumOptions> Variants =>
        new()
        {
            { Time, Data },
            { Time, Compute },
            { Data, Time with { Bottleneck = ScalingBottleneck.Parameters } },
            { Time, Time with { Skills = 2000 } },
            { Time, Time with { Alpha = 0.7 } },
            { Time, Time with { TargetScale = 2 } },
            { Time, Time with { InitialStrength = 0.02 } },
            { Time, Time with { LearningRate = 0.5 } },
            { Compute, Compute with { BasisFunctions = 40 } },
            { Data, Data with { BasisFunctions = 40 } },
        };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_option_changes_the_loss(ScalingSumOptions before, ScalingSumOptions after) =>
        Assert.All(Run(before).TotalLoss().Zip(Run(after).TotalLoss()), pair => Assert.NotEqual(pair.First, pair.Second));

    [Fact]
    public void Loss_is_the_sum_and_strength_the_share_of_the_target_that_is_learned()
    {
        var model = Compute with { TargetScale = 3, Alpha = 0.8 };
        var trajectory = Run(model);
        var expected = new SkillSums(new ScalingLaws(0.8, 3), 1000).Compute([20], [.. trajectory.Steps.Select(s => (double)s)]);
        for (var m = 0; m < trajectory.Steps.Length; m++)
        {
            Assert.Equal(expected[0, m], trajectory.TotalLoss()[m]);
            Assert.Equal(1 - trajectory.Loss[m, 0] / 4.5, trajectory.Strength[m, 0], 1e-15);
        }
    }

    [Theory] // α chosen so that 10^5 skills are as good as endless
    [InlineData(ScalingBottleneck.Time, 0.9, 0.9 / 1.9)]
    [InlineData(ScalingBottleneck.Data, 0.9, 0.9 / 1.9)]
    [InlineData(ScalingBottleneck.Parameters, 1.2, 1.2)]
    public void Its_slope_is_the_laws(ScalingBottleneck bottleneck, double alpha, double exponent)
    {
        var trajectory = Run(new ScalingSumOptions { Bottleneck = bottleneck, Alpha = alpha }, steps: 1000, logPoints: 60);
        var window = Enumerable.Range(0, trajectory.Steps.Length).Where(m => trajectory.Steps[m] >= 100).ToArray();
        var slope = PowerLaw
            .Fit([.. window.Select(m => (double)trajectory.Steps[m])], [.. window.Select(m => trajectory.TotalLoss()[m])])
            .Exponent;
        Assert.Equal(-exponent, slope, 0.01);
    }

    [Fact]
    public void Training_passes_over_the_steps_between_measurements()
    {
        var progress = new Counter();
        var trial = Trial(Population, Time, null, 1_000_000_000) with { Measure = new() { LogPoints = 10 } };
        Trainer.Train([trial, trial with { Model = Time with { Alpha = 0.3 } }], new TrainerOptions(TorchSharp.torch.CPU), progress);
        Assert.Equal(2, progress.Finished);
        Assert.InRange(progress.Steps, 10, 12);
    }

    public static TheoryData<string, TaskOptions, ScalingSumOptions, LossKind> Contradictions =>
        new()
        {
            {
                "task.count",
                new AbstractSkillsOptions { Count = 2 },
                Time,
                LossKind.Mse
            },
            { "task.count", Population, Time, LossKind.CrossEntropy },
            { "model.initialStrength", Population, Time with { InitialStrength = 1 }, LossKind.Mse },
            { "model.basisFunctions", Population, Time with { BasisFunctions = 3 }, LossKind.Mse },
            { "model.basisFunctions", Population, Compute with { BasisFunctions = null }, LossKind.Mse },
        };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Contradictions_are_refused_by_path(string path, TaskOptions task, ScalingSumOptions model, LossKind loss) =>
        Assert.Equal(path, Assert.Throws<InvalidOptionException>(() => Train(Trial(task, model, null, 10, loss: loss))).Path);

    private static Trajectory Run(ScalingSumOptions model, int steps = 300, int logPoints = 8)
    {
        // From 30 on, where data, parameters and compute all tell their settings apart.
        var trial = Trial(Population, model, null, steps);
        return Train(trial with { Measure = logPoints == 8 ? new() { At = [30, 100, 300] } : new() { LogPoints = logPoints } })[0];
    }

    private sealed class Counter : ITrainingObserver
    {
        public int Steps { get; private set; }

        public int Finished { get; private set; }

        public void OnProgress(int step, int steps) => Steps++;

        public void OnFinished(int index, Trajectory trajectory) => Finished++;

        public void OnFailed(int index, string message, Trajectory measured) => Assert.Fail(message);

        public void OnCheckpoint(int index, TrialCheckpoint checkpoint) { }
    }
}
