using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using SkillTorch.Tasks;

namespace SkillTorch.Tests.Tasks;

public class MultitaskSparseParityTests
{
    private static readonly MultitaskSparseParityOptions Default = new();

    [Property(MaxTest = 40)]
    public void Control_bits_name_the_skill_and_the_target_is_the_parity_of_its_bits(
        PositiveInt skills,
        PositiveInt spare,
        PositiveInt parityBits,
        bool overlap,
        ulong seed
    )
    {
        var options = new MultitaskSparseParityOptions
        {
            Skills = skills.Get,
            ParityBits = parityBits.Get,
            SkillBits = skills.Get * parityBits.Get + spare.Get,
            Overlap = overlap,
            TargetScale = 2.5,
        };
        using var task = Create(options, [seed, seed + 1], new DataPlan(30, null, 3));
        Assert.Equal(options.Skills + options.SkillBits, task.Inputs);
        foreach (var batch in (Batch[])[task.TrainingBatch(1), task.EvaluationBatch(0)])
        {
            Assert.Equal((options.Skills, options.SkillBits), task.BinaryInputs);
            for (var r = 0; r < 2; r++)
            {
                var positions = options.BitsOfSkills(seed + (ulong)r);
                for (var i = 0; i < batch.Size; i++)
                {
                    var bits = Bits.From(batch, r, i);
                    var skill = Assert.Single(Enumerable.Range(0, options.Skills), k => bits[k] == 1);
                    var odd = positions[skill].Sum(bit => bits[options.Skills + bit - 1]) % 2 == 1;
                    Assert.Equal(odd ? 2.5 : -2.5, Assert.Single(Bits.Targets(batch, r, i)));
                }
            }

            // Nothing beyond the last bit: words of equal samples are equal.
            var unused = batch.WordsPerSample * 32 - options.SkillBits;
            Assert.All(batch.Words!.Chunk(batch.WordsPerSample), words => Assert.True(unused == 0 || words[^1] >> (32 - unused) == 0));
        }
    }

    [Fact]
    public void Skill_bits_are_uniform_and_skills_follow_their_power_law()
    {
        const int size = 40_000;
        using var task = Create(Default with { Skills = 4, FrequencyExponent = 1 }, [3], new DataPlan(size, null, 1));
        var batch = task.TrainingBatch(7);
        var sums = new int[task.Inputs];
        for (var i = 0; i < size; i++)
        {
            foreach (var (bit, column) in Bits.From(batch, 0, i).Select((bit, column) => (bit, column)))
                sums[column] += bit;
        }

        for (var column = 0; column < task.Inputs; column++)
        {
            var p = column < 4 ? 12.0 / 25 / (column + 1) : 0.5;
            Assert.Equal(p, sums[column] / (double)size, 4.5 * Math.Sqrt(p * (1 - p) / size));
            Assert.True(column >= 4 || Math.Abs(p - task.Frequencies[0, column]) < 1e-15);
        }
    }

    [Property(MaxTest = 40)]
    public void Skills_have_bits_of_their_own_unless_they_overlap(ulong seed)
    {
        var own = (Default with { Skills = 10 }).BitsOfSkills(seed);
        Assert.Equal(30, own.SelectMany(bits => bits).Distinct().Count());
        var shared = (Default with { Skills = 20, SkillBits = 6, Overlap = true }).BitsOfSkills(seed); // all sets of 3 out of 6
        Assert.Equal(20, shared.Select(bits => string.Join(',', bits)).Distinct().Count());
        Assert.All(own.Concat(shared), bits => Assert.Equal(bits.Distinct().Order(), bits));
        Assert.All(own.Concat(shared).SelectMany(bits => bits), bit => Assert.InRange(bit, 1, 32));
    }

    [Fact]
    public void Every_position_is_as_likely_for_every_skill()
    {
        const int seeds = 4000;
        foreach (var overlap in (bool[])[false, true])
        {
            var options = Default with { Skills = 2, SkillBits = 8, Overlap = overlap };
            var counts = new int[2, 9];
            for (var seed = 0ul; seed < seeds; seed++)
            {
                foreach (var (bits, k) in options.BitsOfSkills(seed).Select((bits, k) => (bits, k)))
                {
                    foreach (var bit in bits)
                        counts[k, bit]++;
                }
            }

            for (var k = 0; k < 2; k++)
            {
                for (var bit = 1; bit <= 8; bit++)
                    Assert.Equal(3.0 / 8, counts[k, bit] / (double)seeds, 4.5 * Math.Sqrt(15.0 / 64 / seeds));
            }
        }
    }

    [Fact]
    public void Samples_depend_on_seed_and_step_and_not_on_the_stack()
    {
        var plan = new DataPlan(20, null, 4);
        using var stack = Create(Default, [5, 6], plan);
        using var alone = Create(Default, [6], plan);
        var first = Bits.Samples(stack.TrainingBatch(1), 1);
        Assert.Equal(Bits.Samples(alone.TrainingBatch(1), 0), first);
        Assert.NotEqual(Bits.Samples(stack.TrainingBatch(1), 0), first);
        Assert.NotEqual(Bits.Samples(stack.TrainingBatch(2), 1), first);
        Assert.Equal(Bits.Samples(stack.TrainingBatch(1), 1), first);
        Assert.NotEqual(Bits.Samples(stack.EvaluationBatch(0), 1), Bits.Samples(stack.EvaluationBatch(1), 1));
        Assert.Equal(Bits.Samples(stack.EvaluationBatch(1), 1), Bits.Samples(alone.EvaluationBatch(1), 0));
    }

    [Fact]
    public void Trials_of_a_stack_may_differ_in_exponent_and_scale()
    {
        MultitaskSparseParityOptions[] options = [Default, Default with { FrequencyExponent = 0, TargetScale = 1 }];
        using var task = options[0].Create(options, [1, 1], new DataPlan(5000, null, 1));
        Assert.Equal(
            Enumerable.Repeat(0.2, 5),
            Enumerable.Range(0, 5).Select(k => task.Frequencies[1, k]),
            (a, b) => Math.Abs(a - b) < 1e-15
        );
        var batch = task.TrainingBatch(1);
        Assert.All(batch.Targets[..5000], y => Assert.Equal(5, Math.Abs(y)));
        Assert.All(batch.Targets[5000..], y => Assert.Equal(1, Math.Abs(y)));
    }

    [Fact]
    public void A_dataset_is_counted_grows_by_its_end_and_is_visited_once_an_epoch()
    {
        using var small = Create(Default, [1, 2], new DataPlan(40, 120, 1));
        using var large = Create(Default, [1, 2], new DataPlan(null, 300, 1));
        Assert.False(large.MeasuresTrainingBatch);
        for (var r = 0; r < 2; r++)
        {
            var all = Bits.Samples(large.TrainingBatch(1), r);
            for (var epoch = 0; epoch < 2; epoch++)
            {
                var visited = Enumerable.Range(1 + 3 * epoch, 3).SelectMany(step => Bits.Samples(small.TrainingBatch(step), r));
                Assert.Equal(all[..120].Order(), visited.Order());
            }

            var counts = Default.DatasetCounts((ulong)(1 + r), 300);
            Assert.Equal(Enumerable.Range(0, 5).Select(k => all.Count(sample => sample[k] == '1')), counts);
        }
    }

    [Fact]
    public void Measures_strength_loss_accuracy_and_linear_correlation_of_each_skill()
    {
        const int samples = 4000;
        using var task = Create(Default with { Skills = 3 }, [1, 2], new DataPlan(1, null, samples));
        Assert.Equal(["linearCorrelation"], task.ExtraQuantities);
        var batch = task.EvaluationBatch(10);
        Assert.Equal(3 * samples, batch.Size);
        Assert.All(Enumerable.Range(0, 3 * samples), i => Assert.Equal(1, Bits.From(batch, 1, i)[i / samples]));

        // Skill 1 has emerged to 60 %, skill 2 is an offset of 1 alone, skill 3 is inverted; trial 2 knows everything.
        double[] outputs =
        [
            .. batch.Targets.Select(
                (y, i) =>
                    (i / samples) switch
                    {
                        0 => 0.6 * y,
                        1 => 1,
                        2 => -y,
                        _ => y,
                    }
            ),
        ];
        var measured = new SkillMeasurement(2, 3, task.ExtraQuantities);
        task.Measure(batch, outputs, LossKind.Mse, measured);
        var balance = batch.Targets[samples..(2 * samples)].Average() / 5; // mean parity of skill 2's samples
        double spread(int skill) => Math.Sqrt(1 - Math.Pow(batch.Targets[(skill * samples)..((skill + 1) * samples)].Average() / 5, 2));
        foreach (
            var (k, strength, loss, accuracy, correlation) in new[]
            {
                (0, 0.6, 0.5 * 4, 1.0, 0.6 * spread(0)),
                (1, balance / 5, 0.5 * (26 - 10 * balance), (1 + balance) / 2, 0),
                (2, -1, 0.5 * 100, 0, -spread(2)),
            }
        )
        {
            Assert.Equal(strength, measured.Strength[0, k], 1e-12);
            Assert.Equal(loss, measured.Loss[0, k], 1e-10);
            Assert.Equal(accuracy, measured.Accuracy[0, k], 1e-12);
            Assert.Equal(correlation, measured.Extra["linearCorrelation"][0, k], 1e-12);
            Assert.Equal((1, 0, 1), (Math.Round(measured.Strength[1, k], 12), measured.Loss[1, k], measured.Accuracy[1, k]));
        }
    }

    public static TheoryData<MultitaskSparseParityOptions, DataPlan, string, string> Wrong =>
        new()
        {
            {
                Default with
                {
                    Skills = 11,
                },
                new(1, null, 1),
                "task.skillBits",
                "expected at least 33 for 11 skills of 3 bits each, or `task.overlap` set to true"
            },
            {
                Default with
                {
                    ParityBits = 33,
                },
                new(1, null, 1),
                "task.parityBits",
                "Got 33 for `task.parityBits`; expected at most `task.skillBits`, 32."
            },
            {
                Default with
                {
                    SkillBits = 6,
                    Skills = 21,
                    Overlap = true,
                },
                new(1, null, 1),
                "task.skills",
                "Got 21 for `task.skills`; expected at most 20"
            },
            { Default, new(null, null, 1), "training.batchSize", "Got neither `training.batchSize` nor `training.datasetSize`" },
            { Default, new(1, null, 1, LossKind.CrossEntropy), "training.loss", "Got `cross-entropy` for `training.loss`; expected `mse`" },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Contradictions_are_refused(MultitaskSparseParityOptions options, DataPlan plan, string path, string message)
    {
        var error = Assert.Throws<InvalidOptionException>(() => Create(options, [1], plan));
        Assert.Equal(path, error.Path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Skills_are_listed_in_order_of_frequency()
    {
        var skills = Default.GetSkills();
        Skill.Check(skills);
        Assert.Equal(1, skills.Sum(skill => skill.Frequency), 1e-12);
        Assert.Equal(Math.Pow(5, -1.6), skills[4].Frequency / skills[0].Frequency, 1e-12);
    }

    private static DataTask Create(MultitaskSparseParityOptions options, ulong[] seeds, DataPlan plan) =>
        options.Create([.. seeds.Select(_ => options)], seeds, plan);
}
