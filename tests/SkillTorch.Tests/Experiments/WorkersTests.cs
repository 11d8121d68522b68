using System.Text.Json.Nodes;
using SkillTorch.Experiments;
using SkillTorch.Tests.Reporting;

namespace SkillTorch.Tests.Experiments;

/// <summary>Workers, status and collecting within one process; <c>EngineTests</c> of the CLI start real ones.</summary>
public sealed class WorkersTests : IDisposable
{
    private static readonly string[] Tables = ["metrics.csv", "losses.csv", "theory.csv", "analyses.csv", "fits.json", "claims.json"];

    private readonly TemporaryFolder folder = new();
    private readonly ExperimentConfig config = SmallExperiment.Load();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_can_train_together_stays_together_as_far_as_each_worker_finds_its_part()
    {
        int[] Sizes(int workers) => [.. WorkPlan.Divide(config.Trials, workers).Select(share => share.Length)];
        Assert.Equal(8, config.Trials.Count);
        Assert.All(WorkPlan.Divide(config.Trials, 1), share => Assert.Single(share.Select(t => t.StackKey).Distinct()));
        Assert.Equal(config.Trials.GroupBy(t => t.StackKey).Select(g => g.Count()), Sizes(1));
        Assert.Equal(config.Trials.GroupBy(t => t.StackKey).Select(g => g.Count()), Sizes(2));
        Assert.Equal(Enumerable.Repeat(1, 8), Sizes(8));
        Assert.Equal(Enumerable.Repeat(1, 8), Sizes(100));
        var alike = config.Trials.Select(t => t with { StackKey = "" }).ToArray();
        Assert.Equal([3, 3, 2], WorkPlan.Divide(alike, 3).Select(share => share.Length));
        Assert.Equal(config.Trials.Select(t => t.Hash), WorkPlan.Divide(alike, 3).SelectMany(share => share).Select(t => t.Hash));
    }

    [Fact]
    public void A_worker_takes_over_what_another_machine_left_and_collecting_gives_the_bits_of_a_run()
    {
        ExperimentRunner.Run(config, new RunOptions(folder["here"]));
        var plan = Begin("shared", workers: 4);
        // One share was another machine's, which is silent; one is another's, which lives.
        Claim(plan, 0, DateTime.UtcNow - TimeSpan.FromHours(1));
        Claim(plan, 1, DateTime.UtcNow + TimeSpan.FromHours(1));
        var before = RunStatus.Read(folder["shared"]);
        Assert.Equal((8, 0, 0, 2, 2, 4), (before.Trials, before.Finished, before.Failed, before.Running, before.Stale, before.Waiting));
        Assert.Equal([false, true], before.Workers.Select(worker => worker.IsAlive));

        Assert.Equal(6, Work("shared").Trained);
        var between = RunStatus.Read(folder["shared"]);
        Assert.Equal((6, 2, 0), (between.Finished, between.Running, between.Waiting));
        Assert.Equal(new WorkResult(0, 0), Work("shared"));
        Assert.Equal(6, RunCollection.Collect(folder["shared"], []).Trials.Count);

        Claim(plan, 1, DateTime.UtcNow - TimeSpan.FromHours(1));
        Assert.Equal(2, Work("shared").Trained);
        Assert.Equal(8, RunCollection.Collect(folder["shared"], []).Trials.Count);
        AssertSameTables("here", "shared");
    }

    [Fact]
    public void A_worker_that_is_stopped_leaves_checkpoints_and_frees_its_share()
    {
        ExperimentRunner.Run(config, new RunOptions(folder["here"]));
        var plan = Begin("shared", workers: 2);
        using var stop = new CancellationTokenSource();
        var stopped = ExperimentWorker.Run(Options("shared"), waits: false, new StopWhileTraining(stop), stop.Token);
        Assert.True(stopped.Interrupted);
        Assert.NotEmpty(Directory.EnumerateFiles(folder["shared"], "checkpoint.safetensors", SearchOption.AllDirectories));
        Assert.All(WorkClaim.ReadAll(plan.Folder, WorkClaim.Lease).Values, claim => Assert.True(claim.State!.Ended));

        Assert.Equal(8 - stopped.Trained, Work("shared").Trained);
        RunCollection.Collect(folder["shared"], []);
        AssertSameTables("here", "shared");
    }

    [Fact]
    public void A_run_does_not_start_where_workers_are_training()
    {
        Claim(Begin("shared", workers: 2), 0, DateTime.UtcNow);
        var error = Assert.Throws<IOException>(() => ExperimentRunner.Run(config, new RunOptions(folder["shared"])));
        Assert.StartsWith($"Workers are training in `{folder["shared"]}` (process 1 on another-machine);", error.Message);
    }

    [Fact]
    public void A_worker_of_another_arithmetic_does_not_join()
    {
        Begin("shared", workers: 2);
        var file = Path.Combine(folder["shared"], "experiment.json");
        var json = JsonNode.Parse(File.ReadAllText(file))!;
        json["run"]!["arithmetic"] = "libtorch 0.1, cpu";
        File.WriteAllText(file, json.ToJsonString());
        Assert.Contains("one by libtorch 0.1, cpu, whose last bits", Assert.Throws<InvalidDataException>(() => Work("shared")).Message);
    }

    [Fact]
    public void A_worker_finds_nothing_to_do_without_a_plan_and_refuses_what_is_no_run()
    {
        ExperimentRunner.Run(config, new RunOptions(folder["here"]));
        Assert.Equal(new WorkResult(0, 0), Work("here"));
        Assert.Contains("expected a run directory", Assert.Throws<InvalidDataException>(() => Work("nowhere")).Message);
    }

    [Fact]
    public void Collecting_takes_what_is_missing_from_other_directories()
    {
        ExperimentRunner.Run(config, new RunOptions(folder["all"]));
        var sgd = SmallExperiment.Load(change: j => j["cases"]!.AsArray().RemoveAt(0), settings: "claims=[]");
        ExperimentRunner.Run(sgd, new RunOptions(folder["sgd"]));
        ExperimentRunner.Run(SmallExperiment.Load(j => j["cases"]!.AsArray().RemoveAt(1)), new RunOptions(folder["wide"]));
        Begin("merged", workers: 1);
        var merged = RunCollection.Collect(folder["merged"], [folder["sgd"], folder["wide"]]);
        Assert.Equal((8, 8), (merged.Trials.Count, merged.Trained));
        AssertSameTables("all", "merged");

        // A directory that is not there becomes one of the first's experiment.
        Assert.Equal(4, RunCollection.Collect(folder["copy"], [folder["sgd"], folder["wide"]]).Trials.Count);
        AssertSameTables("sgd", "copy");
    }

    [Fact]
    public void Collecting_takes_nothing_of_another_arithmetic_and_says_so()
    {
        ExperimentRunner.Run(config, new RunOptions(folder["here"]));
        Begin("merged", workers: 1);
        var file = Path.Combine(folder["merged"], "experiment.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("cpu", "cuda", StringComparison.Ordinal));
        var notes = new Notes();
        Assert.Throws<InvalidDataException>(() => RunCollection.Collect(folder["merged"], [folder["here"]], notes));
        Assert.Contains("Nothing is taken from", Assert.Single(notes));
    }

    /// <summary>A run directory as an engine leaves it before its workers start.</summary>
    private WorkPlan Begin(string name, int workers)
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        ExperimentRunner.Run(config, new RunOptions(folder[name]), cancellation: stop.Token);
        return WorkPlan.Create(folder[name], WorkPlan.Divide(config.Trials, workers));
    }

    private static void Claim(WorkPlan plan, int share, DateTime renewed)
    {
        var file = Path.Combine(plan.Folder, $"{plan.Shares[share].Name}.1.json");
        File.WriteAllText(file, $$"""{ "host": "another-machine", "process": 1, "trials": {{plan.Shares[share].Trials.Count}} }""");
        File.SetLastWriteTimeUtc(file, renewed);
    }

    private WorkResult Work(string name) => ExperimentWorker.Run(Options(name), waits: false);

    private RunOptions Options(string name) => new(folder[name]) { Device = DeviceChoice.Cpu };

    private void AssertSameTables(string one, string other)
    {
        foreach (var table in Tables)
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder[one], table)), File.ReadAllBytes(Path.Combine(folder[other], table)));
    }

    private sealed class StopWhileTraining(CancellationTokenSource stop) : IRunObserver
    {
        public void OnProgress(RunProgress progress) => stop.Cancel();

        public void OnNote(string sentence) { }
    }

    private sealed class Notes : List<string>, IRunObserver
    {
        public void OnProgress(RunProgress progress) { }

        public void OnNote(string sentence) => Add(sentence);
    }
}
