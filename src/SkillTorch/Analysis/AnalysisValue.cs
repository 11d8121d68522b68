namespace SkillTorch.Analysis;

/// <summary>One value of a named quantity.</summary>
/// <param name="Case">Label of the case; empty where the quantity spans cases.</param>
/// <param name="Sweep">The sweep's keys and values that the quantity belongs to; a swept key that the quantity spans is absent.</param>
/// <param name="Replicate">Replicate number; null where the quantity spans replicates.</param>
/// <param name="Name">The quantity's name.</param>
/// <param name="Value">The value; +∞ where a threshold is never reached, NaN where the quantity is not defined.</param>
public sealed record AnalysisValue(
    string Case,
    IReadOnlyList<KeyValuePair<string, object>> Sweep,
    int? Replicate,
    string Name,
    double Value)
{
    /// <summary>Skill number, from 1, where the analysis gives a value for each of several skills; else null.</summary>
    public int? Skill { get; init; }

    /// <summary>Lower end of the value's confidence interval; null where the quantity has none.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of the value's confidence interval; null where the quantity has none.</summary>
    public double? High { get; init; }
}
