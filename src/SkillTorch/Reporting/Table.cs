using System.Globalization;

namespace SkillTorch.Reporting;

/// <summary>
/// A table by columns, as the tables of a run directory are: metrics.csv, theory.csv, analyses.csv. Columns grow by
/// their own <c>Add</c>; a table is written only when all have the same number of rows.
/// </summary>
/// <example><code>
/// var table = new Table();
/// var step = table.Add(new IntegerColumn("step"));
/// var loss = table.Add(new NumberColumn("loss"));
/// step.Add(1); loss.Add(0.25);
/// table.Write("runs/a/metrics.csv");
/// double[] read = Table.Read("runs/a/metrics.csv").Numbers("loss");
/// </code></example>
public sealed class Table
{
    private readonly List<Column> columns = [];
    private readonly Dictionary<string, Column> byName = [];

    /// <summary>A table of given columns.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public Table(params IEnumerable<Column> columns)
    {
        foreach (var column in columns)
        {
            Add(column);
        }
    }

    /// <summary>The columns, in the order of the file.</summary>
    public IReadOnlyList<Column> Columns => columns;

    /// <summary>The number of rows.</summary>
    /// <exception cref="InvalidOperationException">The columns differ in length.</exception>
    public int Rows
    {
        get
        {
            var rows = columns.Count == 0 ? 0 : columns[0].Count;
            return columns.Find(column => column.Count != rows) is not { } other
                ? rows
                : throw new InvalidOperationException(
                    $"Got {other.Count} cells in the column `{other.Name}`; expected {rows}, as in `{columns[0].Name}`."
                );
        }
    }

    /// <summary>A column by its name.</summary>
    /// <exception cref="InvalidDataException">There is none of that name; the message names the nearest.</exception>
    public Column this[string name] =>
        byName.TryGetValue(name, out var column)
            ? column
            : throw new InvalidDataException(
                $"Got the column `{name}`; expected one of {string.Join(", ", byName.Keys)}.{NearestName.Hint(name, byName.Keys)}"
            );

    /// <summary>Whether there is a column of that name.</summary>
    public bool Has(string name) => byName.ContainsKey(name);

    /// <summary>Appends a column and returns it.</summary>
    /// <exception cref="ArgumentException">There is one of that name already.</exception>
    public T Add<T>(T column)
        where T : Column
    {
        if (!byName.TryAdd(column.Name, column))
        {
            throw new ArgumentException($"Got the column `{column.Name}` twice; expected distinct names.", nameof(column));
        }
        columns.Add(column);
        return column;
    }

    /// <summary>The cells of a column as numbers; an empty cell is NaN.</summary>
    /// <exception cref="InvalidDataException">There is no such column, or a cell is no number.</exception>
    public double[] Numbers(string name) =>
        this[name] is NumberColumn numbers
            ? numbers.Values.ToArray()
            : Enumerable.Range(0, this[name].Count).Select(this[name].Number).ToArray();

    /// <summary>The cells of a column as integers.</summary>
    /// <exception cref="InvalidDataException">There is no such column, or a cell is no integer.</exception>
    public long[] Integers(string name)
    {
        return this[name] is IntegerColumn integers ? integers.Values.ToArray() : Numbers(name).Select(Exact).ToArray();

        long Exact(double value, int row) =>
            value == Math.Floor(value) && Math.Abs(value) <= 1L << 53
                ? (long)value
                : throw new InvalidDataException(
                    $"Got `{this[name].Text(row)}` in row {row + 1} of the column `{name}`; expected an integer."
                );
    }

    /// <summary>The cells of a column as text.</summary>
    /// <exception cref="InvalidDataException">There is no such column.</exception>
    public string[] Texts(string name) =>
        this[name] is TextColumn texts ? texts.Values.ToArray() : Enumerable.Range(0, this[name].Count).Select(this[name].Text).ToArray();

    /// <summary>Writes the table; it appears complete or not at all.</summary>
    /// <exception cref="IOException">It could not be written; the message names the path.</exception>
    public void Write(string path)
    {
        var rows = Rows;
        using var writer = new CsvWriter(path, columns.Select(column => column.Name));
        for (var row = 0; row < rows; row++)
        {
            foreach (var column in columns)
            {
                column.WriteTo(writer, row);
            }
            writer.EndRow();
        }
        writer.Complete();
    }

    /// <summary>
    /// Reads a table. A column is of integers if all its cells are, else of numbers (empty cells are NaN) if all its
    /// cells are, else of text; a quoted cell is text.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read; the message names the path.</exception>
    /// <exception cref="InvalidDataException">The file is no table; the message names path and row.</exception>
    public static Table Read(string path)
    {
        var texts = new HashSet<string>();
        while (true)
        {
            // A column that turns out to be text has lost the spelling of its former cells: read again with it as text.
            if (TryRead(path, texts) is { } table)
            {
                return table;
            }
        }
    }

    private static Table? TryRead(string path, HashSet<string> texts)
    {
        using var reader = new CsvReader(path);
        var read = reader.Columns.Select(name => texts.Contains(name) ? (Column)new TextColumn(name) : new IntegerColumn(name)).ToArray();
        while (reader.Read())
        {
            for (var i = 0; i < read.Length; i++)
            {
                if (read[i] is TextColumn text)
                {
                    text.Add(reader.Text(i));
                    continue;
                }
                var cell = reader.Cell(i);
                if (read[i] is IntegerColumn integers)
                {
                    if (
                        long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
                        && !(integer == 0 && cell[0] == (byte)'-')
                    )
                    {
                        integers.Add(integer);
                        continue;
                    }
                    read[i] = new NumberColumn(integers.Name, integers.Values.ToArray().Select(value => (double)value));
                }
                if (CsvReader.TryNumber(cell, out var number))
                {
                    ((NumberColumn)read[i]).Add(number);
                    continue;
                }
                texts.Add(read[i].Name);
                return null;
            }
        }
        return new Table(read);
    }
}
