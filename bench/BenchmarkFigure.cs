using System.Text.Json.Nodes;
using SkillTorch.Reporting;

namespace SkillTorch.Benchmarks;

/// <summary>Draws the table's rows.</summary>
internal static class BenchmarkFigure
{
    /// <summary>Draws a figure.</summary>
    /// <param name="specification">A Vega-Lite file, whose data are the rows.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="file">The PNG to write.</param>
    /// <exception cref="FileNotFoundException">There is no such specification.</exception>
    /// <exception cref="FigureException">Figures cannot be drawn here, or not this one.</exception>
    public static void Draw(string specification, JsonArray rows, string file)
    {
        if (!File.Exists(specification))
        {
            throw new FileNotFoundException(
                $"Got `--figure` for a benchmark without one; expected a specification {specification}.",
                specification
            );
        }

        if (FigureTools.Problem is { } problem)
            throw new FigureException(problem);
        var figure = (JsonObject)JsonNode.Parse(File.ReadAllText(specification))!;
        figure["data"] = new JsonObject { ["values"] = rows.DeepClone() };
        FigureTheme.Apply(figure);
        var folder = Directory.CreateTempSubdirectory("skilltorch-bench-").FullName;
        try
        {
            var (spec, svg, png) = (
                Path.Combine(folder, "figure.vl.json"),
                Path.Combine(folder, "figure.svg"),
                Path.Combine(folder, "figure.png")
            );
            File.WriteAllText(spec, figure.ToJsonString());
            FigureTools.Draw(spec, svg, png);
            File.Copy(png, file, overwrite: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
