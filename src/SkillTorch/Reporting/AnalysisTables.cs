using System.Globalization;
using System.Text.Json.Nodes;
using static SkillTorch.Reporting.HtmlText;

namespace SkillTorch.Reporting;

/// <summary>
/// The analyses of a report, each in the table that suits it: quantities of whole cases side by side, those of single skills
/// with a column a skill, best settings between their neighbours, and all others in one list.
/// </summary>
internal sealed class AnalysisTables
{
    private const int MostSkills = 12;

    private static readonly string[] Fixed = ["case", "replicate", "name", "value", "skill", "low", "high"];

    private readonly Table table;
    private readonly Column[] swept;
    private readonly Quantity[] quantities;
    private readonly JsonObject[] options;

    /// <summary>The tables of a run.</summary>
    /// <param name="analyses">Its analyses.csv.</param>
    /// <param name="experiment">Its experiment.json.</param>
    public AnalysisTables(Table analyses, JsonObject experiment)
    {
        table = analyses;
        swept = [.. table.Columns.Where(column => !Fixed.Contains(column.Name))];
        options = [.. (experiment["analyses"] as JsonArray ?? []).OfType<JsonObject>()];
        quantities = [.. Enumerable.Range(0, table.Rows).GroupBy(row => table["name"].Text(row)).Select(rows => new Quantity(
            rows.Key, [.. rows], rows.Any(row => swept.Any(key => key.Text(row) != "")), rows.Any(row => SkillOf(row) is not null),
            [.. rows.Select(row => table["case"].Text(row)).Distinct()]))];
    }

    private sealed record Quantity(string Name, int[] Rows, bool IsSwept, bool HasSkills, string[] Cases);

    /// <summary>All tables, with their headings; empty if there are no analyses.</summary>
    public string Html()
    {
        var best = OfKind("best-setting");
        // What stands beside its interval, or beside its neighbours, need not stand there twice.
        var told = OfKind("median-interval").Select(option => option["of"]?.ToString()).Concat(best.Select(option => option["name"]?.ToString())).ToHashSet();
        var whole = Array.FindAll(quantities, q => !q.IsSwept && !q.HasSkills && q.Cases.Length > 1 && !told.Contains(q.Name));
        var bySkill = Array.FindAll(quantities, q => !q.IsSwept && q.HasSkills && q.Rows.Max(SkillOf) <= MostSkills && !told.Contains(q.Name));
        var others = quantities.Except(whole).Except(bySkill).Where(q => !told.Contains(q.Name)).ToArray();
        string[] parts =
        [
            .. best.Where(option => option["give"]?.ToString() is null or "score").Select(BestSettings),
            whole.Length == 0 ? "" : $"<h3>By case</h3>\n{ByCase(whole)}",
            .. bySkill.Select(q => $"<h3>{Escape(q.Name)}, by skill</h3>\n{BySkill(q)}"),
            others.Length == 0 ? "" : $"{(others.Length < quantities.Length ? "<h3>Further values</h3>\n" : "")}{List(others)}",
        ];
        var html = string.Concat(parts);
        return html == "" ? "" : $"<h2>Analyses</h2>\n{(whole.Length + bySkill.Length == 0 ? "" : Legend)}{html}";
    }

    private JsonObject[] OfKind(string kind) => Array.FindAll(options, option => option["kind"]?.ToString() == kind);

    private const string Legend = "<p class=\"soft\">Medians over replicates; below in brackets the lower and upper quartile, or the confidence interval of a quantity that has one. ∞: not reached.</p>\n";

    private string ByCase(Quantity[] whole) => HtmlTable.Of(
        ["Case", .. whole.Select(q => "#" + Escape(q.Name))],
        [.. whole.SelectMany(q => q.Cases).Distinct().Select(name =>
            $"<tr><td>{(name == "" ? "all" : Escape(name))}</td>{string.Concat(whole.Select(q => Cell(q.Rows.Where(row => table["case"].Text(row) == name))))}</tr>\n")]);

    private string BySkill(Quantity quantity)
    {
        int[] skills = [.. quantity.Rows.Select(SkillOf).OfType<int>().Distinct().Order()];
        return HtmlTable.Of(
            ["Case", .. skills.Select(skill => $"#{skill}")],
            [.. quantity.Rows.GroupBy(row => table["case"].Text(row)).Select(rows =>
                $"<tr><td>{(rows.Key == "" ? "all" : Escape(rows.Key))}</td>{string.Concat(skills.Select(skill => Cell(rows.Where(row => SkillOf(row) == skill))))}</tr>\n")]);
    }

    /// <summary>Each case's best setting between the nearest that were tried, one row for each swept key.</summary>
    private string BestSettings(JsonObject option)
    {
        var (name, of) = (option["name"]?.ToString(), option["of"]?.ToString());
        var last = AsNumber(option["toReplicate"]);
        var winners = quantities.FirstOrDefault(q => q.Name == name)?.Rows ?? [];
        var tried = (quantities.FirstOrDefault(q => q.Name == of)?.Rows ?? []).Where(row => !(table["replicate"].Number(row) > last)).ToLookup(row => table["case"].Text(row));
        var rows = new List<string>();
        foreach (var winner in winners)
        {
            var label = table["case"].Text(winner);
            var settings = tried[label].GroupBy(row => string.Join('\n', swept.Select(key => key.Text(row)))).Select(group => group.ToArray()).ToArray();
            foreach (var key in swept.Where(key => !double.IsNaN(Value(key, winner))))
            {
                var at = Value(key, winner);
                // Along one key, with the others as they are at the best; random settings seldom have such neighbours.
                var line = settings.Where(rows => swept.All(other => other == key || other.Text(rows[0]) == other.Text(winner)))
                    .Select(rows => (At: Value(key, rows[0]), Score: Score(rows, option["aggregate"]?.ToString()))).OrderBy(setting => setting.At).ToArray();
                double[] all = [.. settings.Select(rows => Value(key, rows[0])).Distinct().Order()];
                var score = table["value"].Number(winner);
                var equals = settings.Where(rows => Score(rows, option["aggregate"]?.ToString()) == score).Select(rows => Value(key, rows[0])).Append(at);
                var edge = double.IsFinite(score) && all.Length > 1 && equals.All(value => value == all[0] || value == all[^1]);
                rows.Add($"<tr><td>{Escape(label)}</td><td>{Words(HtmlTable.Short(key.Name))}</td>"
                    + Neighbour(line.Where(setting => setting.At < at).TakeLast(1), edge && at == all[0])
                    + $"<td class=\"n\"><b>{Setting(at)}</b><br><b>{Number(score)}</b></td>"
                    + Neighbour(line.Where(setting => setting.At > at).Take(1), edge && at == all[^1])
                    + $"<td class=\"n\">{all.Length}<br><span class=\"soft\">{Setting(all.FirstOrDefault())} … {Setting(all.LastOrDefault())}</span></td></tr>\n");
            }
        }
        return rows.Count == 0 ? "" : $"<h3>Best settings by {Escape(of)}, which stands below each</h3>\n"
            + HtmlTable.Of(["Case", "Setting", "#Next below", "#Best", "#Next above", "#Tried"], [.. rows]);
    }

    private static string Neighbour(IEnumerable<(double At, double Score)> nearest, bool atEdge) =>
        atEdge ? "<td class=\"fails n\">edge: nothing<br>beyond tried</td>"
        : nearest.Select(setting => $"<td class=\"n\">{Setting(setting.At)}<br><span class=\"soft\">{Number(setting.Score)}</span></td>").FirstOrDefault() ?? "<td class=\"n\">–</td>";

    private static string Setting(double value) => Chosen(JsonValue.Create(value));

    private string List(Quantity[] others)
    {
        var rows = others.SelectMany(q => q.Rows)
            .GroupBy(row => (Name: table["name"].Text(row), Condition: string.Join(", ", Conditions(row).Where(text => text != ""))))
            .Select(group =>
            {
                var values = group.Select(table["value"].Number).Where(value => !double.IsNaN(value)).Order().ToArray();
                string Quartile(double probability) => $"<td class=\"n\">{Number(Curves.Quantile(values, probability))}</td>";
                return $"<tr><td>{Escape(group.Key.Name)}</td><td>{Escape(group.Key.Condition)}</td>{Quartile(0.5)}{Quartile(0.25)}{Quartile(0.75)}<td class=\"n\">{values.Length} of {group.Count()}</td></tr>\n";
            }).ToArray();
        return HtmlTable.Of(["Quantity", "Case", "#Median", "#Lower quartile", "#Upper quartile", "#With a value"], rows);
    }

    private IEnumerable<string> Conditions(int row) =>
        [table["case"].Text(row), .. swept.Select(key => key.Text(row) is { Length: > 0 } text ? $"{HtmlTable.Short(key.Name)} = {text}" : ""), SkillOf(row) is { } skill ? $"skill = {skill}" : ""];

    private string Cell(IEnumerable<int> rows)
    {
        int[] all = [.. rows];
        if (all.Length == 0)
        {
            return "<td></td>";
        }
        double[] values = [.. all.Select(table["value"].Number).Order()];
        var (low, high) = all.Length > 1 ? (Curves.Quantile(values, 0.25), Curves.Quantile(values, 0.75))
            : table.Has("low") ? (table["low"].Number(all[0]), table["high"].Number(all[0])) : (double.NaN, double.NaN);
        // What all replicates agree on, such as the cost of their stack, has no spread to show.
        var ends = values.Append(low).Append(high).Any(double.IsNaN) || values[0] == values[^1] && all.Length > 1 ? "" : $"<br><span class=\"soft\">[{Number(low)}, {Number(high)}]</span>";
        return $"<td class=\"n\">{Number(Score(all))}{ends}</td>";
    }

    // As the analyses do: what is not defined does not disappear in a median.
    private double Score(int[] rows, string? aggregate = null)
    {
        double[] values = [.. rows.Select(table["value"].Number).Order()];
        return values.Any(double.IsNaN) ? double.NaN : aggregate switch
        {
            "mean" => values.Average(),
            "min" => values[0],
            "max" => values[^1],
            _ => Curves.Quantile(values, 0.5),
        };
    }

    private int? SkillOf(int row) => table.Has("skill") && table["skill"].Number(row) is var skill && !double.IsNaN(skill) ? (int)skill : null;

    private static double Value(Column key, int row) =>
        double.TryParse(key.Text(row), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
