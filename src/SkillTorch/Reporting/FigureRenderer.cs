using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillTorch.Reporting;

/// <summary>A figure that names what does not exist, or that Vega-Lite refuses. The message says what and where.</summary>
public sealed class FigureException(string message) : Exception(message);

/// <summary>What became of a figure.</summary>
/// <param name="IsDrawn">Whether figure.svg and figure.png were drawn.</param>
/// <param name="Notes">What the reader should know, in sentences: missing tables, rows left out, marks without data.</param>
public sealed record FigureResult(bool IsDrawn, IReadOnlyList<string> Notes);

/// <summary>
/// Draws an experiment's figure, a Vega-Lite spec, from the tables of its run directory. A spec names its data by
/// <c>{ "data": { "name": "curves" } }</c>, anywhere; <c>metrics</c>, <c>curves</c> (see <see cref="Curves.From"/>),
/// <c>theory</c>, <c>overlay</c> (both in one), <c>draw</c> (the same of replicate 1
/// alone), <c>losses</c> (statistics of the total loss), <c>analyses</c>, <c>fits</c> (one row a parameter) and <c>claims</c> are known.
/// </summary>
public static class FigureRenderer
{
    private const string Schema = "https://vega.github.io/schema/vega-lite/v6.json";
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes figure.vl.json, with its data inside, and where Node is found figure.svg and figure.png.
    /// </summary>
    /// <param name="runDirectory">A run directory with experiment.json.</param>
    /// <param name="figure">A spec in place of the experiment's <c>figure</c>.</param>
    /// <exception cref="FigureException">The spec names a dataset or field that does not exist, or Vega-Lite refuses it.</exception>
    /// <exception cref="InvalidDataException">The folder is no run directory, or a table is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static FigureResult Render(string runDirectory, JsonObject? figure = null)
    {
        var experiment = RunFiles.ReadExperiment(runDirectory);
        figure ??= experiment["figure"] as JsonObject;
        if (figure is null)
        {
            return new FigureResult(false, ["The experiment has no figure."]);
        }
        var data = new FigureData(runDirectory, figure);
        Refuse(
            FigureSpec.Check(
                figure,
                name =>
                    data[name] is { } table ? [.. table.Columns.Select(column => column.Name).Union(RunTables.OptionalColumns(name))] : null
            )
        );

        var notes = new List<string>();
        var spec = Embed(figure, data, notes);
        notes.AddRange(data.Notes);
        AddNotes(spec, experiment, data.Notes);
        FigureTheme.Apply(spec);

        string At(string ending) => Path.Combine(runDirectory, "figure." + ending);
        // Pictures of a former spec must not stand beside this one.
        File.Delete(At("svg"));
        File.Delete(At("png"));
        AtomicFile.WriteText(At("vl.json"), spec.ToJsonString(Relaxed) + "\n");
        if (FigureTools.Problem is { } problem)
        {
            return new FigureResult(
                false,
                [
                    .. notes,
                    $"{problem} So figure.svg and figure.png are not drawn; figure.vl.json holds the figure, and report.html loads "
                        + $"Vega from its CDN.",
                ]
            );
        }
        notes.AddRange(FigureTools.Draw(At("vl.json"), At("svg"), At("png")));
        return new FigureResult(true, notes);
    }

    /// <summary>Looks for mistakes in a figure before anything has run.</summary>
    /// <param name="figure">A Vega-Lite spec.</param>
    /// <param name="sweepKeys">The keys of the experiment's sweep, which are columns of every table.</param>
    /// <param name="quantities">What is measured beyond loss, strength and accuracy.</param>
    /// <returns>Datasets and fields that will not exist, in sentences; empty if nothing is wrong.</returns>
    public static IReadOnlyList<string> Check(JsonObject figure, IEnumerable<string> sweepKeys, params IEnumerable<string> quantities) =>
        FigureSpec.Check(figure, dataset => RunTables.Columns(dataset, sweepKeys, quantities));

    private static void Refuse(IReadOnlyList<string> errors)
    {
        if (errors.Count > 0)
        {
            throw new FigureException(string.Join('\n', errors));
        }
    }

    private static JsonObject Embed(JsonObject figure, FigureData data, List<string> notes)
    {
        // A column whose name stands nowhere in the spec cannot be shown by it.
        var text = figure.ToJsonString(Relaxed);
        var spec = new JsonObject { ["$schema"] = Schema };
        foreach (var (name, value) in figure)
        {
            spec[name] = value?.DeepClone();
        }
        var datasets = spec["datasets"] as JsonObject ?? [];
        foreach (var name in FigureSpec.Datasets(figure).Order(StringComparer.Ordinal))
        {
            var table = data[name];
            if (table is null)
            {
                notes.Add($"The figure names the dataset `{name}`, but the run has no {RunTables.Sources[name]}.");
            }
            datasets[name] = table is null
                ? []
                : FigureData.Rows(data.Limit(name, table), column => text.Contains(column.Split('.')[^1], StringComparison.Ordinal));
        }
        spec.Remove("datasets");
        spec["datasets"] = datasets;
        return spec;
    }

    // What a profile shortened stands in the picture itself, which travels without its run.
    private static void AddNotes(JsonObject spec, JsonObject experiment, List<string> thinned)
    {
        if (thinned.Count > 0)
        {
            var meta = spec["usermeta"] as JsonObject ?? [];
            meta["notes"] = new JsonArray([.. thinned.Select(note => JsonValue.Create(note))]);
            spec["usermeta"] = meta;
        }
        var lines = (experiment["notes"] as JsonArray ?? []).SelectMany(note => Wrap(note?.ToString() ?? "")).ToArray();
        if (lines.Length == 0)
        {
            return;
        }
        var title = spec["title"] switch
        {
            JsonObject given => given.DeepClone().AsObject(),
            { } text => new JsonObject { ["text"] = text.DeepClone() },
            null => new JsonObject { ["text"] = experiment["title"]?.ToString() ?? "" },
        };
        var subtitle = title["subtitle"] switch
        {
            JsonArray several => several.DeepClone().AsArray(),
            { } one => [one.DeepClone()],
            null => [],
        };
        foreach (var line in lines)
        {
            subtitle.Add(line);
        }
        title["subtitle"] = subtitle;
        spec["title"] = title;
    }

    private static IEnumerable<string> Wrap(string text, int width = 90)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + word.Length >= width)
            {
                yield return line;
                line = "";
            }
            line += line.Length == 0 ? word : " " + word;
        }
        if (line.Length > 0)
        {
            yield return line;
        }
    }
}
