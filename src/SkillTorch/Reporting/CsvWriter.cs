using System.Globalization;
using System.Text;
using CsvHelper;

namespace SkillTorch.Reporting;

/// <summary>
/// Writes a CSV table cell by cell (RFC 4180, UTF-8, invariant culture), aside until it is complete. Numbers are
/// written with the fewest digits that read back to the same bits; NaN is an empty cell. A text that would read as a
/// number is quoted, so that the types of columns survive.
/// </summary>
internal sealed class CsvWriter : IDisposable
{
    private static readonly CsvWriterOptions Options = new() { NewLine = "\n", ValidateFieldCount = false };

    private readonly AtomicFile file;
    private readonly CsvHelper.CsvWriter writer;
    private readonly string path;
    private readonly string[] columns;
    private readonly Func<bool> endRecord;

    /// <summary>Begins a table.</summary>
    /// <param name="path">Where the table appears after <see cref="Complete"/>.</param>
    /// <param name="columns">The names of its columns, in order.</param>
    /// <exception cref="IOException">The file cannot be written; the message names the path.</exception>
    /// <exception cref="ArgumentException">There is no column, or a name occurs twice.</exception>
    public CsvWriter(string path, params IEnumerable<string> columns)
    {
        this.path = path;
        this.columns = [.. columns];
        if (this.columns.Length == 0)
            throw new ArgumentException($"Got no columns for `{path}`; expected at least one.", nameof(columns));
        if (this.columns.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Got the column `{twice.Key}` twice for `{path}`; expected distinct names.", nameof(columns));
        file = new AtomicFile(path);
        writer = CsvHelper.CsvWriter.Create(file.Stream, Options, leaveOpen: true);
        endRecord = () =>
        {
            writer.EndRecord();
            return true;
        };
        foreach (var name in this.columns)
            Write(name);
        EndRow();
    }

    /// <summary>Writes a cell of text.</summary>
    public void Write(string? value)
    {
        var text = value ?? "";
        writer.WriteField(text, ReadsAsOther(text) ? CsvQuoting.Always : CsvQuoting.WhenNeeded);
    }

    /// <summary>Writes a cell with an integer.</summary>
    public void Write(long value) => writer.WriteField(value, default, CultureInfo.InvariantCulture);

    /// <summary>Writes a cell with a number; NaN is written as an empty cell.</summary>
    public void Write(double value)
    {
        if (!double.IsNaN(value))
            writer.WriteField(value, default, CultureInfo.InvariantCulture);
        else // Alone in its row, an empty cell would be written as an empty text.
            writer.WriteField(columns.Length == 1 ? "NaN"u8 : []);
    }

    /// <summary>Writes the cell that a column has in a row.</summary>
    public void Write(Column column, int row) => column.WriteTo(this, row);

    /// <summary>Ends a row.</summary>
    /// <exception cref="InvalidOperationException">The row has not one cell per column.</exception>
    /// <exception cref="IOException">The table could not be written; the message names the path.</exception>
    public void EndRow()
    {
        if (writer.FieldCount != columns.Length)
        {
            throw new InvalidOperationException(
                $"Got {writer.FieldCount} cells in a row of `{path}`; expected {columns.Length}: {string.Join(", ", columns)}."
            );
        }
        AtomicFile.Guard(path, endRecord);
    }

    /// <summary>Puts the table at its path. Without this call nothing appears there.</summary>
    /// <exception cref="IOException">The table could not be written; the message names the path.</exception>
    public void Complete()
    {
        if (writer.FieldCount != 0)
            EndRow();
        AtomicFile.Guard(
            path,
            () =>
            {
                writer.Dispose();
                return true;
            }
        );
        file.Commit();
    }

    /// <summary>Drops the table if it is not complete.</summary>
    public void Dispose()
    {
        try
        {
            writer.Dispose();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // A full disk fails the flush of a buffer that nobody wants any more.
        }
        file.Dispose();
    }

    // Without quotes an empty text is a missing number, 1 is a number, and spaces at the ends are lost to some readers.
    private static bool ReadsAsOther(string text) =>
        text.Length == 0 || text[0] == ' ' || text[^1] == ' ' || CsvReader.TryNumber(Encoding.UTF8.GetBytes(text), out _);
}
