using System.Globalization;
using System.Text;

namespace SkillTorch.Reporting;

/// <summary>
/// report.html: what was run, its interactive figure, claims, fits, analyses and config, of one run or several, in one
/// file that needs no network.
/// </summary>
public static class HtmlReport
{
    // The UMD builds, in the order of their dependencies; the major versions are those of package.json.
    private static readonly (string Package, string Major, string File)[] Scripts =
    [
        ("vega", "6", "build/vega.min.js"),
        ("vega-lite", "6", "build/vega-lite.min.js"),
        ("vega-embed", "7", "build/vega-embed.min.js"),
    ];

    private const string Embed = """
        for (const holder of document.querySelectorAll(".figure")) {
          const spec = JSON.parse(document.getElementById(holder.id.replace("figure", "spec")).textContent);
          const place = document.createElement("div");
          // Without Vega, or without a network to load it from, the picture stays.
          if (window.vegaEmbed) vegaEmbed(place, spec, { renderer: "svg", actions: { export: true, source: false, compiled: false, editor: false } })
            .then(() => holder.replaceChildren(place)).catch((error) => console.error(error));
        }
        """;

    /// <summary>Writes a report.</summary>
    /// <param name="path">The HTML file: of one run, <c>report.html</c> in its directory.</param>
    /// <param name="runDirectories">The runs, in order.</param>
    /// <returns>What the reader should know, in sentences: whether Vega is loaded from its CDN.</returns>
    /// <exception cref="InvalidDataException">A folder is no run directory, or a file of it is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static IReadOnlyList<string> Write(string path, params IReadOnlyList<string> runDirectories)
    {
        if (runDirectories.Count == 0)
        {
            throw new ArgumentException("Got no run directory; expected at least one.", nameof(runDirectories));
        }
        var runs = runDirectories.Select(run => new ReportSections(run, RunFiles.ReadExperiment(run))).ToArray();
        var inline = Array.TrueForAll(Scripts, script => File.Exists(FigureTools.Module($"{script.Package}/{script.File}")));
        var title = runs.Length == 1 ? runs[0].Title : $"{runs.Length} experiments";
        var html = new StringBuilder(ReportStyle.BeginPage(title));
        if (runs.Length > 1)
        {
            html.Append("<nav><ol>\n")
                .AppendJoin("", runs.Select((run, i) => $"<li><a href=\"#run-{i}\">{HtmlText.Escape(run.Title)}</a></li>\n"))
                .Append("</ol></nav>\n");
        }
        var figures = false;
        for (var i = 0; i < runs.Length; i++)
        {
            var figure = runs[i].FormatFigure(i);
            figures |= figure != "";
            html.Append(CultureInfo.InvariantCulture, $"<article id=\"run-{i}\">\n")
                .Append(runs[i].FormatHeader())
                .Append(runs[i].FormatFailures())
                .Append(runs[i].FormatClaims())
                .Append(figure)
                .Append(runs[i].FormatFits())
                .Append(runs[i].FormatAnalyses())
                .Append(runs[i].FormatForecast())
                .Append(runs[i].FormatFacts())
                .Append(runs[i].FormatConfig())
                .Append("</article>\n");
        }
        string[] notes =
            figures && !inline
                ? ["The npm packages of the figures are not installed, so the report loads Vega from cdn.jsdelivr.net when it is opened."]
                : [];
        html.AppendJoin("", notes.Select(note => $"<footer>{note}</footer>\n"));
        if (figures)
        {
            foreach (var script in Scripts)
            {
                html.Append(
                    inline
                        ? $"<script>{Inline(FigureTools.Module($"{script.Package}/{script.File}"))}</script>\n"
                        : $"<script src=\"https://cdn.jsdelivr.net/npm/{script.Package}@{script.Major}\"></script>\n"
                );
            }
            html.Append($"<script>\n{Embed}\n</script>\n");
        }
        AtomicFile.WriteText(path, html.Append(ReportStyle.EndPage).ToString());
        return notes;
    }

    // Inside an HTML page these letters would end the script, wherever they stand in it.
    private static string Inline(string path) =>
        File.ReadAllText(path)
            .Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)
            .Replace("<!--", "<\\!--", StringComparison.Ordinal);
}
