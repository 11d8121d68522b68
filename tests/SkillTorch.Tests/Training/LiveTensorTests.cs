using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>Counts all tensors of the process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(LiveTensorTests), DisableParallelization = true)]
[Collection(nameof(LiveTensorTests))]
public class LiveTensorTests
{
    public static TheoryData<string> Rows => TinyTrials.Rows;

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_trial_leaves_no_tensor_behind(string row)
    {
        var before = Live();
        var record = TinyTrials.Train([TinyTrials.Create(row, 1), TinyTrials.Create(row, 2)]);
        Assert.Equal(2, record.Finished.Count);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Steps_do_not_pile_tensors_up()
    {
        Live();
        var counts = new List<long>();
        var record = new Record { AtStep = _ => counts.Add(Tensor.TotalCount) };
        Trainer.Train([TinyTrials.Create("multitask")], new TrainerOptions(CPU), record);
        Assert.Equal(counts[10], counts[^1]);
    }

    [Fact]
    public void Cancelled_and_refused_trials_leave_no_tensor_behind()
    {
        var before = Live();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            Trainer.Train([TinyTrials.Create("multitask")], new TrainerOptions(CPU), new Record(), cancellation: cancelled.Token)
        );
        Assert.Throws<InvalidOptionException>(() => TinyTrials.Train([TinyTrials.Create("multitask") with { Optimizer = null }]));
        Assert.Equal(before, Tensor.TotalCount);
    }

    /// <summary>Number of live tensors once those that other tests dropped are gone.</summary>
    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
