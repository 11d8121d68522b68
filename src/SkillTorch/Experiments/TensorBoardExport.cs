using SkillTorch.Reporting;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>A run's measurements as TensorBoard shows them: a log directory a trial, a scalar a skill and quantity.</summary>
public static class TensorBoardExport
{
    // What was written here, and may be replaced; a user's own logs may lie beside it.
    private const string ListName = ".written-by-skilltorch";

    /// <summary>Writes one log directory for each trial with measurements, finished or not, named by case, sweep values and replicate;
    /// those of an earlier call are replaced, and nothing else.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <returns>The folder to name to TensorBoard: <c>tensorboard/</c> in the run directory.</returns>
    /// <exception cref="InvalidDataException">It is no run directory, or is damaged.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Write(string runDirectory) => Follow(runDirectory, TimeSpan.Zero, new CancellationToken(canceled: true));

    /// <summary>Does what <see cref="Write"/> does, and goes on adding what trials store as they train (with each checkpoint) until all
    /// have ended.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <param name="every">How often to look.</param>
    /// <param name="cancellation">Stops after a last look.</param>
    /// <inheritdoc cref="Write" path="/returns"/>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static string Follow(string runDirectory, TimeSpan every, CancellationToken cancellation)
    {
        var (config, store) = StoredRun.Open(runDirectory);
        var folder = Path.Combine(runDirectory, "tensorboard");
        RemoveWritten(folder);
        var written = new Dictionary<string, (string File, DateTime Read, long Last)>();
        while (true)
        {
            // Whether all have ended comes first: what they store after that look is read below.
            var trials = config.Trials.Where(t => t.Repeat == 1).ToArray();
            var isLast = cancellation.IsCancellationRequested || trials.All(t => store.StatusOf(t.Hash) is not null);
            foreach (var trial in trials)
                Add(trial);
            if (isLast)
                return folder;
            cancellation.WaitHandle.WaitOne(every);
        }

        void Add(PlannedTrial trial)
        {
            var log = Path.Combine([folder, .. Parts(trial).Select(Safe)]);
            var before = written.GetValueOrDefault(log);
            if (store.MetricsOf(trial.Hash) is not { } metrics || File.GetLastWriteTimeUtc(metrics) is var read && read == before.Read)
                return;
            var table = Table.Read(metrics);
            if (table.Rows == 0)
                return;
            var file = TensorBoardWriter.WriteTrial(table, log, before.File, before.File is null ? -1 : before.Last);
            if (before.File is null)
                File.AppendAllText(Path.Combine(folder, ListName), Path.GetRelativePath(folder, file) + "\n");
            written[log] = (file, read, table.Integers("step")[^1]);
        }
    }

    private static void RemoveWritten(string folder)
    {
        var list = Path.Combine(folder, ListName);
        if (!File.Exists(list))
            return;
        foreach (var file in File.ReadAllLines(list).Select(line => Path.GetFullPath(Path.Combine(folder, line))))
        {
            if (file.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(file))
                File.Delete(file);
            // Folders that are empty now, up to the run's.
            for (
                var at = Path.GetDirectoryName(file)!;
                at.Length > Path.GetFullPath(folder).Length && Directory.Exists(at) && !Directory.EnumerateFileSystemEntries(at).Any();
                at = Path.GetDirectoryName(at)!
            )
            {
                Directory.Delete(at);
            }
        }

        File.Delete(list);
    }

    private static string[] Parts(PlannedTrial trial) =>
        [trial.Case, .. trial.Sweep.Select(s => $"{s.Key}={SweepPoint.Text(s.Value)}"), $"replicate {trial.Replicate}"];

    private static string Safe(string name) => string.Concat(name.Select(c => Path.GetInvalidFileNameChars().Contains(c) ? '_' : c));
}
