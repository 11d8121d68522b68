namespace SkillTorch.Analysis;

/// <summary>A claim and what the run says of it.</summary>
/// <param name="Id">The claim's identifier.</param>
/// <param name="Statement">The claim as a sentence.</param>
/// <param name="Quantity">Name of the analysis judged.</param>
/// <param name="Value">The measured number, over several seeds their median; null if there is none or it is infinite.</param>
/// <param name="Low">Lower end of the claim's interval; null is open.</param>
/// <param name="High">Upper end of the claim's interval; null is open.</param>
/// <param name="Verdict">Whether the number lies in the interval.</param>
/// <param name="Profile">The profile that was run; null for the experiment itself.</param>
/// <param name="Note">What the reader must know of the value; null if nothing.</param>
public sealed record ClaimVerdict(
    string Id,
    string Statement,
    string Quantity,
    double? Value,
    double? Low,
    double? High,
    Verdict Verdict,
    string? Profile,
    string? Note
)
{
    /// <summary>
    /// Confidence interval of the number: of one seed, the one that its analysis gives; of several, that of the median over seeds. Null
    /// if there is none.
    /// </summary>
    public ConfidenceInterval? ValueInterval { get; init; }

    /// <summary>The number that the publication gives; null if it gives none.</summary>
    public double? Published { get; init; }

    /// <summary>How many seeds the claim holds at; null where the run has one.</summary>
    public SeedTally? Seeds { get; init; }
}

/// <summary>What a run says of a claim.</summary>
public enum Verdict
{
    /// <summary>The number lies in the interval, ends included.</summary>
    Holds,

    /// <summary>The number lies outside, or is infinite.</summary>
    Fails,

    /// <summary>Neither can be said with 95 % confidence.</summary>
    Uncertain,

    /// <summary>There is no number to judge.</summary>
    NotMeasured,
}
