namespace SkillTorch.Training;

/// <summary>A finished trial in its place within an experiment.</summary>
/// <param name="Case">Label of the experiment's case.</param>
/// <param name="Sweep">The sweep's keys (JSON paths) and this trial's values, in the experiment's order.</param>
/// <param name="Replicate">Replicate number, from 1.</param>
/// <param name="Trial">Resolved settings.</param>
/// <param name="Trajectory">Measurements.</param>
public sealed record TrialResult(
    string Case,
    IReadOnlyList<KeyValuePair<string, object>> Sweep,
    int Replicate,
    Trial Trial,
    Trajectory Trajectory);
