using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using SkillTorch.Experiments;
using Spectre.Console;

namespace SkillTorch.Cli;

/// <summary>Runs experiments in the terminal: progress while they run, a summary at their end, a clean stop on Ctrl-C.</summary>
internal sealed class RunSession : IDisposable
{
    private static readonly TimeSpan FollowEvery = TimeSpan.FromSeconds(5);

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
        return run.Interrupted
            ? SayInterrupted($"{run.Trials.Count + run.Failed.Count} of {config.Trials.Count} trials are done")
            : Conclude(config, run);
    }

    /// <summary>Submits an experiment to a Slurm cluster.</summary>
    /// <returns>The exit code.</returns>
    public int Submit(ExperimentConfig config, RunOptions options, IReadOnlyList<string> program)
    {
        SlurmJob? job;
        try
        {
            job = RunProgressBar.Follow(observer => SlurmEngine.Submit(config, options, program, observer, stop.Token));
        }
        catch (OperationCanceledException)
        {
            return SayInterrupted("nothing was submitted");
        }

        Console.WriteLine(
            job is null
                ? $"All {config.Trials.Count} trials are there; `skilltorch collect {options.Directory}` makes tables, figure and report."
                : $"Job {job.Id}: {job.Workers} workers for {job.Trials} of {config.Trials.Count} trials. `skilltorch status {options.Directory}` "
                    + $"follows them, and `skilltorch collect {options.Directory}` makes tables, figure and report of what is there."
        );
        return ExitCode.Done;
    }

    /// <summary>Works for a run that others have begun.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="isAttached">Whether to end when the standard input does, and to be silent.</param>
    /// <returns>The exit code.</returns>
    public int Work(RunOptions options, bool isAttached)
    {
        using var detached = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        if (isAttached)
            new Thread(() => WaitForEnd(detached)) { IsBackground = true }.Start();
        WorkResult Start(IRunObserver observer) => ExperimentWorker.Run(options, !isAttached, observer, detached.Token);
        var work = isAttached ? Start(new RunProgressBar.Notes()) : RunProgressBar.Follow(Start);
        if (!isAttached)
            Console.WriteLine($"{work.Trained} trials trained{(work.Failed > 0 ? $", {work.Failed} of them failed" : "")}.");
        return work.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    /// <summary>Collects a run.</summary>
    /// <returns>The exit code.</returns>
    public int Collect(string directory, IReadOnlyList<string> others)
    {
        var run = RunProgressBar.Follow(observer => RunCollection.Collect(directory, others, observer, stop.Token));
        if (run.Interrupted)
            return SayInterrupted("nothing is lost");
        var config = StoredRun.Read(directory).Config;
        var there = run.Trials.Count + run.Failed.Count;
        return Conclude(
            config,
            run,
            $"{there} of {config.Trials.Count} trials are there{(run.Failed.Count > 0 ? $", {run.Failed.Count} failed" : "")}."
                + (there < config.Trials.Count ? " The others are not in these results." : "")
        );
    }

    /// <summary>Writes the curves of runs for TensorBoard while they train.</summary>
    /// <returns>The exit code.</returns>
    public int Follow(IReadOnlyList<string> directories)
    {
        foreach (var directory in directories)
            RunStatus.Read(directory); // is it a run at all?
        foreach (var directory in directories)
            Console.WriteLine($"TensorBoard: tensorboard --logdir {Path.Combine(directory, "tensorboard")}");
        try
        {
            Parallel.ForEach(
                directories,
                new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, directories.Count) },
                directory => TensorBoardExport.Follow(directory, FollowEvery, stop.Token)
            );
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Capture(e.InnerExceptions[0]).Throw();
        }

        return stop.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static int SayInterrupted(string what)
    {
        Console.Error.WriteLine($"Interrupted; run the same command again to go on ({what}).");
        return ExitCode.Interrupted;
    }

    private static int Conclude(ExperimentConfig config, RunResult run, string? count = null)
    {
        RunSummary.Print(config, run, count);
        return run.Failed.Count > 0 || run.Claims.Any(c => c.Verdict == Analysis.Verdict.Fails) ? ExitCode.Failed : ExitCode.Done;
    }

    private static void WaitForEnd(CancellationTokenSource stop)
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0) { }
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work was done before.
        }
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
