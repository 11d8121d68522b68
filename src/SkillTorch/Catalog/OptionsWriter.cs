using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillTorch;

/// <summary>Writes options records as JSON with every default spelt out: the inverse of <see cref="OptionsBinder"/>.</summary>
internal static class OptionsWriter
{
    /// <summary>Writes a value.</summary>
    /// <param name="value">An options record, a list or dictionary of such, a scalar, or null.</param>
    /// <param name="include">Which options to write; null writes all.</param>
    /// <param name="section">Base record of the section's family, to which a kind of several families is written; null if it is not
    /// known.</param>
    /// <returns>JSON that binds to an equal value; null for null.</returns>
    public static JsonNode? Write(object? value, Func<OptionProperty, bool>? include = null, Type? section = null) =>
        value switch
        {
            null => null,
            JsonNode node => node.DeepClone(),
            string text => JsonValue.Create(text),
            bool truth => JsonValue.Create(truth),
            Enum name => JsonValue.Create(JsonNamingPolicy.KebabCaseLower.ConvertName(name.ToString())),
            int or long or ulong or double or float => WriteNumber(value),
            IDictionary dictionary => new JsonObject(
                dictionary.Keys.Cast<string>().Select(k => KeyValuePair.Create(k, Write(dictionary[k], include, section)))
            ),
            IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(v => Write(v, include, section))]),
            _ => WriteRecord(value, include, section),
        };

    private static JsonObject WriteRecord(object record, Func<OptionProperty, bool>? include, Type? section)
    {
        var json = new JsonObject();
        if (Catalog.KindOf(record.GetType()) is { } kind)
            json["kind"] = kind;
        foreach (var property in OptionProperty.From(record.GetType(), section).Where(p => include?.Invoke(p) ?? true))
        {
            var value = property.Property.GetValue(record);
            if (!property.Omits(value))
                json[property.Name] = Write(value, include, Declared(property.Nullability));
        }
        return json;
    }

    /// <summary>The type of a value, or of a list's or dictionary's values, as it is declared.</summary>
    private static Type Declared(NullabilityInfo info) =>
        (OptionText.ElementOf(info) ?? OptionText.ValueOf(info)) is { } inner ? Declared(inner) : info.Type;

    // Shortest text that reads back as the same number, so that 0.1 and 1 look as in the file whatever their type.
    private static JsonNode WriteNumber(object value)
    {
        var text = value is float single
            ? single.ToString("R", CultureInfo.InvariantCulture)
            : Convert.ToString(value is double and 0 ? 0.0 : value, CultureInfo.InvariantCulture)!;
        return JsonNode.Parse(text)!;
    }
}
