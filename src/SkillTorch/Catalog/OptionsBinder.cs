using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillTorch;

/// <summary>
/// Reads options records from JSON, strictly: every unknown key, wrong type, missing value, value out of range and
/// unknown name is collected, so that the user sees all of them at once.
/// </summary>
/// <param name="problems">Where problems are added.</param>
internal sealed class OptionsBinder(ICollection<ConfigProblem> problems)
{
    /// <summary>Reads a record; on a problem the result is incomplete and must not be used.</summary>
    /// <param name="node">The JSON.</param>
    /// <param name="type">The record, or the base record of a family.</param>
    /// <param name="path">JSON path of the node; empty for the whole file.</param>
    /// <returns>The record, or null where none could be made.</returns>
    public object? BindRecord(JsonNode? node, Type type, string path)
    {
        if (node is not JsonObject section)
        {
            return Refuse(
                path,
                node,
                type.IsAbstract ? $"an object whose kind is {OptionText.OneOf(Catalog.Kinds(type).Select(k => k.Kind))}" : "an object"
            );
        }

        var hasKind = type.IsAbstract || Catalog.KindOf(type) is not null;
        if ((type.IsAbstract ? FindKind(section, type, path) : type) is not { } concrete)
            return null;

        var atStart = problems.Count;
        var values = new Dictionary<string, object?>();
        var properties = OptionProperty.From(concrete, type);
        foreach (var property in properties)
        {
            var at = Join(path, property.Name);
            if (section.TryGetPropertyValue(property.Name, out var value))
            {
                var before = problems.Count;
                var bound = BindValue(value, property.Nullability, property.Range, at);
                if (problems.Count == before)
                    values[property.Name] = bound;
            }
            else if (property.Required)
            {
                problems.Add(new ConfigProblem(at, "nothing", OptionText.Expected(property.Nullability, property.Range)));
            }
        }

        var names = (hasKind ? ["kind"] : Array.Empty<string>()).Concat(properties.Select(p => p.Name)).ToArray();
        foreach (var (key, _) in section)
        {
            if (!names.Contains(key))
                problems.Add(new ConfigProblem(Join(path, key), "an unknown key", OptionText.OneOf(names), NearestName.Find(key, names)));
        }
        // The whole experiment is made even when parts of it are wrong: its cases are checked nevertheless.
        return problems.Count == atStart || path == "" ? OptionProperty.Make(concrete, values) : null;
    }

    /// <summary>Joins a path and a key.</summary>
    public static string Join(string path, string key) => path == "" ? key : $"{path}.{key}";

    private Type? FindKind(JsonObject section, Type family, string path)
    {
        var kinds = Catalog.Kinds(family).Select(k => k.Kind).ToArray();
        var at = Join(path, "kind");
        if (!section.TryGetPropertyValue("kind", out var node))
            problems.Add(new ConfigProblem(at, "nothing", OptionText.OneOf(kinds)));
        else if (node?.GetValueKind() != JsonValueKind.String)
            Refuse(at, node, OptionText.OneOf(kinds));
        else if (Catalog.Find(family, node.GetValue<string>()) is { } type)
            return type;
        else
            Refuse(at, node, OptionText.OneOf(kinds), kinds);
        return null;
    }

    private object? BindValue(JsonNode? node, NullabilityInfo info, RangeAttribute? range, string path)
    {
        if (node is null)
            return OptionText.MayBeNull(info) ? null : Refuse(path, node, OptionText.Expected(info, range));

        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        if (OptionText.ElementOf(info) is { } element)
            return node is JsonArray array ? BindList(array, element, range, path) : Refuse(path, node, OptionText.Expected(info, range));
        if (OptionText.ValueOf(info) is { } value)
        {
            return node is JsonObject pairs
                ? BindDictionary(pairs, value, range, path)
                : Refuse(path, node, OptionText.Expected(info, range));
        }
        if (type.IsAssignableTo(typeof(JsonNode)))
            return type.IsInstanceOfType(node) ? node.DeepClone() : Refuse(path, node, OptionText.Expected(info));
        if (OptionProperty.IsRecord(type))
            return BindRecord(node, type, path);

        var names = type.IsEnum ? OptionText.EnumNames(type).ToArray() : null;
        return
            BindScalar(node, type) is { } scalar
            && (range is null || OptionProperty.Contains(range, Convert.ToDouble(scalar, CultureInfo.InvariantCulture)))
            ? scalar
            : Refuse(path, node, OptionText.Expected(info, range), names);
    }

    private IList BindList(JsonArray array, NullabilityInfo element, RangeAttribute? range, string path)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element.Type))!;
        for (var i = 0; i < array.Count; i++)
        {
            var before = problems.Count;
            var value = BindValue(array[i], element, range, $"{path}[{i}]");
            if (problems.Count == before)
                list.Add(value);
        }
        return list;
    }

    private IDictionary BindDictionary(JsonObject pairs, NullabilityInfo type, RangeAttribute? range, string path)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), type.Type))!;
        foreach (var (key, node) in pairs)
        {
            var before = problems.Count;
            var value = BindValue(node, type, range, Join(path, key));
            if (problems.Count == before)
                dictionary.Add(key, value);
        }
        return dictionary;
    }

    /// <summary>A number, string, truth value or name; null where the JSON is of another type.</summary>
    private static object? BindScalar(JsonNode node, Type type)
    {
        var kind = node.GetValueKind();
        var text = kind == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();
        if (type == typeof(string))
            return kind == JsonValueKind.String ? text : null;
        if (type == typeof(bool))
            return kind is JsonValueKind.True or JsonValueKind.False ? kind == JsonValueKind.True : null;
        if (type.IsEnum)
        {
            return kind == JsonValueKind.String && OptionText.EnumNames(type).ToList().IndexOf(text) is >= 0 and var i
                ? Enum.GetValues(type).GetValue(i)
                : null;
        }

        if (kind != JsonValueKind.Number)
            return null;
        if (OptionText.IsInteger(type))
            return BindInteger(text, type);
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number))
            return null;
        return type == typeof(float) ? (float)number : number;
    }

    /// <summary>A whole number; <c>2e4</c> is one.</summary>
    private static object? BindInteger(string text, Type type)
    {
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number != decimal.Truncate(number))
            return null;
        return type switch
        {
            _ when type == typeof(int) && number is >= int.MinValue and <= int.MaxValue => (int)number,
            _ when type == typeof(long) && number is >= long.MinValue and <= long.MaxValue => (long)number,
            _ when type == typeof(ulong) && number is >= 0 and <= ulong.MaxValue => (ulong)number,
            _ => null,
        };
    }

    private object? Refuse(string path, JsonNode? node, string expected, IEnumerable<string>? names = null)
    {
        var suggestion =
            names is null || node?.GetValueKind() != JsonValueKind.String ? null : NearestName.Find(node.GetValue<string>(), names);
        problems.Add(new ConfigProblem(path, OptionText.Found(node), expected, suggestion));
        return null;
    }
}
