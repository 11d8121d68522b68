using SkillTorch.Training;

namespace SkillTorch.Analysis;

/// <summary>One value of a named quantity.</summary>
/// <param name="Place">The case, sweep value and replicate that it belongs to; what the quantity spans is empty there.</param>
/// <param name="Name">The quantity's name.</param>
/// <param name="Value">The value; +∞ where a threshold is never reached, NaN where the quantity is not defined.</param>
public sealed record AnalysisValue(Place Place, string Name, double Value) : Placed(Place)
{
    /// <summary>Skill number, from 1, where the analysis gives a value for each of several skills; else null.</summary>
    public int? Skill { get; init; }

    /// <summary>Lower end of the value's confidence interval; null where the quantity has none.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of the value's confidence interval; null where the quantity has none.</summary>
    public double? High { get; init; }
}
