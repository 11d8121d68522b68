using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>
/// Training as devices do it, by tensors that nobody waits for, on the CPU: it learns what the host learns, and records the same steps.
/// </summary>
[Collection(nameof(LiveTensorTests))]
public class DeviceTrainingTests
{
    private static readonly TrainerOptions ByTensors = new(CPU) { ByTensors = true };

    public static TheoryData<string> Rows => TinyTrials.Rows;

    public static TheoryData<string> Toys => CudaTests.Toys;

    [Theory]
    [MemberData(nameof(Rows))]
    public void Networks_learn_alike(string row) => Agree(TinyTrials.Create(row, 1), TinyTrials.Create(row, 2));

    [Theory]
    [MemberData(nameof(Toys))]
    public void Toy_models_learn_alike(string row) => Agree(CudaTests.ToyModels[row], CudaTests.ToyModels[row] with { Seed = 2 });

    [Theory]
    [InlineData("multitask")]
    [InlineData("minibatches")]
    [InlineData("whole dataset")]
    [InlineData("schedule, clipping and noise")]
    public void Resumed_training_equals_uninterrupted_training_bit_for_bit(string row)
    {
        Trial[] trials = [TinyTrials.Create(row, 1), TinyTrials.Create(row, 2)];
        var through = Train(trials);
        using var cancellation = new CancellationTokenSource();
        var stopped = new Record
        {
            AtStep = step =>
            {
                if (step == 17)
                    cancellation.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() => Trainer.Train(trials, ByTensors, stopped, cancellation: cancellation.Token));
        var resumed = Train(trials, [.. stopped.Checkpoints.Select(c => c.Checkpoint)]);
        for (var r = 0; r < trials.Length; r++)
            Assert.Equal(TinyTrials.Numbers(through.Finished[r]), TinyTrials.Numbers(resumed.Finished[r]));
    }

    /// <summary>A learning rate of 1e30 makes the second trial's losses infinite; the first goes on.</summary>
    [Fact]
    public void A_trial_that_diverges_fails_at_the_step_at_which_the_host_sees_it()
    {
        var good = TinyTrials.Create("multitask", 1);
        Trial[] trials =
        [
            good,
            good with
            {
                Seed = 2,
                Optimizer = new SgdOptions { LearningRate = 1e30 },
            },
        ];
        var host = TinyTrials.Train(trials);
        var device = Train(trials);
        Assert.Equal([1], device.Failed.Keys);
        Assert.Equal(WithoutLoss(host.Failed[1]), WithoutLoss(device.Failed[1]));
        Assert.Equal([0], device.Finished.Keys);

        static string WithoutLoss(string message) => System.Text.RegularExpressions.Regex.Replace(message, @"\(.*\)", "");
    }

    [Fact]
    public void A_stack_that_has_diverged_ends_also_where_it_is_stopped_before_that_is_known()
    {
        Trial[] trials = [TinyTrials.Create("multitask") with { Optimizer = new SgdOptions { LearningRate = 1e30 } }];
        using var cancellation = new CancellationTokenSource();
        var record = new Record
        {
            AtStep = step =>
            {
                if (step == 30)
                    cancellation.Cancel();
            },
        };
        Trainer.Train(trials, ByTensors, record, cancellation: cancellation.Token);
        Assert.Equal([0], record.Failed.Keys);
        Assert.Empty(record.Checkpoints);
    }

    /// <summary>150 measurements: they are fetched more than once.</summary>
    [Fact]
    public void Measurements_that_gather_are_all_recorded()
    {
        var trial = Exact(TinyTrials.Create("whole dataset") with { Measure = new MeasureOptions { Every = 1 } });
        trial = trial with { Training = trial.Training with { Steps = 150 } };
        Agree(trial);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_trial_leaves_no_tensor_behind(string row)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        var counts = new List<long>();
        var record = new Record { AtStep = _ => counts.Add(Tensor.TotalCount) };
        Trainer.Train([TinyTrials.Create(row, 1), TinyTrials.Create(row, 2)], ByTensors, record);
        Assert.Equal(2, record.Finished.Count);
        Assert.Equal(before, Tensor.TotalCount);
        Assert.True(counts.Max() < before + 300, $"{counts.Max() - before} tensors");
    }

    private static void Agree(params Trial[] trials)
    {
        trials = Array.ConvertAll(trials, Exact);
        var host = TinyTrials.Train(trials);
        var device = Train(trials);
        for (var r = 0; r < trials.Length; r++)
        {
            Assert.Equal(host.Finished[r].Steps, device.Finished[r].Steps);
            Close(host.Finished[r].Loss, device.Finished[r].Loss);
            Close(host.Finished[r].Strength, device.Finished[r].Strength);
            Close(host.Finished[r].Accuracy, device.Finished[r].Accuracy);
            foreach (var (name, values) in host.Finished[r].Extra)
                Close(values, device.Finished[r].Extra[name]);
        }
    }

    private static void Close(double[,] expected, double[,] actual) =>
        Assert.All(
            expected.Cast<double>().Zip(actual.Cast<double>()),
            pair => Assert.Equal(pair.First, pair.Second, double.IsNaN(pair.First) ? 0 : 1e-8 * Math.Max(1, Math.Abs(pair.First)))
        );

    private static Record Train(IReadOnlyList<Trial> trials, IReadOnlyList<TrialCheckpoint>? resume = null)
    {
        var record = new Record();
        Trainer.Train(trials, ByTensors, record, resume);
        return record;
    }

    private static Trial Exact(Trial trial) => trial with { Training = trial.Training with { Precision = Precision.Float64 } };
}
