using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SkillTorch.Reporting;

namespace SkillTorch.Experiments;

/// <summary>
/// A worker's hold on a share: a lock file <c>share.1.json</c>, made atomically, renewed while the worker lives and for no longer than a
/// lease after that. Who takes over a lease that has run out makes <c>share.2.json</c>: only one can, and the highest number holds.
/// </summary>
/// <remarks>
/// Machines' clocks may differ: a lock's age is the difference of two times that the file system gave, the lock's and that of a file
/// written now. Two workers that train the same trials nevertheless (one slept, and woke after its lease) write the same bits.
/// </remarks>
internal sealed class WorkClaim : IDisposable
{
    /// <summary>How long a worker may be silent before others take over.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(90);

    /// <summary>How often a worker renews its claim: on one machine often enough to be followed by.</summary>
    public static readonly TimeSpan LocalRenewal = TimeSpan.FromSeconds(2);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly string file;
    private readonly string successor;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly Task beating;
    private ClaimState state;

    private WorkClaim(string folder, string share, int number, ClaimState state, TimeSpan renewal)
    {
        file = FileOf(folder, share, number);
        successor = FileOf(folder, share, number + 1);
        this.state = state;
        // At once, so that nobody finds the lock empty.
        using (var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
            JsonSerializer.Serialize(stream, state, Json);
        beating = Task.Run(() => BeatAsync(renewal));
    }

    /// <summary>Cancelled when another worker has taken over.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>Takes a share.</summary>
    /// <param name="folder">The folder of the plan.</param>
    /// <param name="share">The share.</param>
    /// <param name="held">The claim on it that was found; null if there was none.</param>
    /// <param name="renewal">How often to renew it.</param>
    /// <returns>The claim; null if another has the share.</returns>
    public static WorkClaim? TryTake(string folder, WorkShare share, FoundClaim? held, TimeSpan renewal)
    {
        if (held is { IsAlive: true } or { State.Ended: true })
            return null;
        var number = (held?.Number ?? 0) + 1;
        try
        {
            return new WorkClaim(folder, share.Name, number, ClaimState.Create(share.Trials.Count), renewal);
        }
        catch (IOException) when (File.Exists(FileOf(folder, share.Name, number)) || !Directory.Exists(folder))
        {
            return null; // another was faster, or the plan is gone
        }
    }

    /// <summary>The newest claim on each share, by the share's name.</summary>
    /// <param name="folder">The folder of the plan.</param>
    /// <param name="lease">How long a worker may be silent.</param>
    public static IReadOnlyDictionary<string, FoundClaim> ReadAll(string folder, TimeSpan lease)
    {
        if (!Directory.Exists(folder))
            return new Dictionary<string, FoundClaim>();
        var newest = Directory
            .EnumerateFiles(folder, "*.json")
            .Select(path => (Path: path, Parts: Path.GetFileName(path).Split('.')))
            .Where(f => f.Parts.Length == 3 && int.TryParse(f.Parts[1], CultureInfo.InvariantCulture, out _))
            .Select(f => (f.Path, Share: f.Parts[0], Number: int.Parse(f.Parts[1], CultureInfo.InvariantCulture)))
            .GroupBy(f => f.Share)
            .Select(g => g.MaxBy(f => f.Number))
            .ToArray();
        var now = newest.Length == 0 ? default : Now(folder);
        return newest.ToDictionary(
            f => f.Share,
            f =>
            {
                // Opened before its time is asked for: a network file system then asks its server.
                var said = ReadState(f.Path);
                return new FoundClaim(f.Number, said, now - File.GetLastWriteTimeUtc(f.Path), lease);
            }
        );
    }

    /// <summary>Notes how far the worker has come; the next renewal tells it.</summary>
    public void Report(RunProgress progress)
    {
        lock (gate)
        {
            state = state with
            {
                Fraction = progress.Fraction,
                Step = progress.Step,
                Steps = progress.Steps,
                StepsPerSecond = progress.StepsPerSecond,
                SecondsLeft = progress.TimeLeft?.TotalSeconds,
            };
        }
    }

    /// <summary>Says that all trials of the share are stored: nobody need take it again.</summary>
    public void Complete()
    {
        lock (gate)
            state = state with { Ended = true, Fraction = 1, SecondsLeft = 0 };
    }

    /// <summary>Ends the claim: the share is done, or free for others.</summary>
    public void Dispose()
    {
        stop.Cancel();
        beating.Wait();
        if (state.Ended)
            Renew();
        else if (Directory.Exists(Path.GetDirectoryName(file)))
            File.Delete(file);
        stop.Dispose();
        lost.Dispose();
    }

    private async Task BeatAsync(TimeSpan every)
    {
        try
        {
            using var timer = new PeriodicTimer(every);
            while (await timer.WaitForNextTickAsync(stop.Token).ConfigureAwait(false))
            {
                if (File.Exists(successor))
                    await lost.CancelAsync().ConfigureAwait(false);
                Renew();
            }
        }
        catch (OperationCanceledException)
        {
            // The claim has ended.
        }
    }

    private void Renew()
    {
        try
        {
            ClaimState now;
            lock (gate)
                now = state;
            AtomicFile.WriteJson(file, JsonSerializer.SerializeToNode(now, Json)!);
        }
        catch (IOException)
        {
            // What cannot be renewed runs out, and what cannot be stored will say so: a full disk is told of once.
        }
    }

    private static ClaimState? ReadState(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ClaimState>(File.ReadAllBytes(path), Json);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null; // just made, or just gone
        }
    }

    /// <summary>The time as the folder's file system has it; where nothing can be written, this machine's.</summary>
    private static DateTime Now(string folder)
    {
        var probe = Path.Combine(folder, $".now.{Environment.MachineName}.{Environment.ProcessId}");
        try
        {
            File.WriteAllBytes(probe, [0]);
            var now = File.GetLastWriteTimeUtc(probe);
            File.Delete(probe);
            return now;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DateTime.UtcNow;
        }
    }

    private static string FileOf(string folder, string share, int number) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{share}.{number}.json"));
}

/// <summary>What a lock file says.</summary>
/// <param name="Host">The worker's machine.</param>
/// <param name="Process">Its process there.</param>
/// <param name="Job">Its Slurm job; null if it has none.</param>
/// <param name="Trials">Trials of the share.</param>
internal sealed record ClaimState(string Host, int Process, string? Job, int Trials)
{
    /// <summary>Whether all trials are stored.</summary>
    public bool Ended { get; init; }

    /// <summary>Fraction of the share's steps that are done.</summary>
    public double Fraction { get; init; }

    /// <summary>Step of the stack that is trained.</summary>
    public int Step { get; init; }

    /// <summary>Its last step.</summary>
    public int Steps { get; init; }

    /// <summary>Steps a second of that stack.</summary>
    public double? StepsPerSecond { get; init; }

    /// <summary>Seconds until the share is done, about.</summary>
    public double? SecondsLeft { get; init; }

    /// <summary>The worker in words.</summary>
    [JsonIgnore]
    public string Who => Job is null ? $"process {Process} on {Host}" : $"job {Job} on {Host}";

    /// <summary>The state of a claim that this process makes now.</summary>
    public static ClaimState Create(int trials)
    {
        var (array, task) = (
            Environment.GetEnvironmentVariable("SLURM_ARRAY_JOB_ID"),
            Environment.GetEnvironmentVariable("SLURM_ARRAY_TASK_ID")
        );
        var job = array is null ? Environment.GetEnvironmentVariable("SLURM_JOB_ID") : $"{array}_{task}";
        return new ClaimState(Environment.MachineName, Environment.ProcessId, job, trials);
    }
}

/// <summary>A claim as another finds it.</summary>
/// <param name="Number">How many have held the share, with this one.</param>
/// <param name="State">What it says; null if it cannot be read (yet).</param>
/// <param name="Age">Time since it was renewed.</param>
/// <param name="Lease">How long its worker may be silent.</param>
internal sealed record FoundClaim(int Number, ClaimState? State, TimeSpan Age, TimeSpan Lease)
{
    /// <summary>Whether its worker is at it: it has given a sign of life within the lease, and is no process of this machine that has
    /// ended.</summary>
    public bool IsAlive =>
        State is not { Ended: true }
        && Age < Lease
        && (State is null || State.Host != Environment.MachineName || AtomicFile.IsRunning(State.Process));
}
