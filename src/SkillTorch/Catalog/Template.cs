using System.Text.RegularExpressions;

namespace SkillTorch;

/// <summary>Text in which <c>${name}</c> stands for a value: the one form of placeholder in experiment files and figures.</summary>
internal static partial class Template
{
    /// <summary>The placeholder of a name, as it stands in a text.</summary>
    public static string Placeholder(string name) => $"${{{name}}}";

    /// <summary>The names that a text has placeholders for.</summary>
    public static IEnumerable<string> Names(string text) => Pattern().Matches(text).Select(match => match.Groups["name"].Value);

    /// <summary>The name, if a text is one placeholder and nothing else; else null.</summary>
    public static string? OnlyName(string text) =>
        Pattern().Match(text) is { Success: true } match && match.Length == text.Length ? match.Groups["name"].Value : null;

    /// <summary>The text with its placeholders replaced; those without a value (null) stay.</summary>
    public static string Fill(string text, Func<string, string?> value) =>
        Pattern().Replace(text, match => value(match.Groups["name"].Value) ?? match.Value);

    [GeneratedRegex(@"\$\{(?<name>[^{}]+)\}")]
    private static partial Regex Pattern();
}
