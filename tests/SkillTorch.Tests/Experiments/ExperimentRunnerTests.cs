using System.Text.Json.Nodes;
using SkillTorch.Analysis;
using SkillTorch.Experiments;
using SkillTorch.Models;
using SkillTorch.Reporting;
using SkillTorch.Tests.Reporting;
using SkillTorch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Experiments;

public sealed class ExperimentRunnerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_leaves_the_tables_of_the_contract()
    {
        var run = ExperimentRunner.Run(SmallExperiment.Load(), new RunOptions(folder.Path));
        Assert.Equal(8, run.Trained);
        Assert.Empty(run.Failed);
        Assert.Equal(
            ["case", "training.datasetSize", "replicate", "step", "skill", "frequency", "loss", "strength", "accuracy"],
            Table.Read(folder["metrics.csv"]).Columns.Select(c => c.Name)
        );
        Assert.Equal(8 * 5 * 2, Table.Read(folder["metrics.csv"]).Rows);
        Assert.Equal(8 * 5, Table.Read(folder["losses.csv"]).Rows);
        Assert.Equal(run.Trials.SelectMany(t => t.Trajectory.TotalLoss()), Table.Read(folder["losses.csv"]).Numbers("loss"));
        Assert.Equal(
            ["case", "training.datasetSize", "theory", "step", "skill", "loss", "strength"],
            Table.Read(folder["theory.csv"]).Columns.Select(c => c.Name)
        );
        Assert.Equal("C1", (string?)Json("claims.json")[0]!["id"]);
        Assert.Equal("domino", (string?)Json("fits.json")[0]!["theory"]);
        Assert.Equal(64, (double?)Json("fits.json")[0]!["sweep"]!["training.datasetSize"]);
        var how = Json("experiment.json")["run"]!;
        Assert.Equal("quick", (string?)how["profile"]);
        Assert.Equal("cpu", (string?)how["device"]);
        Assert.True((double?)how["wallSeconds"] > 0);
    }

    [Fact]
    public void Repeating_trains_only_what_is_missing()
    {
        var options = new RunOptions(folder.Path);
        var first = ExperimentRunner.Run(SmallExperiment.Load(), options);
        var metrics = File.ReadAllBytes(folder["metrics.csv"]);

        Assert.Equal(0, ExperimentRunner.Run(SmallExperiment.Load(settings: ["claims=[]", "theories=[]"]), options).Trained);
        Assert.Equal(metrics, File.ReadAllBytes(folder["metrics.csv"]));
        Assert.Equal(4, ExperimentRunner.Run(SmallExperiment.Load(settings: "replicates=3"), options).Trained);

        Directory.Delete(Store(folder.Path).FolderOf(SmallExperiment.Load().Trials[3].Hash), recursive: true);
        var again = ExperimentRunner.Run(SmallExperiment.Load(), options);
        Assert.Equal(1, again.Trained);
        Assert.Equal(metrics, File.ReadAllBytes(folder["metrics.csv"]));
        Assert.Equal(first.Claims, again.Claims);
    }

    [Fact]
    public void Repeats_judge_the_claims_at_other_seeds_and_the_rest_is_of_the_first()
    {
        string[] settings = ["claims[0].quantity=ratio", "claims[0].within=[null,1.2]"];
        var alone = ExperimentRunner.Run(SmallExperiment.Load(settings: settings), new RunOptions(folder["alone"]));
        var config = SmallExperiment.Load(settings: [.. settings, "repeats=3"]);
        var run = ExperimentRunner.Run(config, new RunOptions(folder["three"]));
        Assert.Equal((24, 24), (run.Trained, run.Trials.Count));
        // All seeds whose shapes agree are one stack.
        Assert.All(config.Trials, t => Assert.Equal(6, Store(run.Directory).Find(t.Hash)!.Summary.Stack));
        foreach (var file in new[] { "metrics.csv", "losses.csv", "theory.csv", "fits.json", "analyses.csv" })
            Assert.Equal(File.ReadAllBytes(folder[$"alone/{file}"]), File.ReadAllBytes(folder[$"three/{file}"]));

        ClaimVerdict[] singles =
        [
            .. alone.Claims,
            .. new[] { 1, 2 }.SelectMany(seed =>
                ExperimentRunner
                    .Run(SmallExperiment.Load(settings: [.. settings, $"seed={seed}"]), new RunOptions(folder[$"seed{seed}"]))
                    .Claims
            ),
        ];
        var tally = Assert.Single(run.Claims).Seeds!;
        Assert.Equal(singles.Select(c => c.Value), tally.Values);
        Assert.Equal(
            (3, singles.Count(c => c.Verdict == Verdict.Holds), singles.Count(c => c.Verdict == Verdict.Fails)),
            (tally.Of, tally.Hold, tally.Fail)
        );
        Assert.Equal(run.Claims, ClaimsFile.Read(run.Directory));
        Assert.Equal(8, StoredRun.Read(run.Directory).Trials.Count);
        Assert.Contains($"{tally.Hold} of 3", File.ReadAllText(folder["three/report.html"]), StringComparison.Ordinal);

        Assert.Equal(
            8,
            ExperimentRunner.Run(SmallExperiment.Load(settings: [.. settings, "repeats=4"]), new RunOptions(run.Directory)).Trained
        );
    }

    [Fact]
    public void What_the_memory_has_no_room_for_trains_in_stacks_of_its_own()
    {
        // Five trials a stack, which together are too many for the memory of three.
        var config = SmallExperiment.Load(settings: ["replicates=5", "model.activation=tanh"]);
        var together = ExperimentRunner.Run(config, new RunOptions(folder["together"]));
        using var one = LearnerFactory.Create([config.Trials[0].Trial], CPU, byTensors: false);
        var divided = ExperimentRunner.Run(config, new RunOptions(folder["divided"]) { StackMemory = 7 * one.Bytes / 2 });
        var alone = ExperimentRunner.Run(config, new RunOptions(folder["alone"]) { StackMemory = 1 });
        Assert.Equal([5, 5, 5, 5, 5], Stacks(together)[..5]);
        Assert.Equal([3, 3, 3, 2, 2], Stacks(divided)[..5]);
        Assert.All(Stacks(alone), size => Assert.Equal(1, size));
        Assert.Equal(File.ReadAllBytes(folder["together/metrics.csv"]), File.ReadAllBytes(folder["divided/metrics.csv"]));
        Assert.Equal(File.ReadAllBytes(folder["together/metrics.csv"]), File.ReadAllBytes(folder["alone/metrics.csv"]));

        int[] Stacks(RunResult run) => [.. config.Trials.Select(t => Store(run.Directory).Find(t.Hash)!.Summary.Stack)];
    }

    [Fact]
    public void An_interrupted_run_goes_on_to_the_same_bits()
    {
        var whole = folder["whole"];
        var parts = folder["parts"];
        ExperimentRunner.Run(SmallExperiment.Load(), new RunOptions(whole));

        using var stop = new CancellationTokenSource();
        var interrupted = ExperimentRunner.Run(SmallExperiment.Load(), new RunOptions(parts), new StopWhileTraining(stop), stop.Token);
        Assert.True(interrupted.Interrupted);
        Assert.True(interrupted.Trials.Count < 8);
        Assert.NotEmpty(Directory.EnumerateFiles(parts, "checkpoint.safetensors", SearchOption.AllDirectories));
        Assert.False(File.Exists(Path.Combine(parts, "metrics.csv")));
        // What an unfinished trial has measured is to be read: the head of what it measures in the end.
        var unfinished = SmallExperiment.Load().Trials[0];
        var head = File.ReadAllText(MetricsOf(parts, unfinished));
        Assert.StartsWith("step,", head);
        Assert.True(Table.Read(MetricsOf(parts, unfinished)).Rows >= 2);
        Assert.StartsWith(head, File.ReadAllText(MetricsOf(whole, unfinished)));

        var rest = ExperimentRunner.Run(SmallExperiment.Load(), new RunOptions(parts));
        Assert.Equal(8 - interrupted.Trials.Count, rest.Trained);
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "metrics.csv")), File.ReadAllBytes(Path.Combine(parts, "metrics.csv")));
        Assert.Empty(Directory.EnumerateFiles(parts, "checkpoint.safetensors", SearchOption.AllDirectories));
    }

    [Fact]
    public void Trials_of_another_libtorch_are_trained_anew_and_told_of()
    {
        var config = SmallExperiment.Load();
        // What an earlier version stored, without a word on libtorch, and what another libtorch has computed.
        Store(folder.Path, null)
            .SaveFailure(config.Trials[0].Trial, "It was lost.", Trajectory.Undefined(config.Trials[0].Trial), new TrialCost(1, 1, 1));
        foreach (var planned in config.Trials.Skip(1).Take(2))
        {
            Store(folder.Path, "libtorch 2.3.0, cuda")
                .SaveFailure(planned.Trial, "It was lost.", Trajectory.Undefined(planned.Trial), new TrialCost(1, 1, 1));
        }

        var notes = new Notes();
        var run = ExperimentRunner.Run(config, new RunOptions(folder.Path), notes);
        Assert.Equal((8, 0), (run.Trained, run.Failed.Count));
        var ours = RunEnvironment.Arithmetic(DeviceType.CPU, []);
        Assert.Equal(
            [
                $"1 stored trial was computed by an earlier binding of libtorch, whose last bits are not those of {ours}: trained "
                    + $"anew, and kept apart.",
                $"2 stored trials were computed by libtorch 2.3.0, cuda, whose last bits are not those of {ours}: trained anew, and "
                    + $"kept apart.",
            ],
            notes.Order()
        );
        Assert.Equal("It was lost.", Store(folder.Path, "libtorch 2.3.0, cuda").Find(config.Trials[1].Hash)!.Summary.Message);
        Assert.Empty(NotesOfASecondRun());

        Notes NotesOfASecondRun()
        {
            var second = new Notes();
            Assert.Equal(0, ExperimentRunner.Run(config, new RunOptions(folder.Path), second).Trained);
            return second;
        }
    }

    [Fact]
    public void A_causal_transformers_trials_name_its_kernels_on_the_CPU_and_no_others_do()
    {
        var mlp = SmallExperiment.Load().Trials[0].Trial;
        var transformer = mlp with { Model = new DecoderTransformerOptions() };
        var usual = RunEnvironment.Arithmetic(DeviceType.CPU, []);
        Assert.Equal(usual, RunEnvironment.Arithmetic(DeviceType.CPU, [mlp]));
        Assert.Equal($"{usual}, transformer kernels 1", RunEnvironment.Arithmetic(DeviceType.CPU, [transformer, mlp, transformer]));
        Assert.DoesNotContain("kernels", RunEnvironment.Arithmetic(DeviceType.META, [transformer]), StringComparison.Ordinal);
        foreach (
            var other in new[]
            {
                new DecoderTransformerOptions { Causal = false },
                new() { Activation = Activation.Tanh },
            }
        )
        {
            Assert.Equal(usual, RunEnvironment.Arithmetic(DeviceType.CPU, [mlp with { Model = other }]));
        }
    }

    private static string MetricsOf(string run, PlannedTrial trial) => Path.Combine(Store(run).FolderOf(trial.Hash), "metrics.csv");

    private static TrialStore Store(string run) => Store(run, RunEnvironment.Arithmetic(DeviceType.CPU, []));

    private static TrialStore Store(string run, string? arithmetic) => new(Path.Combine(run, "trials"), arithmetic);

    [Fact]
    public void A_damaged_trial_is_told_and_trained_again()
    {
        var options = new RunOptions(folder.Path);
        ExperimentRunner.Run(SmallExperiment.Load(), options);
        var hash = SmallExperiment.Load().Trials[2].Hash;
        File.AppendAllText(Path.Combine(Store(folder.Path).FolderOf(hash), "metrics.csv"), "9");
        var notes = new Notes();
        Assert.Equal(1, ExperimentRunner.Run(SmallExperiment.Load(), options, notes).Trained);
        Assert.Contains(
            notes,
            n => n == $"The stored trial {hash} is damaged: its metrics.csv is not the one that was written. It is trained again."
        );
    }

    [Fact]
    public void A_trial_that_diverges_fails_and_the_others_go_on()
    {
        var config = SmallExperiment.Load(j =>
        {
            j["sweep"] = JsonNode.Parse("""{ "optimizer.learningRate": [0.1, 1e300] }""");
            j["cases"] = JsonNode.Parse("""[ { "label": "wide", "optimizer": { "kind": "sgd" } } ]""");
        });
        var notes = new Notes();
        var run = ExperimentRunner.Run(config, new RunOptions(folder.Path), notes);
        Assert.Equal((2, 2), (run.Trials.Count, run.Failed.Count));
        Assert.All(run.Failed, f => Assert.Equal(1e300, f.Trial.Sweep[0].Value));

        Assert.Equal(2, notes.Count(n => n.Contains("replicate", StringComparison.Ordinal)));
        Assert.Contains(
            notes,
            n =>
                System.Text.RegularExpressions.Regex.IsMatch(
                    n,
                    @"^wide, optimizer\.learningRate = 1E\+300, replicate 2: The loss of skill \d is not finite \(.*\) at step 5; try a smaller learning rate\. The others go on\.$"
                )
        );
        // What was measured is kept.
        Assert.All(run.Failed, f => Assert.Equal([0, 0, 5, 5], Table.Read(MetricsOf(folder.Path, f.Trial)).Integers("step")));
        Assert.Contains("Failed trials: 2", File.ReadAllText(Path.Combine(folder.Path, "report.html")), StringComparison.Ordinal);

        // In the analyses it stands as one that learned nothing, so that no median flatters its setting.
        var ends = Table.Read(folder["analyses.csv"]);
        var rates = Enumerable
            .Range(0, ends.Rows)
            .Where(row => ends["name"].Text(row) == "end")
            .ToLookup(ends["optimizer.learningRate"].Number, ends["value"].Number);
        Assert.Equal(4, rates[1e300].Count());
        Assert.All(rates[1e300], value => Assert.True(double.IsNaN(value)));
        Assert.All(rates[0.1], value => Assert.True(double.IsFinite(value)));

        var again = ExperimentRunner.Run(config, new RunOptions(folder.Path));
        Assert.Equal((0, 2), (again.Trained, again.Failed.Count));
        Assert.Contains("remove that folder to try again", again.Failed[0].Message);
    }

    [Fact]
    public void A_contradiction_in_the_last_stack_stops_before_the_first_trains()
    {
        var config = SmallExperiment.Load(j => j["sweep"] = JsonNode.Parse("""{ "training.datasetSize": [64, null] }"""));
        Assert.Contains(
            "batchSize",
            Assert.Throws<InvalidOptionException>(() => ExperimentRunner.Run(config, new RunOptions(folder.Path))).Message
        );
        Assert.False(Directory.Exists(folder["trials"]));
    }

    [Fact]
    public void A_directory_is_for_one_process()
    {
        using var first = new RunLock(folder.Path);
        var error = Assert.Throws<IOException>(() => ExperimentRunner.Run(SmallExperiment.Load(), new RunOptions(folder.Path)));
        Assert.StartsWith($"Another run (process {Environment.ProcessId}) is using `{folder.Path}`;", error.Message);
    }

    [Fact]
    public void The_cost_of_a_step_is_that_of_the_stored_trials()
    {
        var config = SmallExperiment.Load(
            settings: """analyses=[{"name":"wall","kind":"cost-per-step"},{"name":"cpu","kind":"cost-per-step","clock":"processor"}]""",
            change: j => j["claims"] = new JsonArray()
        );
        double[] Costs()
        {
            var run = ExperimentRunner.Run(config, new RunOptions(folder.Path));
            Assert.All(run.Trials, t => Assert.Equal(2, t.Cost!.Stack));
            return [.. Table.Read(folder["analyses.csv"]).Numbers("value")];
        }
        var first = Costs();
        Assert.Equal(2 * 8, first.Length);
        Assert.All(first, cost => Assert.True(cost >= 0));
        Assert.Contains(first, cost => cost > 0);
        Assert.Equal(first, Costs());
    }

    [Fact]
    public void A_run_reads_back()
    {
        var run = ExperimentRunner.Run(SmallExperiment.Load(), new RunOptions(folder.Path));
        var read = StoredRun.Read(folder.Path);
        Assert.Equal("small", read.Config.Experiment.Tag);
        Assert.Equal(run.Trials.Select(t => t.Trajectory.Strength[4, 0]), read.Trials.Select(t => t.Trajectory.Strength[4, 0]));
        Assert.Equal(run.Claims, ClaimsFile.Read(folder.Path));
    }

    private JsonNode Json(string file) => JsonNode.Parse(File.ReadAllText(folder[file]))!;

    private sealed class StopWhileTraining(CancellationTokenSource stop) : IRunObserver
    {
        public void OnProgress(RunProgress progress)
        {
            if (progress.Stage == "Training")
                stop.Cancel();
        }

        public void OnNote(string sentence) { }
    }

    private sealed class Notes : List<string>, IRunObserver
    {
        public void OnProgress(RunProgress progress) { }

        public void OnNote(string sentence) => Add(sentence);
    }
}
