namespace SkillTorch.Analysis;

/// <summary>Ways to make one number of many.</summary>
public enum Aggregate
{
    /// <summary>The median.</summary>
    Median,

    /// <summary>The arithmetic mean.</summary>
    Mean,

    /// <summary>The smallest value.</summary>
    Min,

    /// <summary>The largest value.</summary>
    Max,
}
