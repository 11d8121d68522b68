using System.Text;

namespace SkillTorch.Reporting;

/// <summary>Tables of a report.</summary>
internal static class HtmlTable
{
    // A longer table is folded away, so that the page can be read in one go.
    private const int LongTable = 16;

    /// <summary>A table; a heading that starts with # is of a column of numbers.</summary>
    /// <param name="headings">Headings in HTML.</param>
    /// <param name="rows">Rows in HTML, each a tr.</param>
    /// <param name="folds">Whether a long table is folded away.</param>
    public static string Format(string[] headings, string[] rows, bool folds = true)
    {
        var html = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
        foreach (var heading in headings)
        {
            html.Append(heading.StartsWith('#') ? $"<th class=\"n\">{heading[1..]}</th>" : $"<th>{heading}</th>");
        }
        html.Append("</tr></thead>\n<tbody>\n").AppendJoin("", rows).Append("</tbody></table></div>\n");
        return !folds || rows.Length <= LongTable ? html.ToString() : $"<details><summary>{rows.Length} rows</summary>\n{html}</details>\n";
    }

    /// <summary>A table of the run directory as it is.</summary>
    public static string Format(Table table) =>
        Format(
            [.. table.Columns.Select(column => (column is TextColumn ? "" : "#") + HtmlText.Escape(Shorten(column.Name)))],
            [
                .. Enumerable
                    .Range(0, table.Rows)
                    .Select(row => $"<tr>{string.Concat(table.Columns.Select(column => Cell(column, row)))}</tr>\n"),
            ]
        );

    private static string Cell(Column column, int row) =>
        column is TextColumn ? $"<td>{HtmlText.Escape(column.Text(row))}</td>"
        : double.IsNaN(column.Number(row)) ? "<td></td>"
        : $"<td class=\"n\">{HtmlText.FormatNumber(column.Number(row))}</td>";

    /// <summary>The option that a path leads to.</summary>
    public static string Shorten(string key) => key.Split('.')[^1];
}
