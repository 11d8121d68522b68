using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SkillTorch.Reporting;

/// <summary>
/// Looks through a Vega-Lite spec for datasets and fields that do not exist, which Vega draws as nothing without a word.
/// Best effort: where a transform makes columns whose names depend on the data, it stops asking.
/// </summary>
internal sealed partial class FigureSpec
{
    private readonly Func<string, IReadOnlyCollection<string>?> columnsOf;
    private readonly Dictionary<string, HashSet<string>> own = [];
    private readonly List<string> errors = [];

    private FigureSpec(JsonObject figure, Func<string, IReadOnlyCollection<string>?> columnsOf)
    {
        this.columnsOf = columnsOf;
        foreach (var (name, rows) in figure["datasets"] as JsonObject ?? [])
        {
            own[name] = Keys(rows);
        }
    }

    // A dataset and the columns that are there after the transforms so far; null: unknown, or no data at all.
    private sealed record Scope(string? Dataset, HashSet<string>? Columns);

    /// <summary>The datasets of a run that a spec names, anywhere.</summary>
    public static IReadOnlySet<string> Datasets(JsonObject figure)
    {
        var names = new HashSet<string>();
        Walk(figure);
        names.ExceptWith((figure["datasets"] as JsonObject ?? []).Select(dataset => dataset.Key));
        return names;

        void Walk(JsonNode? node)
        {
            if (node is JsonArray array)
            {
                foreach (var item in array)
                {
                    Walk(item);
                }
            }
            foreach (var (name, value) in node as JsonObject ?? [])
            {
                if (name == "data" && value is JsonObject data && !data.ContainsKey("values") && data["name"] is JsonValue text)
                {
                    names.Add(text.ToString());
                }
                if (name is not ("datasets" or "values"))
                {
                    Walk(value);
                }
            }
        }
    }

    /// <summary>What is wrong with a spec, in sentences; empty if nothing is.</summary>
    /// <param name="figure">A Vega-Lite spec.</param>
    /// <param name="columnsOf">The columns of a run's dataset; null if they are not known.</param>
    public static IReadOnlyList<string> Check(JsonObject figure, Func<string, IReadOnlyCollection<string>?> columnsOf)
    {
        var spec = new FigureSpec(figure, columnsOf);
        spec.CheckView(figure, "figure", null, [], []);
        return [.. spec.errors.Distinct()];
    }

    private void CheckView(
        JsonObject view,
        string path,
        Scope? scope,
        Dictionary<string, (JsonNode? Value, string Path)> inherited,
        HashSet<string> repeated
    )
    {
        if (view["data"] is JsonObject data)
        {
            scope = CheckData(data, $"{path}.data");
        }
        var transforms = view["transform"] as JsonArray ?? [];
        for (var i = 0; i < transforms.Count; i++)
        {
            scope = transforms[i] is JsonObject transform ? CheckTransform(transform, $"{path}.transform[{i}]", scope) : scope;
        }
        if (view["facet"] is JsonObject facet)
        {
            CheckFields(facet, $"{path}.facet", scope, repeated);
        }
        if (view["repeat"] is { } repeat)
        {
            repeated = [.. repeated, .. Strings(repeat)];
        }
        // A layer takes over the channels of the view around it, except for those that it sets itself.
        var channels = new Dictionary<string, (JsonNode? Value, string Path)>(inherited);
        foreach (var (channel, value) in view["encoding"] as JsonObject ?? [])
        {
            channels[channel] = (value, $"{path}.encoding.{channel}");
        }
        foreach (var name in new[] { "concat", "hconcat", "vconcat", "layer" })
        {
            var children = view[name] as JsonArray ?? [];
            for (var i = 0; i < children.Count; i++)
            {
                if (children[i] is JsonObject child)
                {
                    CheckView(child, $"{path}.{name}[{i}]", scope, name == "layer" ? channels : [], repeated);
                }
            }
        }
        if (view["spec"] is JsonObject inner)
        {
            CheckView(inner, $"{path}.spec", scope, [], repeated);
        }
        if (view.ContainsKey("mark"))
        {
            foreach (var (value, at) in channels.Values)
            {
                CheckFields(value, at, scope, repeated);
            }
        }
    }

    private Scope CheckData(JsonObject data, string path)
    {
        if (data["url"] is { } url)
        {
            errors.Add(
                $"Got `{url}` for `{path}.url`; expected a dataset by name "
                    + $"({string.Join(", ", RunTables.Sources.Keys)}) or inline values: a figure holds its data."
            );
        }
        if (data["values"] is { } values)
        {
            return new Scope("the inline values", values is JsonArray { Count: 0 } ? null : Keys(values));
        }
        if (data["sequence"] is JsonObject sequence)
        {
            return new Scope("the sequence", [sequence["as"]?.ToString() ?? "data"]);
        }
        return data["name"] is { } name ? Named(name.ToString(), $"{path}.name") : new Scope(null, null);
    }

    private Scope Named(string name, string path)
    {
        if (own.TryGetValue(name, out var columns))
        {
            return new Scope(name, [.. columns]);
        }
        if (!RunTables.Sources.ContainsKey(name))
        {
            var known = RunTables.Sources.Keys.Concat(own.Keys).ToArray();
            errors.Add($"Got the dataset `{name}` at `{path}`; expected one of {string.Join(", ", known)}.{NearestName.Hint(name, known)}");
            return new Scope(name, null);
        }
        return new Scope(name, columnsOf(name)?.ToHashSet());
    }

    private Scope? CheckTransform(JsonObject transform, string path, Scope? scope)
    {
        var kind = Transforms.FirstOrDefault(name => transform.ContainsKey(name));
        var fields = new[]
        {
            "groupby",
            "fold",
            "flatten",
            "pivot",
            "density",
            "regression",
            "loess",
            "on",
            "quantile",
            "stack",
            "impute",
            "key",
            "extent",
            "lookup",
        };
        foreach (var name in fields.Where(transform.ContainsKey))
        {
            Strings(transform[name]!).ForEach(field => CheckField(field, $"{path}.{name}", scope));
        }
        if (kind == "pivot")
        {
            CheckField(transform["value"]?.ToString() ?? "", $"{path}.value", scope);
        }
        foreach (var name in new[] { "aggregate", "joinaggregate", "window", "sort", "filter", "calculate", "bin", "timeUnit" })
        {
            CheckFields(transform[name], $"{path}.{name}", scope, []);
            CheckExpression(transform[name], $"{path}.{name}", scope);
        }
        if (kind is "bin" or "timeUnit" && transform["field"] is { } single)
        {
            CheckField(single.ToString(), $"{path}.field", scope);
        }
        var made = Made(transform, kind, $"{path}.from");
        if (kind == "pivot" || made is null)
        {
            return new Scope(scope?.Dataset, null);
        }
        return scope?.Columns is null ? scope
            : kind is "aggregate" or "density" or "regression" or "loess" or "quantile"
                ? scope with
                {
                    Columns = [.. Strings(transform["groupby"] ?? new JsonArray()), .. made],
                }
            : scope with { Columns = [.. scope.Columns, .. made] };
    }

    private static readonly string[] Transforms =
    [
        "aggregate",
        "joinaggregate",
        "window",
        "pivot",
        "fold",
        "flatten",
        "density",
        "regression",
        "loess",
        "quantile",
        "lookup",
        "stack",
        "bin",
        "timeUnit",
        "calculate",
        "filter",
        "impute",
        "sample",
        "extent",
    ];

    // The columns that a transform makes; null if they depend on the data.
    private List<string>? Made(JsonObject transform, string? kind, string from)
    {
        var named = transform["as"] is { } given ? Strings(given) : [];
        switch (kind)
        {
            case "aggregate" or "joinaggregate" or "window":
                return [.. (transform[kind] as JsonArray ?? []).Select(item => item?["as"]?.ToString()).OfType<string>()];
            case "lookup" when transform["from"] is JsonObject table:
                var fields = Strings(table["fields"] ?? new JsonArray());
                if (table["data"] is JsonObject data)
                {
                    var other = CheckData(data, $"{from}.data");
                    fields.Append(table["key"]?.ToString() ?? "").ToList().ForEach(field => CheckField(field, from, other));
                }
                return [.. named, .. fields];
            case "regression" or "loess" when transform["params"] is not null:
                return null;
        }
        return named.Count > 0
            ? named
            : kind switch
            {
                "fold" => ["key", "value"],
                "density" => ["value", "density"],
                "quantile" => ["prob", "value"],
                "regression" or "loess" => [.. Strings(transform[kind]!), .. Strings(transform["on"] ?? new JsonArray())],
                _ => [],
            };
    }

    // Every `field` in an encoding, predicate or sort.
    private void CheckFields(JsonNode? node, string path, Scope? scope, HashSet<string> repeated)
    {
        if (node is JsonArray array)
        {
            for (var i = 0; i < array.Count; i++)
            {
                CheckFields(array[i], $"{path}[{i}]", scope, repeated);
            }
        }
        foreach (var (name, value) in node as JsonObject ?? [])
        {
            if (name == "field" && value is JsonValue field)
            {
                CheckField(field.ToString(), $"{path}.field", scope);
            }
            else if (name == "field" && value is JsonObject && value["repeat"] is not null)
            {
                foreach (var each in repeated)
                {
                    CheckField(each, $"{path}.field", scope);
                }
            }
            else if (name == "test")
            {
                CheckExpression(value, $"{path}.test", scope);
            }
            else if (name is not ("scale" or "axis" or "legend" or "header"))
            {
                CheckFields(value, $"{path}.{name}", scope, repeated);
            }
        }
    }

    private void CheckExpression(JsonNode? node, string path, Scope? scope)
    {
        if (node is JsonValue value && value.TryGetValue<string>(out var text))
        {
            foreach (Match match in DatumField().Matches(text))
            {
                CheckField(match.Groups["path"].Success ? match.Groups["path"].Value : match.Groups["name"].Value, path, scope);
            }
        }
        foreach (var name in new[] { "and", "or", "not" })
        {
            if ((node as JsonObject)?[name] is { } part)
            {
                CheckExpression(part, $"{path}.{name}", scope);
            }
        }
        foreach (var item in node as JsonArray ?? [])
        {
            CheckExpression(item, path, scope);
        }
    }

    private void CheckField(string written, string path, Scope? scope)
    {
        var field = written.Replace("\\", "", StringComparison.Ordinal);
        if (scope is null)
        {
            errors.Add(
                $"Got the field `{field}` at `{path}` without data; expected {{ \"data\": {{ \"name\": … }} }} with one of "
                    + $"{string.Join(", ", RunTables.Sources.Keys)}."
            );
        }
        // `optimizer` and `datum.case.length` are paths above and below a column.
        else if (
            scope.Columns is { } columns
            && !columns.Contains(field)
            && !columns.Any(column =>
                column.StartsWith(field + ".", StringComparison.Ordinal)
                || field.StartsWith(column + ".", StringComparison.Ordinal)
                || field.StartsWith(column + "[", StringComparison.Ordinal)
            )
        )
        {
            errors.Add(
                $"Got the field `{field}` at `{path}`; expected a column of `{scope.Dataset}`: "
                    + $"{string.Join(", ", columns)}.{NearestName.Hint(field, columns)}"
            );
        }
    }

    private static List<string> Strings(JsonNode node) =>
        node switch
        {
            JsonArray array => [.. array.OfType<JsonNode>().SelectMany(Strings)],
            JsonObject map => [.. map.Select(item => item.Value).OfType<JsonNode>().SelectMany(Strings)],
            JsonValue value when value.TryGetValue<string>(out var text) => [text],
            _ => [],
        };

    // An array of bare values is read as rows with the column `data`.
    private static HashSet<string> Keys(JsonNode? rows) =>
        [.. (rows as JsonArray ?? []).SelectMany(row => row is JsonObject cells ? cells.Select(cell => cell.Key) : ["data"])];

    [GeneratedRegex("""\bdatum(?:\.(?<path>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|\[\s*['"](?<name>[^'"]+)['"]\s*\])""")]
    private static partial Regex DatumField();
}
