using System.Text.Json.Nodes;

namespace SkillTorch.Reporting;

/// <summary>
/// Draws panels into a figure. A panel is a part of a Vega-Lite specification with a name, to be used several times: under
/// <c>panels</c> in the figure itself, or in the file of panels that all figures of a folder share. In it <c>${x}</c> stands for
/// a value that the figure gives, and <c>defaults</c> has the values of those that it may leave out. In place of
/// <c>{ "panel": "curves", "case": "hard" }</c> comes the panel <c>curves</c> with <c>hard</c> for <c>${case}</c>.
/// </summary>
internal sealed class FigurePanels
{
    private const string Reference = "panel";
    private const string Own = "panels";
    private const string Defaults = "defaults";

    // Rows of data are no place for panels.
    private static readonly string[] Data = ["values", "datasets"];

    private readonly JsonObject own;
    private readonly Lazy<JsonObject> shared;
    private readonly ICollection<ConfigProblem> problems;

    private FigurePanels(JsonObject own, Func<JsonObject> shared, ICollection<ConfigProblem> problems)
    {
        this.own = own;
        this.shared = new(shared);
        this.problems = problems;
    }

    private IEnumerable<string> Names =>
        own.Concat(shared.Value).Where(panel => panel.Value is JsonObject).Select(panel => panel.Key).Distinct();

    /// <summary>A figure with all of its panels in place.</summary>
    /// <param name="figure">A Vega-Lite specification with references to panels; not changed.</param>
    /// <param name="shared">Reads the panels of the folder; called only if the figure refers to one that it has not itself.</param>
    /// <param name="path">Where the figure stands in the experiment.</param>
    /// <param name="problems">Where problems are added: unknown panels, unknown and missing parameters.</param>
    /// <returns>Plain Vega-Lite; incomplete if there are problems.</returns>
    public static JsonObject DrawIn(JsonObject figure, Func<JsonObject> shared, string path, ICollection<ConfigProblem> problems)
    {
        var result = (JsonObject)figure.DeepClone();
        result.Remove(Own);
        return new FigurePanels(figure[Own] as JsonObject ?? [], shared, problems).Expand(result, path, []) as JsonObject ?? [];
    }

    private static string? NameIn(JsonObject section) =>
        section[Reference] is JsonValue value && value.TryGetValue<string>(out var name) ? name : null;

    private JsonNode? Expand(JsonNode? node, string path, string[] within)
    {
        if (node is JsonArray list)
            return new JsonArray([.. list.Select((item, i) => Expand(item, $"{path}[{i}]", within))]);
        if (node is not JsonObject section)
            return node?.DeepClone();
        var expanded = new JsonObject();
        foreach (var (key, value) in section)
            expanded[key] = Data.Contains(key) ? value?.DeepClone() : Expand(value, $"{path}.{key}", within);
        return NameIn(section) is { } name ? Panel(name, expanded, path, within) : expanded;
    }

    private JsonNode? Panel(string name, JsonObject given, string path, string[] within)
    {
        if (within.Contains(name) || (own[name] ?? shared.Value[name]) is not JsonObject panel)
        {
            string[] others = [.. Names.Except(within)];
            var expected =
                others.Length > 0
                    ? OptionText.OneOf(others)
                    : $"the name of a panel, but neither the figure nor {FigureFile.SharedPanels} has any";
            Refuse($"{path}.{Reference}", $"\"{name}\"{(within.Contains(name) ? " within itself" : "")}", expected, name, others);
            return null;
        }
        var defaults = panel[Defaults] as JsonObject ?? [];
        var view = (JsonObject)panel.DeepClone();
        view.Remove(Defaults);
        string[] names = [.. Texts(view).SelectMany(Template.Names).Distinct()];
        Check(name, names, given, defaults, path);
        var values = names
            .Where(n => given.ContainsKey(n) || defaults.ContainsKey(n))
            .ToDictionary(n => n, n => given.ContainsKey(n) ? given[n] : defaults[n]);
        return Expand(Fill(view, values), path, [.. within, name]);
    }

    private void Check(string panel, string[] names, JsonObject given, JsonObject defaults, string path)
    {
        var parameters = names.Length == 0 ? "none, for the panel has no parameters" : OptionText.OneOf(names);
        foreach (var (key, _) in given)
        {
            if (key != Reference && !names.Contains(key))
                Refuse($"{path}.{key}", $"an unknown parameter of panel \"{panel}\"", parameters, key, names);
        }

        foreach (var (key, _) in defaults)
        {
            if (!names.Contains(key))
                Refuse($"panel {panel}.{Defaults}.{key}", "a parameter that the panel does not use", parameters, key, names);
        }

        foreach (var missing in names.Where(n => !given.ContainsKey(n) && !defaults.ContainsKey(n)))
            Refuse($"{path}.{missing}", "nothing", $"a value, which panel \"{panel}\" needs");
    }

    private void Refuse(string path, string found, string expected, string? name = null, string[]? names = null)
    {
        var problem = new ConfigProblem(path, found, expected, name is null ? null : NearestName.Find(name, names!));
        if (!problems.Contains(problem))
            problems.Add(problem);
    }

    private static IEnumerable<string> Texts(JsonNode? node) =>
        node switch
        {
            JsonArray list => list.SelectMany(Texts),
            JsonObject section => section.SelectMany(p => Texts(p.Value)),
            JsonValue value when value.TryGetValue<string>(out var text) => [text],
            _ => [],
        };

    // "${x}" alone becomes the value, whatever its type; within a text it becomes the value's text.
    private static JsonNode? Fill(JsonNode? node, Dictionary<string, JsonNode?> values) =>
        node switch
        {
            JsonArray list => new JsonArray([.. list.Select(item => Fill(item, values))]),
            JsonObject section => new JsonObject(section.Select(p => KeyValuePair.Create(p.Key, Fill(p.Value, values)))),
            JsonValue value when value.TryGetValue<string>(out var text) => Template.OnlyName(text) is { } name
            && values.TryGetValue(name, out var whole)
                ? whole?.DeepClone()
                : JsonValue.Create(Template.Fill(text, n => values.TryGetValue(n, out var part) ? Text(part) : null)),
            _ => node?.DeepClone(),
        };

    private static string Text(JsonNode? value) =>
        value is JsonValue scalar && scalar.TryGetValue<string>(out var text) ? text : value?.ToJsonString(OptionText.Relaxed) ?? "null";
}
