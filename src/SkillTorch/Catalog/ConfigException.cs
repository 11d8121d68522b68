namespace SkillTorch;

/// <summary>Everything that is wrong with an experiment, found before any work starts. The message has one sentence a problem.</summary>
/// <param name="problems">The problems in the order of the file; at least one.</param>
public sealed class ConfigException(IReadOnlyList<ConfigProblem> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>A single problem.</summary>
    /// <param name="problem">The problem.</param>
    public ConfigException(ConfigProblem problem)
        : this([problem]) { }

    /// <summary>The problems in the order of the file.</summary>
    public IReadOnlyList<ConfigProblem> Problems { get; } = problems;
}

/// <summary>One thing wrong with an experiment.</summary>
/// <param name="Path">JSON path, e.g. <c>optimizer.kind</c>.</param>
/// <param name="Found">What stands there, as it reads in the file.</param>
/// <param name="Expected">What may stand there.</param>
/// <param name="Suggestion">The nearest known name; null if none is near.</param>
/// <param name="Where">The case or sweep value that has the problem, e.g. <c>case "hard"</c>; null if the experiment itself has it.</param>
public sealed record ConfigProblem(string Path, string Found, string Expected, string? Suggestion = null, string? Where = null)
{
    /// <summary>A sentence that says it better than found and expected do; null if those say it.</summary>
    public string? Sentence { get; init; }

    /// <summary>The problem as a sentence for the user.</summary>
    public override string ToString() =>
        Sentence is not null
            ? Sentence + (Where is null ? "" : $" ({Where})")
            : $"Got {Found} for `{Path}`{(Where is null ? "" : $" in {Where}")}; expected {Expected}."
                + (Suggestion is null ? "" : $" Did you mean `{Suggestion}`?");
}
