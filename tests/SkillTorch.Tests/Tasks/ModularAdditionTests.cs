using SkillTorch.Tasks;

namespace SkillTorch.Tests.Tasks;

public class ModularAdditionTests
{
    private static readonly ModularAdditionOptions Seven = new() { Modulus = 7, TrainFraction = 0.6 }; // ⌊29.4⌋ of 49 pairs

    [Fact]
    public void Training_and_test_pairs_are_all_pairs_once_with_their_sums()
    {
        using var task = Create(Seven, [1, 2]);
        var (all, training) = (task.EvaluationBatch(0), task.TrainingBatch(1));
        Assert.Equal((2, 49, 14, 7), (all.Sets, all.Size, task.Inputs, task.Outputs));
        Assert.Equal(29, training.Size);
        for (var set = 0; set < 2; set++)
        {
            var pairs = Samples(all, set);
            Assert.Equal(49, pairs.Distinct().Count());
            Assert.All(pairs, pair => Assert.Equal((pair.A + pair.B) % 7, pair.Label));
            Assert.All(pairs, pair => Assert.True(pair.A is >= 0 and < 7 && pair.B is >= 0 and < 7));
            Assert.Equal(pairs[..29], Samples(training, set));
        }
    }

    [Fact]
    public void The_published_split_has_2784_training_pairs()
    {
        using var task = Create(new ModularAdditionOptions(), [1]);
        Assert.Equal((2784, 3481), (task.TrainingBatch(1).Size, task.EvaluationBatch(0).Size));
    }

    [Fact]
    public void The_split_depends_on_the_seed_and_not_on_the_stack()
    {
        using var stack = Create(Seven, [5, 6]);
        using var alone = Create(Seven, [6]);
        Assert.Equal(Samples(alone.EvaluationBatch(0), 0), Samples(stack.EvaluationBatch(0), 1));
        Assert.NotEqual(Samples(stack.EvaluationBatch(0), 0), Samples(stack.EvaluationBatch(0), 1));
    }

    [Fact]
    public void Every_pair_is_as_likely_to_be_trained_on()
    {
        const int splits = 2000;
        var chosen = new int[49];
        using var task = Create(Seven, [.. Enumerable.Range(0, splits).Select(seed => (ulong)seed)]);
        for (var set = 0; set < splits; set++)
        {
            foreach (var (a, b, _) in Samples(task.TrainingBatch(1), set))
                chosen[7 * a + b]++;
        }

        var p = 29.0 / 49;
        Assert.All(chosen, count => Assert.Equal(p * splits, count, 4.5 * Math.Sqrt(splits * p * (1 - p))));
    }

    [Fact]
    public void Minibatches_visit_every_training_pair_once_an_epoch()
    {
        using var task = Create(Seven, [1, 2], new DataPlan(10, null, 0)); // two of 29 pairs' three batches fit; 9 wait
        var training = Samples(Create(Seven, [1, 2]).TrainingBatch(1), 1);
        (int A, int B, int Label)[] visited = [.. Samples(task.TrainingBatch(1), 1), .. Samples(task.TrainingBatch(2), 1)];
        Assert.Equal(20, visited.Distinct().Count());
        Assert.Subset(training.ToHashSet(), visited.ToHashSet());
        Assert.NotEqual(visited[..10], Samples(task.TrainingBatch(3), 1));
    }

    [Fact]
    public void Skill_1_is_what_is_trained_on_and_skill_2_the_rest()
    {
        Assert.Equal([(1, 1.0), (2, 0.0)], Seven.GetSkills().Select(skill => (skill.Index, skill.Frequency)));
        using var task = Create(Seven, [1]);
        var all = task.EvaluationBatch(0);
        // Right on the training pairs, and sure of the next class on the test pairs.
        var outputs = Outputs(all, (sample, o) => o == (all.Labels![sample] + (sample < 29 ? 0 : 1)) % 7 ? 50 : 0);
        var measured = Measure(task, outputs, LossKind.CrossEntropy, 1);
        Assert.Equal((1, 0), (measured.Accuracy[0, 0], measured.Accuracy[0, 1]));
        Assert.Equal(1, measured.Strength[0, 0], 1e-12);
        Assert.Equal(-1.0 / 6, measured.Strength[0, 1], 1e-12);
        Assert.Equal(6 * Math.Exp(-50), measured.Loss[0, 0], 1e-30);
        Assert.Equal(50, measured.Loss[0, 1], 1e-12);
    }

    [Fact]
    public void Indifferent_outputs_have_strength_0_under_either_loss()
    {
        using var task = Create(Seven, [1, 2]);
        var all = task.EvaluationBatch(0);
        var logits = Measure(task, Outputs(all, (_, _) => 3), LossKind.CrossEntropy, 2);
        var outputs = Measure(task, Outputs(all, (_, _) => 1.0 / 7), LossKind.Mse, 2);
        for (var r = 0; r < 2; r++)
        {
            for (var k = 0; k < 2; k++)
            {
                Assert.Equal(0, logits.Strength[r, k], 1e-12);
                Assert.Equal(0, outputs.Strength[r, k], 1e-12);
                Assert.Equal(Math.Log(7), logits.Loss[r, k], 1e-12);
                Assert.Equal(6.0 / 49, outputs.Loss[r, k], 1e-12); // (36 + 6)/49/7
            }
        }
    }

    [Fact]
    public void Measured_are_the_means_of_softmax_and_squared_error()
    {
        using var task = Create(Seven, [3]);
        var all = task.EvaluationBatch(0);
        var outputs = Outputs(all, (sample, o) => 3 * Math.Sin(sample * 7 + o));
        var (logits, numbers) = (Measure(task, outputs, LossKind.CrossEntropy, 1), Measure(task, outputs, LossKind.Mse, 1));
        foreach (var (k, samples) in new[] { (0, Enumerable.Range(0, 29)), (1, Enumerable.Range(29, 20)) })
        {
            double[] probability = [.. samples.Select(s => Math.Exp(Right(s)) / Row(s).Sum(Math.Exp))];
            Assert.Equal(probability.Average(p => -Math.Log(p)), logits.Loss[0, k], 1e-12);
            Assert.Equal((7 * probability.Average() - 1) / 6, logits.Strength[0, k], 1e-12);
            Assert.Equal(samples.Average(s => Row(s).Max() == Right(s) ? 1.0 : 0), logits.Accuracy[0, k], 1e-12);
            Assert.Equal(
                samples.Average(s => Row(s).Select((y, o) => Math.Pow(y - (o == all.Labels![s] ? 1 : 0), 2)).Average()),
                numbers.Loss[0, k],
                1e-12
            );
            Assert.Equal((7 * samples.Average(Right) - 1) / 6, numbers.Strength[0, k], 1e-12);
            Assert.Equal(logits.Accuracy[0, k], numbers.Accuracy[0, k]);
        }

        double[] Row(int sample) => outputs[(7 * sample)..(7 * sample + 7)];
        double Right(int sample) => Row(sample)[all.Labels![sample]];
    }

    [Fact]
    public void A_dataset_size_beside_the_fraction_is_refused()
    {
        var error = Assert.Throws<InvalidOptionException>(() => Create(Seven, [1], new DataPlan(null, 20, 0)));
        Assert.Equal("training.datasetSize", error.Path);
        Assert.Contains("Got 20 for `training.datasetSize`; expected null", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fraction_of_less_than_one_pair_is_refused()
    {
        var error = Assert.Throws<InvalidOptionException>(() => (Seven with { TrainFraction = 0.02 }).GetSkills());
        Assert.Equal("task.trainFraction", error.Path);
        Assert.Contains("Got 0.02 for `task.trainFraction`, which is less than one of 49 pairs", error.Message, StringComparison.Ordinal);
    }

    private static DataTask Create(ModularAdditionOptions options, ulong[] seeds, DataPlan? plan = null) =>
        options.Create([.. seeds.Select(_ => options)], seeds, plan ?? new DataPlan(null, null, 0));

    private static (int A, int B, int Label)[] Samples(Batch batch, int set) =>
        [.. Enumerable.Range(set * batch.Size, batch.Size).Select(i => (batch.Tokens![2 * i], batch.Tokens[2 * i + 1], batch.Labels![i]))];

    private static double[] Outputs(Batch batch, Func<int, int, double> output) =>
        [
            .. Enumerable
                .Range(0, batch.Sets * batch.Size)
                .SelectMany(sample => Enumerable.Range(0, batch.Outputs).Select(o => output(sample, o))),
        ];

    private static SkillMeasurement Measure(DataTask task, double[] outputs, LossKind loss, int replicates)
    {
        var measured = new SkillMeasurement(replicates, 2);
        task.Measure(task.EvaluationBatch(0), outputs, loss, measured);
        return measured;
    }
}
