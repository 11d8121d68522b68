using System.Globalization;
using System.Text.Json.Nodes;
using SkillTorch.Fitting;
using SkillTorch.Training;

namespace SkillTorch.Reporting;

/// <summary>The datasets that a figure may name, from the tables of a run directory.</summary>
/// <param name="runDirectory">A run directory.</param>
/// <param name="figure">The figure, for the rows that it shows.</param>
internal sealed class FigureData(string runDirectory, JsonObject figure)
{
    /// <summary>The largest number of rows that is embedded of a table of curves.</summary>
    public const int LargestDataset = 50_000;

    private readonly Dictionary<string, Table?> loaded = [];
    private readonly Lazy<Table> metrics = new(() => Table.Read(Path.Combine(runDirectory, RunTables.Sources["metrics"])));
    private readonly Lazy<Table?> theory = new(() =>
        Path.Combine(runDirectory, RunTables.Sources["theory"]) is var path && File.Exists(path) ? Table.Read(path) : null
    );

    /// <summary>What was left out of the datasets, in sentences.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>A dataset, or null if the run has not what it is made from.</summary>
    public Table? this[string name]
    {
        get
        {
            if (!loaded.TryGetValue(name, out var table))
            {
                var path = Path.Combine(runDirectory, RunTables.Sources[name]);
                loaded[name] = table = File.Exists(path) ? Load(name, path) : null;
            }
            return table;
        }
    }

    /// <summary>
    /// Rows as Vega reads them: a column <c>optimizer.learningRate</c> is nested, so that a spec names it by just that
    /// path; a cell without a value is null; numbers have eight digits, more than any screen.
    /// </summary>
    public static JsonArray Rows(Table table, Func<string, bool> isUsed)
    {
        var columns = table
            .Columns.Where(column => isUsed(column.Name))
            .Select(column => (Column: column, Path: column.Name.Split('.')))
            .ToArray();
        var rows = new JsonArray();
        for (var row = 0; row < table.Rows; row++)
        {
            var item = new JsonObject();
            foreach (var (column, path) in columns)
            {
                var target = item;
                foreach (var name in path.SkipLast(1))
                {
                    target[name] ??= new JsonObject();
                    target = target[name] as JsonObject ?? new JsonObject();
                }
                target[path[^1]] = Cell(column, row);
            }
            rows.Add(item);
        }
        return rows;
    }

    private static JsonValue? Cell(Column column, int row) =>
        column switch
        {
            TextColumn text => JsonValue.Create(text.Values[row]),
            IntegerColumn integers => JsonValue.Create(integers.Values[row]),
            _ when !double.IsFinite(column.Number(row)) => null,
            _ => JsonValue.Create(
                double.Parse(column.Number(row).ToString("G8", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            ),
        };

    private Table Load(string name, string path)
    {
        var shown = ShownRows.From(figure, name);
        return name switch
        {
            "fits" => Fits(FitsFile.Read(path)),
            "claims" => RunTables.Claims.ToTable(ClaimsFile.Read(runDirectory)),
            "curves" => Limit(name, Curves.From(shown.In(metrics.Value)), Curves.Steps),
            "losses" => Limit(name, Curves.From(shown.In(Table.Read(path))), Curves.Steps),
            "theory" => Limit(name, Curves.Thin(shown.In(theory.Value!)), Curves.Steps),
            "overlay" => Overlay.Create(Curves.From(shown.In(metrics.Value)), Theory()),
            "draw" => Curves.Thin(Overlay.Draw(shown.In(metrics.Value), Theory())),
            "metrics" => shown.In(metrics.Value),
            _ => Table.Read(path),
        };

        Table? Theory() => theory.Value is { } predicted ? Curves.Thin(shown.In(predicted)) : null;
    }

    /// <summary>The table, thinned if it is too large to embed.</summary>
    public Table Limit(string name, Table table, int? thinnedTo = null)
    {
        if (table.Rows <= LargestDataset || !table.Has("step"))
        {
            return table;
        }
        var curves = Grouping.ByCurve(table, Grouping.CurveKeys(table)).Count;
        var thin = Curves.Thin(table, Math.Clamp(LargestDataset / curves, 2, thinnedTo ?? int.MaxValue));
        Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The figure shows {thin.Rows:N0} of the {table.Rows:N0} rows of `{name}`: fewer steps of each curve."
            )
        );
        return thin;
    }

    private static Table Fits(IReadOnlyList<FitResult> fits) =>
        RunTables
            .Fits(Placed.SweepKeys(fits))
            .ToTable([
                .. fits.SelectMany(
                    fit => fit.Parameters.DefaultIfEmpty<FittedParameter?>(null),
                    (fit, parameter) => new FitRow(fit, parameter)
                ),
            ]);
}
