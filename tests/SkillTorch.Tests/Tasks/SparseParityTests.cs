using SkillTorch.Tasks;

namespace SkillTorch.Tests.Tasks;

public class SparseParityTests
{
    private static readonly SparseParityOptions Two = Options(8, [1, 2], [3, 4, 5]);

    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(100)]
    public void Labels_are_the_parities_of_the_skills_bits(int inputBits)
    {
        var options = Options(inputBits, [1, 2], [inputBits - 1, 3, inputBits], [inputBits]);
        using var task = Create(options, [1, 2], new DataPlan(null, 200, 0));
        var batch = task.TrainingBatch(1);
        for (var set = 0; set < 2; set++)
        {
            for (var i = 0; i < batch.Size; i++)
            {
                var bits = Bits.From(batch, set, i);
                Assert.Equal(options.Parities.Select(p => p.Bits.Sum(bit => bits[bit - 1]) % 2.0), Bits.Targets(batch, set, i));
            }
        }

        // Uniform bits: each column is ones on half of the samples, within 4.5 standard deviations.
        foreach (var column in Enumerable.Range(0, inputBits))
            Assert.InRange(Enumerable.Range(0, 400).Sum(i => Bits.From(batch, i / 200, i % 200)[column]), 155, 245);
    }

    [Fact]
    public void A_skill_counts_on_exactly_its_fraction_of_the_samples()
    {
        SparseParityOptions[] trials = [.. new[] { 1, 0.25, 0.05 }.Select(fraction => With(Two, 1, fraction))];
        using var task = Create(trials, [1, 1, 1], new DataPlan(null, 400, 0));
        var batch = task.TrainingBatch(1);
        Assert.Equal([1, 0.25, 0.05], Enumerable.Range(0, 3).Select(r => task.Frequencies[r, 1]));
        foreach (var (r, counted) in new[] { (0, 400), (1, 100), (2, 20) })
        {
            var weights = batch.Weights!.AsSpan(r * 800, 800).ToArray().Chunk(2).ToArray();
            Assert.Equal(400, weights.Sum(w => w[0]));
            Assert.Equal(counted, weights.Sum(w => w[1]));
            Assert.All(weights, w => Assert.True(w[1] is 0 or 1));
        }

        // A rarer skill counts on some of the samples of a more frequent one: cases share their random numbers.
        Assert.All(Enumerable.Range(0, 400), i => Assert.True(batch.Weights![2 * (800 + i) + 1] <= batch.Weights![2 * (400 + i) + 1]));
    }

    [Fact]
    public void Samples_depend_on_seed_and_step_and_not_on_the_stack()
    {
        var plan = new DataPlan(20, null, 50);
        using var stack = Create(Two, [5, 6], plan);
        using var alone = Create(Two, [6], plan);
        var first = Bits.Samples(stack.TrainingBatch(1), 1);
        Assert.Equal(Bits.Samples(alone.TrainingBatch(1), 0), first);
        Assert.NotEqual(Bits.Samples(stack.TrainingBatch(1), 0), first);
        Assert.NotEqual(Bits.Samples(stack.TrainingBatch(2), 1), first);
        Assert.Equal(Bits.Samples(stack.TrainingBatch(1), 1), first); // any order of steps
        var evaluation = Bits.Samples(stack.EvaluationBatch(0), 1);
        Assert.Equal(50, evaluation.Length);
        Assert.NotEqual(first, evaluation[..20]);
    }

    [Fact]
    public void An_epoch_visits_every_sample_once_in_an_order_of_its_own()
    {
        using var task = Create(With(Options(32, [1, 2], [3, 4]), 0, 0.5), [1, 2], new DataPlan(25, 100, 0));
        Assert.False(task.MeasuresTrainingBatch);
        for (var set = 0; set < 2; set++)
        {
            var all = Bits.Samples(task.EvaluationBatch(0), set);
            var epochs = Enumerable
                .Range(0, 3)
                .Select(epoch =>
                    Enumerable.Range(1 + 4 * epoch, 4).SelectMany(step => Bits.Samples(task.TrainingBatch(step), set)).ToArray()
                )
                .ToArray();
            Assert.All(epochs, visited => Assert.Equal(all.Order(), visited.Order()));
            Assert.NotEqual(epochs[0], epochs[1]);
            Assert.NotEqual(epochs[1], epochs[2]);
            Assert.Equal(epochs[0][25..50], Bits.Samples(task.TrainingBatch(2), set)); // any order of steps
        }

        Assert.Equal(50, Enumerable.Range(1, 4).Sum(step => task.TrainingBatch(step).Weights!.Where((_, i) => i < 50 && i % 2 == 0).Sum()));
    }

    [Fact]
    public void The_whole_dataset_is_measured_while_it_is_trained_on()
    {
        using var task = Create(Two, [1], new DataPlan(null, 30, 0));
        Assert.True(task.MeasuresTrainingBatch);
        Assert.Same(task.TrainingBatch(1), task.TrainingBatch(2));
        Assert.Same(task.TrainingBatch(1), task.EvaluationBatch(1));
    }

    [Fact]
    public void Perfect_indifferent_and_inverted_outputs_have_strength_one_zero_and_minus_one()
    {
        using var task = Create(Two, [1, 2, 3], new DataPlan(null, 40, 0));
        var batch = task.TrainingBatch(1);
        double[] outputs =
        [
            .. batch.Targets.Select(
                (y, i) =>
                    (i / 80) switch
                    {
                        0 => y,
                        1 => 0.5,
                        _ => 1 - y,
                    }
            ),
        ];
        var measured = new SkillMeasurement(3, 2);
        task.Measure(batch, outputs, LossKind.Mse, measured);
        foreach (var (r, strength, loss) in new[] { (0, 1.0, 0.0), (1, 0.0, 0.25), (2, -1.0, 1.0) })
        {
            Assert.Equal([strength, strength], Row(measured.Strength, r));
            Assert.Equal([loss, loss], Row(measured.Loss, r));
        }

        Assert.Equal([1, 1], Row(measured.Accuracy, 0));
        Assert.Equal([0, 0], Row(measured.Accuracy, 2));
    }

    [Theory]
    [InlineData(LossKind.Mse, 3)]
    [InlineData(LossKind.Mse, 48)]
    [InlineData(LossKind.CrossEntropy, 43)]
    public void Each_skill_is_measured_by_its_definition(LossKind loss, int samples)
    {
        using var task = Create(Options(8, [1, 2], [3, 4, 5], [6]), [1, 2], new DataPlan(null, samples, 0));
        var batch = task.TrainingBatch(1);
        var random = new Random(samples);
        double[] outputs = [.. batch.Targets.Select(_ => 6 * random.NextDouble() - 3)];
        var measured = new SkillMeasurement(2, 3);
        task.Measure(batch, outputs, loss, measured);
        for (var r = 0; r < 2; r++)
        {
            for (var k = 0; k < 3; k++)
            {
                var own = Enumerable
                    .Range(0, samples)
                    .Select(b => (r * samples + b) * 3 + k)
                    .Select(i =>
                        (
                            Output: outputs[i],
                            Prediction: loss == LossKind.Mse ? outputs[i] : 1 / (1 + Math.Exp(-outputs[i])),
                            Target: batch.Targets[i]
                        )
                    )
                    .ToList();
                var value = own.Average(o =>
                    loss == LossKind.Mse ? Math.Pow(o.Output - o.Target, 2) : -Math.Log(o.Target == 1 ? o.Prediction : 1 - o.Prediction)
                );
                Assert.Equal(value, measured.Loss[r, k], 1e-13);
                Assert.Equal(own.Average(o => (2 * o.Target - 1) * (2 * o.Prediction - 1)), measured.Strength[r, k], 1e-13);
                Assert.Equal(own.Average(o => (o.Prediction > 0.5) == (o.Target == 1) ? 1.0 : 0), measured.Accuracy[r, k], 1e-13);
            }
        }
    }

    [Fact]
    public void Under_cross_entropy_outputs_are_logits()
    {
        using var task = Create(Two, [1], new DataPlan(null, 40, 0));
        var batch = task.TrainingBatch(1);
        // Right by a logit of 2 everywhere, except that skill 2 is wrong by 1 on its first ten samples.
        double[] outputs = [.. batch.Targets.Select((y, i) => (2 * y - 1) * (i % 2 == 1 && i < 20 ? -1 : 2))];
        var measured = new SkillMeasurement(1, 2);
        task.Measure(batch, outputs, LossKind.CrossEntropy, measured);
        double[] loss = [Math.Log(1 + Math.Exp(-2)), Math.Log(1 + Math.E)];
        double[] margin = [Math.Tanh(1), Math.Tanh(-0.5)];
        Assert.Equal(loss[0], measured.Loss[0, 0], 1e-14);
        Assert.Equal(0.75 * loss[0] + 0.25 * loss[1], measured.Loss[0, 1], 1e-14);
        Assert.Equal(margin[0], measured.Strength[0, 0], 1e-14);
        Assert.Equal(0.75 * margin[0] + 0.25 * margin[1], measured.Strength[0, 1], 1e-14);
        Assert.Equal([1, 0.75], Row(measured.Accuracy, 0));
    }

    [Theory]
    [InlineData(1e-3, 9.9950033308353317e-4)] // x − x²/2 + x³/3 − …
    [InlineData(1e-9, 9.9999999950000000e-10)]
    [InlineData(1e-20, 1e-20)]
    [InlineData(1, 0.69314718055994531)]
    public void The_logarithm_of_the_losses_keeps_small_numbers(double x, double expected) =>
        Assert.Equal(1, Losses.Log1p(x) / expected, 4e-16);

    [Fact]
    public void A_composed_skill_needs_the_fewest_skills_that_make_it_up()
    {
        Assert.Equal(["", "", "1 2"], Prerequisites([1, 2], [3, 4], [1, 2, 3, 4]));
        Assert.Equal(["", "", ""], Prerequisites([1, 2], [2, 3], [1, 2, 3])); // parts that share a bit
        Assert.Equal(["", "", ""], Prerequisites([1, 2], [3, 4], [1, 2, 3, 4, 5])); // a bit is missing
        Assert.Equal(["", ""], Prerequisites([1, 2], [2, 1])); // equal skills
        Assert.Equal(["", "", "", "", "1 2 3", "4 5"], Prerequisites([1], [2], [3], [4], [1, 2, 3], [1, 2, 3, 4]));

        static string[] Prerequisites(params int[][] bits) =>
            [.. Options(8, bits).GetSkills().Select(skill => string.Join(' ', skill.Prerequisite?.Skills ?? []))];
    }

    [Fact]
    public void Skills_are_named_by_their_bits_and_as_frequent_as_their_fraction()
    {
        var skills = With(Two, 1, 0.1).GetSkills();
        Assert.Equal(["x1⊕x2", "x3⊕x4⊕x5"], skills.Select(skill => skill.Name));
        Assert.Equal([1, 0.1], skills.Select(skill => skill.Frequency));
        Skill.Check(skills);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 9)]
    [InlineData(2, 2)]
    public void Wrong_bits_are_refused(int bit, int other)
    {
        var options = Options(8, [1, 2], [bit, other]);
        var error = Assert.Throws<InvalidOptionException>(() => options.GetSkills());
        Assert.Equal("task.parities[1].bits", error.Path);
        Assert.Equal($"Got [{bit}, {other}] for `task.parities[1].bits`; expected different bits between 1 and 8.", error.Message);
    }

    [Fact]
    public void No_skills_and_no_samples_are_refused()
    {
        Assert.Equal("task.parities", Assert.Throws<InvalidOptionException>(() => Options(8).GetSkills()).Path);
        Assert.Equal(
            "task.parities[0].bits",
            Assert
                .Throws<InvalidOptionException>(() =>
                    Options(
                            8,
                            [
                                [],
                            ]
                        )
                        .GetSkills()
                )
                .Path
        );
        Assert.Equal("training.batchSize", Assert.Throws<InvalidOptionException>(() => Create(Two, [1], new DataPlan(null, null, 0))).Path);
    }

    private static double[] Row(double[,] values, int row) => [.. Enumerable.Range(0, values.GetLength(1)).Select(k => values[row, k])];

    private static SparseParityOptions Options(int inputBits, params int[][] bits) =>
        new() { InputBits = inputBits, Parities = [.. bits.Select(b => new ParitySkill { Bits = b })] };

    private static SparseParityOptions With(SparseParityOptions options, int skill, double fraction) =>
        options with
        {
            Parities = [.. options.Parities.Select((parity, k) => k == skill ? parity with { Fraction = fraction } : parity)],
        };

    private static DataTask Create(SparseParityOptions options, ulong[] seeds, DataPlan plan) =>
        Create([.. seeds.Select(_ => options)], seeds, plan);

    private static DataTask Create(SparseParityOptions[] options, ulong[] seeds, DataPlan plan) => options[0].Create(options, seeds, plan);
}
