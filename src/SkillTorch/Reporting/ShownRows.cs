using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillTorch.Reporting;

/// <summary>
/// The rows of a table of curves that a figure shows at all, by the filters that stand first in its views, such as
/// <c>{ "filter": { "field": "step", "lte": 1000 } }</c>. Rows that no view shows are left out before curves are thinned, so
/// that the steps which are embedded lie where the reader looks.
/// </summary>
internal sealed class ShownRows
{
    private readonly List<List<JsonObject>> views = [];
    private bool isFiltered = true;

    private ShownRows() { }

    /// <summary>What a figure shows of a dataset.</summary>
    /// <param name="figure">A Vega-Lite spec.</param>
    /// <param name="dataset">Name of a dataset.</param>
    public static ShownRows From(JsonObject figure, string dataset)
    {
        var shown = new ShownRows();
        shown.Walk(figure, dataset);
        return shown;
    }

    /// <summary>The rows that some view shows, by the filters on the keys of curves (case, sweep keys, step, skill, …); other filters are
    /// left to Vega.</summary>
    public Table In(Table table)
    {
        if (!isFiltered || views.Count == 0)
            return table;
        Column[] keys = [.. Grouping.CurveKeys(table), table["step"]];
        var tests = views.Select(filters => filters.Select(filter => Test(filter, keys)).ToArray()).ToArray();
        return Curves.Pick(table.Columns, Enumerable.Range(0, table.Rows).Where(row => tests.Any(view => view.All(test => test(row)))));
    }

    private void Walk(JsonNode? node, string dataset)
    {
        foreach (var item in node as JsonArray ?? [])
            Walk(item, dataset);
        foreach (var (name, value) in node as JsonObject ?? [])
        {
            if (name == "data" && value is JsonObject data && !data.ContainsKey("values") && data["name"]?.ToString() == dataset)
            {
                var filters = LeadingFilters(node!["transform"] as JsonArray ?? []);
                isFiltered &= filters.Count > 0;
                views.Add(filters);
            }
            if (name is not ("datasets" or "values"))
                Walk(value, dataset);
        }
    }

    private static List<JsonObject> LeadingFilters(JsonArray transforms) =>
        [
            .. transforms
                .Select(transform => transform?["filter"] as JsonObject)
                .TakeWhile(filter => filter?["field"] is JsonValue)
                .OfType<JsonObject>(),
        ];

    private static Func<int, bool> Test(JsonObject filter, Column[] keys)
    {
        var name = filter["field"]!.ToString().Replace("\\", "", StringComparison.Ordinal);
        if (Array.Find(keys, key => key.Name == name) is not { } column)
            return _ => true;
        if ((filter["oneOf"] ?? filter["equal"]) is { } given)
        {
            JsonNode?[] choices = given is JsonArray several ? [.. several] : [given];
            HashSet<string> texts = [.. choices.Select(choice => choice?.ToString() ?? "")];
            HashSet<double> numbers = [.. choices.Select(choice => Number(choice, double.NaN))];
            return column is TextColumn ? row => texts.Contains(column.Text(row)) : row => numbers.Contains(column.Number(row));
        }
        if (column is TextColumn)
            return _ => true;
        var range = filter["range"] as JsonArray;
        var low = Number(filter["gte"] ?? filter["gt"] ?? range?[0], double.NegativeInfinity);
        var high = Number(filter["lte"] ?? filter["lt"] ?? range?[1], double.PositiveInfinity);
        return row => column.Number(row) >= low && column.Number(row) <= high;
    }

    private static double Number(JsonNode? node, double otherwise) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : otherwise;
}
