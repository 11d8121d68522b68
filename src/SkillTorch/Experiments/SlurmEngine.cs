using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SkillTorch.Reporting;
using TorchSharp;

namespace SkillTorch.Experiments;

/// <summary>Trains with the jobs of a Slurm cluster, which share nothing but the run directory.</summary>
public static class SlurmEngine
{
    /// <summary>Folder of a run directory for the script and what the jobs print.</summary>
    private const string FolderName = "slurm";

    /// <summary>Submits a job array for the trials that a run directory does not have yet, and does not wait for it.</summary>
    /// <param name="config">The experiment; its <see cref="Experiment.Slurm"/> section says what the jobs ask for.</param>
    /// <param name="options">The run directory, which the cluster's machines must see, and how to train.</param>
    /// <param name="program">The <c>skilltorch</c> program as the cluster's machines find it, and what comes before its command.</param>
    /// <param name="observer">Follows; null if nobody does.</param>
    /// <param name="cancellation">Stops before anything is submitted.</param>
    /// <returns>The job; null if no trial is missing.</returns>
    /// <exception cref="InvalidOptionException">The section has what cannot stand in a script.</exception>
    /// <exception cref="IOException">There is no Slurm, it refuses the job, the run directory cannot be written, or others are at work on
    /// it.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static SlurmJob? Submit(
        ExperimentConfig config,
        RunOptions options,
        IReadOnlyList<string> program,
        IRunObserver? observer = null,
        CancellationToken cancellation = default
    )
    {
        RunEnvironment.RequireLibTorch();
        Call("sbatch", "--version");
        using var theLock = new RunLock(options.Directory);
        WorkPlan.RequireNobody(options.Directory, options.Lease);
        if (
            Call("squeue", "--noheader", "--me", $"--name={NameOf(config, options)}", "--format=%A").Split('\n')
            is [{ Length: > 0 } queued, ..]
        )
        {
            throw new IOException(
                $"Job {queued} trains in `{options.Directory}`; wait for it, stop it (scancel {queued}), or choose another directory with "
                    + $"--out."
            );
        }

        var missing = new ExperimentRunner(config, options, observer, DeviceOf(config, options)).Prepare(cancellation);
        WorkPlan.Remove(options.Directory);
        if (missing.Count == 0)
            return null;
        var shares = WorkPlan.Divide(missing, SectionOf(config).Workers);
        var script = Path.Combine(options.Directory, FolderName, "job.sh");
        var jobs = Math.Min(SectionOf(config).Workers, shares.Count);
        AtomicFile.WriteText(script, WriteScript(config, options, program, jobs));
        WorkPlan.Create(options.Directory, shares);
        try
        {
            // What --parsable prints is "job" or "job;cluster".
            return new SlurmJob(Call("sbatch", "--parsable", script).Split(';')[0], jobs, missing.Count);
        }
        catch (IOException)
        {
            WorkPlan.Remove(options.Directory);
            throw;
        }
    }

    /// <summary>The script that <see cref="Submit"/> would submit; nothing is written.</summary>
    /// <inheritdoc cref="Submit" path="/param"/>
    /// <inheritdoc cref="Submit" path="/exception"/>
    public static string WriteScript(ExperimentConfig config, RunOptions options, IReadOnlyList<string> program)
    {
        RunEnvironment.RequireLibTorch();
        var runner = new ExperimentRunner(config, options, null, DeviceOf(config, options));
        var shares = WorkPlan.Divide(runner.FindMissing(), SectionOf(config).Workers);
        return WriteScript(config, options, program, Math.Clamp(shares.Count, 1, SectionOf(config).Workers));
    }

    private static string WriteScript(ExperimentConfig config, RunOptions options, IReadOnlyList<string> program, int jobs)
    {
        var slurm = SectionOf(config);
        var directory = Path.GetFullPath(options.Directory);
        var queuesAgain = slurm is { Requeue: true, Time: not null };
        string[] directives =
        [
            $"--job-name={NameOf(config, options)}",
            string.Create(CultureInfo.InvariantCulture, $"--array=0-{jobs - 1}"),
            $"--output={Pattern(Path.Combine(directory, FolderName))}",
            "--open-mode=append",
            .. Directive("partition", slurm.Partition),
            .. Directive("account", slurm.Account),
            .. Directive("time", slurm.Time),
            .. Directive("gres", slurm.Gpus is { } gpus ? string.Create(CultureInfo.InvariantCulture, $"gpu:{gpus}") : null),
            .. Directive("cpus-per-task", slurm.Cpus?.ToString(CultureInfo.InvariantCulture)),
            .. Directive("mem", slurm.Memory, "memory"),
            slurm.Requeue ? "--requeue" : "--no-requeue",
            .. queuesAgain ? ["--signal=B:USR1@120"] : Array.Empty<string>(),
            .. slurm.Directives.Select((text, i) => OneLine(string.Create(CultureInfo.InvariantCulture, $"slurm.directives[{i}]"), text)),
        ];
        string[] worker =
        [
            .. program,
            "work",
            directory,
            "--device",
            DeviceOf(config, options) == DeviceType.CUDA ? "cuda" : "cpu",
            .. Argument("--threads", (options.Threads ?? slurm.Cpus)?.ToString(CultureInfo.InvariantCulture)),
            .. Argument("--stack-memory", (options.StackMemory / (double)(1L << 30))?.ToString("R", CultureInfo.InvariantCulture)),
        ];
        string[] lines =
        [
            "#!/bin/bash",
            .. directives.Select(directive => $"#SBATCH {directive}"),
            "",
            .. slurm.Setup.Select((text, i) => OneLine(string.Create(CultureInfo.InvariantCulture, $"slurm.setup[{i}]"), text)),
            .. slurm.Setup.Count > 0 ? [""] : Array.Empty<string>(),
            "# Who must stop stores checkpoints, from which any worker goes on.",
            "trap 'kill -TERM $worker' TERM",
            .. queuesAgain ? ["trap 'again=1; kill -TERM $worker' USR1"] : Array.Empty<string>(),
            $"{string.Join(' ', worker.Select(Quote))} &",
            "worker=$!",
            "wait $worker",
            "status=$?",
            "# A trap ends the wait, not the worker.",
            "while kill -0 $worker 2>/dev/null; do wait $worker; status=$?; done",
            .. queuesAgain ? ["[ -z \"$again\" ] || scontrol requeue $SLURM_JOB_ID"] : Array.Empty<string>(),
            "exit $status",
            "",
        ];
        return string.Join('\n', lines);
    }

    private static IEnumerable<string> Directive(string name, string? value, string? option = null) =>
        value is null ? [] : [$"--{name}={OneLine($"slurm.{option ?? name}", value)}"];

    private static IEnumerable<string> Argument(string name, string? value) => value is null ? [] : [name, value];

    private static string OneLine(string path, string text) =>
        text.AsSpan().Trim().Length > 0 && !text.AsSpan().ContainsAny('\n', '\r')
            ? text
            : throw new InvalidOptionException(path, $"Got {OptionText.Found(text)} for `{path}`; expected one line of text.");

    private static string Quote(string text) => IsPlain(text) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A path in a directive, where a percent sign begins a pattern.</summary>
    private static string Pattern(string path)
    {
        var pattern = $"{path.Replace("%", "%%", StringComparison.Ordinal)}/%A_%a.log";
        return IsPlain(path) ? pattern : $"\"{pattern}\"";
    }

    private static bool IsPlain(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || "/._-:=+".Contains(c, StringComparison.Ordinal));

    private static SlurmOptions SectionOf(ExperimentConfig config) => config.Experiment.Slurm ?? new SlurmOptions();

    // Where a run is submitted there need be no GPU.
    private static DeviceType DeviceOf(ExperimentConfig config, RunOptions options) =>
        options.Device == DeviceChoice.Cuda || (options.Device == DeviceChoice.Auto && SectionOf(config).Gpus > 0)
            ? DeviceType.CUDA
            : DeviceType.CPU;

    /// <summary>The jobs' name, by which a run's are found: the experiment's tag, and of which directory.</summary>
    private static string NameOf(ExperimentConfig config, RunOptions options)
    {
        var tag = string.Concat(config.Experiment.Tag.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Directory));
        return $"skilltorch-{tag}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..8]}";
    }

    private static string Call(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output
                : throw new IOException($"Slurm's {program} refused with exit code {process.ExitCode}: {errors.Result.Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new IOException(
                $"Got \"slurm\" for `--engine` on a machine without {program}; expected one that submits to a Slurm cluster. With --dry-run "
                    + $"the script is printed instead.",
                e
            );
        }
    }
}

/// <summary>A job array that was submitted.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Workers">Its jobs.</param>
/// <param name="Trials">Trials that it trains.</param>
public sealed record SlurmJob(string Id, int Workers, int Trials);
