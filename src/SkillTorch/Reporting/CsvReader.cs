using System.Globalization;
using System.Text;
using CsvHelper;

namespace SkillTorch.Reporting;

/// <summary>
/// Reads a CSV table row by row (RFC 4180, UTF-8, with or without a byte-order mark or a last line end), without
/// holding more than one row and a block of the file.
/// </summary>
internal sealed class CsvReader : IDisposable
{
    private readonly string path;
    private readonly CsvHelper.CsvReader reader;
    private bool isUnclosed;

    /// <summary>Opens a table and reads its first line, the names of its columns.</summary>
    /// <exception cref="IOException">The file cannot be read; the message names the path.</exception>
    /// <exception cref="InvalidDataException">The file is empty, or a name is missing or occurs twice.</exception>
    public CsvReader(string path)
    {
        this.path = path;
        var stream = AtomicFile.Guard(
            path,
            () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1),
            "read"
        );
        reader = CsvHelper.CsvReader.Create(
            stream,
            new CsvReaderOptions
            {
                Separator = ',',
                HasHeader = false,
                SkipEmptyLines = false,
                PoolStrings = true, // the same few labels stand in every row
                OnMalformedRecord = record => isUnclosed |= record.Reason == CsvMalformedReason.UnterminatedQuote,
            }
        );
        if (!Next())
            throw new InvalidDataException($"`{path}` is empty; expected a line with the names of its columns.");
        Columns = [.. Enumerable.Range(0, reader.FieldCount).Select(Text)];
        if (Columns.GroupBy(name => name).FirstOrDefault(group => group.Key == "" || group.Count() > 1) is { } wrong)
        {
            var what = wrong.Key == "" ? "a column without a name" : $"the column `{wrong.Key}` twice";
            throw new InvalidDataException($"Got {what} in `{path}`; expected distinct names.");
        }
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False at the end of the table.</returns>
    /// <exception cref="InvalidDataException">The row has not one cell per column, or a quote is not closed.</exception>
    public bool Read()
    {
        do
        {
            if (!Next())
                return false;
        } while (IsBlank);
        return reader.FieldCount == Columns.Count
            ? true
            : throw new InvalidDataException(
                $"Got {reader.FieldCount} cells in row {Row} of `{path}`; expected {Columns.Count}: {string.Join(", ", Columns)}."
            );
    }

    /// <summary>The bytes of a cell as they stand in the file; valid until the next <see cref="Read"/>.</summary>
    /// <remarks>A cell in quotes is text, and with its quotes it reads as no number.</remarks>
    public ReadOnlySpan<byte> Cell(int column) => reader.GetRawSpan(column);

    /// <summary>A cell as text, without quotes.</summary>
    public string Text(int column) => reader.GetString(column);

    /// <summary>Closes the file.</summary>
    public void Dispose() => reader.Dispose();

    /// <summary>Reads a number; an empty cell is NaN. Accepts what C#, Python, R and Julia write.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, out double value)
    {
        if (text.IsEmpty || Ascii.EqualsIgnoreCase(text, "nan"u8) || Ascii.EqualsIgnoreCase(text, "NA"u8))
        {
            value = double.NaN;
            return true;
        }
        var size = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        if (Ascii.EqualsIgnoreCase(size, "inf"u8))
        {
            value = text[0] == (byte)'-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    // The line with the names is not counted.
    private long Row => reader.RowNumber - 1;

    // A blank line in a table of one column is an empty cell, otherwise nothing.
    private bool IsBlank => Columns.Count > 1 && reader.FieldCount == 1 && reader.RawRecord.IsEmpty;

    private bool Next()
    {
        var isThere = AtomicFile.Guard(path, reader.Read, "read");
        return !isUnclosed
            ? isThere
            : throw new InvalidDataException(
                $"Got a quote that is not closed in row {Row} of `{path}`; expected a second quote before the end of the file."
            );
    }
}
