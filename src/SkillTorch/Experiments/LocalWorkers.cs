using System.Diagnostics;
using System.Globalization;
using SkillTorch.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Experiments;

/// <summary>The worker processes of a <see cref="LocalEngine"/>: started, followed, replaced when they die.</summary>
internal sealed class LocalWorkers(
    LocalEngine engine,
    WorkPlan plan,
    RunOptions options,
    Device device,
    IRunObserver? observer,
    (int Done, int Of) trials
)
{
    // Workers that die one after the other without finishing a share or storing a checkpoint will not finish anything.
    private const int MostDeaths = 5;

    private const int FirstSignal = 128;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly string[] gpus = device.type == DeviceType.CUDA ? FindGpus() : [];
    private readonly List<(int Number, Process Process, Task<string> Errors, Stopwatch Clock)> running = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private (int Deaths, int Ended) lastDeath;

    /// <summary>Works until every share is done.</summary>
    /// <param name="cancellation">Stops the workers, which store checkpoints.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="IOException">A worker could not do its work; the message is its own.</exception>
    public void Run(CancellationToken cancellation)
    {
        try
        {
            for (var number = 1; number <= Math.Min(engine.Workers, plan.Shares.Count); number++)
                Start(number);
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                var claims = WorkClaim.ReadAll(plan.Folder, options.Lease);
                var ended = claims.Values.Count(claim => claim.State?.Ended == true);
                Report(claims, ended);
                foreach (var worker in running.Where(w => w.Process.HasExited).ToArray())
                {
                    running.Remove(worker);
                    if (
                        !EndedWell(worker.Number, worker.Process, worker.Errors.Result, worker.Clock.Elapsed, ended)
                        || (running.Count == 0 && ended < plan.Shares.Count)
                    )
                    {
                        Start(worker.Number);
                    }

                    worker.Process.Dispose();
                }

                if (running.Count == 0)
                    return;
                cancellation.WaitHandle.WaitOne(LookEvery);
            }
        }
        finally
        {
            Stop();
        }
    }

    private bool EndedWell(int number, Process process, string errors, TimeSpan lived, int ended)
    {
        if (process.ExitCode == 0)
            return true;
        if (process.ExitCode < FirstSignal)
            throw new IOException(errors.Trim().Length > 0 ? errors.Trim() : $"Worker {number} ended with exit code {process.ExitCode}.");
        var how = $"Worker {number} (process {process.Id}) was ended by signal {process.ExitCode - FirstSignal}";
        var hasStored = lived > 2 * options.CheckpointEvery;
        lastDeath = (lastDeath.Ended == ended && !hasStored ? lastDeath.Deaths + 1 : 1, ended);
        if (lastDeath.Deaths > Math.Max(MostDeaths, 2 * engine.Workers))
        {
            throw new IOException(
                $"{how}, as {lastDeath.Deaths - 1} before it without finishing their trials: is there memory for {engine.Workers} workers? "
                    + $"What is done is kept; run the same command again to go on.{(errors.Trim().Length > 0 ? $" It said: {errors.Trim()}" : "")}"
            );
        }

        observer?.OnNote($"{how}; its trials go on from their checkpoints.");
        return false;
    }

    private void Start(int number)
    {
        var start = new ProcessStartInfo(engine.Program[0])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in engine.Program.Skip(1).Concat(Arguments()))
            start.ArgumentList.Add(argument);
        if (gpus.Length > 0)
            start.Environment["CUDA_VISIBLE_DEVICES"] = gpus[(number - 1) % gpus.Length];
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) =>
        {
            if (!string.IsNullOrEmpty(line.Data))
                observer?.OnNote(line.Data);
        };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"Could not start `{engine.Program[0]}`, the program of the workers: {e.Message}.", e);
        }
        process.BeginOutputReadLine();
        running.Add((number, process, process.StandardError.ReadToEndAsync(), Stopwatch.StartNew()));
    }

    private IEnumerable<string> Arguments()
    {
        var together = (engine.Workers + Math.Max(1, gpus.Length) - 1) / Math.Max(1, gpus.Length);
        var memory = options.StackMemory ?? RunEnvironment.Memory(device) / 2 / together;
        var threads = options.Threads ?? Math.Max(1, Workers.Usual / engine.Workers);
        return
        [
            "work",
            options.Directory,
            "--attached",
            "--device",
            device.type == DeviceType.CUDA ? "cuda" : "cpu",
            "--threads",
            threads.ToString(CultureInfo.InvariantCulture),
            "--stack-memory",
            (memory / (double)(1L << 30)).ToString("R", CultureInfo.InvariantCulture),
        ];
    }

    private void Stop()
    {
        // An attached worker ends with what is attached to it.
        foreach (var (_, process, _, _) in running)
            process.StandardInput.Close();
        foreach (var (_, process, _, _) in running)
        {
            process.WaitForExit();
            process.Dispose();
        }
    }

    private void Report(IReadOnlyDictionary<string, FoundClaim> claims, int ended)
    {
        if (observer is null)
            return;
        var (all, done, finished) = (0.0, 0.0, 0);
        foreach (var share in plan.Shares)
        {
            var state = claims.GetValueOrDefault(share.Name)?.State;
            all += share.Trials.Count;
            done += share.Trials.Count * (state?.Fraction ?? 0);
            finished += state?.Ended == true ? share.Trials.Count : 0;
        }

        var alive = claims.Values.Where(claim => claim.IsAlive).Select(claim => claim.State).OfType<ClaimState>().ToArray();
        observer.OnProgress(
            new RunProgress("Training", done / all, trials.Done + finished, trials.Of)
            {
                StepsPerSecond = alive.Any(state => state.StepsPerSecond > 0) ? alive.Sum(state => state.StepsPerSecond ?? 0) : null,
                TimeLeft = done > 0 ? clock.Elapsed * ((all - done) / done) : null,
            }
        );
    }

    /// <summary>The GPUs that this process may use, as CUDA_VISIBLE_DEVICES names them.</summary>
    private static string[] FindGpus() =>
        Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES") is { Length: > 0 } visible
            ? visible.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. RunEnvironment.Gpus.Select((_, i) => i.ToString(CultureInfo.InvariantCulture))];
}
