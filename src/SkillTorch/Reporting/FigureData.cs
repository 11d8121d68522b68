using System.Globalization;
using System.Text.Json.Nodes;

namespace SkillTorch.Reporting;

/// <summary>The datasets that a figure may name, from the tables of a run directory.</summary>
/// <param name="runDirectory">A run directory.</param>
/// <param name="figure">The figure, for the rows that it shows.</param>
internal sealed class FigureData(string runDirectory, JsonObject figure)
{
    /// <summary>The largest number of rows that is embedded of a table of curves.</summary>
    public const int LargestDataset = 50_000;

    /// <summary>The datasets by name, each with what it is made from.</summary>
    public static readonly IReadOnlyDictionary<string, string> Sources = new Dictionary<string, string>
    {
        ["metrics"] = "metrics.csv",
        ["curves"] = "metrics.csv",
        ["theory"] = "theory.csv",
        ["overlay"] = "metrics.csv",
        ["draw"] = "metrics.csv",
        ["losses"] = "losses.csv",
        ["analyses"] = "analyses.csv",
        ["fits"] = "fits.json",
        ["claims"] = "claims.json",
    };

    private readonly Dictionary<string, Table?> loaded = [];
    private readonly Lazy<Table> metrics = new(() => Table.Read(Path.Combine(runDirectory, Sources["metrics"])));
    private readonly Lazy<Table?> theory = new(() => Path.Combine(runDirectory, Sources["theory"]) is var path && File.Exists(path) ? Table.Read(path) : null);

    /// <summary>What was left out of the datasets, in sentences.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>A dataset, or null if the run has not what it is made from.</summary>
    public Table? this[string name]
    {
        get
        {
            if (!loaded.TryGetValue(name, out var table))
            {
                var path = Path.Combine(runDirectory, Sources[name]);
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
        var columns = table.Columns.Where(column => isUsed(column.Name)).Select(column => (Column: column, Path: column.Name.Split('.'))).ToArray();
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

    private static JsonValue? Cell(Column column, int row) => column switch
    {
        TextColumn text => JsonValue.Create(text.Values[row]),
        IntegerColumn integers => JsonValue.Create(integers.Values[row]),
        _ when !double.IsFinite(column.Number(row)) => null,
        _ => JsonValue.Create(double.Parse(column.Number(row).ToString("G8", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
    };

    private Table Load(string name, string path)
    {
        var shown = ShownRows.Of(figure, name);
        return name switch
        {
            "fits" => FlatFits(RunFiles.ReadArray(path)),
            "claims" => FlatClaims(RunFiles.ReadArray(path)),
            "curves" => Limit(name, Curves.Of(shown.In(metrics.Value)), Curves.Steps),
            "losses" => Limit(name, Curves.Of(shown.In(Table.Read(path))), Curves.Steps),
            "theory" => Limit(name, Curves.Thin(shown.In(theory.Value!)), Curves.Steps),
            "overlay" => Overlay.Of(Curves.Of(shown.In(metrics.Value)), Theory()),
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
        Notes.Add(string.Create(CultureInfo.InvariantCulture, $"The figure shows {thin.Rows:N0} of the {table.Rows:N0} rows of `{name}`: fewer steps of each curve."));
        return thin;
    }

    // One row a parameter; a fit without parameters has one row too.
    private static Table FlatFits(JsonArray fits)
    {
        var rows = new List<JsonObject>();
        foreach (var fit in fits.OfType<JsonObject>())
        {
            var parameters = fit["parameters"] is JsonArray { Count: > 0 } some ? some : [new JsonObject()];
            foreach (var parameter in parameters.OfType<JsonObject>())
            {
                var row = new JsonObject { ["case"] = fit["case"]?.DeepClone() };
                Copy(fit["sweep"] as JsonObject ?? [], row);
                row["theory"] = fit["theory"]?.DeepClone();
                row["label"] = fit["label"]?.DeepClone();
                row["parameter"] = parameter["name"]?.DeepClone();
                Copy(parameter, row, "name");
                Copy(fit, row, "case", "sweep", "theory", "label", "parameters");
                rows.Add(row);
            }
        }
        return FromRows(rows, "case", "theory", "label", "parameter");
    }

    private static Table FlatClaims(JsonArray claims) => FromRows(
        claims.OfType<JsonObject>().Select(claim =>
        {
            var row = new JsonObject();
            Copy(claim, row, "within");
            var within = claim["within"] as JsonArray;
            row["low"] = within?.ElementAtOrDefault(0)?.DeepClone();
            row["high"] = within?.ElementAtOrDefault(1)?.DeepClone();
            return row;
        }).ToList(),
        "id", "statement", "quantity", "verdict", "profile", "note");

    private static void Copy(JsonObject from, JsonObject to, params string[] without)
    {
        foreach (var (name, value) in from)
        {
            if (!without.Contains(name))
            {
                to[name] = value?.DeepClone();
            }
        }
    }

    // A column is of numbers if every cell is a number or null, except for columns that are text by their meaning.
    private static Table FromRows(List<JsonObject> rows, params string[] texts) => new(
        rows.SelectMany(row => row.Select(cell => cell.Key)).Concat(texts).Distinct().Select(name =>
        {
            var cells = rows.Select(row => row[name]).ToArray();
            return !texts.Contains(name) && cells.All(cell => cell is null || cell.GetValueKind() == System.Text.Json.JsonValueKind.Number)
                ? (Column)new NumberColumn(name, cells.Select(cell => cell?.GetValue<double>() ?? double.NaN))
                : new TextColumn(name, cells.Select(cell => cell?.ToString() ?? ""));
        }));
}
