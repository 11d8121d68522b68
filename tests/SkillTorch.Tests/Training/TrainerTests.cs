using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

public class TrainerTests
{
    public static TheoryData<string> Rows => TinyTrials.Rows;

    [Theory]
    [MemberData(nameof(Rows))]
    public void Measures_every_skill_at_every_measured_step(string row)
    {
        var trial = TinyTrials.Create(row);
        var trajectory = Assert.Single(TinyTrials.Train([trial]).Finished).Value;
        Assert.Equal(trial.Measure.MeasuredSteps(trial.Training.Steps), trajectory.Steps);
        Assert.Equal(trial.Task.GetSkills().Select(skill => skill.Frequency), trajectory.Frequencies);
        var (measured, skills) = (trajectory.Steps.Length, trajectory.Skills);
        foreach (var values in (double[][,])[trajectory.Loss, trajectory.Strength, trajectory.Accuracy, .. trajectory.Extra.Values])
        {
            Assert.Equal((measured, skills), (values.GetLength(0), values.GetLength(1)));
            var answers = values != trajectory.Accuracy || trial.Task is not SquaresOptions; // numbers are neither right nor wrong
            Assert.All(values.Cast<double>(), value => Assert.Equal(answers, double.IsFinite(value)));
        }

        Assert.NotEqual(trajectory.Strength[0, 0], trajectory.Strength[measured - 1, 0]);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Trained_stopped_and_resumed_equals_trained_at_once(string row)
    {
        Trial[] trials = [TinyTrials.Create(row, 1), TinyTrials.Create(row, 2)];
        var through = TinyTrials.Train(trials);
        foreach (var stop in (int[])[0, 3, trials[0].Training.Steps - 1])
        {
            var record = Record.StopAt(trials, stop);
            Assert.Empty(record.Finished);
            Assert.Equal([0, 1], record.Checkpoints.Select(c => c.Index));
            Assert.All(record.Checkpoints, c => Assert.Equal(stop, c.Checkpoint.Step));
            Assert.All(
                record.Checkpoints,
                c => Assert.Equal(through.Finished[0].Steps.Where(step => step <= stop), c.Checkpoint.Measured.Steps)
            );

            var resumed = TinyTrials.Train(trials, [.. record.Checkpoints.Select(c => c.Checkpoint)]);
            Assert.Equal((stop, trials[0].Training.Steps), resumed.Progress[0]);
            for (var r = 0; r < 2; r++)
                Assert.Equal(TinyTrials.Numbers(through.Finished[r]), TinyTrials.Numbers(resumed.Finished[r]));
        }
    }

    [Fact]
    public void A_network_learns_its_skills()
    {
        var trial = TinyTrials.Create("whole dataset") with
        {
            Model = new TwoLayerMlpOptions { Width = 40 },
            Training = new TrainingOptions { Steps = 500, DatasetSize = 200 },
            Measure = new MeasureOptions { At = [500, 0, 250, 9999, 0] },
        };
        var trajectory = TinyTrials.Train([trial]).Finished[0];
        Assert.Equal([0, 250, 500], trajectory.Steps);
        Assert.InRange(trajectory.Strength[0, 0], -0.4, 0.4);
        Assert.True(trajectory.Strength[2, 0] > 0.9 && trajectory.Strength[2, 1] > 0.8);
        Assert.True(trajectory.Strength[1, 0] > trajectory.Strength[1, 1]); // seen more often, learned first
        Assert.Equal((1, 1), (trajectory.Accuracy[2, 0], trajectory.Accuracy[2, 1]));
        Assert.True(trajectory.TotalLoss()[2] < 0.05 * trajectory.TotalLoss()[0]);
    }

    [Fact]
    public void Skills_of_a_multitask_network_emerge_in_order_of_frequency()
    {
        var trial = TinyTrials.Create("multitask") with
        {
            Task = new MultitaskSparseParityOptions
            {
                Skills = 3,
                SkillBits = 6,
                ParityBits = 2,
                TargetScale = 1,
            },
            Model = new TwoLayerMlpOptions { Width = 60 },
            Optimizer = new AdamOptions { LearningRate = 0.01 },
            Training = new TrainingOptions { Steps = 600, BatchSize = 200 },
            Measure = new MeasureOptions { Every = 10, Samples = 500 },
        };
        var trajectory = TinyTrials.Train([trial]).Finished[0];
        var emergence = Enumerable
            .Range(0, 3)
            .Select(k => Enumerable.Range(0, trajectory.Steps.Length).First(m => trajectory.Strength[m, k] > 0.5))
            .ToArray();
        Assert.Equal(emergence.Distinct().Order(), emergence);
        var correlation = trajectory.Extra["linearCorrelation"];
        for (var k = 0; k < 3; k++)
        {
            Assert.InRange(trajectory.Strength[0, k], -0.2, 0.2);
            Assert.InRange(trajectory.Strength[60, k], 0.85, 1.1);
            Assert.Equal(1, trajectory.Accuracy[60, k], 0.02);
            Assert.Equal(trajectory.Strength[60, k], correlation[60, k], 0.05);
        }
    }

    [Fact]
    public void A_trial_that_diverges_fails_with_a_sentence_and_the_others_go_on()
    {
        var trials = ((double[])[0.1, 1e30, 0.1])
            .Select((rate, r) => TinyTrials.Create("multitask", (ulong)r) with { Optimizer = new SgdOptions { LearningRate = rate } })
            .ToArray();
        var record = TinyTrials.Train(trials);
        Assert.Equal([0, 2], record.Finished.Keys.Order());
        var (index, message) = Assert.Single(record.Failed);
        Assert.Equal(1, index);
        Assert.Matches(@"^The loss of skill 1 is not finite \((NaN|∞|Infinity)\) at step 3; try a smaller learning rate\.$", message);
        Assert.Equal(TinyTrials.Numbers(TinyTrials.Train([trials[2]]).Finished[0]), TinyTrials.Numbers(record.Finished[2]));

        var alone = TinyTrials.Train([trials[1]]);
        Assert.Empty(alone.Finished);
        Assert.Equal(3, alone.Progress[^1].Step); // nothing is left to train
    }

    [Fact]
    public void A_trial_that_diverges_long_before_its_next_measurement_need_not_train_to_it()
    {
        var trials = ((double[])[0.1, 1e30]).Select((rate, r) => Seldom(rate, (ulong)r)).ToArray();
        var record = TinyTrials.Train(trials);
        Assert.Matches("at step 1000;", Assert.Single(record.Failed).Value);
        Assert.Equal(
            TinyTrials.Numbers(TinyTrials.Train([trials[0]]).Finished[0]),
            TinyTrials.Numbers(Assert.Single(record.Finished).Value)
        );
        Assert.Equal(1000, TinyTrials.Train([trials[1]]).Progress[^1].Step);

        static Trial Seldom(double rate, ulong seed)
        {
            var trial = TinyTrials.Create("multitask", seed);
            return trial with
            {
                Optimizer = new SgdOptions { LearningRate = rate },
                Training = trial.Training with { Steps = 2500 },
                Measure = trial.Measure with { Every = 2500, At = null },
            };
        }
    }

    [Fact]
    public void Progress_is_every_step_once()
    {
        var record = TinyTrials.Train([TinyTrials.Create("multitask")]);
        Assert.Equal(Enumerable.Range(0, 41).Select(step => (step, 40)), record.Progress);
    }

    [Fact]
    public void Checkpoints_are_handed_over_while_training()
    {
        var record = new Record();
        Trainer.Train([TinyTrials.Create("multitask")], new TrainerOptions(CPU) { CheckpointEvery = TimeSpan.Zero }, record);
        Assert.InRange(record.Checkpoints.Count, 2, 40);
        var ascending = record.Checkpoints.Select(c => c.Checkpoint.Step).ToArray();
        Assert.Equal(ascending.Distinct().Order(), ascending);
        Assert.Contains(record.Checkpoints, c => c.Checkpoint.Step == 20);
        Assert.Single(record.Finished);
    }

    [Fact]
    public void Checkpoints_of_other_trials_are_refused()
    {
        var trial = TinyTrials.Create("whole dataset");
        var saved = new Record();
        Trainer.Train([trial], new TrainerOptions(CPU) { CheckpointEvery = TimeSpan.Zero }, saved);
        var (early, late) = (saved.Checkpoints[0].Checkpoint, saved.Checkpoints[^1].Checkpoint);
        var steps = Assert.Throws<ArgumentException>(() => TinyTrials.Train([trial, trial], [early, late]));
        Assert.Contains(
            $"Got checkpoints at steps {early.Step} and {late.Step}; expected one step for a stack.",
            steps.Message,
            StringComparison.Ordinal
        );
        var wider = Assert.Throws<ArgumentException>(() =>
            TinyTrials.Train([trial with { Model = new TwoLayerMlpOptions { Width = 9 } }], [early])
        );
        Assert.Contains("expected the state of this trial", wider.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_contradict_each_other_are_refused()
    {
        var trial = TinyTrials.Create("multitask");
        Assert.Equal("optimizer", Refused(trial with { Optimizer = null }));
        Assert.Equal("training.loss", Refused(trial with { Training = trial.Training with { Loss = LossKind.CrossEntropy } }));
        Assert.Equal("training.batchSize", Refused(trial with { Training = new TrainingOptions() }));
        Assert.Equal("training.precision", Refused(trial with { Training = trial.Training with { Precision = Precision.Tf32 } }));
        Assert.Equal("training.precision", Refused(trial with { Training = trial.Training with { Precision = Precision.Bfloat16 } }));

        static string Refused(Trial trial) => Assert.Throws<InvalidOptionException>(() => TinyTrials.Train([trial])).Path;
    }
}
