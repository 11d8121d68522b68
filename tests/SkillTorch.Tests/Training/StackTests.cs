using SkillTorch.Tasks;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>A trial's measurements do not depend on what trains beside it. Sets libtorch's threads, so nothing else may run meanwhile.</summary>
[Collection(nameof(LiveTensorTests))]
public class StackTests
{
    public static IEnumerable<object[]> RowsAndThreads =>
        from row in TinyTrials.Table.Keys
        from threads in new[] { 1, 2 }
        where threads == 1 || row.Contains("large") || row.Contains("wide") // small tensors are not split
        select new object[] { row, threads };

    [Theory]
    [MemberData(nameof(RowsAndThreads))]
    public void A_trial_alone_equals_itself_in_a_stack_bit_for_bit(string row, int threads)
    {
        var usual = get_num_threads();
        set_num_threads(threads);
        try
        {
            var trials = Enumerable.Range(0, 3).Select(r => Varied(TinyTrials.Of(row, (ulong)(10 + r)), 1 + 0.1 * r)).ToArray();
            var together = TinyTrials.Train(trials).Finished;
            for (var r = 0; r < trials.Length; r++)
                Assert.Equal(TinyTrials.Numbers(TinyTrials.Train([trials[r]]).Finished[0]), TinyTrials.Numbers(together[r]));
            Assert.NotEqual(TinyTrials.Numbers(together[0]), TinyTrials.Numbers(together[1]));
        }
        finally
        {
            set_num_threads(usual);
        }
    }

    /// <summary>Another learning rate and, where the task has one, another fraction or exponent.</summary>
    private static Trial Varied(Trial trial, double factor) => trial with
    {
        Optimizer = trial.Optimizer! with { LearningRate = trial.Optimizer.LearningRate * factor },
        Task = trial.Task switch
        {
            SparseParityOptions parity => parity with { Parities = [.. parity.Parities.Select(p => p with { Fraction = p.Fraction / factor })] },
            MultitaskSparseParityOptions multitask => multitask with { FrequencyExponent = multitask.FrequencyExponent * factor },
            var task => task,
        },
    };
}
