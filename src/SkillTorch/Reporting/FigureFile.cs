using System.Text.Json.Nodes;

namespace SkillTorch.Reporting;

/// <summary>
/// Reads what an experiment file says under <c>figure</c>: a Vega-Lite specification, or the name of a file beside the
/// experiment that holds one. Its panels (<see cref="FigurePanels"/>) are drawn in, so that what is stored with a run stands alone.
/// </summary>
internal static class FigureFile
{
    /// <summary>How the name of a file with a figure, or with panels, ends.</summary>
    public const string Ending = ".vl.json";

    /// <summary>The file with the panels that the figures of a folder share.</summary>
    public const string SharedPanels = "panels" + Ending;

    private const string Key = "figure";

    /// <summary>The complete specification of a figure.</summary>
    /// <param name="figure">What stands under <c>figure</c>.</param>
    /// <param name="folder">The folder of the experiment file.</param>
    /// <param name="problems">Where problems are added.</param>
    /// <returns>The specification; null if there are problems.</returns>
    public static JsonObject? Resolve(JsonNode figure, string folder, ICollection<ConfigProblem> problems)
    {
        var found = new List<ConfigProblem>();
        JsonObject? complete = null;
        try
        {
            complete = FigurePanels.DrawIn(figure as JsonObject ?? Read(figure, folder), () => Shared(folder), Key, found);
        }
        catch (ConfigException e)
        {
            found.AddRange(e.Problems);
        }
        foreach (var problem in found)
            problems.Add(problem);
        return found.Count == 0 ? complete : null;
    }

    private static JsonObject Read(JsonNode figure, string folder)
    {
        var name = figure is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
        var wrong =
            !name.EndsWith(Ending, StringComparison.Ordinal)
                ? $"a Vega-Lite specification, or the name of a file *{Ending} beside the experiment that holds one"
            : Path.GetFileName(name) != name ? $"the name of a file *{Ending} in the experiment's own folder"
            : !File.Exists(Path.Combine(folder, name)) ? $"a file *{Ending} beside the experiment, and there is none of this name"
            : null;
        if (wrong is null)
            return JsonFile.Read(Path.Combine(folder, name), """{ "data": …, "mark": …, "encoding": … }""");
        var known = Directory.EnumerateFiles(folder, "*" + Ending).Select(file => Path.GetFileName(file)).Except([SharedPanels]);
        throw new ConfigException(new ConfigProblem(Key, OptionText.Found(figure), wrong, NearestName.Find(Path.GetFileName(name), known)));
    }

    private static JsonObject Shared(string folder)
    {
        var file = Path.Combine(folder, SharedPanels);
        return File.Exists(file) ? JsonFile.Read(file, """{ "a panel's name": { "mark": …, "encoding": … } }""") : [];
    }
}
