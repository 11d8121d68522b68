namespace SkillTorch.Reporting;

/// <summary>Measurement and theories in one table, so that one faceted chart can show both.</summary>
internal static class Overlay
{
    /// <summary>The value of <c>source</c> in the rows that were measured.</summary>
    public const string Measured = "measured";

    private static readonly string[] Values = ["step", "skill", "strength", "strengthQ10", "strengthQ90", "loss", "accuracy"];

    /// <summary>
    /// For each case × sweep keys × source × skill × step: strength, loss and accuracy; means over replicates with
    /// <c>strengthQ10</c>, <c>strengthQ90</c> where <c>source</c> is <see cref="Measured"/>, else a theory's prediction. A
    /// theory of single replicates is left out: no mean over draws of the task is among its predictions.
    /// </summary>
    /// <param name="curves">Statistics over replicates, see <see cref="Curves.From"/>.</param>
    /// <param name="theory">A table with the columns of theory.csv, or null.</param>
    public static Table Create(Table curves, Table? theory) =>
        Join(
            new Part(curves, Rows(curves, _ => true), name => name is "strength" or "loss" or "accuracy" ? $"{name}Mean" : name),
            theory is null ? null : Predicted(theory, replicate => double.IsNaN(replicate))
        );

    /// <summary>
    /// The same of replicate 1 alone: where each replicate draws other skills, their mean shows none of them. The quantiles
    /// are empty.
    /// </summary>
    /// <param name="metrics">A table with the columns of metrics.csv.</param>
    /// <param name="theory">A table with the columns of theory.csv, or null.</param>
    public static Table Draw(Table metrics, Table? theory) =>
        Join(
            new Part(metrics, Rows(metrics, row => metrics["replicate"].Number(row) == 1), WithoutQuantiles),
            theory is null ? null : Predicted(theory, replicate => replicate is 1 or double.NaN)
        );

    /// <summary>The columns of <see cref="Create"/> and <see cref="Draw"/>.</summary>
    /// <param name="metrics">The columns of a table such as metrics.csv.</param>
    public static IReadOnlyList<string> Columns(IReadOnlyList<string> metrics) => [.. Keys(metrics), "source", .. Values];

    private static IReadOnlyList<string> Keys(IReadOnlyList<string> columns) => Grouping.CurveKeys(columns, "skill", "replicate");

    private static Part Predicted(Table theory, Func<double, bool> isShown) =>
        new(
            theory,
            Rows(theory, row => isShown(theory.Has("replicate") ? theory["replicate"].Number(row) : double.NaN)),
            name => name == "accuracy" ? null : WithoutQuantiles(name)
        );

    private static string? WithoutQuantiles(string name) => name is "strengthQ10" or "strengthQ90" ? null : name;

    private static int[] Rows(Table table, Func<int, bool> isShown) => [.. Enumerable.Range(0, table.Rows).Where(isShown)];

    private static Table Join(Part measured, Part? predicted)
    {
        Part[] parts = predicted is null ? [measured] : [measured, predicted];
        var overlay = new Table();
        foreach (var key in Keys([.. measured.Table.Columns.Select(column => column.Name)]))
        {
            overlay.Add<Column>(
                parts.All(part => part.Table[key] is not TextColumn)
                    ? new NumberColumn(key, parts.SelectMany(part => part.Rows.Select(part.Table[key].Number)))
                    : new TextColumn(key, parts.SelectMany(part => part.Rows.Select(part.Table[key].Text)))
            );
        }

        overlay.Add(
            new TextColumn(
                "source",
                parts.SelectMany(part => part.Rows.Select(row => part == measured ? Measured : part.Table["theory"].Text(row)))
            )
        );
        foreach (var name in Values)
        {
            overlay.Add(
                new NumberColumn(
                    name,
                    parts.SelectMany(part =>
                        part.Rows.Select(row => part.From(name) is { } from ? part.Table[from].Number(row) : double.NaN)
                    )
                )
            );
        }

        return overlay;
    }

    /// <summary>Some rows of a table, and the column that each of the overlay's comes from; null leaves it empty.</summary>
    private sealed record Part(Table Table, int[] Rows, Func<string, string?> From);
}
