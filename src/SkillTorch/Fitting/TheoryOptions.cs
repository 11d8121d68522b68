namespace SkillTorch.Fitting;

/// <summary>An entry of the <c>theories</c> section: a theory laid over the measurements, and which of its parameters are fitted.</summary>
public abstract record TheoryOptions
{
    /// <summary>Name in tables and figures where one experiment lays the same theory twice; by default the kind.</summary>
    public string? Label { get; init; }

    /// <summary>Names of the parameters that are fitted; the others keep their configured or derived values.</summary>
    public IReadOnlyList<string> Fit { get; init; } = [];

    /// <summary>Labels of the cases this theory is laid over; null means every case.</summary>
    public IReadOnlyList<string>? Cases { get; init; }
}
