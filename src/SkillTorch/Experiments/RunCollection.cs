using System.Text.Json.Nodes;
using SkillTorch.Reporting;

namespace SkillTorch.Experiments;

/// <summary>Makes tables, fits, analyses, claims, figure and report of the trials that are stored, wherever they were trained.</summary>
public static class RunCollection
{
    /// <summary>Collects a run; nothing is trained.</summary>
    /// <param name="directory">The run directory. If there is none, it becomes one of the first other's experiment.</param>
    /// <param name="others">Other run directories, e.g. from other machines: trials of this experiment that are missing here are taken
    /// from there.</param>
    /// <param name="observer">Follows; null if nobody does.</param>
    /// <param name="cancellation">Stops between two parts.</param>
    /// <returns>The run. Trials that are stored nowhere are missing in it; <see cref="RunResult.Trained"/> counts those that were taken.</returns>
    /// <exception cref="InvalidDataException">A directory is no run directory, no trial has finished, or a trial there is damaged.</exception>
    /// <exception cref="IOException">The run directory cannot be written, or another process is using it.</exception>
    public static RunResult Collect(
        string directory,
        IReadOnlyList<string> others,
        IRunObserver? observer = null,
        CancellationToken cancellation = default
    )
    {
        var sources = others.Select(other => (Directory: other, StoredRun.Open(other).Store)).ToArray();
        var file = Path.Combine(directory, "experiment.json");
        if (!File.Exists(file) && others.Count == 0)
            StoredRun.Open(directory); // says that it is no run directory
        using var theLock = new RunLock(directory);
        if (!File.Exists(file))
            File.Copy(Path.Combine(others[0], "experiment.json"), file);
        var (config, store) = StoredRun.Open(directory);
        var trials = new RunTrials(config, store, observer);
        try
        {
            trials.Read(config.Trials, cancellation);
            foreach (var (other, source) in sources)
                Import(other, source);
            var result = trials.Collect(directory);
            return result.Trials.Count > 0
                ? RunEvaluation.Evaluate(config, result, observer, WriteExperiment, cancellation)
                : throw new InvalidDataException($"Got `{directory}`; expected a run with finished trials, but it has none.");

            void WriteExperiment()
            {
                var json = (JsonObject)config.Json.DeepClone();
                var run = JsonNode.Parse(File.ReadAllText(file))?[ExperimentFile.RunKey]?.DeepClone() as JsonObject ?? [];
                RunEnvironment.DescribeFailures(run, result.Failed);
                json[ExperimentFile.RunKey] = run;
                AtomicFile.WriteJson(file, json);
            }
        }
        catch (OperationCanceledException)
        {
            return trials.Collect(directory) with { Interrupted = true };
        }

        void Import(string other, TrialStore source)
        {
            var missing = trials.Missing;
            if (source.Arithmetic != store.Arithmetic)
            {
                observer?.OnNote(
                    $"Nothing is taken from `{other}`: it was computed by {source.Arithmetic ?? "an earlier binding of libtorch"}, whose last "
                        + $"bits are not those of {store.Arithmetic ?? "an earlier binding of libtorch"}."
                );
                return;
            }

            var taken = missing.Where(trial => store.Import(source, trial.Hash)).ToArray();
            cancellation.ThrowIfCancellationRequested();
            trials.Read(taken, cancellation);
            trials.CountTrained(taken);
            observer?.OnNote($"{taken.Length} of {missing.Count} missing trials were in `{other}`.");
        }
    }
}
