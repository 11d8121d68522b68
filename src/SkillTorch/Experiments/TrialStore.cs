using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using SkillTorch.Reporting;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>
/// Trials on disk, each in a folder named by the hash of its settings. A trial is there complete or not at all: its
/// folder is written aside and renamed.
/// </summary>
/// <param name="directory">The folder of trials, e.g. <c>runs/psl-fig02/trials</c>; made when it is first written to.</param>
/// <param name="arithmetic">
/// What computes them, e.g. <c>libtorch 2.10.0, cpu</c>: the last bits depend on it, so trials of another are others. Null for the
/// trials of a run from before this was recorded.
/// </param>
public sealed partial class TrialStore(string directory, string? arithmetic = null)
{
    private const string ArithmeticKey = "arithmetic";
    private const string ConfigFile = "config.json";
    private const string MetricsFile = "metrics.csv";
    private const string SummaryFile = "summary.json";

    /// <summary>Folder of a trial.</summary>
    /// <param name="hash">The trial's hash.</param>
    public string FolderOf(string hash) => Path.Combine(directory, arithmetic is null ? hash : TrialHash.WithArithmetic(hash, arithmetic));

    /// <summary>Looks a trial up.</summary>
    /// <param name="hash">The trial's hash.</param>
    /// <returns>The trial; null if it is not stored, or is still unfinished.</returns>
    /// <exception cref="InvalidDataException">The stored trial is damaged; the message says how. It can be trained again.</exception>
    public StoredTrial? Find(string hash)
    {
        var folder = FolderOf(hash);
        if (!File.Exists(Path.Combine(folder, SummaryFile)))
            return null;
        try
        {
            var summary = ReadJson(folder, SummaryFile).Deserialize<TrialSummary>(TrialSummary.Json)!;
            if (Identify(ReadJson(folder, ConfigFile)) != (hash, arithmetic))
                throw new InvalidDataException($"its {ConfigFile} holds the settings of another trial");
            if (summary.Status != TrialStatus.Finished)
                return new StoredTrial(summary, null);
            var metrics = Path.Combine(folder, MetricsFile);
            if (!File.Exists(metrics) || Checksum(metrics) != summary.MetricsSha256)
                throw new InvalidDataException($"its {MetricsFile} is not the one that was written");
            return new StoredTrial(summary, TrajectoryTable.Read(metrics));
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or FileNotFoundException)
        {
            throw new InvalidDataException($"The stored trial {hash} is damaged: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>Stores a finished trial.</summary>
    /// <param name="trial">Its settings.</param>
    /// <param name="trajectory">Its measurements.</param>
    /// <param name="cost">What its stack's training cost.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Save(Trial trial, Trajectory trajectory, TrialCost cost) =>
        Store(
            trial,
            folder =>
            {
                var metrics = Path.Combine(folder, MetricsFile);
                TrajectoryTable.Write(metrics, trajectory);
                return TrialSummary.Create(trial, TrialStatus.Finished, cost) with { MetricsSha256 = Checksum(metrics) };
            }
        );

    /// <summary>Stores that a trial failed. It would fail again, for a trial is a function of its settings.</summary>
    /// <param name="trial">Its settings.</param>
    /// <param name="message">Why it failed, as a sentence.</param>
    /// <param name="measured">Its measurements up to then.</param>
    /// <param name="cost">What its stack's training cost.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void SaveFailure(Trial trial, string message, Trajectory measured, TrialCost cost) =>
        Store(
            trial,
            folder =>
            {
                TrajectoryTable.Write(Path.Combine(folder, MetricsFile), measured);
                return TrialSummary.Create(trial, TrialStatus.Failed, cost) with { Message = message };
            }
        );

    /// <summary>The measurements of a trial as they are stored: all of them, or those of an unfinished or failed one so far. Null if
    /// there are none.</summary>
    /// <param name="hash">The trial's hash.</param>
    internal string? MetricsOf(string hash) => Path.Combine(FolderOf(hash), MetricsFile) is var file && File.Exists(file) ? file : null;

    /// <summary>How a trial has ended, by its summary alone; null if it is not stored, unfinished or damaged.</summary>
    /// <param name="hash">The trial's hash.</param>
    internal TrialStatus? StatusOf(string hash)
    {
        try
        {
            return ReadJson(FolderOf(hash), SummaryFile).Deserialize<TrialSummary>(TrialSummary.Json)?.Status;
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Takes over a trial from another store, if it is there, has ended, and was computed by the same.</summary>
    /// <param name="other">The other store.</param>
    /// <param name="hash">The trial's hash.</param>
    /// <returns>Whether it was taken.</returns>
    /// <exception cref="InvalidDataException">The other's trial is damaged.</exception>
    /// <exception cref="IOException">It cannot be written here.</exception>
    internal bool Import(TrialStore other, string hash)
    {
        if (other.FolderOf(hash) is var from && other.Find(hash) is null)
            return false;
        var aside = AsideOf(hash);
        Directory.CreateDirectory(aside);
        foreach (var file in new[] { ConfigFile, MetricsFile, SummaryFile }.Select(name => Path.Combine(from, name)).Where(File.Exists))
            File.Copy(file, Path.Combine(aside, Path.GetFileName(file)), overwrite: true);
        Place(aside, hash);
        return true;
    }

    /// <summary>Removes what killed processes left half written; no other process may be writing.</summary>
    internal void RemoveLeftovers()
    {
        if (!Directory.Exists(directory))
            return;
        foreach (var leftover in Directory.EnumerateDirectories(directory, ".*"))
            Directory.Delete(leftover, recursive: true);
    }

    /// <summary>What computes its trials; null if that was not recorded.</summary>
    internal string? Arithmetic => arithmetic;

    /// <summary>Removes a trial, e.g. a damaged one.</summary>
    /// <param name="hash">The trial's hash.</param>
    public void Remove(string hash)
    {
        if (Directory.Exists(FolderOf(hash)))
            Directory.Delete(FolderOf(hash), recursive: true);
    }

    /// <summary>What computed the stored trials that have some settings and another arithmetic than this store's.</summary>
    /// <param name="hashes">Hashes of the settings.</param>
    /// <returns>An arithmetic, or null where it was not recorded, for each such trial.</returns>
    internal IReadOnlyList<string?> FindForeign(IReadOnlySet<string> hashes)
    {
        if (!Directory.Exists(directory))
            return [];
        var found = new List<string?>();
        foreach (
            var file in Directory.EnumerateDirectories(directory).Select(folder => Path.Combine(folder, ConfigFile)).Where(File.Exists)
        )
        {
            try
            {
                var (hash, other) = Identify(ReadJson(Path.GetDirectoryName(file)!, ConfigFile));
                if (other != arithmetic && hashes.Contains(hash))
                    found.Add(other);
            }
            catch (Exception e) when (e is InvalidDataException or JsonException or IOException)
            {
                // What cannot be read is nobody's.
            }
        }

        return found;
    }

    private void Store(Trial trial, Func<string, TrialSummary> write)
    {
        var settings = TrialHash.ToJson(trial);
        var hash = TrialHash.From(settings);
        var aside = AsideOf(hash);
        if (Directory.Exists(aside))
            Directory.Delete(aside, recursive: true);
        Directory.CreateDirectory(aside);
        WriteConfig(aside, settings);
        var summary = write(aside);
        AtomicFile.WriteJson(Path.Combine(aside, SummaryFile), JsonSerializer.SerializeToNode(summary, TrialSummary.Json)!);
        Place(aside, hash);
    }

    /// <summary>Gives a folder that was written aside its name. Another worker may do the same with the same trial at this moment: then
    /// one of the two, which are equal, stays.</summary>
    private void Place(string aside, string hash)
    {
        const int Tries = 10;
        var former = aside + ".former";
        for (var left = Tries; ; left--)
        {
            try
            {
                // What may stand there is the checkpoint of the trial that is now finished.
                if (Directory.Exists(FolderOf(hash)))
                    Directory.Move(FolderOf(hash), former);
                Directory.Move(aside, FolderOf(hash));
                break;
            }
            catch (IOException) when (left > 0 && Directory.Exists(aside))
            {
                // Another was faster, or has written a checkpoint in between.
            }
            finally
            {
                if (Directory.Exists(former))
                    Directory.Delete(former, recursive: true);
            }
        }
    }

    private string AsideOf(string hash) =>
        Path.Combine(directory, $".{Path.GetFileName(FolderOf(hash))}.{Environment.MachineName}.{Environment.ProcessId}");

    private void WriteConfig(string folder, JsonObject settings)
    {
        if (arithmetic is not null)
            settings[ArithmeticKey] = arithmetic;
        AtomicFile.WriteJson(Path.Combine(folder, ConfigFile), settings);
    }

    /// <summary>The hash of a trial's settings, and what computed it, from its config.json.</summary>
    private static (string Hash, string? Arithmetic) Identify(JsonObject config)
    {
        var computed = (string?)config[ArithmeticKey];
        config.Remove(ArithmeticKey);
        return (TrialHash.From(config), computed);
    }

    private static JsonObject ReadJson(string folder, string file) =>
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, file))) as JsonObject
        ?? throw new InvalidDataException($"its {file} holds no JSON object");

    private static string Checksum(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

/// <summary>A trial of the store.</summary>
/// <param name="Summary">How its training went.</param>
/// <param name="Trajectory">Its measurements; null if it failed.</param>
public sealed record StoredTrial(TrialSummary Summary, Trajectory? Trajectory);
