using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SkillTorch.Reporting;

/// <summary>Values as a reader of the report wants them.</summary>
internal static partial class HtmlText
{
    /// <summary>A number in four significant digits, as 0.9731, 2 280 000 → 2.28·10⁶, or − without a value.</summary>
    public static string FormatNumber(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "–"
                : value > 0 ? "∞"
                : "−∞";
        }
        if (value == Math.Floor(value) && Math.Abs(value) < 1e5)
        {
            return value.ToString("0", CultureInfo.InvariantCulture).Replace('-', '−');
        }
        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        if (exponent is >= -3 and < 5)
        {
            var digits = Math.Max(0, 3 - exponent);
            return value.ToString("F" + digits, CultureInfo.InvariantCulture).Replace('-', '−');
        }
        var parts = value.ToString("0.###e+0", CultureInfo.InvariantCulture).Split('e');
        return $"{parts[0]}·10<sup>{int.Parse(parts[1], CultureInfo.InvariantCulture)}</sup>".Replace('-', '−');
    }

    /// <summary>A number that somebody chose, with the digits that were written.</summary>
    public static string FormatSetting(double value) =>
        value == 0 || Math.Abs(value) is >= 1e-3 and < 1e15
            ? value.ToString("G12", CultureInfo.InvariantCulture).Replace('-', '−')
            : FormatNumber(value);

    /// <summary>A number in JSON that somebody chose; null or absent is –.</summary>
    public static string FormatSetting(JsonNode? value) => FormatSetting(AsNumber(value));

    /// <summary>A number in JSON; NaN if it is none.</summary>
    public static double AsNumber(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : double.NaN;

    /// <summary>An interval; an end that is null is open.</summary>
    public static string FormatInterval(double? low, double? high, Func<double, string> number) =>
        (low, high) switch
        {
            (null, null) => "–",
            (null, { } end) => $"≤ {number(end)}",
            ({ } end, null) => $"≥ {number(end)}",
            ({ } from, { } to) => $"[{number(from)}, {number(to)}]",
        };

    /// <summary>Text with HTML's special letters escaped, and arXiv ids as links.</summary>
    public static string LinkAddresses(string text) =>
        ArXiv().Replace(Escape(text), match => $"""<a href="https://arxiv.org/abs/{match.Groups[1].Value}">{match.Value}</a>""");

    /// <summary>Text with HTML's special letters escaped.</summary>
    // Only these five: WebUtility would also spell out every Greek letter.
    public static string Escape(string? text) =>
        (text ?? "")
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)
            .Replace("\"", "&quot;", StringComparison.Ordinal)
            .Replace("'", "&#39;", StringComparison.Ordinal);

    /// <summary>A part of the config in one line: <c>two-layer-mlp, width 1000, activation relu</c>.</summary>
    public static string FormatSettings(JsonNode? node) =>
        node switch
        {
            null => "",
            JsonObject map => string.Join(
                ", ",
                map.Where(item => item.Value is not null)
                    .OrderBy(item => item.Key != "kind")
                    .Select(item =>
                        item.Key == "kind"
                            ? FormatSettings(item.Value)
                            : $"{SpellOut(item.Key)} {(item.Value is JsonObject ? $"({FormatSettings(item.Value)})" : FormatSettings(item.Value))}"
                    )
            ),
            JsonArray list => list.Count > 8
                ? $"{list.Count} values from {FormatSettings(list[0])} to {FormatSettings(list[^1])}"
                : string.Join(", ", list.Select(FormatSettings)),
            _ when node.GetValueKind() == JsonValueKind.Number => FormatSetting(node),
            _ => Escape(node.ToString()),
        };

    /// <summary>A duration: 12.3 s, 4 min 05 s, 2 h 03 min.</summary>
    public static string FormatDuration(double seconds) =>
        seconds switch
        {
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60} min {(int)seconds % 60:00} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 3600} h {(int)seconds % 3600 / 60:00} min"),
        };

    /// <summary>The words of a camel-case key: learningRate → learning rate.</summary>
    public static string SpellOut(string key) => Escape(Capital().Replace(key, match => " " + match.Value.ToLowerInvariant()));

    [GeneratedRegex(@"arXiv:(\d{4}\.\d{4,5}(?:v\d+)?)")]
    private static partial Regex ArXiv();

    [GeneratedRegex(@"(?<=[a-z])[A-Z]")]
    private static partial Regex Capital();
}
