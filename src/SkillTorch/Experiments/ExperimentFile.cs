using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using SkillTorch.Reporting;

namespace SkillTorch.Experiments;

/// <summary>
/// Reads experiment files: JSON, comments and trailing commas allowed. Over the file are laid, in this order, a
/// profile of its own and any number of configuration layers, e.g. environment variables and <c>--set</c>.
/// </summary>
public static class ExperimentFile
{
    /// <summary>Prefix of environment variables that override options: <c>SKILLTORCH__OPTIMIZER__LEARNINGRATE=0.1</c>.</summary>
    public const string EnvironmentPrefix = "SKILLTORCH__";

    /// <summary>The profile that is used where a file has it and none is asked for.</summary>
    public const string DefaultProfile = "quick";

    /// <summary>How the name of a file ends that holds a figure for an experiment beside it.</summary>
    public const string FigureEnding = FigureFile.Ending;

    /// <summary>Key under which a run directory's <c>experiment.json</c> says how it was run.</summary>
    internal const string RunKey = "run";

    /// <summary>Key by which editors find the schema.</summary>
    internal const string SchemaKey = "$schema";

    /// <summary>Reads, overrides and checks an experiment file.</summary>
    /// <param name="file">The file; the <c>experiment.json</c> of a run directory is one too.</param>
    /// <param name="profile">Name of one of the file's profiles; null takes <see cref="DefaultProfile"/> where there is one.</param>
    /// <param name="layers">Overrides, each over those before it; see <see cref="ReadEnvironment"/> and <see cref="ReadSettings"/>.</param>
    /// <returns>The experiment, ready to run.</returns>
    /// <exception cref="ConfigException">Something is wrong with it; all problems are listed.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ExperimentConfig Load(string file, string? profile = null, params IReadOnlyList<IConfiguration> layers)
    {
        var json = Read(file);
        json.Remove(SchemaKey);
        var run = json[RunKey] as JsonObject;
        if (run is not null)
            json.Remove(RunKey);
        var used = ApplyProfile(json, profile) ?? (string?)run?["profile"];
        var warnings = layers.SelectMany(layer => Apply(json, layer)).ToArray();
        var problems = new List<ConfigProblem>();
        if (json["figure"] is { } figure)
            json["figure"] = FigureFile.Resolve(figure, Path.GetDirectoryName(Path.GetFullPath(file))!, problems)?.DeepClone();
        return ExperimentConfig.From(json, used, warnings, problems);
    }

    /// <summary>Names of a file's profiles.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="ConfigException">The file is no JSON object.</exception>
    public static IReadOnlyList<string> ReadProfiles(string file) => [.. (Read(file)["profiles"] as JsonObject ?? []).Select(p => p.Key)];

    /// <summary>The layer of environment variables that start with <see cref="EnvironmentPrefix"/>; <c>__</c> separates keys.</summary>
    public static IConfiguration ReadEnvironment() => new ConfigurationBuilder().AddEnvironmentVariables(EnvironmentPrefix).Build();

    /// <summary>A layer of assignments, as after <c>--set</c>.</summary>
    /// <param name="assignments">Each <c>path=value</c>, e.g. <c>optimizer.learningRate=0.1</c> or <c>theories[0].fit=["n0"]</c>.</param>
    /// <exception cref="ConfigException">An assignment has no <c>=</c>.</exception>
    public static IConfiguration ReadSettings(IEnumerable<string> assignments)
    {
        var values = new Dictionary<string, string?>();
        foreach (var assignment in assignments)
        {
            var equals = assignment.IndexOf('=');
            var path = equals < 0 ? [] : OptionPath.Split(assignment[..equals]);
            if (path.Length == 0)
                throw new ConfigException(new ConfigProblem("--set", $"\"{assignment}\"", "path=value, e.g. optimizer.learningRate=0.1"));
            values[string.Join(':', path)] = assignment[(equals + 1)..];
        }
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    internal static JsonObject Read(string file)
    {
        if (!File.Exists(file))
            throw new FileNotFoundException($"Got \"{file}\"; expected an experiment file, and there is none of this name.", file);
        return JsonFile.Read(file, "{ \"tag\": …, \"task\": { … }, … }");
    }

    private static string? ApplyProfile(JsonObject json, string? asked)
    {
        if (json["profiles"] is not JsonObject profiles)
            return asked is null ? null : throw UnknownProfile(asked, []);
        var allowed = OptionProperty.From(typeof(Experiment)).Select(p => p.Name).Except(["tag", "profiles"]).ToArray();
        var problems = new List<ConfigProblem>();
        foreach (var (name, overrides) in profiles)
        {
            foreach (var (key, _) in overrides as JsonObject ?? [])
            {
                if (!allowed.Contains(key))
                {
                    problems.Add(
                        new ConfigProblem(
                            $"profiles.{name}.{key}",
                            "an unknown key",
                            OptionText.OneOf(allowed),
                            NearestName.Find(key, allowed)
                        )
                    );
                }
            }
        }

        if (problems.Count > 0)
            throw new ConfigException(problems);

        var profile = asked ?? (profiles.ContainsKey(DefaultProfile) ? DefaultProfile : null);
        if (profile is null)
            return null;
        if (!profiles.TryGetPropertyValue(profile, out var chosen))
            throw UnknownProfile(profile, [.. profiles.Select(p => p.Key)]);
        if (chosen is JsonObject layer)
            Overrides.Merge(json, (JsonObject)layer.DeepClone());
        return profile;
    }

    private static ConfigException UnknownProfile(string profile, string[] names) =>
        new(
            new ConfigProblem(
                "--profile",
                $"\"{profile}\"",
                names.Length == 0 ? "none, for the experiment has no profiles" : OptionText.OneOf(names),
                NearestName.Find(profile, names)
            )
        );

    /// <summary>Lays a layer over an experiment, kinds first, for a kind replaces its section.</summary>
    private static IEnumerable<string> Apply(JsonObject json, IConfiguration layer)
    {
        var entries = layer
            .AsEnumerable()
            .Where(e => e.Value is not null)
            .OrderBy(e => !e.Key.EndsWith(":kind", StringComparison.OrdinalIgnoreCase))
            .ThenBy(e => e.Key.Count(c => c == ':'))
            .ThenBy(e => e.Key, StringComparer.OrdinalIgnoreCase);
        var warnings = new List<string>();
        foreach (var (key, text) in entries)
        {
            var (path, type) = OptionPath.Resolve(json, OptionPath.Split(key));
            Overrides.Set(json, path, OptionPath.Value(text!, type));
            warnings.AddRange(FindHidden(json, string.Join('.', path)));
        }
        return warnings;
    }

    /// <summary>An override that every trial, or the trials of a case, override again is likely a mistake: say so.</summary>
    private static IEnumerable<string> FindHidden(JsonObject json, string path)
    {
        if ((json["sweep"] as JsonObject)?.ContainsKey(path) ?? false)
            yield return $"The value set for `{path}` has no effect, for the experiment sweeps over it; set `sweep.{path}` instead.";
        var cases = (json["cases"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Where(c => OptionPath.Split(path).Aggregate((JsonNode?)c, (node, key) => (node as JsonObject)?[key]) is not null)
            .Select(c => $"\"{ExperimentPlan.LabelOf(c)}\"")
            .ToArray();
        if (cases.Length > 0 && ExperimentPlan.CaseKeys.Contains(path.Split('.')[0]))
            yield return $"The value set for `{path}` is overridden again by case {string.Join(", ", cases)}.";
    }
}
