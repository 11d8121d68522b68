using System.Text.Json.Nodes;
using SkillTorch.Fitting;
using SkillTorch.Reporting;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Experiments;

/// <summary>Which theory explains measured curves best: fits several to the same trials and draws data over predictions.</summary>
public static class FitStudy
{
    private const string Figure = """
        {
          "data": { "name": "overlay" },
          "facet": { "field": "case", "type": "nominal", "title": null },
          "columns": 3,
          "resolve": { "scale": { "x": "independent" } },
          "spec": {
            "width": 260, "height": 180,
            "layer": [
              { "transform": [{ "filter": "datum.source == 'measured'" }], "mark": { "type": "line", "strokeWidth": 4, "opacity": 0.35 } },
              { "transform": [{ "filter": "datum.source != 'measured'" }], "mark": { "type": "line" }, "encoding": { "strokeDash": { "field": "source", "type": "nominal", "title": "theory" } } }
            ],
            "encoding": {
              "x": { "field": "step", "type": "quantitative" },
              "y": { "field": "strength", "type": "quantitative", "title": "skill strength" },
              "color": { "field": "skill", "type": "nominal" }
            }
          }
        }
        """;

    /// <summary>Fits theories and writes metrics.csv, theory.csv, fits.json, a figure and a report.</summary>
    /// <param name="name">What was measured, for titles.</param>
    /// <param name="trials">Measured curves.</param>
    /// <param name="theories">Theories, each of which applies to every trial of its cases.</param>
    /// <param name="directory">Where to write; made if there is none.</param>
    /// <returns>The fits, within each case and sweep value the best (smallest AIC) first.</returns>
    /// <exception cref="InvalidOptionException">A theory does not apply, or has no such parameter.</exception>
    public static IReadOnlyList<FitResult> Run(
        string name,
        IReadOnlyList<TrialResult> trials,
        IReadOnlyList<SkillTheory> theories,
        string directory
    )
    {
        var (fits, curves) = FitRunner.Run(theories, trials);
        fits = [.. fits.GroupBy(f => f.Place.OverReplicates).SelectMany(g => g.OrderBy(f => f.Aic))];

        string At(string file) => Path.Combine(directory, file);
        TrajectoryTable.WriteAll(At("metrics.csv"), trials);
        RunTables.Theory(Placed.SweepKeys(trials)).Write(At("theory.csv"), RunTables.Points(curves, curve => curve.Curve));
        FitsFile.Write(At(FitsFile.Name), fits);
        AtomicFile.WriteJson(
            At("experiment.json"),
            new JsonObject
            {
                ["tag"] = name,
                ["title"] = $"Theories fitted to {name}",
                ["theories"] = OptionsWriter.Write(theories),
                ["figure"] = JsonNode.Parse(Figure),
            }
        );
        FigureRenderer.Render(directory);
        HtmlReport.Write(At("report.html"), directory);
        return fits;
    }

    /// <summary>A theory at its defaults, with all of its parameters to be fitted.</summary>
    /// <param name="kind">Name of the theory, e.g. <c>resource</c>.</param>
    /// <param name="trial">A trial that it is laid over.</param>
    /// <exception cref="ConfigException">There is no such theory.</exception>
    /// <exception cref="InvalidOptionException">It does not apply to the trial.</exception>
    public static SkillTheory CreateDefault(string kind, TrialResult trial)
    {
        var options = DefaultTheories.Create(kind);
        return options with { Fit = [.. options.Bind(trial.Trial).Parameters.Select(p => p.Name)] };
    }

    /// <summary>Kinds of the theories that apply to a trial: their settings fit, and what they are a function of varies.</summary>
    /// <param name="trial">A trial that they would be laid over.</param>
    public static IReadOnlyList<string> ListApplicable(TrialResult trial) =>
        [
            .. DefaultTheories
                .Bind(trial.Trial)
                .Where(theory => FitRunner.KeyOf(theory) is not { } key || FitRunner.Sweeps(trial, key))
                .Select(Catalog.KindOf),
        ];
}
