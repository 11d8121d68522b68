namespace SkillTorch.Analysis;

/// <summary>An entry of the <c>claims</c> section: a published statement as an interval for a measured quantity.</summary>
public sealed record ClaimOptions
{
    /// <summary>The specification's identifier, e.g. <c>P1</c>; parts of one claim append a dot and a word: <c>P5.sgd</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The claim as a sentence.</summary>
    public required string Statement { get; init; }

    /// <summary>Name of the analysis whose values are judged.</summary>
    public required string Quantity { get; init; }

    /// <summary>Label of the case; null takes the analysis' values of all cases.</summary>
    public string? Case { get; init; }

    /// <summary>Sweep values that select among the analysis' values: JSON path → value.</summary>
    public IReadOnlyDictionary<string, double> At { get; init; } = new Dictionary<string, double>();

    /// <summary>How the selected values become one number.</summary>
    public Aggregate Aggregate { get; init; } = Aggregate.Median;

    /// <summary>Interval [low, high] in which the number lies if the claim holds; null leaves an end open.</summary>
    public required IReadOnlyList<double?> Within { get; init; }
}

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
