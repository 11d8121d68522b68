using System.Globalization;
using SkillTorch.Reporting;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

public sealed partial class TrialStore
{
    private const string CheckpointFile = "checkpoint.safetensors";
    private const string MeasuredPrefix = "measured.";
    private const string ExtraPrefix = MeasuredPrefix + "extra.";
    private const string StatePrefix = "state.";

    /// <summary>Stores the state of an unfinished trial in its folder, and its measurements so far for people to read.</summary>
    /// <param name="trial">Its settings.</param>
    /// <param name="checkpoint">Its state and its measurements so far.</param>
    /// <param name="cost">What it has cost so far.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void SaveCheckpoint(Trial trial, TrialCheckpoint checkpoint, TrialCost cost)
    {
        var settings = TrialHash.ToJson(trial);
        var folder = FolderOf(TrialHash.From(settings));
        var measured = checkpoint.Measured;
        var arrays = checkpoint.State.ToDictionary(s => StatePrefix + s.Key, s => s.Value);
        arrays[MeasuredPrefix + "steps"] = measured.Steps;
        arrays[MeasuredPrefix + "frequencies"] = measured.Frequencies;
        arrays[MeasuredPrefix + "loss"] = measured.Loss;
        arrays[MeasuredPrefix + "strength"] = measured.Strength;
        arrays[MeasuredPrefix + "accuracy"] = measured.Accuracy;
        foreach (var (name, values) in measured.Extra)
            arrays[ExtraPrefix + name] = values;

        WriteConfig(folder, settings);
        TrajectoryTable.Write(Path.Combine(folder, MetricsFile), measured);
        Safetensors.Write(
            Path.Combine(folder, CheckpointFile),
            arrays,
            new Dictionary<string, string>
            {
                ["step"] = checkpoint.Step.ToString(CultureInfo.InvariantCulture),
                ["wallSeconds"] = cost.WallSeconds.ToString("R", CultureInfo.InvariantCulture),
                ["processorSeconds"] = cost.ProcessorSeconds?.ToString("R", CultureInfo.InvariantCulture) ?? "",
            }
        );
    }

    /// <summary>The state of an unfinished trial.</summary>
    /// <param name="hash">The trial's hash.</param>
    /// <returns>The state and how long it has trained; null if there is none.</returns>
    /// <exception cref="InvalidDataException">The checkpoint is damaged.</exception>
    public StoredCheckpoint? FindCheckpoint(string hash)
    {
        var file = Path.Combine(FolderOf(hash), CheckpointFile);
        if (!File.Exists(file))
            return null;
        var (arrays, metadata) = Safetensors.Read(file);
        T Get<T>(string name)
            where T : class =>
            arrays.GetValueOrDefault(MeasuredPrefix + name) as T
            ?? throw new InvalidDataException($"Got no `{MeasuredPrefix}{name}` in `{file}`; expected a checkpoint's measurements.");
        var measured = new Trajectory(
            Get<int[]>("steps"),
            Get<double[]>("frequencies"),
            Get<double[,]>("loss"),
            Get<double[,]>("strength"),
            Get<double[,]>("accuracy")
        )
        {
            Extra = arrays
                .Where(a => a.Key.StartsWith(ExtraPrefix, StringComparison.Ordinal))
                .ToDictionary(a => a.Key[ExtraPrefix.Length..], a => (double[,])a.Value),
        };
        var state = arrays
            .Where(a => a.Key.StartsWith(StatePrefix, StringComparison.Ordinal))
            .ToDictionary(a => a.Key[StatePrefix.Length..], a => a.Value);
        if (
            !int.TryParse(metadata.GetValueOrDefault("step"), CultureInfo.InvariantCulture, out var step)
            || !double.TryParse(metadata.GetValueOrDefault("wallSeconds"), CultureInfo.InvariantCulture, out var seconds)
        )
        {
            throw new InvalidDataException($"Got no step in `{file}`; expected a checkpoint.");
        }

        double? processor = double.TryParse(metadata.GetValueOrDefault("processorSeconds"), CultureInfo.InvariantCulture, out var worked)
            ? worked
            : null;
        return new StoredCheckpoint(new TrialCheckpoint(step, state, measured), seconds, processor);
    }
}

/// <summary>A checkpoint of the store.</summary>
/// <param name="Checkpoint">What training goes on from.</param>
/// <param name="WallSeconds">How long its stack has trained.</param>
/// <param name="ProcessorSeconds">How long the processor's cores have worked for its stack; null if that was not measured.</param>
public sealed record StoredCheckpoint(TrialCheckpoint Checkpoint, double WallSeconds, double? ProcessorSeconds);
