using System.Globalization;
using System.Text.Json.Nodes;

namespace SkillTorch.Experiments;

/// <summary>Lays overrides over an experiment's JSON. One rule everywhere: another <c>kind</c> replaces the whole section.</summary>
internal static class Overrides
{
    /// <summary>Merges overrides key by key.</summary>
    /// <param name="target">Changed in place.</param>
    /// <param name="overrides">Objects merge into objects; anything else, null and lists included, replaces.</param>
    public static void Merge(JsonObject target, JsonObject overrides)
    {
        foreach (var (key, value) in overrides)
        {
            if (value is JsonObject inner && target[key] is JsonObject section && !IsOtherKind(section, inner["kind"]))
                Merge(section, inner);
            else
                target[key] = value?.DeepClone();
        }
    }

    /// <summary>Sets the value at a path; objects on the way are made where they are missing.</summary>
    /// <param name="root">Changed in place.</param>
    /// <param name="path">Keys and list positions from the root.</param>
    /// <param name="value">The value; an object merges into the object that stands there.</param>
    /// <exception cref="ConfigException">The path leads through something that is neither object nor list, or beyond a list's
    /// end.</exception>
    public static void Set(JsonObject root, IReadOnlyList<string> path, JsonNode? value)
    {
        JsonNode node = root;
        for (var i = 0; i < path.Count - 1; i++)
            node = Step(node, path, i);

        var last = path[^1];
        switch (node)
        {
            case JsonArray array:
                array[Position(array, path, path.Count - 1)] = value?.DeepClone();
                break;
            case JsonObject section:
                if (last == "kind" && IsOtherKind(section, value))
                    section.Clear();
                Merge(section, new JsonObject { [last] = value?.DeepClone() });
                break;
        }
    }

    private static JsonNode Step(JsonNode node, IReadOnlyList<string> path, int i)
    {
        if (node is JsonArray array)
        {
            var element = array[Position(array, path, i)];
            return element is JsonObject or JsonArray ? element : throw NoWay(path, i, element);
        }

        var section = (JsonObject)node;
        if (section[path[i]] is null)
            section[path[i]] = new JsonObject();
        return section[path[i]] is JsonObject or JsonArray ? section[path[i]]! : throw NoWay(path, i, section[path[i]]);
    }

    private static int Position(JsonArray array, IReadOnlyList<string> path, int i) =>
        int.TryParse(path[i], CultureInfo.InvariantCulture, out var position) && position >= 0 && position < array.Count
            ? position
            : throw new ConfigException(
                new ConfigProblem(
                    string.Join('.', path.Take(i)),
                    $"\"{path[i]}\" as a position in the list",
                    array.Count == 0 ? "none, for it is empty" : $"0 to {array.Count - 1}"
                )
            );

    private static ConfigException NoWay(IReadOnlyList<string> path, int i, JsonNode? found) =>
        new(
            new ConfigProblem(
                string.Join('.', path),
                $"a path through `{string.Join('.', path.Take(i + 1))}`, which is {OptionText.Found(found)}",
                "a path through objects and lists"
            )
        );

    private static bool IsOtherKind(JsonObject section, JsonNode? kind) =>
        kind is not null && section["kind"] is { } present && !JsonNode.DeepEquals(kind, present);
}
