using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Tests.Optimizers;
using SkillTorch.Training;

namespace SkillTorch.Tests.Training;

/// <summary>
/// A trial's measurements depend on nothing but its settings: not on what trains beside it, not on the number of threads, not on
/// whether it was stopped and resumed. Sets the threads, so nothing else may run meanwhile.
/// </summary>
[Collection(nameof(LiveTensorTests))]
public class StackTests
{
    public static TheoryData<string> Rows => TinyTrials.Rows;

    public static IEnumerable<object[]> Optimizers =>
        from row in OptimizerTable.Rows.Keys
        from precision in new[] { Precision.Float32, Precision.Float64 }
        select new object[] { row, precision };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_trial_equals_itself_alone_in_a_stack_and_at_any_number_of_threads_bit_for_bit(string row) =>
        Check([.. Enumerable.Range(0, 3).Select(r => Varied(TinyTrials.Create(row, (ulong)(10 + r)), 1 + 0.1 * r))]);

    /// <summary>On a network whose layers are large enough for libtorch and MKL to split, and of odd sizes.</summary>
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_moves_a_network_alike_alone_in_a_stack_resumed_and_at_any_number_of_threads(string row, Precision precision)
    {
        var trial = TinyTrials.Create("multitask, wide");
        trial = trial with
        {
            Model = new TwoLayerMlpOptions { Width = 131 },
            Optimizer = OptimizerTable.Rows[row],
            Training = trial.Training with { BatchSize = 128, Steps = 6, Precision = precision },
        };
        Check([.. Enumerable.Range(0, 3).Select(r => Varied(trial with { Seed = (ulong)(10 + r) }, 1 + 0.1 * r))]);
    }

    private static void Check(Trial[] trials)
    {
        var usual = Workers.Threads;
        try
        {
            Workers.Threads = 1;
            var alone = trials.Select(trial => TinyTrials.Numbers(TinyTrials.Train([trial]).Finished[0])).ToArray();
            Assert.NotEqual(alone[0], alone[1]);
            foreach (var threads in new[] { 1, 2, 4 })
            {
                Workers.Threads = threads;
                var together = TinyTrials.Train(trials).Finished;
                for (var r = 0; r < trials.Length; r++)
                    Assert.Equal(alone[r], TinyTrials.Numbers(together[r]));
                Assert.Equal(alone[1], TinyTrials.Numbers(TinyTrials.Train([trials[1]]).Finished[0]));
            }

            // Stopped half-way, in a stack of four threads, and resumed alone on two.
            var checkpoints = Record.StopAt(trials, trials[0].Training.Steps / 2).Checkpoints;
            Workers.Threads = 2;
            var resumed = TinyTrials.Train([trials[2]], [checkpoints[2].Checkpoint]);
            Assert.Equal(alone[2], TinyTrials.Numbers(resumed.Finished[0]));
        }
        finally
        {
            Workers.Threads = usual;
        }
    }

    /// <summary>Another learning rate and, where the task has one, another fraction or exponent.</summary>
    private static Trial Varied(Trial trial, double factor) =>
        trial with
        {
            Optimizer = trial.Optimizer! with { LearningRate = trial.Optimizer.LearningRate * factor },
            Task = trial.Task switch
            {
                SparseParityOptions parity => parity with
                {
                    Parities = [.. parity.Parities.Select(p => p with { Fraction = p.Fraction / factor })],
                },
                MultitaskSparseParityOptions multitask => multitask with { FrequencyExponent = multitask.FrequencyExponent * factor },
                var task => task,
            },
        };
}
