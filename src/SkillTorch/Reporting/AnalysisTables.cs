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
    public static string Html(string csv, JsonArray analyses)
    {
        var binder = new OptionsBinder([]);
        var known = analyses.Select(json => binder.Record(json, typeof(AnalysisOptions), "analyses")).OfType<AnalysisOptions>();
        return Html(AnalysisSummary.From([.. known], RunTables.ReadAnalyses(csv)));
    }

    private static string Html(AnalysisSummary summary)
    {
        QuantityTable[] tables = [.. summary.ByCase is { } whole ? [whole] : Array.Empty<QuantityTable>(), .. summary.BySkill];
        string[] parts =
        [
            .. summary.Best.Select(best => BestSettings(best.Of, best.Found)),
            .. tables.Select(Quantities),
            summary.Others.Count == 0 ? "" : $"{(summary.IsWhole ? "" : "<h3>Further values</h3>\n")}{List(summary.Others)}",
        ];
        var html = string.Concat(parts);
        return html == "" ? "" : $"<h2>Analyses</h2>\n{(tables.Length == 0 ? "" : Legend)}{html}";
    }

    private static string Quantities(QuantityTable table) =>
        $"<h3>{Escape(table.Title)}</h3>\n"
        + HtmlTable.Of(
            ["Case", .. table.Columns.Select(name => "#" + Escape(name))],
            [
                .. table.Rows.Select(row =>
                    $"<tr><td>{(row.Case == "" ? "all" : Escape(row.Case))}</td>{string.Concat(row.Cells.Select(Cell))}</tr>\n"
                ),
            ]
        );

    private static string Cell(Spread? spread) =>
        spread switch
        {
            null => "<td></td>",
            { Low: double.NaN } => $"<td class=\"n\">{Number(spread.Median)}</td>",
            _ => $"<td class=\"n\">{Number(spread.Median)}<br><span class=\"soft\">[{Number(spread.Low)}, "
                + $"{Number(spread.High)}]</span></td>",
        };

    private static string BestSettings(BestSetting of, IReadOnlyList<BestSettingNeighbours> found) =>
        found.Count == 0
            ? ""
            : $"<h3>Best settings by {Escape(of.Of)}, which stands below each</h3>\n"
                + HtmlTable.Of(
                    ["Case", "Setting", "#Next below", "#Best", "#Next above", "#Tried"],
                    [
                        .. found.Select(best =>
                            $"<tr><td>{Escape(best.Case)}</td><td>{Words(HtmlTable.Short(best.Key))}</td>"
                            + Neighbour(best.Below, best.IsLowest)
                            + $"<td class=\"n\"><b>{Setting(best.Best.At)}</b><br><b>{Number(best.Best.Score)}</b></td>"
                            + Neighbour(best.Above, best.IsHighest)
                            + $"<td class=\"n\">{best.Tried.Count}<br><span class=\"soft\">"
                            + $"{Setting(best.Tried.FirstOrDefault())} … {Setting(best.Tried.LastOrDefault())}</span></td></tr>\n"
                        ),
                    ]
                );

    private static string Neighbour(TriedSetting? nearest, bool isEdge) =>
        isEdge ? "<td class=\"fails n\">edge: nothing<br>beyond tried</td>"
        : nearest is null ? "<td class=\"n\">–</td>"
        : $"<td class=\"n\">{Setting(nearest.At)}<br><span class=\"soft\">{Number(nearest.Score)}</span></td>";

    private static string Setting(double value) => Chosen(value);

    private static string List(IReadOnlyList<QuantityLine> lines) =>
        HtmlTable.Of(
            ["Quantity", "Case", "#Median", "#Lower quartile", "#Upper quartile", "#With a value"],
            [
                .. lines.Select(line =>
                    $"<tr><td>{Escape(line.Name)}</td><td>{Escape(Condition(line))}</td><td class=\"n\">{Number(line.Spread.Median)}</td>"
                    + $"<td class=\"n\">{Number(line.Spread.Low)}</td><td class=\"n\">{Number(line.Spread.High)}</td>"
                    + $"<td class=\"n\">{line.Defined} of {line.Count}</td></tr>\n"
                ),
            ]
        );

    private static string Condition(QuantityLine line) =>
        string.Join(
            ", ",
            (
                (string[])
                    [
                        line.Place.Case,
                        .. line.Place.Sweep.Select(pair => $"{HtmlTable.Short(pair.Key)} = {SweepPoint.Text(pair.Value)}"),
                        line.Skill is { } skill ? $"skill = {skill}" : "",
                    ]
            ).Where(text => text != "")
        );
}
