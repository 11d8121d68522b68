using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Fitting;

/// <summary>An entry of the <c>theories</c> section: a theory laid over the measurements, and which of its parameters are fitted.</summary>
[Family("theory", "theories", 4)]
public abstract record TheoryOptions
{
    /// <summary>Name in tables and figures where one experiment lays the same theory twice; by default the kind.</summary>
    public string? Label { get; init; }

    /// <summary>Names of the parameters that are fitted; the others keep their configured or derived values.</summary>
    public IReadOnlyList<string> Fit { get; init; } = [];

    /// <summary>Parameters that take their value from the fit of a theory listed earlier, e.g. calibrated in another case, and are not fitted again.</summary>
    public IReadOnlyDictionary<string, TakeOptions> Take { get; init; } = new Dictionary<string, TakeOptions>();

    /// <summary>Labels of the cases this theory is laid over; null means every case.</summary>
    public IReadOnlyList<string>? Cases { get; init; }

    /// <summary>Whether the theory depends on a trial's own draw of the task, so that each replicate has a theory and a fit of its own.</summary>
    public virtual bool PerReplicate => false;

    /// <summary>The theory for one trial's settings, with configured or derived parameter values.</summary>
    /// <param name="trial">A trial; replicates of a case give equal theories, unless <see cref="PerReplicate"/>.</param>
    /// <returns>The theory, before any fit.</returns>
    /// <exception cref="InvalidOptionException">The theory does not apply to these settings.</exception>
    public abstract SkillTheory Bind(Trial trial);

    /// <summary>Name in tables and figures.</summary>
    internal string Name => Label ?? Catalog.KindOf(this);
}

/// <summary>Where a theory's parameter takes its value from: the fit of the same parameter elsewhere.</summary>
public sealed record TakeOptions
{
    /// <summary>Label of the case that was fitted.</summary>
    public required string Case { get; init; }

    /// <summary>Label of the theory that was fitted there; null is the theory that takes.</summary>
    public string? Theory { get; init; }
}
