namespace SkillTorch.Reporting;

/// <summary>Measurement and theories in one table, so that one faceted chart can show both.</summary>
internal static class Overlay
{
    /// <summary>The value of <c>source</c> in the rows that were measured.</summary>
    public const string Measured = "measured";

    /// <summary>
    /// For each case × sweep keys × source × skill × step: strength, loss and accuracy; means over replicates with
    /// <c>strengthQ10</c>, <c>strengthQ90</c> where <c>source</c> is <see cref="Measured"/>, else a theory's prediction.
    /// </summary>
    /// <param name="curves">Statistics over replicates, see <see cref="Curves.Of"/>.</param>
    /// <param name="theory">A table with the columns of theory.csv, or null.</param>
    public static Table Of(Table curves, Table? theory)
    {
        var keys = Grouping.CurveKeys(curves).Where(column => column.Name != "skill").Select(column => column.Name).ToArray();
        var parts = new List<(Table Table, Func<string, string?> From)>
        {
            (curves, name => name is "strength" or "loss" or "accuracy" ? $"{name}Mean" : name),
        };
        if (theory is not null)
            parts.Add((theory, name => name is "accuracy" or "strengthQ10" or "strengthQ90" ? null : name == "source" ? "theory" : name));

        var overlay = new Table();
        foreach (var key in keys)
        {
            overlay.Add<Column>(parts.All(part => part.Table[key] is not TextColumn)
                ? new NumberColumn(key, parts.SelectMany(part => Enumerable.Range(0, part.Table.Rows).Select(part.Table[key].Number)))
                : new TextColumn(key, parts.SelectMany(part => Enumerable.Range(0, part.Table.Rows).Select(part.Table[key].Text))));
        }

        overlay.Add(new TextColumn("source", parts.SelectMany(part => Enumerable.Range(0, part.Table.Rows)
            .Select(row => part.Table.Has("theory") ? part.Table["theory"].Text(row) : Measured))));
        foreach (var name in (string[])["step", "skill", "strength", "strengthQ10", "strengthQ90", "loss", "accuracy"])
        {
            overlay.Add(new NumberColumn(name, parts.SelectMany(part => Enumerable.Range(0, part.Table.Rows)
                .Select(row => part.From(name) is { } from ? part.Table[from].Number(row) : double.NaN))));
        }

        return overlay;
    }
}
