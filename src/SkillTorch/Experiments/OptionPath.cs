using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace SkillTorch.Experiments;

/// <summary>
/// Finds the option that a configuration key means. Keys of <see cref="IConfiguration"/> know no case
/// (<c>SKILLTORCH__OPTIMIZER__LEARNINGRATE</c>) and carry text only; the option's own spelling and type come from
/// the records and the file.
/// </summary>
internal static class OptionPath
{
    private static readonly char[] Separators = ['.', ':', '[', ']'];

    /// <summary>Splits <c>theories[0].fit</c>, <c>theories.0.fit</c> or <c>theories:0:fit</c>.</summary>
    public static string[] Split(string path) => path.Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Spells a path as the records and the file do.</summary>
    /// <param name="root">The experiment's JSON, for the kinds and keys that it holds.</param>
    /// <param name="parts">The path in any case.</param>
    /// <returns>The path and the type of what it leads to; null where that is not known.</returns>
    public static (string[] Path, Type? Type) Resolve(JsonObject root, IReadOnlyList<string> parts)
    {
        var path = new List<string>();
        JsonNode? node = root;
        var type = typeof(Experiment);
        for (var i = 0; i < parts.Count; i++)
        {
            if (type is not null && HoldsPaths(type))
            {
                var rest = Resolve(root, [.. parts.Skip(i)]).Path;
                return ([.. path, string.Join('.', rest)], type.GetGenericArguments()[1]);
            }
            var options = type is null ? [] : OptionsOf(type, node as JsonObject).ToArray();
            var names = (node as JsonObject ?? []).Select(p => p.Key).Concat(options.Select(o => o.Name)).Append("kind");
            var name =
                names.FirstOrDefault(n => n == parts[i])
                ?? names.FirstOrDefault(n => n.Equals(parts[i], StringComparison.OrdinalIgnoreCase))
                ?? parts[i];
            path.Add(name);
            type =
                type is { IsGenericType: true } ? type.GetGenericArguments()[^1]
                : name == "kind" ? typeof(string)
                : options.FirstOrDefault(o => o.Name == name)?.Property.PropertyType;
            node = node switch
            {
                JsonObject section => section[name],
                JsonArray list when int.TryParse(name, CultureInfo.InvariantCulture, out var n) && n >= 0 && n < list.Count => list[n],
                _ => null,
            };
        }
        return ([.. path], type);
    }

    /// <summary>The JSON that a text means for an option of a type: JSON where it parses, else the text itself.</summary>
    public static JsonNode? Value(string text, Type? type)
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
        var isText = type == typeof(string) && node is not null && node.GetValueKind() != JsonValueKind.String;
        return isText ? JsonValue.Create(text) : node;
    }

    // A dictionary whose keys are themselves JSON paths: the sweep, and the sweep values of a claim.
    private static bool HoldsPaths(Type type) =>
        type.IsGenericType
        && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
        && (
            type.GetGenericArguments()[1] is { IsValueType: true } value
            || type.GetGenericArguments()[1] == typeof(JsonNode)
            || type.GetGenericArguments()[1] == typeof(JsonArray)
        );

    private static IEnumerable<OptionProperty> OptionsOf(Type type, JsonObject? section)
    {
        if (!OptionProperty.IsRecord(type))
            return [];
        if (!type.IsAbstract)
            return OptionProperty.From(type);
        var kind = section?["kind"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        return Catalog.Kinds(type).Where(k => kind is null || k.Kind == kind).SelectMany(k => OptionProperty.From(k.Type, type));
    }
}
