using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Tests.Models;
using SkillTorch.Tests.Training;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Optimizers;

/// <summary>What is trained and what is measured are not the same parameters.</summary>
public class ScheduleFreeAdamWTests
{
    private static readonly ScheduleFreeAdamWOptions Options = new() { LearningRate = 0.1, Beta1 = 0.6 };

    [Fact]
    public void A_trial_is_measured_at_the_average()
    {
        double[] a = [1, 0.5, 0.25, 0.1],
            start = [1, 2, 3, -5];
        var model = new QuadraticOptions { Coefficients = a, Initial = start };
        var trajectory = StackRunner.Train(
            StackRunner.Trial(new AbstractSkillsOptions { Count = 4 }, model, Options, 20, precision: Precision.Float64)
        )[0];

        using var parameters = tensor(start, [1, 4], dtype: ScalarType.Float64);
        using var optimizer = Options.Create([Options], parameters);
        Assert.Null(optimizer.MeasuredParameters);
        for (var step = 1; step <= 20; step++)
        {
            var trained = Descent.Advance(optimizer, parameters, x => [.. x.Zip(a, (v, curvature) => 2 * curvature * v)]);
            var measured = Descent.Values(optimizer.MeasuredParameters!);
            for (var k = 0; k < 4; k++)
                Assert.Equal(measured[k] * measured[k], trajectory.Loss[step, k], 1e-12);
            Assert.True(step == 1 || trained[3] != measured[3]);
        }
    }

    /// <summary>A network that is measured on its training batch keeps the gradient of the measurement, which here is that of other
    /// parameters.</summary>
    [Fact]
    public void Measuring_more_often_changes_nothing()
    {
        var trial = TinyTrials.Create("whole dataset") with { Optimizer = Options };
        var last = trial.Training.Steps;
        var often = TinyTrials.Train([trial with { Measure = new MeasureOptions { Every = 1 } }]).Finished[0];
        var once = TinyTrials.Train([trial with { Measure = new MeasureOptions { At = [last] } }]).Finished[0];
        Assert.Equal(once.Loss[once.Steps.Length - 1, 0], often.Loss[often.Steps.Length - 1, 0]);
        Assert.NotEqual(often.Loss[0, 0], often.Loss[often.Steps.Length - 1, 0]);
    }
}
