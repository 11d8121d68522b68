using System.Diagnostics;
using System.Text.Json.Nodes;

namespace SkillTorch.Cli.Tests;

public sealed class CommandTests : IDisposable
{
    private const string Experiment = """
        {
          "tag": "small", // trains in milliseconds
          "replicates": 2,
          "task": { "kind": "sparse-parity", "inputBits": 6, "parities": [ { "bits": [1, 2] }, { "bits": [3, 4] } ] },
          "model": { "kind": "two-layer-mlp", "width": 8 },
          "optimizer": { "kind": "adam", "learningRate": 0.01 },
          "training": { "steps": 20, "datasetSize": 64, "precision": "float64" },
          "measure": { "every": 5 },
          "theories": [ { "kind": "domino", "fit": ["learningTime"] } ],
          "analyses": [ { "name": "end", "kind": "value" } ],
          "claims": [ { "id": "C1", "statement": "Skills end somewhere.", "quantity": "end", "within": [-1, 2] } ],
          "profiles": { "paper": { "replicates": 3 } }
        }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("skilltorch-cli-").FullName;

    public CommandTests() => File.WriteAllText(Path.Combine(folder, "small.json"), Experiment);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Run_trains_once_and_every_other_command_reads_the_run()
    {
        var first = Run("run", "small.json").Exits(0);
        Assert.Contains("2 trials trained.", first.Output);
        Assert.Contains("holds", first.Output);
        Assert.Contains("learningTime = ", first.Output);
        foreach (
            var file in new[] { "experiment.json", "metrics.csv", "theory.csv", "fits.json", "analyses.csv", "claims.json", "report.html" }
        )
        {
            Assert.True(File.Exists(Path.Combine(folder, "runs", "small", file)), file);
        }

        Assert.Contains("0 trials trained, 2 were there already.", Run("run", "small.json").Exits(0).Output);
        Assert.Contains("C1", Run("claims", "runs/small").Exits(0).Output);
        Assert.Contains("domino", Run("fit", "runs/small", "--theory", "domino").Exits(0).Output);
        Assert.Contains("Report: runs/small/report.html", Run("report", "runs/small", "--tensorboard").Exits(0).Output);
        var events = Directory.GetFiles(Path.Combine(folder, "runs/small/tensorboard/default"), "events.*", SearchOption.AllDirectories);
        Assert.Equal(["replicate 1", "replicate 2"], events.Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Order());
        Assert.All(events, file => Assert.True(new FileInfo(file).Length > 1000));
        Assert.Contains(
            "1 trials trained, 2 were there already.",
            Run("run", "small.json", "--profile", "paper", "--out", "runs/small").Exits(0).Output
        );
    }

    [Fact]
    public void Repeat_judges_claims_at_several_seeds()
    {
        Assert.Contains("2 of 2", Run("run", "small.json", "--repeat", "2").Exits(0).Output);
        Assert.Contains("2 trials trained, 4 were there already.", Run("run", "small.json", "--repeat", "3").Exits(0).Output);
        Assert.Contains("3 of 3", Run("claims", "runs/small").Exits(0).Output);
    }

    [Fact]
    public void Reproduce_goes_on_after_a_figure_that_fails_and_writes_the_ledger()
    {
        Directory.CreateDirectory(Path.Combine(folder, "out"));
        File.WriteAllText(Path.Combine(folder, "out", "nam-fig06"), "in the way");
        var outcome = Run("reproduce", "nam-fig06", "nam-fig03", "--out", "out").Exits(2);
        Assert.Contains("nam-fig06", outcome.Error);
        Assert.Contains("Figure 2 of 2", outcome.Output);
        Assert.Contains("Ledger of all runs in out", outcome.Output);
        Assert.Contains("<td>S9.0.6</td>", File.ReadAllText(Path.Combine(folder, "out", "ledger.html")));

        var json = Run("claims", "out/nam-fig03", "--json").Exits(0).Output;
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "out", "ledger.json")), json);
        Assert.StartsWith("| figure |", Run("claims", "out/ledger.json", "--markdown").Exits(0).Output);
        Run("claims", "out/ledger.json", "--markdown", "--json").Exits(2);
    }

    [Fact]
    public void Forecast_foretells_the_skills_that_are_not_mastered()
    {
        var toy = """
            {
              "tag": "toy", "replicates": 2,
              "task": { "kind": "abstract-skills", "count": 3, "frequencyExponent": 2 },
              "model": { "kind": "resource", "n0": 0.01, "effectiveLearningRate": 0.01 },
              "training": { "steps": 400 }
            }
            """;
        File.WriteAllText(Path.Combine(folder, "toy.json"), toy);
        Run("run", "toy.json").Exits(0);
        var output = Run("forecast", "runs/toy", "--at", "120").Exits(0).Output;
        Assert.Contains("resource", output);
        Assert.Contains("Medians over networks.", output);
        Assert.Equal(7, File.ReadAllLines(Path.Combine(folder, "runs/toy/forecast.csv")).Length);
        Assert.Contains("<h2>Forecast</h2>", File.ReadAllText(Path.Combine(folder, "runs/toy/report.html")));
        var json = JsonNode.Parse(Run("forecast", "runs/toy", "--at", "120", "--json").Exits(0).Output)!.AsArray();
        Assert.Equal([true, false, false, true, false, false], json.Select(f => f!["forecast"] is null));
        Assert.All(json, f => Assert.Equal(f!["mastered"] is null, f["high"] is not null));
        Assert.Contains("the last that was measured", Run("forecast", "runs/toy", "--at", "401").Exits(2).Error);
    }

    [Fact]
    public void A_failed_claim_is_exit_code_1()
    {
        Run("run", "small.json", "--set", "claims[0].within=[5,6]", "--out", "x").Exits(1);
        Assert.Contains("fails", Run("claims", "x").Exits(1).Output);
    }

    [Fact]
    public void A_failed_trial_is_exit_code_1() =>
        Assert.Contains(
            "replicate 2",
            Run("run", "small.json", "--set", "optimizer.kind=sgd", "optimizer.learningRate=1e300", "theories=[]", "claims=[]")
                .Exits(1)
                .Output
        );

    [Fact]
    public void Interrupting_keeps_what_is_done()
    {
        using var process = Cli.Start(folder, "run", "small.json", "--set", "training.steps=50000000", "measure.every=1000000");
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("Training", StringComparison.Ordinal)) { }
        // What a shell starts in the background ignores Ctrl-C, and hands that on.
        var ignored = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        var signal = (Convert.ToUInt64(ignored[7..].Trim(), 16) & 2) == 0 ? "INT" : "TERM";
        Process.Start("bash", ["-c", $"kill -{signal} {process.Id}"])!.WaitForExit();
        var outcome = Cli.End(process).Exits(130);
        Assert.Equal("Interrupted; run the same command again to go on (0 of 2 trials are done).", outcome.Error.Trim());
        Assert.Equal(2, Directory.EnumerateFiles(folder, "checkpoint.safetensors", SearchOption.AllDirectories).Count());
    }

    [Theory]
    [InlineData("Got \"adma\" for `optimizer.kind`; expected one of", "run", "small.json", "--set", "optimizer.kind=adma")]
    [InlineData("Got \"nothing.json\"; expected an experiment file", "run", "nothing.json")]
    [InlineData("Got \"psl-fig2\" for `TAG`", "reproduce", "psl-fig2")]
    [InlineData("Did you mean `adam`?", "list", "optimizers", "adma")]
    [InlineData("`skilltorch list --help` shows what is expected.", "list", "optimisers")]
    [InlineData("`skilltorch --help` shows what is expected.", "runn")]
    [InlineData("'runn' was not matched. Did you mean one of the following?\nrun", "runn")]
    [InlineData("'--profil' was not matched. Did you mean one of the following?\n--profile", "run", "small.json", "--profil", "paper")]
    [InlineData("Got \"0\" for `--threads`; expected an integer of at least 1.", "run", "small.json", "--threads", "0")]
    [InlineData("Got \"0\" for `--repeat`; expected an integer of at least 1.", "run", "small.json", "--repeat", "0")]
    [InlineData("Got 6 trials for `budget.trials`", "validate", "small.json", "--repeat", "3", "--set", "budget.trials=5")]
    [InlineData("Got \"x\" for `--set`; expected path=value", "run", "small.json", "--set", "x")]
    [InlineData("Got \"wide-mpl\" for `NAME`; expected an experiment file, or one of", "bench", "wide-mpl")]
    [InlineData("Did you mean `wide-mlp`?", "bench", "wide-mpl")]
    [InlineData("Got \"jax\" for `--against`; expected pytorch, torchsharp or none.", "bench", "--against", "jax")]
    [InlineData("Got \"0\" for `--rounds`; expected an integer of at least 1.", "bench", "--rounds", "0")]
    [InlineData("Got \"0\" for `--seconds`; expected a number above 0.", "bench", "--seconds", "0")]
    [InlineData(
        "Got `--figure` for a benchmark without one",
        "bench",
        "small.json",
        "--against",
        "none",
        "--seconds",
        "0.01",
        "--rounds",
        "1",
        "--figure",
        "x.png"
    )]
    [InlineData("expected the directory of a finished run", "claims", ".")]
    [InlineData("expected a run directory", "fit", ".")]
    [InlineData("expected a run directory", "report", ".")]
    [InlineData("expected a run directory", "forecast", ".", "--at", "5")]
    [InlineData("'--at' is required", "forecast", ".")]
    public void Bad_input_is_exit_code_2_and_a_sentence(string sentence, params string[] arguments)
    {
        var outcome = Run(arguments).Exits(2);
        Assert.Contains(sentence, outcome.Error + outcome.Output);
    }

    [Fact]
    public void Validate_checks_every_profile()
    {
        Assert.Equal(
            [
                "small.json: valid, 2 trials in 1 stacks, 40 steps together",
                "small.json (paper): valid, 3 trials in 1 stacks, 60 steps together",
            ],
            Run("validate", "small.json").Exits(0).Output.Trim().Split('\n')
        );
        File.WriteAllText(Path.Combine(folder, "bad.json"), Experiment.Replace("\"replicates\": 3", "\"replicates\": 0"));
        Assert.Equal(
            "bad.json: Got 0 for `replicates`; expected an integer from 1 to 1000000.",
            Run("validate", "bad.json", "small.json").Exits(2).Error.Trim()
        );
    }

    [Theory]
    [InlineData("tasks", "sparse-parity")]
    [InlineData("models", "two-layer-mlp")]
    [InlineData("optimizers", "adam")]
    [InlineData("theories", "resource")]
    [InlineData("analyses", "learning-time-ratio")]
    public void List_shows_kinds_and_their_options(string family, string kind)
    {
        Assert.Contains(kind, Run("list", family).Exits(0).Output);
        Assert.Contains("What it is", Run("list", family, kind).Exits(0).Output);
    }

    [Fact]
    public void List_shows_shipped_experiments_from_their_repository() =>
        Assert.Contains("psl-fig02", Cli.Run(Cli.Root, "list", "experiments").Exits(0).Output);

    [Fact]
    public void The_schema_of_the_published_program_is_the_committed_one() =>
        Assert.Equal(File.ReadAllText(Path.Combine(Cli.Root, "configs", "schema.json")), Run("list", "schema").Exits(0).Output);

    [Theory]
    [InlineData("run")]
    [InlineData("reproduce")]
    [InlineData("list")]
    [InlineData("validate")]
    [InlineData("fit")]
    [InlineData("forecast")]
    [InlineData("report")]
    [InlineData("claims")]
    [InlineData("bench")]
    public void Help_has_examples(string command) =>
        Assert.Contains($"Examples:{Environment.NewLine}  skilltorch {command} ", Run(command, "--help").Exits(0).Output);

    [Fact]
    public void Doctor_says_what_is_loaded()
    {
        var output = Run("doctor").Exits(0).Output;
        Assert.Contains("TorchSharp", output);
        Assert.Matches(@"libtorch +\d+\.\d+", output);
    }

    [Fact]
    public void Bench_counts_steps_as_JSON()
    {
        var line = JsonNode.Parse(
            Run(
                    "bench",
                    "small.json",
                    "--json",
                    "--seconds",
                    "0.3",
                    "--against",
                    "none",
                    "--set",
                    "training.steps=1000000",
                    "sweep={\"model.width\":[8,9]}"
                )
                .Exits(0)
                .Output
        )![0]!;
        Assert.Equal(8, (double?)line["sweep"]!["model.width"]);
        Assert.Equal("small", (string?)line["experiment"]);
        Assert.Equal(2, (int?)line["trials"]);
        Assert.True((int?)line["steps"] > 0);
        Assert.True((double?)line["skilltorch"]!["minimum"] > 0);
        Assert.Null(line["pytorch"]);
    }

    [Fact]
    public void Bench_compares_with_the_plain_TorchSharp_program_on_as_many_threads()
    {
        var line = JsonNode.Parse(
            Run("bench", "adam-million", "--json", "--seconds", "0.05", "--rounds", "1", "--threads", "2", "--against", "torchsharp")
                .Exits(0)
                .Output
        )![0]!;
        var (ours, plain) = ((double)line["skilltorch"]!["median"]!, line["torchsharp"]!);
        Assert.Equal((double)plain["median"]! / ours, (double)plain["ratio"]!, 6);
        Assert.Contains((string?)plain["setting"], new[] { "1 thread", "2 threads" }); // each says itself on how many it computes
    }

    [Fact]
    public void Bench_says_what_is_not_measured_and_why()
    {
        var resource = new[]
        {
            "task={\"kind\":\"abstract-skills\",\"count\":2,\"frequencies\":[0.5,0.5]}",
            "model.kind=resource",
            "theories=[]",
            "claims=[]",
        };
        var output = Run(["bench", "small.json", "--seconds", "0.01", "--rounds", "1", "--against", "torchsharp", "--set", .. resource])
            .Exits(0)
            .Output;
        Assert.Contains("not measured", output);
        Assert.Contains("Not measured: TorchSharp", output);
        Assert.Contains("no twin of model resource", output.ReplaceLineEndings(" "));
    }

    private Outcome Run(params string[] arguments) => Cli.Run(folder, arguments);
}
