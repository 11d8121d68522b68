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

    public string FormatHeader()
    {
        var source = experiment["source"]?.ToString();
        var tag = experiment["tag"]?.ToString();
        var lead = string.Join(
            " · ",
            new[] { tag is null ? null : $"<code>{Escape(tag)}</code>", source is null ? null : LinkAddresses(source) }.OfType<string>()
        );
        var notes = string.Concat(
            (experiment["notes"] as JsonArray ?? []).Select(note => $"<p class=\"note\">{LinkAddresses(note?.ToString() ?? "")}</p>\n")
        );
        return $"<header>\n<h1>{Escape(Title)}</h1>\n<p class=\"lead\">{lead}</p>\n{notes}</header>\n";
    }

    public string FormatFacts()
    {
        var run = experiment["run"] as JsonObject ?? [];
        var cases = (experiment["cases"] as JsonArray ?? []).Select(item => item?["label"]?.ToString()).OfType<string>().ToArray();
        var sweep = (experiment["sweep"] as JsonObject ?? []).Select(item =>
            $"<code>{Escape(item.Key)}</code>: {FormatSettings(item.Value)}"
        );
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
            ("Task", FormatSettings(experiment["task"])),
            ("Model", FormatSettings(experiment["model"])),
            ("Optimizer", FormatSettings(experiment["optimizer"])),
            ("Training", FormatSettings(experiment["training"])),
            ("Cases", string.Join(" · ", cases.Select(Escape))),
            ("Sweep", string.Join("<br>", sweep)),
            (
                "Replicates",
                experiment["replicates"] is { } replicates ? $"{FormatSetting(replicates)}, seed {FormatSetting(experiment["seed"])}" : ""
            ),
            (
                "Repeats",
                experiment["repeats"] is { } repeats
                    ? $"{FormatSetting(repeats)}: claims are judged at seeds {FormatSetting(experiment["seed"])} and after; all else is of the first"
                    : ""
            ),
            ("Profile", Escape(run["profile"]?.ToString())),
            ("Device", Escape(run["device"]?.ToString())),
            ("Software", software),
            (
                "Run",
                string.Join(
                    ", ",
                    new[]
                    {
                        Escape(run["startedAt"]?.ToString()),
                        run["wallSeconds"] is { } wall ? FormatDuration(AsNumber(wall)) : "",
                    }.Where(text => text != "")
                )
            ),
        };
        return $"<h2>Settings</h2>\n<dl class=\"facts\">\n{string.Concat(rows.Where(row => row.Value != "").Select(row => $"<dt>{row.Name}</dt><dd>{row.Value}</dd>\n"))}</dl>\n";
    }

    /// <summary>Trials that could not go on: curves and fits are without them, and in the analyses they learned nothing.</summary>
    public string FormatFailures()
    {
        string[] rows =
        [
            .. (experiment["run"]?["failed"] as JsonArray ?? []).Select(sentence => $"<tr><td>{Escape(sentence?.ToString())}</td></tr>\n"),
        ];
        return rows.Length == 0 ? "" : $"<h2>Failed trials: {rows.Length}</h2>\n{HtmlTable.Format(["Trial, and what happened"], rows)}";
    }

    /// <summary>The picture, which Vega makes interactive where scripts run.</summary>
    public string FormatFigure(int index)
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

    public string FormatClaims()
    {
        var claims = System.IO.File.Exists(File(ClaimsFile.Name)) ? ClaimsFile.Read(runDirectory) : [];
        return claims.Count == 0
            ? ""
            : $"<h2>Claims: {claims.Count(claim => claim.Verdict == Verdict.Holds)} of {claims.Count} hold</h2>\n{ClaimsTable.Format(claims)}";
    }

    public string FormatFits()
    {
        string[] rows =
        [
            .. FitsFile
                .Read(File(FitsFile.Name))
                .Select(fit =>
                {
                    var parameters = fit.Parameters.Select(parameter =>
                        $"<li>{Escape(parameter.Name)} = {FormatNumber(parameter.Value)} <span class=\"soft\">{IntervalOf(parameter)}</span></li>"
                    );
                    var note = fit.Note is null ? "" : $"<br><span class=\"soft\">{Escape(fit.Note)}</span>";
                    return $"<tr><td>{FormatCondition(fit.Place)}</td><td>{Escape(fit.Theory)}{note}</td><td><ul>{string.Concat(parameters)}</ul></td>"
                        + $"<td class=\"n\">{FormatNumber(fit.R2)}</td><td class=\"n\">{FormatNumber(fit.Rmse)}</td>"
                        + $"<td class=\"n\">{FormatNumber(fit.Aic)}</td><td class=\"n\">{FormatNumber(fit.Points)}</td></tr>\n";
                }),
        ];
        return rows.Length == 0
            ? ""
            : $"<h2>Fits</h2>\n{HtmlTable.Format(["Case", "Theory", "Parameters, 95 % intervals", "#R²", "#RMSE", "#AIC", "#Points"], rows)}";

        static string IntervalOf(FittedParameter parameter) =>
            !parameter.Fitted ? "not fitted"
            : double.IsNaN(parameter.Low) && double.IsNaN(parameter.High) ? ""
            : FormatInterval(Known(parameter.Low), Known(parameter.High), FormatNumber);
        static double? Known(double end) => double.IsNaN(end) ? null : end;
    }

    public string FormatAnalyses() =>
        System.IO.File.Exists(File("analyses.csv"))
            ? AnalysisTables.Format(File("analyses.csv"), experiment["analyses"] as JsonArray ?? [])
            : "";

    /// <summary>What <c>skilltorch forecast</c> foretold last; empty if nobody asked.</summary>
    public string FormatForecast() =>
        System.IO.File.Exists(File(ForecastFile.Name))
            ? $"<h2>Forecast</h2>\n<p class=\"soft\">From the curves up to <code>at</code>: when each skill passes the threshold, measured "
                + "(<code>mastered</code>) or forecast with a 95 % interval, and the theories’ shares in that.</p>\n"
                + HtmlTable.Format(Table.Read(File(ForecastFile.Name)))
            : "";

    public string FormatConfig()
    {
        var config = experiment.DeepClone().AsObject();
        config.Remove("run");
        return $"<details class=\"config\"><summary>Resolved "
            + $"experiment</summary>\n<pre>{Escape(config.ToJsonString(Indented))}</pre></details>\n";
    }

    private static string FormatCondition(Place place) =>
        string.Join(
            "<br>",
            place
                .Sweep.Select(pair =>
                    $"<span class=\"soft\">{SpellOut(HtmlTable.Shorten(pair.Key))} = {FormatSettings(OptionsWriter.Write(pair.Value))}</span>"
                )
                .Prepend(Escape(place.Case))
                .Where(text => text != "")
        );
}
