using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>A run directory, read back.</summary>
/// <param name="Config">The experiment as it was run.</param>
/// <param name="Trials">Its finished trials in the experiment's order; of several repeats, those of the first.</param>
public sealed record StoredRun(ExperimentConfig Config, IReadOnlyList<TrialResult> Trials)
{
    /// <summary>Where its trials are stored.</summary>
    internal TrialStore Store { get; private init; } = new("");

    /// <summary>Reads a run directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="unfinished">Whether trials that are not finished count, as far as they are measured.</param>
    /// <exception cref="InvalidDataException">It is no run directory, has no finished trial, or is damaged.</exception>
    public static StoredRun Read(string directory, bool unfinished = false)
    {
        var (config, store) = Open(directory);
        var trajectories = config.Trials.Select(t => t.Hash).Distinct().ToDictionary(h => h, h => store.Find(h)?.Trajectory ?? SoFar(h));
        TrialResult[] trials =
        [
            .. config
                .Trials.Where(t => t.Repeat == 1 && trajectories[t.Hash] is not null)
                .Select(t => new TrialResult(t.Place, t.Trial, trajectories[t.Hash]!)),
        ];
        return trials.Length > 0
            ? new StoredRun(config, trials) { Store = store }
            : throw new InvalidDataException($"Got `{directory}`; expected a run with finished trials, but it has none.");

        Trajectory? SoFar(string hash) => unfinished ? store.FindCheckpoint(hash)?.Checkpoint.Measured : null;
    }

    /// <summary>The experiment of a run directory, and the store that its trials are in.</summary>
    /// <param name="directory">The directory.</param>
    /// <exception cref="InvalidDataException">It is no run directory.</exception>
    internal static (ExperimentConfig Config, TrialStore Store) Open(string directory)
    {
        var file = Path.Combine(directory, "experiment.json");
        if (!File.Exists(file))
            throw new InvalidDataException($"Got `{directory}`; expected a run directory, but it has no experiment.json.");
        var config = ExperimentFile.Load(file);
        return (config, new TrialStore(Path.Combine(directory, "trials"), RunEnvironment.ArithmeticOf(file)));
    }
}
