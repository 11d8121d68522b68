using SkillTorch.Fitting;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Tests.Models;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Tests.Theories;

/// <summary>Theories predict losses in the unit in which the trial's task measures them.</summary>
public class LossUnitTests
{
    private static readonly SparseParityOptions Parity = new()
    {
        InputBits = 12,
        Parities = [new() { Bits = [1, 2] }, new() { Bits = [3, 4], Fraction = 0.5 }],
    };

    /// <summary>Tasks with the output that is no better than chance.</summary>
    public static TheoryData<DataTaskOptions, LossKind, double> Chances =>
        new()
        {
            { Parity, LossKind.Mse, 0.5 },
            { Parity, LossKind.CrossEntropy, 0 },
            {
                new MultitaskSparseParityOptions
                {
                    Skills = 3,
                    SkillBits = 12,
                    TargetScale = 5,
                },
                LossKind.Mse,
                0
            },
            {
                new ModularAdditionOptions { Modulus = 11 },
                LossKind.Mse,
                1.0 / 11
            },
            {
                new ModularAdditionOptions { Modulus = 11 },
                LossKind.CrossEntropy,
                0
            },
            {
                new SquaresOptions { Skills = [new() { Fraction = 0.5 }, new() { Fraction = 0.5, Power = 3 }] },
                LossKind.Mse,
                0
            },
        };

    [Theory]
    [MemberData(nameof(Chances))]
    public void The_loss_at_chance_is_what_the_task_measures_at_strength_0(DataTaskOptions options, LossKind loss, double answer)
    {
        using var task = options.Create([options], [1], new DataPlan(64, null, 20_000, loss));
        var batch = task.EvaluationBatch(0);
        var skills = options.GetSkills().Count;
        var measured = new SkillMeasurement(1, skills, task.ExtraQuantities);
        var samples = batch.Targets.Length > 0 ? batch.Targets.Length / task.Outputs : batch.Size;
        task.Measure(batch, Enumerable.Repeat(answer, samples * task.Outputs).ToArray(), loss, measured);
        var expected = options.LossesAtChance(loss);
        Assert.Equal(skills, expected.Count);
        for (var k = 0; k < skills; k++)
        {
            Assert.InRange(measured.Loss[0, k], 0.97 * expected[k], 1.03 * expected[k]);
            Assert.Equal(0, measured.Strength[0, k], 0.03);
        }
    }

    public static TheoryData<SkillTheory> Theories =>
        [new ResourceModel(), new DominoModel(), new ParallelModel(), new QuantaModel(), new MultilinearModel { InitialStrength = 1e-9 }];

    [Theory]
    [MemberData(nameof(Theories))]
    public void Every_theory_begins_at_the_loss_of_what_it_is_laid_over(SkillTheory theory)
    {
        var network = new TwoLayerMlpOptions { Width = 8 };
        Assert.Equal([0.25, 0.25], Start(Parity, network));
        Assert.Equal([12.5, 12.5], Start(new MultitaskSparseParityOptions { Skills = 2, TargetScale = 5 }, network));
        var two = new AbstractSkillsOptions { Count = 2 };
        Assert.Equal([1, 1], Start(two, new GeometryOptions()));
        Assert.Equal([4.5, 4.5], Start(two, new MultilinearModel { TargetScale = 3 }));
        Assert.Equal([0.5, 0.125], Start(two, new TwoLayerLinearModes { SingularValues = [1, 0.5] }));
        Assert.Equal([4, 1], Start(two, new QuadraticOptions { Initial = [2, 1], Coefficients = [1, 1] }));
        Assert.All(Start(Parity, network, LossKind.CrossEntropy), loss => Assert.Equal(Math.Log(2), loss, 1e-8));

        double[] Start(TaskOptions task, ModelOptions model, LossKind loss = LossKind.Mse)
        {
            var bound = theory.Bind(new Trial(task, model, new SgdOptions(), new() { Steps = 10, Loss = loss }, new(), 0));
            Assert.All(bound.ChanceLosses.Zip(bound.Loss([0]).Cast<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
            return [.. bound.ChanceLosses];
        }
    }

    /// <summary>A fit to strengths that explains them explains the losses too.</summary>
    [Fact]
    public void A_good_fit_of_a_parity_networks_strengths_is_a_good_fit_of_its_losses()
    {
        Trial[] trials =
        [
            .. Enumerable
                .Range(1, 2)
                .Select(seed => new Trial(
                    Parity,
                    new TwoLayerMlpOptions { Width = 50 },
                    new AdamOptions { LearningRate = 1e-3 },
                    new() { Steps = 800, DatasetSize = 1000 },
                    new() { Every = 5 },
                    (ulong)seed
                )),
        ];
        var trajectories = StackRunner.Train(trials);
        TrialResult[] results = [.. trials.Select((trial, r) => new TrialResult(new Place("default", [], r + 1), trial, trajectories[r]))];

        var (fits, curves) = FitRunner.Run([new ResourceModel { Fit = ["n0", "effectiveLearningRate"] }], results);

        // A network that starts at answers of about 0 first learns that the mean of its targets is ½, in which no skill has a part.
        var biasLearned = 10;
        var predicted = Later(curves[0].Curve.Loss);
        double[] measured = [.. Later(trajectories[0].Loss).Zip(Later(trajectories[1].Loss), (a, b) => (a + b) / 2)];
        Assert.InRange(measured[0], 0.95 * curves[0].Curve.Loss[0, 0], 1.05 * curves[0].Curve.Loss[0, 0]);
        Assert.True(fits[0].R2 > 0.9, $"R² of strength {fits[0].R2}");
        var mean = measured.Average();
        var r2 = 1 - measured.Zip(predicted, (m, p) => (m - p) * (m - p)).Sum() / measured.Sum(m => (m - mean) * (m - mean));
        Assert.True(r2 > 0.8, $"R² of loss {r2}, of strength {fits[0].R2}");

        double[] Later(double[,] loss) => [.. loss.Cast<double>().Skip(2 * biasLearned)];
    }

    /// <summary>Networks whose first answers are 0, which is chance: the first measured loss is the theory's.</summary>
    [Theory]
    [InlineData(LossKind.Mse)]
    [InlineData(LossKind.CrossEntropy)]
    public void The_first_measured_loss_of_a_network_is_the_theorys(LossKind loss)
    {
        DataTaskOptions task =
            loss == LossKind.Mse
                ? new MultitaskSparseParityOptions
                {
                    Skills = 2,
                    SkillBits = 12,
                    TargetScale = 3,
                }
                : Parity;
        var trial = new Trial(
            task,
            new TwoLayerMlpOptions { Width = 20, InitialStd = 0.01 },
            new SgdOptions(),
            new()
            {
                Steps = 1,
                BatchSize = 10,
                Loss = loss,
            },
            new() { Samples = 1000 },
            1
        );
        var measured = StackRunner.Train(trial)[0].Loss;
        var predicted = new DominoModel().Bind(trial).Loss([0]);
        for (var k = 0; k < 2; k++)
            Assert.InRange(measured[0, k], 0.98 * predicted[0, k], 1.02 * predicted[0, k]);
    }

    [Fact]
    public void By_itself_a_theory_has_its_own_unit()
    {
        Assert.Equal([1, 1], new DominoModel([0.5, 0.5]).ChanceLosses);
        Assert.Equal([12.5], new MultilinearModel([1]) { TargetScale = 5 }.ChanceLosses);
        Assert.Equal([0.5, 0.125], new TwoLayerLinearModes([1, 0.5]).ChanceLosses);
    }
}
