namespace SkillTorch.Reporting;

/// <summary>The rows of a table by the values of some of its columns: each curve of a metrics table, say.</summary>
internal static class Grouping
{
    /// <summary>The columns that identify a curve: all but its step, its values, and those named in <paramref name="without"/>.</summary>
    /// <param name="table">metrics, theory or a table with their columns: keys stand before <c>step</c>, and <c>skill</c> after it.</param>
    /// <param name="without">Keys to average over.</param>
    public static IReadOnlyList<Column> CurveKeys(Table table, params string[] without) =>
        [.. CurveKeys([.. table.Columns.Select(column => column.Name)], without).Select(name => table[name])];

    /// <summary>The names of these columns.</summary>
    public static IReadOnlyList<string> CurveKeys(IReadOnlyList<string> columns, params string[] without) =>
        [.. columns.TakeWhile(name => name != "step").Union(columns.Where(name => name == "skill")).Except(without)];

    /// <summary>Rows of each group, in order of first appearance, and within a group in order of step.</summary>
    public static List<int[]> ByCurve(Table table, IReadOnlyList<Column> keys)
    {
        var groups = new int[table.Rows];
        var count = table.Rows == 0 ? 0 : 1;
        foreach (var key in keys)
        {
            count = key switch
            {
                TextColumn text => Refine(groups, text.Values),
                IntegerColumn integers => Refine(groups, integers.Values),
                _ => Refine<double>(groups, ((NumberColumn)key).Values),
            };
        }
        var sizes = new int[count];
        foreach (var group in groups)
        {
            sizes[group]++;
        }
        var rows = sizes.Select(size => new int[size]).ToList();
        Array.Clear(sizes);
        for (var row = 0; row < groups.Length; row++)
        {
            rows[groups[row]][sizes[groups[row]]++] = row;
        }
        var steps = table.Numbers("step");
        foreach (var group in rows)
        {
            Array.Sort(Array.ConvertAll(group, row => steps[row]), group);
        }
        return rows;
    }

    // Splits groups by one more column; numbers them in order of first appearance.
    private static int Refine<T>(int[] groups, ReadOnlySpan<T> values)
        where T : notnull
    {
        var known = new Dictionary<(int, T), int>();
        for (var row = 0; row < groups.Length; row++)
        {
            if (!known.TryGetValue((groups[row], values[row]), out var group))
            {
                known[(groups[row], values[row])] = group = known.Count;
            }
            groups[row] = group;
        }
        return known.Count;
    }
}
