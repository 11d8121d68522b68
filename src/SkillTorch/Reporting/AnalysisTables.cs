using System.Text.Json.Nodes;
using SkillTorch.Analysis;
using SkillTorch.Training;
using static SkillTorch.Reporting.HtmlText;

namespace SkillTorch.Reporting;

/// <summary>The analyses of a report, as <see cref="AnalysisSummary"/> divides them over tables.</summary>
internal static class AnalysisTables
{
    private const string Legend =
        "<p class=\"soft\">Medians over replicates; below in brackets the lower and upper quartile, or the confidence interval"
        + " of a quantity that has one. ∞: not reached.</p>\n";

    /// <summary>All tables of a run, with their headings; empty if there are no analyses.</summary>
    /// <param name="csv">Its analyses.csv.</param>
    /// <param name="analyses">The experiment's analyses; one that this version does not know is shown by its values alone.</param>
    public static string Format(string csv, JsonArray analyses)
    {
        var binder = new OptionsBinder([]);
        var known = analyses.Select(json => binder.BindRecord(json, typeof(AnalysisOptions), "analyses")).OfType<AnalysisOptions>();
        return Format(AnalysisSummary.From([.. known], RunTables.ReadAnalyses(csv)));
    }

    private static string Format(AnalysisSummary summary)
    {
        QuantityTable[] tables = [.. summary.ByCase is { } whole ? [whole] : Array.Empty<QuantityTable>(), .. summary.BySkill];
        string[] parts =
        [
            .. summary.Best.Select(best => FormatBestSettings(best.Of, best.Found)),
            .. tables.Select(FormatQuantities),
            summary.Others.Count == 0 ? "" : $"{(summary.IsWhole ? "" : "<h3>Further values</h3>\n")}{FormatList(summary.Others)}",
        ];
        var html = string.Concat(parts);
        return html == "" ? "" : $"<h2>Analyses</h2>\n{(tables.Length == 0 ? "" : Legend)}{html}";
    }

    private static string FormatQuantities(QuantityTable table) =>
        $"<h3>{Escape(table.Title)}</h3>\n"
        + HtmlTable.Format(
            ["Case", .. table.Columns.Select(name => "#" + Escape(name))],
            [
                .. table.Rows.Select(row =>
                    $"<tr><td>{(row.Case == "" ? "all" : Escape(row.Case))}</td>{string.Concat(row.Cells.Select(FormatCell))}</tr>\n"
                ),
            ]
        );

    private static string FormatCell(Spread? spread) =>
        spread switch
        {
            null => "<td></td>",
            { Low: double.NaN } => $"<td class=\"n\">{FormatNumber(spread.Median)}</td>",
            _ => $"<td class=\"n\">{FormatNumber(spread.Median)}<br><span class=\"soft\">[{FormatNumber(spread.Low)}, "
                + $"{FormatNumber(spread.High)}]</span></td>",
        };

    private static string FormatBestSettings(BestSettingOptions of, IReadOnlyList<BestSettingNeighbours> found) =>
        found.Count == 0
            ? ""
            : $"<h3>Best settings by {Escape(of.Of)}, which stands below each</h3>\n"
                + HtmlTable.Format(
                    ["Case", "Setting", "#Next below", "#Best", "#Next above", "#Tried"],
                    [
                        .. found.Select(best =>
                            $"<tr><td>{Escape(best.Case)}</td><td>{SpellOut(HtmlTable.Shorten(best.Key))}</td>"
                            + FormatNeighbour(best.Below, best.IsLowest)
                            + $"<td class=\"n\"><b>{FormatSetting(best.Best.At)}</b><br><b>{FormatNumber(best.Best.Score)}</b></td>"
                            + FormatNeighbour(best.Above, best.IsHighest)
                            + $"<td class=\"n\">{best.Tried.Count}<br><span class=\"soft\">"
                            + $"{FormatSetting(best.Tried.FirstOrDefault())} … {FormatSetting(best.Tried.LastOrDefault())}</span></td></tr>\n"
                        ),
                    ]
                );

    private static string FormatNeighbour(TriedSetting? nearest, bool isEdge) =>
        isEdge ? "<td class=\"fails n\">edge: nothing<br>beyond tried</td>"
        : nearest is null ? "<td class=\"n\">–</td>"
        : $"<td class=\"n\">{FormatSetting(nearest.At)}<br><span class=\"soft\">{FormatNumber(nearest.Score)}</span></td>";

    private static string FormatList(IReadOnlyList<QuantityLine> lines) =>
        HtmlTable.Format(
            ["Quantity", "Case", "#Median", "#Lower quartile", "#Upper quartile", "#With a value"],
            [
                .. lines.Select(line =>
                    $"<tr><td>{Escape(line.Name)}</td><td>{Escape(FormatCondition(line))}</td><td class=\"n\">{FormatNumber(line.Spread.Median)}</td>"
                    + $"<td class=\"n\">{FormatNumber(line.Spread.Low)}</td><td class=\"n\">{FormatNumber(line.Spread.High)}</td>"
                    + $"<td class=\"n\">{line.Defined} of {line.Count}</td></tr>\n"
                ),
            ]
        );

    private static string FormatCondition(QuantityLine line) =>
        string.Join(
            ", ",
            (
                (string[])
                    [
                        line.Place.Case,
                        .. line.Place.Sweep.Select(pair => $"{HtmlTable.Shorten(pair.Key)} = {SweepPoint.Text(pair.Value)}"),
                        line.Skill is { } skill ? $"skill = {skill}" : "",
                    ]
            ).Where(text => text != "")
        );
}
