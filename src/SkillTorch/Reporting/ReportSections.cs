using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using static SkillTorch.Reporting.HtmlText;

namespace SkillTorch.Reporting;

/// <summary>The parts of one run's report.</summary>
internal sealed class ReportSections(string runDirectory, JsonObject experiment)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private string File(string name) => Path.Combine(runDirectory, name);

    public string Title => experiment["title"]?.ToString() is { Length: > 0 } title ? title : experiment["tag"]?.ToString() ?? "Experiment";

    public string Header()
    {
        var source = experiment["source"]?.ToString();
        var tag = experiment["tag"]?.ToString();
        var lead = string.Join(" · ", new[] { tag is null ? null : $"<code>{Escape(tag)}</code>", source is null ? null : Linked(source) }.OfType<string>());
        var notes = string.Concat((experiment["notes"] as JsonArray ?? []).Select(note => $"<p class=\"note\">{Linked(note?.ToString() ?? "")}</p>\n"));
        return $"<header>\n<h1>{Escape(Title)}</h1>\n<p class=\"lead\">{lead}</p>\n{notes}</header>\n";
    }

    public string Facts()
    {
        var run = experiment["run"] as JsonObject ?? [];
        var cases = (experiment["cases"] as JsonArray ?? []).Select(item => item?["label"]?.ToString()).OfType<string>().ToArray();
        var sweep = (experiment["sweep"] as JsonObject ?? []).Select(item => $"<code>{Escape(item.Key)}</code>: {Settings(item.Value)}");
        var software = string.Join(", ", new[]
        {
            run["version"] is { } version ? $"SkillTorch {Escape(version.ToString())}" : null,
            run["commit"] is { } commit ? $"commit {Escape(commit.ToString())}" : null,
            run["binding"] is { } binding ? $"TorchSharp binding {Escape(binding.ToString())}" : null,
            run["libtorch"] is { } libtorch ? $"libtorch {Escape(libtorch.ToString())}" : null,
        }.OfType<string>());
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
            ("Run", string.Join(", ", new[] { Escape(run["startedAt"]?.ToString()), run["wallSeconds"] is { } wall ? Duration(AsNumber(wall)) : "" }.Where(text => text != ""))),
        };
        return $"<dl class=\"facts\">\n{string.Concat(rows.Where(row => row.Value != "").Select(row => $"<dt>{row.Name}</dt><dd>{row.Value}</dd>\n"))}</dl>\n";
    }

    /// <summary>Trials that could not go on: curves and fits are without them, and in the analyses they learned nothing.</summary>
    public string Failed()
    {
        string[] rows = [.. (experiment["run"]?["failed"] as JsonArray ?? []).Select(sentence => $"<tr><td>{Escape(sentence?.ToString())}</td></tr>\n")];
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
            ? $"<img alt=\"{Escape(Title)}\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(System.IO.File.ReadAllBytes(File("figure.svg")))}\">"
            : "";
        // The standard encoder writes < as \u003C, so the text cannot end the script element.
        var spec = JsonNode.Parse(System.IO.File.ReadAllText(File("figure.vl.json")))!.ToJsonString();
        return $"<h2>Figure</h2>\n<div class=\"figure\" id=\"figure-{index}\">{picture}</div>\n<script type=\"application/json\" id=\"spec-{index}\">{spec}</script>\n";
    }

    public string Claims()
    {
        var claims = RunFiles.ReadArray(File("claims.json")).OfType<JsonObject>().ToArray();
        if (claims.Length == 0)
        {
            return "";
        }
        var held = claims.Count(claim => claim["verdict"]?.ToString() == "holds");
        var rows = claims.Select(claim =>
        {
            var verdict = claim["verdict"]?.ToString() ?? "not measured";
            var mark = verdict switch { "holds" => "✓", "fails" => "✗", _ => "–" };
            var within = claim["within"] as JsonArray;
            var note = claim["note"] is { } text ? $"<br><span class=\"soft\">{Linked(text.ToString())}</span>" : "";
            return $"<tr><td>{Escape(claim["id"]?.ToString())}</td><td>{Linked(claim["statement"]?.ToString() ?? "")}{note}<br><code class=\"soft\">{Escape(claim["quantity"]?.ToString())}</code></td>"
                + $"<td class=\"n\">{Number(claim["value"])}</td><td class=\"n\">{Interval(within?.ElementAtOrDefault(0), within?.ElementAtOrDefault(1), Chosen)}</td>"
                + $"<td class=\"verdict {verdict.Replace(' ', '-')}\">{mark} {Escape(verdict)}</td><td>{Escape(claim["profile"]?.ToString())}</td></tr>\n";
        }).ToArray();
        return $"<h2>Claims: {held} of {claims.Length} hold</h2>\n{HtmlTable.Of(["", "Statement", "#Value", "#Expected", "Verdict", "Profile"], rows)}";
    }

    public string Fits()
    {
        var fits = RunFiles.ReadArray(File("fits.json")).OfType<JsonObject>().ToArray();
        if (fits.Length == 0)
        {
            return "";
        }
        var rows = fits.Select(fit =>
        {
            var parameters = (fit["parameters"] as JsonArray ?? []).OfType<JsonObject>().Select(parameter =>
            {
                var fitted = parameter["fitted"]?.GetValueKind() != JsonValueKind.False;
                var interval = !fitted ? "not fitted" : parameter["low"] is null && parameter["high"] is null ? "" : Interval(parameter["low"], parameter["high"], Number);
                return $"<li>{Escape(parameter["name"]?.ToString())} = {Number(parameter["value"])} <span class=\"soft\">{interval}</span></li>";
            });
            var note = fit["note"] is { } text ? $"<br><span class=\"soft\">{Escape(text.ToString())}</span>" : "";
            var label = fit["label"]?.ToString() is { Length: > 0 } given ? given : fit["theory"]?.ToString();
            return $"<tr><td>{Condition(fit["case"]?.ToString(), fit["sweep"] as JsonObject)}</td><td>{Escape(label)}{note}</td><td><ul>{string.Concat(parameters)}</ul></td>"
                + $"<td class=\"n\">{Number(fit["r2"])}</td><td class=\"n\">{Number(fit["rmse"])}</td><td class=\"n\">{Number(fit["aic"])}</td><td class=\"n\">{Number(fit["points"])}</td></tr>\n";
        }).ToArray();
        return $"<h2>Fits</h2>\n{HtmlTable.Of(["Case", "Theory", "Parameters, 95 % intervals", "#R²", "#RMSE", "#AIC", "#Points"], rows)}";
    }

    public string Analyses() =>
        System.IO.File.Exists(File("analyses.csv")) ? new AnalysisTables(Table.Read(File("analyses.csv")), experiment).Html() : "";

    public string Config()
    {
        var config = experiment.DeepClone().AsObject();
        config.Remove("run");
        return $"<details class=\"config\"><summary>Resolved experiment</summary>\n<pre>{Escape(config.ToJsonString(Indented))}</pre></details>\n";
    }

    private static string Condition(string? name, JsonObject? sweep) => string.Join("<br>",
        new[] { Escape(name) }.Concat((sweep ?? []).Select(item => $"<span class=\"soft\">{Words(HtmlTable.Short(item.Key))} = {Settings(item.Value)}</span>")).Where(text => text != ""));
}
