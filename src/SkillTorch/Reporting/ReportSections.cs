using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SkillTorch.Analysis;
using SkillTorch.Fitting;
using SkillTorch.Training;
using static SkillTorch.Reporting.HtmlText;

namespace SkillTorch.Reporting;

/// <summary>The parts of one run's report.</summary>
internal sealed class ReportSections(string runDirectory, JsonObject experiment)
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private string File(string name) => Path.Combine(runDirectory, name);

    public string Title => experiment["title"]?.ToString() is { Length: > 0 } title ? title : experiment["tag"]?.ToString() ?? "Experiment";

    public string Header()
    {
        var source = experiment["source"]?.ToString();
        var tag = experiment["tag"]?.ToString();
        var lead = string.Join(
            " · ",
            new[] { tag is null ? null : $"<code>{Escape(tag)}</code>", source is null ? null : Linked(source) }.OfType<string>()
        );
        var notes = string.Concat(
            (experiment["notes"] as JsonArray ?? []).Select(note => $"<p class=\"note\">{Linked(note?.ToString() ?? "")}</p>\n")
        );
        return $"<header>\n<h1>{Escape(Title)}</h1>\n<p class=\"lead\">{lead}</p>\n{notes}</header>\n";
    }

    public string Facts()
    {
        var run = experiment["run"] as JsonObject ?? [];
        var cases = (experiment["cases"] as JsonArray ?? []).Select(item => item?["label"]?.ToString()).OfType<string>().ToArray();
        var sweep = (experiment["sweep"] as JsonObject ?? []).Select(item => $"<code>{Escape(item.Key)}</code>: {Settings(item.Value)}");
        var software = string.Join(
            ", ",
            new[]
            {
                run["version"] is { } version ? $"SkillTorch {Escape(version.ToString())}" : null,
                run["commit"] is { } commit ? $"commit {Escape(commit.ToString())}" : null,
                run["libtorch"] is { } libtorch ? $"libtorch {Escape(libtorch.ToString())}" : null,
            }.OfType<string>()
        );
        var rows = new (string Name, string Value)[]
        {
            ("Task", Settings(experiment["task"])),
            ("Model", Settings(experiment["model"])),
            ("Optimizer", Settings(experiment["optimizer"])),
            ("Training", Settings(experiment["training"])),
            ("Cases", string.Join(" · ", cases.Select(Escape))),
            ("Sweep", string.Join("<br>", sweep)),
            ("Replicates", experiment["replicates"] is { } replicates ? $"{Chosen(replicates)}, seed {Chosen(experiment["seed"])}" : ""),
            ("Profile", Escape(run["profile"]?.ToString())),
            ("Device", Escape(run["device"]?.ToString())),
            ("Software", software),
            (
                "Run",
                string.Join(
                    ", ",
                    new[] { Escape(run["startedAt"]?.ToString()), run["wallSeconds"] is { } wall ? Duration(AsNumber(wall)) : "" }.Where(
                        text => text != ""
                    )
                )
            ),
        };
        return $"<dl class=\"facts\">\n{string.Concat(rows.Where(row => row.Value != "").Select(row => $"<dt>{row.Name}</dt><dd>{row.Value}</dd>\n"))}</dl>\n";
    }

    /// <summary>Trials that could not go on: curves and fits are without them, and in the analyses they learned nothing.</summary>
    public string Failed()
    {
        string[] rows =
        [
            .. (experiment["run"]?["failed"] as JsonArray ?? []).Select(sentence => $"<tr><td>{Escape(sentence?.ToString())}</td></tr>\n"),
        ];
        return rows.Length == 0 ? "" : $"<h2>Failed trials: {rows.Length}</h2>\n{HtmlTable.Of(["Trial, and what happened"], rows)}";
    }

    /// <summary>The picture, which Vega makes interactive where scripts run.</summary>
    public string Figure(int index)
    {
        if (!System.IO.File.Exists(File("figure.vl.json")))
        {
            return "";
        }
        var picture = System.IO.File.Exists(File("figure.svg"))
            ? $"<img alt=\"{Escape(Title)}\" "
                + $"src=\"data:image/svg+xml;base64,{Convert.ToBase64String(System.IO.File.ReadAllBytes(File("figure.svg")))}\">"
            : "";
        // The standard encoder writes < as \u003C, so the text cannot end the script element.
        var spec = JsonNode.Parse(System.IO.File.ReadAllText(File("figure.vl.json")))!.ToJsonString();
        return $"<h2>Figure</h2>\n<div class=\"figure\" id=\"figure-{index}\">{picture}</div>\n<script type=\"application/json\" "
            + $"id=\"spec-{index}\">{spec}</script>\n";
    }

    public string Claims()
    {
        var claims = System.IO.File.Exists(File(ClaimsFile.Name)) ? ClaimsFile.Read(runDirectory) : [];
        if (claims.Count == 0)
            return "";
        string[] rows =
        [
            .. claims.Select(claim =>
            {
                var verdict = ClaimsFile.InWords(claim.Verdict);
                var mark = claim.Verdict switch
                {
                    Verdict.Holds => "✓",
                    Verdict.Fails => "✗",
                    _ => "–",
                };
                var note = claim.Note is null ? "" : $"<br><span class=\"soft\">{Linked(claim.Note)}</span>";
                return $"<tr><td>{Escape(claim.Id)}</td>"
                    + $"<td>{Linked(claim.Statement)}{note}<br><code class=\"soft\">{Escape(claim.Quantity)}</code></td>"
                    + $"<td class=\"n\">{Number(claim.Value ?? double.NaN)}</td><td "
                    + $"class=\"n\">{Interval(claim.Low, claim.High, Chosen)}</td>"
                    + $"<td class=\"verdict {verdict.Replace(' ', '-')}\">{mark} {verdict}</td><td>{Escape(claim.Profile)}</td></tr>\n";
            }),
        ];
        return $"<h2>Claims: {claims.Count(claim => claim.Verdict == Verdict.Holds)} of {claims.Count} hold</h2>\n"
            + HtmlTable.Of(["", "Statement", "#Value", "#Expected", "Verdict", "Profile"], rows);
    }

    public string Fits()
    {
        string[] rows =
        [
            .. FitsFile
                .Read(File(FitsFile.Name))
                .Select(fit =>
                {
                    var parameters = fit.Parameters.Select(parameter =>
                        $"<li>{Escape(parameter.Name)} = {Number(parameter.Value)} <span class=\"soft\">{IntervalOf(parameter)}</span></li>"
                    );
                    var note = fit.Note is null ? "" : $"<br><span class=\"soft\">{Escape(fit.Note)}</span>";
                    return $"<tr><td>{Condition(fit.Place)}</td><td>{Escape(fit.Theory)}{note}</td><td><ul>{string.Concat(parameters)}</ul></td>"
                        + $"<td class=\"n\">{Number(fit.R2)}</td><td class=\"n\">{Number(fit.Rmse)}</td>"
                        + $"<td class=\"n\">{Number(fit.Aic)}</td><td class=\"n\">{Number(fit.Points)}</td></tr>\n";
                }),
        ];
        return rows.Length == 0
            ? ""
            : $"<h2>Fits</h2>\n{HtmlTable.Of(["Case", "Theory", "Parameters, 95 % intervals", "#R²", "#RMSE", "#AIC", "#Points"], rows)}";

        static string IntervalOf(FittedParameter parameter) =>
            !parameter.Fitted ? "not fitted"
            : double.IsNaN(parameter.Low) && double.IsNaN(parameter.High) ? ""
            : Interval(Known(parameter.Low), Known(parameter.High), Number);
        static double? Known(double end) => double.IsNaN(end) ? null : end;
    }

    public string Analyses() =>
        System.IO.File.Exists(File("analyses.csv"))
            ? AnalysisTables.Html(File("analyses.csv"), experiment["analyses"] as JsonArray ?? [])
            : "";

    public string Config()
    {
        var config = experiment.DeepClone().AsObject();
        config.Remove("run");
        return $"<details class=\"config\"><summary>Resolved "
            + $"experiment</summary>\n<pre>{Escape(config.ToJsonString(Indented))}</pre></details>\n";
    }

    private static string Condition(Place place) =>
        string.Join(
            "<br>",
            place
                .Sweep.Select(pair =>
                    $"<span class=\"soft\">{Words(HtmlTable.Short(pair.Key))} = {Settings(OptionsWriter.Write(pair.Value))}</span>"
                )
                .Prepend(Escape(place.Case))
                .Where(text => text != "")
        );
}
