using SkillTorch.Reporting;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>A run's measurements as TensorBoard shows them: a log directory a trial, a scalar a skill and quantity.</summary>
public static class TensorBoardExport
{
    /// <summary>Writes one log directory for each finished trial, named by case, sweep values and replicate; older ones are
    /// replaced.</summary>
    /// <param name="runDirectory">The run directory.</param>
    /// <returns>The folder to name to TensorBoard: <c>tensorboard/</c> in the run directory.</returns>
    /// <exception cref="InvalidDataException">It is no run directory, has no finished trial, or is damaged.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Write(string runDirectory)
    {
        var run = StoredRun.Read(runDirectory);
        var folder = Path.Combine(runDirectory, "tensorboard");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        foreach (var trial in run.Trials)
        {
            string[] parts =
            [
                trial.Case,
                .. trial.Sweep.Select(s => $"{s.Key}={SweepPoint.Text(s.Value)}"),
                $"replicate {trial.Replicate}",
            ];
            var metrics = Path.Combine(run.Store.FolderOf(TrialHash.From(trial.Trial)), "metrics.csv");
            TensorBoardWriter.WriteTrial(Table.Read(metrics), Path.Combine([folder, .. parts.Select(Safe)]));
        }

        return folder;
    }

    private static string Safe(string name) => string.Concat(name.Select(c => Path.GetInvalidFileNameChars().Contains(c) ? '_' : c));
}
