using SkillTorch.Tasks;

namespace SkillTorch.Tests.Tasks;

public class SquaresTests
{
    private static readonly SquaresOptions Three = new()
    {
        Skills = [new() { Fraction = 0.7 }, new() { Fraction = 0.25, Power = 3 }, new() { Fraction = 0.05, Power = 1 }],
    };

    [Fact]
    public void A_sample_has_one_input_its_power_as_target_and_one_entry_that_counts()
    {
        using var task = Three.Create([Three, Three], [1, 2], new DataPlan(null, 200, 0));
        var batch = task.TrainingBatch(1);
        int[] counts = new int[3],
            powers = [2, 3, 1];
        for (var i = 0; i < 400; i++)
        {
            var weights = batch.Weights!.AsSpan(3 * i, 3).ToArray();
            var k = Array.IndexOf(weights, 1.0);
            counts[k]++;
            for (var o = 0; o < 3; o++)
            {
                var x = batch.Values![3 * i + o];
                Assert.Equal(o == k ? 1 : 0, weights[o]);
                Assert.Equal(o == k, x != 0);
                Assert.Equal(o == k ? Math.Pow(x, powers[k]) : 0, batch.Targets[3 * i + o]);
            }
        }

        Assert.Equal([280, 100, 20], counts); // 140, 50 and 10 of each set
    }

    [Fact]
    public void The_default_is_the_published_task()
    {
        var task = new SquaresOptions();
        using var data = task.Create([task], [1], new DataPlan(null, 1000, 0));
        var batch = data.TrainingBatch(1);
        Assert.Equal([990, 10], Enumerable.Range(0, 2).Select(k => (int)batch.Weights!.Where((_, i) => i % 2 == k).Sum()));
        Assert.InRange(batch.Values!.Average(Math.Abs), 0.23, 0.27); // one of two inputs uniform in [−1, 1]
        Assert.InRange(batch.Values!.Max(), 0.98, 1);
        Assert.InRange(batch.Values!.Min(), -1, -0.98);
        Assert.True(data.MeasuresTrainingBatch);
        Assert.Equal([0.99, 0.01], data.Frequencies.Cast<double>());
    }

    [Fact]
    public void Skills_are_measured_by_their_own_samples()
    {
        using var task = Three.Create([Three], [1], new DataPlan(null, 200, 0));
        var batch = task.TrainingBatch(1);
        var measurement = new SkillMeasurement(1, 3);
        task.Measure(batch, batch.Targets, LossKind.Mse, measurement);
        Assert.Equal([0, 0, 0, 1, 1, 1], measurement.Loss.Cast<double>().Concat(measurement.Strength.Cast<double>()));
        task.Measure(batch, new double[600], LossKind.Mse, measurement);
        Assert.Equal([0, 0, 0], measurement.Strength.Cast<double>());

        // Off by 0.5 for skill 2 alone, and wrong wherever it does not count.
        double[] outputs =
        [
            .. batch.Targets.Select(
                (y, i) =>
                    batch.Weights![i] == 0 ? 99
                    : i % 3 == 1 ? y + 0.5
                    : y
            ),
        ];
        task.Measure(batch, outputs, LossKind.Mse, measurement);
        Assert.Equal(0, measurement.Loss[0, 0]);
        Assert.Equal(0.25, measurement.Loss[0, 1], 1e-12);
        Assert.Equal(0, measurement.Loss[0, 2]);
    }

    [Fact]
    public void Fresh_samples_are_new_at_every_step_and_evaluated_evenly()
    {
        using var task = Three.Create([Three], [1], new DataPlan(40, null, 10));
        var first = (double[])task.TrainingBatch(1).Values!.Clone();
        Assert.NotEqual(first, task.TrainingBatch(2).Values!);
        Assert.Equal(first, task.TrainingBatch(1).Values!);
        var evaluation = task.EvaluationBatch(0);
        Assert.Equal([10, 10, 10], Enumerable.Range(0, 3).Select(k => (int)evaluation.Weights!.Where((_, i) => i % 3 == k).Sum()));
    }

    [Fact]
    public void Samples_depend_on_the_seed_and_not_on_the_stack()
    {
        var plan = new DataPlan(null, 60, 0);
        using var stack = Three.Create([Three, Three], [5, 6], plan);
        using var alone = Three.Create([Three], [6], plan);
        Assert.Equal(alone.TrainingBatch(1).Values!, stack.TrainingBatch(1).Values![180..]);
        Assert.NotEqual(alone.TrainingBatch(1).Values!, stack.TrainingBatch(1).Values![..180]);
    }

    [Fact]
    public void Contradictions_are_refused_by_path()
    {
        var plan = new DataPlan(null, 1000, 0);
        Refused("task.skills", () => new SquaresOptions { Skills = [new() { Fraction = 0.5 }] }.GetSkills());
        Refused("task.skills", () => new SquaresOptions { Skills = [] }.GetSkills());
        Refused("training.loss", () => Three.Create([Three], [1], plan with { Loss = LossKind.CrossEntropy }));
        Refused("training.batchSize", () => Three.Create([Three], [1], new DataPlan(null, null, 0)));
        Refused("task.skills[2].fraction", () => Three.Create([Three], [1], new DataPlan(null, 5, 0)));

        static void Refused(string path, Func<object> action) => Assert.Equal(path, Assert.Throws<InvalidOptionException>(action).Path);
    }
}
