using System.Globalization;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>A trial in its place within an experiment, before it is trained.</summary>
/// <param name="Case">Label of the case; <see cref="DefaultCase"/> where the experiment has none.</param>
/// <param name="Sweep">The sweep's keys (JSON paths) and this trial's values: numbers as double, else string or bool.</param>
/// <param name="Replicate">Replicate number, from 1.</param>
/// <param name="Trial">Resolved settings.</param>
/// <param name="Hash">Name of the trial in the store, by its settings alone.</param>
/// <param name="StackKey">Equal for trials that can train in one stack.</param>
public sealed record PlannedTrial(
    string Case,
    IReadOnlyList<KeyValuePair<string, object>> Sweep,
    int Replicate,
    Trial Trial,
    string Hash,
    string StackKey)
{
    /// <summary>Label of the only case of an experiment that names none.</summary>
    public const string DefaultCase = "default";

    /// <summary>The trial's place in words, e.g. <c>five skills, model.width = 4, replicate 2</c>.</summary>
    public string Name =>
        $"{Case}{string.Concat(Sweep.Select(s => string.Create(CultureInfo.InvariantCulture, $", {s.Key} = {s.Value}")))}, replicate {Replicate}";
}
