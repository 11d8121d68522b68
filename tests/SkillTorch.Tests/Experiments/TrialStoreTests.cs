using SkillTorch.Experiments;
using SkillTorch.Reporting;
using SkillTorch.Tests.Reporting;
using SkillTorch.Training;

namespace SkillTorch.Tests.Experiments;

public sealed class TrialStoreTests : IDisposable
{
    private static readonly PlannedTrial Planned = SmallExperiment.Load().Trials[0];

    private static readonly TrialCost Cost = new(WallSeconds: 2, ProcessorSeconds: 3.5, Stack: 3);

    private readonly TemporaryFolder folder = new();
    private readonly TrialStore store;

    public TrialStoreTests() => store = new TrialStore(folder["trials"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_finished_trial_reads_back_bit_for_bit()
    {
        store.Save(Planned.Trial, Measured(), Cost);
        var found = store.Find(Planned.Hash)!;
        Assert.Equal(
            new TrialSummary(TrialStatus.Finished, 20, 2, 3, null, found.Summary.MetricsSha256) { ProcessorSeconds = 3.5 },
            found.Summary
        );
        Assert.Equal(Cost, found.Summary.Cost);
        Assert.Equal(10, found.Summary.StepsPerSecond);
        AssertEqual(Measured(), found.Trajectory!);
    }

    [Fact]
    public void A_trial_that_is_not_there_is_null() => Assert.Null(store.Find(Planned.Hash));

    [Fact]
    public void A_failure_keeps_its_reason()
    {
        store.SaveFailure(Planned.Trial, "The loss of skill 1 is not finite at step 3.", Trajectory.Undefined(Planned.Trial), Cost);
        var found = store.Find(Planned.Hash)!;
        Assert.Null(found.Trajectory);
        Assert.Equal("The loss of skill 1 is not finite at step 3.", found.Summary.Message);
    }

    [Fact]
    public void A_truncated_table_is_damage()
    {
        store.Save(Planned.Trial, Measured(), Cost);
        var metrics = Path.Combine(store.FolderOf(Planned.Hash), "metrics.csv");
        File.WriteAllBytes(metrics, File.ReadAllBytes(metrics)[..^5]);
        Assert.Equal(
            $"The stored trial {Planned.Hash} is damaged: its metrics.csv is not the one that was written.",
            Assert.Throws<InvalidDataException>(() => store.Find(Planned.Hash)).Message
        );
    }

    [Fact]
    public void Settings_of_another_trial_are_damage()
    {
        var other = SmallExperiment.Load().Trials[1];
        store.Save(other.Trial, Measured(), Cost);
        Directory.Move(store.FolderOf(other.Hash), store.FolderOf(Planned.Hash));
        Assert.Contains("holds the settings of another trial", Assert.Throws<InvalidDataException>(() => store.Find(Planned.Hash)).Message);
    }

    [Fact]
    public void An_unreadable_summary_is_damage()
    {
        store.Save(Planned.Trial, Measured(), Cost);
        File.WriteAllText(Path.Combine(store.FolderOf(Planned.Hash), "summary.json"), "{");
        Assert.Contains("is damaged", Assert.Throws<InvalidDataException>(() => store.Find(Planned.Hash)).Message);
    }

    [Fact]
    public void A_checkpoint_reads_back_and_goes_when_the_trial_is_finished()
    {
        var state = new Dictionary<string, Array> { ["parameters"] = new[] { 1.5, double.Epsilon }, ["moment"] = new[] { 2f } };
        store.SaveCheckpoint(Planned.Trial, new TrialCheckpoint(7, state, Measured()), Cost);
        Assert.Null(store.Find(Planned.Hash));

        var found = store.FindCheckpoint(Planned.Hash)!;
        Assert.Equal((7, 2, 3.5), (found.Checkpoint.Step, found.WallSeconds, found.ProcessorSeconds));
        Assert.Equal(state.Keys, found.Checkpoint.State.Keys);
        Assert.All(state, s => Assert.Equal(s.Value, found.Checkpoint.State[s.Key]));
        AssertEqual(Measured(), found.Checkpoint.Measured);

        store.Save(Planned.Trial, Measured(), Cost);
        Assert.Null(store.FindCheckpoint(Planned.Hash));
        Assert.Equal(
            ["config.json", "metrics.csv", "summary.json"],
            Directory.EnumerateFiles(store.FolderOf(Planned.Hash)).Select(Path.GetFileName).Order()
        );
    }

    [Fact]
    public void A_table_without_rows_for_a_skill_is_not_read()
    {
        var file = folder["m.csv"];
        File.WriteAllText(file, "step,skill,frequency,loss,strength,accuracy\n0,1,1,1,0,0.5\n0,2,1,1,0,0.5\n1,1,1,1,0,0.5\n");
        Assert.Contains(
            "expected every skill at every step",
            Assert.Throws<InvalidDataException>(() => TrajectoryTable.Read(file)).Message
        );
    }

    private static Trajectory Measured() =>
        new(
            [0, 5],
            [1, 0.1],
            new[,]
            {
                { 1, 1 / 3.0 },
                { 1e-300, 0.25 },
            },
            new[,]
            {
                { 0, -0.0 },
                { 1, 0.5 },
            },
            new[,]
            {
                { 0.5, double.NaN },
                { 1, 1 },
            }
        )
        {
            Extra = new Dictionary<string, double[,]>
            {
                ["alignedDimensions"] = new[,]
                {
                    { 1.0, 2 },
                    { 3, 4 },
                },
            },
        };

    private static void AssertEqual(Trajectory expected, Trajectory found)
    {
        Assert.Equal(expected.Steps, found.Steps);
        Assert.Equal(expected.Frequencies, found.Frequencies);
        Assert.Equal(expected.Loss, found.Loss);
        Assert.Equal(expected.Strength, found.Strength);
        Assert.Equal(expected.Accuracy, found.Accuracy);
        Assert.Equal(expected.Extra["alignedDimensions"], found.Extra["alignedDimensions"]);
    }
}
