using System.Runtime.InteropServices;
using SkillTorch.Experiments;
using Spectre.Console;

namespace SkillTorch.Cli;

/// <summary>Runs experiments in the terminal: progress while they run, a summary at their end, a clean stop on Ctrl-C.</summary>
internal sealed class RunSession : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly PosixSignalRegistration[] signals;

    public RunSession() =>
        signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(s => PosixSignalRegistration.Create(s, OnSignal))];

    /// <summary>Runs an experiment.</summary>
    /// <returns>The exit code.</returns>
    public int Run(ExperimentConfig config, RunOptions options)
    {
        var profile = config.Profile is null ? "" : $", profile {config.Profile}";
        AnsiConsole.MarkupLineInterpolated($"[bold]{config.Experiment.Tag}[/]{profile}: {config.Experiment.Title ?? ""}");
        Console.WriteLine($"{RunSummary.FormatSize(config)}, to {options.Directory}");

        var run = RunProgressBar.Follow(observer => ExperimentRunner.Run(config, options, observer, stop.Token));
        if (run.Interrupted)
        {
            Console.Error.WriteLine(
                $"Interrupted; run the same command again to go on ({run.Trials.Count + run.Failed.Count} of {config.Trials.Count} "
                    + $"trials are done)."
            );
            return ExitCode.Interrupted;
        }
        RunSummary.Print(config, run);
        return run.Failed.Count > 0 || run.Claims.Any(c => c.Verdict == Analysis.Verdict.Fails) ? ExitCode.Failed : ExitCode.Done;
    }

    public void Dispose()
    {
        foreach (var signal in signals)
            signal.Dispose();
        stop.Dispose();
    }

    // The first signal asks for a clean stop; a second one ends the process as usual.
    private void OnSignal(PosixSignalContext context)
    {
        if (stop.IsCancellationRequested)
            return;
        context.Cancel = true;
        stop.Cancel();
    }
}
