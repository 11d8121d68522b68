using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillTorch.Experiments;

/// <summary>Expands a sweep to its settings: lists and grids are crossed, random values are drawn together.</summary>
internal static class SweepPlan
{
    /// <summary>Expands and checks a sweep.</summary>
    /// <param name="sweep">Path → list of values or <see cref="SweepRange"/>.</param>
    /// <param name="seed">The experiment's seed.</param>
    /// <param name="sections">The sections that it is laid over, for the types of the swept options.</param>
    /// <param name="at">Where the sweep stands in the experiment.</param>
    /// <param name="problems">Where problems are added.</param>
    /// <returns>Settings, each path → value in the order of the sweep; one empty setting if nothing is swept.</returns>
    public static IReadOnlyList<IReadOnlyList<KeyValuePair<string, JsonNode?>>> Expand(
        IReadOnlyDictionary<string, JsonNode> sweep,
        ulong seed,
        JsonObject sections,
        string at,
        ICollection<ConfigProblem> problems
    )
    {
        Axis[] axes = [.. sweep.Select(p => Read(p.Key, p.Value, seed, sections, at, problems))];
        var random = Array.FindAll(axes, a => a.Random);
        foreach (var other in random.Where(a => a.Values.Length != random[0].Values.Length))
        {
            problems.Add(
                new ConfigProblem(
                    $"{at}.{other.Path}.random",
                    $"{other.Values.Length}",
                    $"{random[0].Values.Length}, as for {random[0].Path}: what is drawn at random is drawn together"
                )
            );
            return [];
        }

        IEnumerable<Dictionary<string, JsonNode?>> settings =
        [
            [],
        ];
        foreach (var axis in axes.Where(a => !a.Random))
            settings = settings.SelectMany(s => axis.Values.Select(v => new Dictionary<string, JsonNode?>(s) { [axis.Path] = v }));
        if (random.Length > 0)
        {
            settings = settings.SelectMany(s =>
                Enumerable
                    .Range(0, random[0].Values.Length)
                    .Select(i =>
                    {
                        var setting = new Dictionary<string, JsonNode?>(s);
                        foreach (var axis in random)
                            setting[axis.Path] = axis.Values[i];
                        return setting;
                    })
            );
        }

        return
        [
            .. settings
                .Select(s =>
                    (IReadOnlyList<KeyValuePair<string, JsonNode?>>)[.. sweep.Keys.Select(path => KeyValuePair.Create(path, s[path]))]
                )
                // Random whole numbers repeat themselves; the same setting twice would be the same trials twice.
                .DistinctBy(setting => string.Join('\n', setting.Select(p => p.Value?.ToJsonString()))),
        ];
    }

    private static Axis Read(string path, JsonNode node, ulong seed, JsonObject sections, string at, ICollection<ConfigProblem> problems)
    {
        void AddProblem(string key, string found, string expected, string? suggestion = null) =>
            problems.Add(new ConfigProblem(key == "" ? at : $"{at}.{key}", found, expected, suggestion));

        var section = OptionPath.Split(path).FirstOrDefault("");
        if (!ExperimentPlan.Sections.Contains(section))
        {
            AddProblem(
                "",
                JsonSerializer.Serialize(path, OptionText.Relaxed),
                $"a path that starts with {OptionText.OneOf(ExperimentPlan.Sections)}",
                NearestName.Find(section, ExperimentPlan.Sections)
            );
        }

        switch (node)
        {
            case JsonArray { Count: 0 }:
                AddProblem(path, "[]", "at least one value");
                break;
            case JsonArray values:
                foreach (var (i, value) in values.Index())
                {
                    if (values.Take(i).Any(v => JsonNode.DeepEquals(v, value)))
                        AddProblem($"{path}[{i}]", OptionText.Found(value) + " again", "every value once");
                }

                return new Axis(path, [.. values], Random: false);
            case JsonObject:
                var found = new List<ConfigProblem>();
                var range = (SweepRange?)new OptionsBinder(found).BindRecord(node, typeof(SweepRange), $"{at}.{path}");
                found.ForEach(problems.Add);
                if (range is null || found.Count > 0)
                    break;
                if (range.Points is null == range.Random is null)
                {
                    AddProblem(
                        path,
                        range.Points is null ? "neither `points` nor `random`" : "both `points` and `random`",
                        "one of them: the number of values of a grid, or of random draws"
                    );
                }
                else if (range.Scale == SweepScale.Log && !(range.From > 0 && range.To > 0))
                {
                    AddProblem(
                        path,
                        OptionText.Found(node),
                        "`from` and `to` above 0, for the values are even in their logarithm, or \"scale\": \"linear\""
                    );
                }
                else if (range.From == range.To)
                {
                    AddProblem($"{path}.to", OptionText.Found(node["to"]), "another number than `from`");
                }
                else
                {
                    return new Axis(path, DrawValues(range, seed, path, sections), range.Random is not null);
                }

                break;
            default:
                AddProblem(
                    path,
                    OptionText.Found(node),
                    "a list of values, or a range such as { \"from\": 1e-4, \"to\": 0.1, \"points\": 7 }"
                );
                break;
        }
        return new Axis(path, [], Random: false);
    }

    private static JsonNode?[] DrawValues(SweepRange range, ulong seed, string path, JsonObject sections)
    {
        var type = OptionPath.Resolve(sections, OptionPath.Split(path)).Type;
        var values = range.Values(seed, path, whole: type is not null && OptionText.IsInteger(Nullable.GetUnderlyingType(type) ?? type));
        return [.. (range.Random is null ? values.Distinct() : values).Select(v => JsonValue.Create(v))];
    }

    private sealed record Axis(string Path, JsonNode?[] Values, bool Random);
}
