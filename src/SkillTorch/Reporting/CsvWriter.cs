using System.Buffers.Text;
using System.Text;

namespace SkillTorch.Reporting;

/// <summary>
/// Writes a CSV table cell by cell (RFC 4180, UTF-8, invariant culture), aside until it is complete. Numbers are
/// written with the fewest digits that read back to the same bits; NaN is an empty cell. A text that would read as a
/// number is quoted, so that the types of columns survive.
/// </summary>
public sealed class CsvWriter : IDisposable
{
    private readonly AtomicFile file;
    private readonly string path;
    private readonly string[] columns;
    private byte[] buffer = new byte[1 << 16];
    private int used;
    private int cell;

    /// <summary>Begins a table.</summary>
    /// <param name="path">Where the table appears after <see cref="Complete"/>.</param>
    /// <param name="columns">The names of its columns, in order.</param>
    /// <exception cref="IOException">The file cannot be written; the message names the path.</exception>
    /// <exception cref="ArgumentException">There is no column, or a name occurs twice.</exception>
    public CsvWriter(string path, params IEnumerable<string> columns)
    {
        this.path = path;
        this.columns = columns.ToArray();
        if (this.columns.Length == 0)
        {
            throw new ArgumentException($"Got no columns for `{path}`; expected at least one.", nameof(columns));
        }
        if (this.columns.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Got the column `{twice.Key}` twice for `{path}`; expected distinct names.", nameof(columns));
        }
        file = new AtomicFile(path);
        foreach (var name in this.columns)
        {
            Write(name);
        }
        EndRow();
    }

    /// <summary>Writes a cell of text.</summary>
    public void Write(string? value)
    {
        var text = value ?? "";
        Begin(2 * Encoding.UTF8.GetMaxByteCount(text.Length) + 2);
        var length = Encoding.UTF8.GetBytes(text, buffer.AsSpan(used));
        if (NeedsQuotes(buffer.AsSpan(used, length)))
        {
            length = Quote(length);
        }
        used += length;
    }

    /// <summary>Writes a cell with an integer.</summary>
    public void Write(long value)
    {
        Begin(24);
        Utf8Formatter.TryFormat(value, buffer.AsSpan(used), out var length);
        used += length;
    }

    /// <summary>Writes a cell with a number; NaN is written as an empty cell.</summary>
    public void Write(double value)
    {
        Begin(32);
        if (!double.IsNaN(value))
        {
            Utf8Formatter.TryFormat(value, buffer.AsSpan(used), out var length);
            used += length;
        }
    }

    /// <summary>Writes the cell that a column has in a row.</summary>
    public void Write(Column column, int row) => column.WriteTo(this, row);

    /// <summary>Ends a row.</summary>
    /// <exception cref="InvalidOperationException">The row has not one cell per column.</exception>
    public void EndRow()
    {
        if (cell != columns.Length)
        {
            throw new InvalidOperationException($"Got {cell} cells in a row of `{path}`; expected {columns.Length}: {string.Join(", ", columns)}.");
        }
        cell = 0;
        Reserve(1);
        buffer[used++] = (byte)'\n';
    }

    /// <summary>Puts the table at its path. Without this call nothing appears there.</summary>
    /// <exception cref="IOException">The table could not be written; the message names the path.</exception>
    public void Complete()
    {
        if (cell != 0)
        {
            EndRow();
        }
        Flush();
        file.Commit();
    }

    /// <summary>Drops the table if it is not complete.</summary>
    public void Dispose() => file.Dispose();

    private void Begin(int size)
    {
        Reserve(size + 1);
        if (cell++ > 0)
        {
            buffer[used++] = (byte)',';
        }
    }

    private void Reserve(int size)
    {
        if (used + size <= buffer.Length)
        {
            return;
        }
        Flush();
        if (size > buffer.Length)
        {
            buffer = new byte[size];
        }
    }

    private void Flush() => AtomicFile.Guard(path, () =>
    {
        file.Stream.Write(buffer, 0, used);
        return used = 0;
    });

    private static bool NeedsQuotes(ReadOnlySpan<byte> text) =>
        text.IsEmpty || text.ContainsAny(CsvReader.Special) || text[0] is (byte)' ' || text[^1] is (byte)' '
        || CsvReader.TryNumber(text, out _);

    private int Quote(int length)
    {
        var text = buffer.AsSpan(used, length).ToArray();
        var target = used;
        buffer[target++] = (byte)'"';
        foreach (var letter in text)
        {
            if (letter == (byte)'"')
            {
                buffer[target++] = letter;
            }
            buffer[target++] = letter;
        }
        buffer[target++] = (byte)'"';
        return target - used;
    }
}
