using SkillTorch.Training;

namespace SkillTorch.Reporting;

/// <summary>
/// The columns of a table of records, declared once, in order: the file's writer, the datasets of figures and the check of
/// figures take them from here.
/// </summary>
/// <typeparam name="T">What stands in a row.</typeparam>
internal sealed class Layout<T>
{
    private readonly List<Definition> columns = [];

    // What a record has in a column: null, a text or a number; and how it is written without boxing numbers.
    private sealed record Definition(string Name, bool IsText, bool IsOptional, Func<T, object?> Value, Action<CsvWriter, T> Write);

    /// <summary>The names of all columns, those too that stand only where some record has a value.</summary>
    public IReadOnlyList<string> Names => [.. columns.Select(column => column.Name)];

    /// <summary>The names of the columns that stand only where some record has a value.</summary>
    public IReadOnlyList<string> OptionalNames => [.. columns.Where(column => column.IsOptional).Select(column => column.Name)];

    /// <summary>Adds a column of text.</summary>
    public Layout<T> Text(string name, Func<T, string?> value, bool isOptional = false) =>
        Add(new(name, true, isOptional, value, (writer, record) => writer.Write(value(record))));

    /// <summary>Adds a column of integers; null is an empty cell.</summary>
    public Layout<T> Integer(string name, Func<T, int?> value, bool isOptional = false)
    {
        return Add(new(name, false, isOptional, record => value(record), Write));

        void Write(CsvWriter writer, T record)
        {
            if (value(record) is { } integer)
                writer.Write(integer);
            else
                writer.Write(double.NaN);
        }
    }

    /// <summary>Adds a column of numbers; null is an empty cell.</summary>
    public Layout<T> Number(string name, Func<T, double?> value, bool isOptional = false) =>
        Add(new(name, false, isOptional, record => value(record), (writer, record) => writer.Write(value(record) ?? double.NaN)));

    /// <summary>Adds a column for each swept key. What spans a key has an empty cell, which leaves a column of numbers one.</summary>
    public Layout<T> Sweep(IEnumerable<string> keys, Func<T, SweepPoint> point)
    {
        foreach (var key in keys)
        {
            Add(
                new(
                    key,
                    false,
                    false,
                    Value,
                    (writer, record) =>
                    {
                        if (Value(record) is string text)
                            writer.Write(text);
                        else
                            writer.Write(point(record).Number(key));
                    }
                )
            );

            object? Value(T record)
            {
                var value = point(record).Find(key);
                return value is null or double ? value : SweepPoint.Text(value);
            }
        }
        return this;
    }

    /// <summary>Writes a CSV table; it appears complete or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="records">The rows; gone through twice where a column is optional.</param>
    /// <exception cref="IOException">It could not be written; the message names the path.</exception>
    public void Write(string path, IEnumerable<T> records)
    {
        var present = Present(records);
        using var writer = new CsvWriter(path, present.Select(column => column.Name));
        foreach (var record in records)
        {
            foreach (var column in present)
                column.Write(writer, record);
            writer.EndRow();
        }
        writer.Complete();
    }

    /// <summary>The records as a table.</summary>
    public Table ToTable(IReadOnlyList<T> records) =>
        new(
            Present(records)
                .Select(column =>
                {
                    object?[] values = [.. records.Select(column.Value)];
                    return column.IsText || values.Any(value => value is string)
                        ? (Column)new TextColumn(column.Name, values.Select(value => value is null ? "" : SweepPoint.Text(value)))
                        : new NumberColumn(column.Name, values.Select(value => value is null ? double.NaN : SweepPoint.Number(value)));
                })
        );

    private Definition[] Present(IEnumerable<T> records) =>
        [.. columns.Where(column => !column.IsOptional || records.Any(record => column.Value(record) is not null))];

    private Layout<T> Add(Definition column)
    {
        columns.Add(column);
        return this;
    }
}
