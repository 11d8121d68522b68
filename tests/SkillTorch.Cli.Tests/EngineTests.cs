using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace SkillTorch.Cli.Tests;

/// <summary>Runs that several processes train together.</summary>
public sealed class EngineTests : IDisposable
{
    private const string Experiment = """
        {
          "tag": "engines",
          "replicates": 4,
          "task": { "kind": "sparse-parity", "inputBits": 6, "parities": [ { "bits": [1, 2] } ] },
          "model": { "kind": "two-layer-mlp", "width": 8 },
          "optimizer": { "kind": "adam", "learningRate": 0.01 },
          "training": { "steps": 50000, "datasetSize": 64 },
          "measure": { "every": 5000 },
          "theories": [ { "kind": "domino", "fit": ["learningTime"] } ],
          "analyses": [ { "name": "end", "kind": "value" } ],
          "claims": [ { "id": "C1", "statement": "It ends somewhere.", "quantity": "end", "within": [-1, 2] } ]
        }
        """;

    private static readonly string[] Tables = ["metrics.csv", "losses.csv", "theory.csv", "analyses.csv", "fits.json", "claims.json"];

    private readonly string folder = Directory.CreateTempSubdirectory("skilltorch-engines-").FullName;

    public EngineTests() => File.WriteAllText(Path.Combine(folder, "small.json"), Experiment);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Two_workers_of_which_one_is_killed_give_the_bits_of_one_process()
    {
        Cli.Run(folder, "run", "small.json", "--out", "one").Exits(0);
        using var run = Cli.Start(folder, "run", "small.json", "--out", "two", "--engine", "local:2");
        Kill("KILL", WaitForWorker("two"));
        var outcome = Cli.End(run).Exits(0);
        Assert.Contains("was ended by signal 9; its trials go on from their checkpoints.", outcome.Output);
        Assert.Contains("4 trials trained.", outcome.Output);
        foreach (var table in Tables)
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "one", table)), File.ReadAllBytes(Path.Combine(folder, "two", table)));
        Assert.False(Directory.Exists(Path.Combine(folder, "two", "work")));
        Assert.Contains("two: 4 of 4 trials done.", Cli.Run(folder, "status", "two").Exits(0).Output);
        Assert.Contains("4 of 4 trials are there.", Cli.Run(folder, "collect", "two").Exits(0).Output);
    }

    [Fact]
    public void Workers_end_with_their_run_and_keep_what_they_have()
    {
        using var run = Cli.Start(folder, "run", "small.json", "--set", "training.steps=50000000", "--out", "long", "--engine", "local:2");
        var worker = WaitForWorker("long");
        Assert.Contains("4 running", Cli.Run(folder, "status", "long").Exits(0).Output);
        var second = Cli.Run(folder, "run", "small.json", "--out", "long").Exits(2);
        Assert.Contains($"Another run (process {run.Id}) is using `long`", second.Error);

        Kill("KILL", run.Id);
        run.WaitForExit();
        for (var end = DateTime.UtcNow.AddMinutes(1); Directory.Exists($"/proc/{worker}") && DateTime.UtcNow < end; )
            Thread.Sleep(50);
        Assert.False(Directory.Exists($"/proc/{worker}"));
        Assert.Equal(4, Checkpoints());
    }

    [Fact]
    public void Interrupting_stops_the_workers()
    {
        using var run = Cli.Start(folder, "run", "small.json", "--set", "training.steps=50000000", "--out", "long", "--engine", "local:2");
        WaitForWorker("long");
        Kill("TERM", run.Id);
        Assert.Contains("0 of 4 trials are done", Cli.End(run).Exits(130).Error);
        Assert.Equal(4, Checkpoints());
    }

    [Fact]
    public void What_a_worker_cannot_do_is_the_runs_error()
    {
        var outcome = Cli.Run(
            folder,
            "run",
            "small.json",
            "--engine",
            "local:2",
            "--set",
            "training.datasetSize=null",
            "training.batchSize=null"
        );
        Assert.Contains("batchSize", outcome.Exits(2).Error);
    }

    [SkippableFact]
    public void Jobs_of_a_real_Slurm_of_which_one_is_cancelled_give_the_bits_of_one_process()
    {
        Skip.IfNot(Slurm("sinfo", "--noheader") is { Length: > 0 }, "No Slurm cluster answers (sinfo).");
        Cli.Run(folder, "run", "small.json", "--out", "one").Exits(0);
        string[] submit = ["run", "small.json", "--out", "jobs", "--engine", "slurm", "--set", "slurm.workers=2"];
        var submitted = Cli.Run(folder, submit).Exits(0).Output;
        Assert.Contains("2 workers for 4 of 4 trials.", submitted);
        var job = submitted[(submitted.IndexOf("Job ", StringComparison.Ordinal) + 4)..].Split(':')[0];
        // Queued or at work already: either way the run is theirs.
        Assert.Contains("in `jobs`", Cli.Run(folder, submit).Exits(2).Error);
        WaitForWorker("jobs");
        Slurm("scancel", $"{job}_0");
        WaitForJob(job);

        // What the cancelled one left was taken over by the other, or is by the next.
        while (Cli.Run(folder, submit).Exits(0).Output is var again && !again.Contains("All 4 trials are there", StringComparison.Ordinal))
            WaitForJob(again[(again.IndexOf("Job ", StringComparison.Ordinal) + 4)..].Split(':')[0]);
        Assert.Contains("4 of 4 trials are there.", Cli.Run(folder, "collect", "jobs").Exits(0).Output);
        foreach (var table in Tables)
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "one", table)), File.ReadAllBytes(Path.Combine(folder, "jobs", table)));
    }

    private static void WaitForJob(string job)
    {
        for (var end = DateTime.UtcNow.AddMinutes(5); Slurm("squeue", "--noheader", $"--jobs={job}") is { Length: > 0 }; Thread.Sleep(200))
            Assert.True(DateTime.UtcNow < end, $"job {job} does not end");
    }

    /// <summary>What a program of Slurm's prints; null if there is none, or it fails.</summary>
    private static string? Slurm(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [Theory]
    [InlineData("Got `--dry-run` without `--engine slurm`", "run", "small.json", "--dry-run")]
    [InlineData(
        "Got \"local:0\" for `--engine`; expected slurm, or local:N with N from 1 to 1024.",
        "run",
        "small.json",
        "--engine",
        "local:0"
    )]
    [InlineData("Got \"local:1025\" for `--engine`", "run", "small.json", "--engine", "local:1025")]
    [InlineData("Got \"local:-1\" for `--engine`", "run", "small.json", "--engine", "local:-1")]
    [InlineData("Got \"lokal:2\" for `--engine`", "run", "small.json", "--engine", "lokal:2")]
    [InlineData("Could not make the run directory `small.json/x`: ", "run", "small.json", "--out", "small.json/x")]
    [InlineData("Could not make the run directory `/proc/nowhere`: ", "run", "small.json", "--out", "/proc/nowhere", "--engine", "local:2")]
    [InlineData("expected a run directory", "status", ".")]
    [InlineData("expected a run directory", "collect", "nowhere")]
    [InlineData("expected a run directory", "collect", "new", "--from", ".")]
    [InlineData("expected a run directory", "work", ".")]
    public void Bad_input_is_exit_code_2_and_a_sentence(string sentence, params string[] arguments)
    {
        Assert.Contains(sentence, Cli.Run(folder, arguments).Exits(2).Error);
        Assert.False(Directory.Exists(Path.Combine(folder, "nowhere")) || Directory.Exists(Path.Combine(folder, "new")));
    }

    private int Checkpoints() => Directory.EnumerateFiles(folder, "checkpoint.safetensors", SearchOption.AllDirectories).Count();

    /// <summary>Waits until two workers have begun.</summary>
    /// <returns>The process of one.</returns>
    private int WaitForWorker(string run)
    {
        var work = Path.Combine(folder, run, "work");
        for (var end = DateTime.UtcNow.AddMinutes(2); DateTime.UtcNow < end; Thread.Sleep(20))
        {
            var locks = Directory.Exists(work)
                ? Directory.GetFiles(work, "*.1.json").Where(f => Path.GetFileName(f)[0] != '.').ToArray()
                : [];
            // A lock may have been made this moment, and say nothing yet.
            if (locks.Length == 2 && File.ReadAllText(locks[0]) is { Length: > 0 } said)
                return (int)JsonNode.Parse(said)!["process"]!;
        }
        throw new TimeoutException("No worker has begun.");
    }

    private static void Kill(string signal, int process) =>
        Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)])!.WaitForExit();
}
