using SkillTorch.Analysis;

namespace SkillTorch.Reporting;

/// <summary>What a figure shows of a metrics table: statistics over replicates, at as many steps as the eye can tell apart.</summary>
internal static class Curves
{
    /// <summary>The default number of steps that are kept of a curve.</summary>
    public const int Steps = 300;

    private const string Replicate = "replicate";

    private static readonly string[] Statistics = ["Mean", "Sd", "Median", "Q10", "Q90", "Smooth"];

    /// <summary>
    /// Statistics over replicates. For each case × sweep keys × skill × step: <c>frequency</c>, <c>n</c> (the number of
    /// replicates), and of every measured quantity q (loss, strength, accuracy, and further numeric columns)
    /// <c>qMean, qSd</c> (with n − 1; empty for one replicate)<c>, qMedian, qQ10, qQ90</c> (linear between order
    /// statistics), <c>qSmooth</c> (the mean over replicates and over all recorded steps that lie nearest to the kept one, for
    /// quantities that jump from batch to batch). Cells without a value are left out.
    /// </summary>
    /// <param name="metrics">A table with the columns of metrics.csv.</param>
    /// <param name="steps">The number of steps that are kept of each curve, about.</param>
    /// <exception cref="InvalidDataException">The table lacks <c>step</c>.</exception>
    public static Table From(Table metrics, int steps = Steps)
    {
        var keys = Grouping.CurveKeys(metrics, Replicate);
        var kept = ByStep(metrics, keys, steps);
        var rows = kept.Select(step => step.Rows).ToList();
        var quantities = Quantities([.. metrics.Columns.Select(column => column.Name)])
            .Select(name => metrics[name])
            .Where(column => column is not TextColumn)
            .ToList();

        var curves = Pick([.. keys, metrics["step"]], rows.Select(group => group[0]));
        if (metrics.Has("frequency"))
        {
            curves.Add(new NumberColumn("frequency", rows.Select(group => metrics["frequency"].Number(group[0]))));
        }
        curves.Add(new IntegerColumn("n", rows.Select(group => (long)group.Length)));
        foreach (var quantity in quantities)
        {
            var statistics = Statistics.Select(name => curves.Add(new NumberColumn(quantity.Name + name))).ToArray();
            foreach (var (group, nearest) in kept)
            {
                var values = group.Select(quantity.Number).Where(value => !double.IsNaN(value)).Order().ToArray();
                var mean = values.Length == 0 ? double.NaN : values.Average();
                statistics[0].Add(mean);
                statistics[1]
                    .Add(
                        values.Length < 2
                            ? double.NaN
                            : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1))
                    );
                statistics[2].Add(SampleStatistics.Quantile(values, 0.5));
                statistics[3].Add(SampleStatistics.Quantile(values, 0.1));
                statistics[4].Add(SampleStatistics.Quantile(values, 0.9));
                statistics[5]
                    .Add(nearest.Select(quantity.Number).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average());
            }
        }
        return curves;
    }

    /// <summary>The columns of <see cref="From"/>.</summary>
    /// <param name="metrics">The columns of a table such as metrics.csv.</param>
    internal static IReadOnlyList<string> Columns(IReadOnlyList<string> metrics) =>
        [
            .. Grouping.CurveKeys(metrics, Replicate),
            "step",
            .. metrics.Where(name => name == "frequency"),
            "n",
            .. Quantities(metrics).SelectMany(quantity => Statistics.Select(statistic => quantity + statistic)),
        ];

    /// <summary>The same columns at fewer steps; every curve keeps its first and last.</summary>
    /// <param name="table">A table with <c>step</c>; the columns before it, and <c>skill</c>, tell the curves apart.</param>
    /// <param name="steps">The number of steps that are kept of each curve, about.</param>
    public static Table Thin(Table table, int steps = Steps) =>
        Pick(table.Columns, ByStep(table, Grouping.CurveKeys(table), steps).SelectMany(step => step.Rows));

    /// <summary>
    /// Which of some increasing steps to keep: two thirds evenly among those recorded, which follows their spacing, and one
    /// third evenly in their logarithm, so that the early part also stands on a logarithmic axis.
    /// </summary>
    internal static int[] Keep(ReadOnlySpan<double> steps, int count)
    {
        if (steps.Length <= count)
        {
            return Enumerable.Range(0, steps.Length).ToArray();
        }
        var kept = new SortedSet<int>();
        var even = Math.Max(2, 2 * count / 3);
        for (var i = 0; i < even; i++)
        {
            kept.Add((int)Math.Round((double)i * (steps.Length - 1) / (even - 1)));
        }
        var (first, last) = (Math.Max(steps[0], 1), steps[^1]);
        for (var i = 1; i < count - even; i++)
        {
            var found = steps.BinarySearch(first * Math.Pow(last / first, (double)i / (count - even)));
            kept.Add(Math.Min(found < 0 ? ~found : found, steps.Length - 1));
        }
        return [.. kept];
    }

    private static IEnumerable<string> Quantities(IReadOnlyList<string> columns) =>
        columns.Except([.. Grouping.CurveKeys(columns), Replicate, "step", "frequency"]);

    // The rows of each curve and kept step, and of the steps that lie nearest to it.
    private static List<(int[] Rows, ArraySegment<int> Nearest)> ByStep(Table table, IReadOnlyList<Column> keys, int steps)
    {
        var step = table.Numbers("step");
        var all = new List<(int[] Rows, ArraySegment<int> Nearest)>();
        foreach (var curve in Grouping.ByCurve(table, keys))
        {
            var starts = Enumerable
                .Range(0, curve.Length)
                .Where(i => i == 0 || step[curve[i]] != step[curve[i - 1]])
                .Append(curve.Length)
                .ToArray();
            var distinct = starts.SkipLast(1).Select(i => step[curve[i]]).ToArray();
            var kept = Keep(distinct, steps);
            var from = 0;
            for (var i = 0; i < kept.Length; i++)
            {
                var to = kept[i] + 1;
                while (
                    to < distinct.Length
                    && (i + 1 == kept.Length || distinct[to] - distinct[kept[i]] < distinct[kept[i + 1]] - distinct[to])
                )
                {
                    to++;
                }

                all.Add(
                    (curve[starts[kept[i]]..starts[kept[i] + 1]], new ArraySegment<int>(curve, starts[from], starts[to] - starts[from]))
                );
                from = to;
            }
        }
        return all;
    }

    /// <summary>Some rows of some columns.</summary>
    internal static Table Pick(IEnumerable<Column> columns, IEnumerable<int> rows)
    {
        var picked = rows.ToArray();
        return new Table(
            columns.Select(column =>
                column switch
                {
                    TextColumn text => (Column)new TextColumn(text.Name, picked.Select(text.Text)),
                    IntegerColumn integers => new IntegerColumn(integers.Name, picked.Select(row => integers.Values[row])),
                    _ => new NumberColumn(column.Name, picked.Select(column.Number)),
                }
            )
        );
    }
}
