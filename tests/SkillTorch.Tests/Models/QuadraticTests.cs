using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static SkillTorch.Tests.Models.StackRunner;

namespace SkillTorch.Tests.Models;

public class QuadraticTests
{
    private static readonly AbstractSkillsOptions Task = new() { Count = 4 };

    /// <summary>R is orthogonal, so gradient descent moves each x_i alone: x_i ← x_i·(1 − 2ηa_i), whatever R.</summary>
    [Theory]
    [InlineData(QuadraticRotation.Identity)]
    [InlineData(QuadraticRotation.Hadamard)]
    public void Sgd_shrinks_each_axis_by_its_own_factor(QuadraticRotation rotation)
    {
        const double Rate = 0.07;
        double[] a = [1, 0.5, 0.25, 0.1],
            start = [1, 2, 3, -5];
        var model = new QuadraticOptions
        {
            Coefficients = a,
            Initial = start,
            Rotation = rotation,
        };
        var trajectory = Train(Trial(Task, model, new SgdOptions { LearningRate = Rate }, 40, precision: Precision.Float64))[0];
        // Published order of H4's rows: (+ + + +), (+ + − −), (+ − + −), (+ − − +), each halved.
        var x =
            rotation == QuadraticRotation.Identity
                ? start
                : [(1 + 2 + 3 - 5) / 2.0, (1 + 2 - 3 + 5) / 2.0, (1 - 2 + 3 + 5) / 2.0, (1 - 2 - 3 - 5) / 2.0];
        for (var t = 0; t <= 40; t++)
        {
            for (var k = 0; k < 4; k++)
            {
                var loss = Math.Pow(x[k] * Math.Pow(1 - 2 * Rate * a[k], t), 2);
                Assert.Equal(loss, trajectory.Loss[t, k], 1e-12 * x[k] * x[k] + 1e-15);
                Assert.Equal(1 - loss / (x[k] * x[k]), trajectory.Strength[t, k], 1e-12);
            }
        }
    }

    /// <summary>P20: on the loss's own axes sign descent brings all terms down together; rotated, one after another.</summary>
    [Fact]
    public void Sign_descent_is_simultaneous_on_the_axes_and_serial_off_them()
    {
        var optimizer = new SignGdOptions { LearningRate = 3e-4 };
        var aligned = Train(Trial(Task, new QuadraticOptions(), optimizer, 6000, precision: Precision.Float64))[0];
        var rotated = Train(
            Trial(
                Task,
                new QuadraticOptions { Rotation = QuadraticRotation.Hadamard, Initial = [1, 1, 1, -1] },
                optimizer,
                6000,
                precision: Precision.Float64
            )
        )[0];
        AssertNear([2280, 2280, 2280, 2280], Times(aligned));
        AssertNear([1140, 2771, 4238, 5736], Times(rotated));
        Assert.Single(Times(aligned).Distinct());
    }

    [Fact]
    public void A_trial_gives_the_same_bits_alone_and_in_a_stack()
    {
        var trials = Enumerable
            .Range(1, 5)
            .Select(i =>
                Trial(
                    Task,
                    new QuadraticOptions
                    {
                        Rotation = QuadraticRotation.Hadamard,
                        Coefficients = [1, 1.0 / i, 0.1, 0.01],
                        Initial = [1, 1, i, -1.5],
                    },
                    new AdamOptions { LearningRate = 0.01 * i },
                    30
                )
            )
            .ToList();
        var stacked = Train(trials);
        for (var i = 0; i < trials.Count; i++)
            Assert.Equal(Train(trials[i])[0].Loss, stacked[i].Loss);
    }

    public static TheoryData<string, TaskOptions, QuadraticOptions, LossKind> Contradictions =>
        new()
        {
            {
                "model.coefficients",
                Task,
                new() { Coefficients = [1, 2] },
                LossKind.Mse
            },
            {
                "model.initial",
                Task,
                new() { Initial = [1] },
                LossKind.Mse
            },
            {
                "model.initial",
                Task,
                new() { Initial = [1, 0, 1, 1] },
                LossKind.Mse
            },
            {
                "model.rotation",
                new AbstractSkillsOptions { Count = 3 },
                new() { Coefficients = [1, 2, 3], Rotation = QuadraticRotation.Hadamard },
                LossKind.Mse
            },
            { "training.loss", Task, new(), LossKind.CrossEntropy },
        };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Contradictions_are_refused_by_path(string path, TaskOptions task, QuadraticOptions options, LossKind loss) =>
        Assert.Equal(path, Assert.Throws<InvalidOptionException>(() => Train(Trial(task, options, new SgdOptions(), 1, loss: loss))).Path);

    /// <summary>Measured before or after an update, or rounded in another order.</summary>
    private static void AssertNear(int[] published, int[] actual) =>
        Assert.All(published.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2.0));

    private static int[] Times(Trajectory trajectory) =>
        [.. Enumerable.Range(0, 4).Select(k => Enumerable.Range(0, trajectory.Steps.Length).First(t => trajectory.Loss[t, k] < 0.1))];
}
