using System.Buffers;
using System.Globalization;
using System.Text;

namespace SkillTorch.Reporting;

/// <summary>
/// Reads a CSV table row by row (RFC 4180, UTF-8, with or without a byte-order mark or a last line end), without
/// holding more than one row and a block of the file.
/// </summary>
public sealed class CsvReader : IDisposable
{
    internal static readonly SearchValues<byte> Special = SearchValues.Create(",\"\r\n"u8);
    private static readonly SearchValues<byte> CellEnd = SearchValues.Create(",\r\n"u8);

    private readonly string path;
    private readonly Stream stream;
    private readonly List<(int Start, int Length, bool Quoted)> cells = [];
    private byte[] buffer = new byte[1 << 16];
    private int position;
    private int filled;
    private bool ended;
    private long row;

    /// <summary>Opens a table and reads its first line, the names of its columns.</summary>
    /// <exception cref="IOException">The file cannot be read; the message names the path.</exception>
    /// <exception cref="InvalidDataException">The file is empty, or a name is missing or occurs twice.</exception>
    public CsvReader(string path)
    {
        this.path = path;
        stream = AtomicFile.Guard(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1), "read");
        Fill();
        if (buffer.AsSpan(0, filled).StartsWith(Encoding.UTF8.Preamble))
        {
            position = Encoding.UTF8.Preamble.Length;
        }
        if (!Scan())
        {
            throw new InvalidDataException($"`{path}` is empty; expected a line with the names of its columns.");
        }
        Columns = Enumerable.Range(0, cells.Count).Select(Text).ToArray();
        var wrong = Columns.GroupBy(name => name).FirstOrDefault(group => group.Key == "" || group.Count() > 1);
        if (wrong is not null)
        {
            throw new InvalidDataException($"Got {(wrong.Key == "" ? "a column without a name" : $"the column `{wrong.Key}` twice")} in `{path}`; expected distinct names.");
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
            if (!Scan())
            {
                return false;
            }
            row++;
        }
        while (IsBlank);
        if (cells.Count != Columns.Count)
        {
            throw new InvalidDataException($"Got {cells.Count} cells in row {row} of `{path}`; expected {Columns.Count}: {string.Join(", ", Columns)}.");
        }
        return true;
    }

    /// <summary>The bytes of a cell, without quotes; valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Cell(int column) => buffer.AsSpan(cells[column].Start, cells[column].Length);

    /// <summary>Whether a cell stood in quotes, which marks it as text.</summary>
    public bool IsQuoted(int column) => cells[column].Quoted;

    /// <summary>A cell as text.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Cell(column));

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    /// <summary>Reads a number; an empty cell is NaN. Accepts what C#, Python, R and Julia write.</summary>
    internal static bool TryNumber(ReadOnlySpan<byte> text, out double value)
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

    // A blank line in a table of one column is an empty cell, otherwise nothing.
    private bool IsBlank => Columns.Count > 1 && cells is [{ Length: 0, Quoted: false }];

    // Finds the cells of the row that starts at `position`; reads on when the block ends before the row does.
    private bool Scan()
    {
        while (!TryScan())
        {
            if (ended)
            {
                return position < filled && throwUnclosed();
            }
            Fill();
        }
        return cells.Count > 0;

        bool throwUnclosed() => throw new InvalidDataException($"Got a quote that is not closed in row {row + 1} of `{path}`; expected a second quote before the end of the file.");
    }

    private bool TryScan()
    {
        cells.Clear();
        var at = position;
        if (at == filled)
        {
            return ended;
        }
        while (true)
        {
            var (start, length) = (at, 0);
            var quoted = at < filled && buffer[at] == (byte)'"';
            if (quoted)
            {
                start = ++at;
                while (true)
                {
                    var quote = buffer.AsSpan(at, filled - at).IndexOf((byte)'"');
                    if (quote < 0 || (at + quote + 1 == filled && !ended))
                    {
                        return false;
                    }
                    length += quote;
                    at += quote + 1;
                    if (at == filled || buffer[at] != (byte)'"')
                    {
                        break;
                    }
                    length++;
                    at++;
                }
            }
            var end = buffer.AsSpan(at, filled - at).IndexOfAny(CellEnd);
            if (end < 0 && !ended)
            {
                return false;
            }
            end = end < 0 ? filled : at + end;
            cells.Add((start, quoted ? length : end - start, quoted));
            at = end;
            if (at < filled && buffer[at] == (byte)',')
            {
                at++;
                continue;
            }
            if (at < filled && buffer[at] == (byte)'\r')
            {
                if (at + 1 == filled && !ended)
                {
                    return false;
                }
                at++;
            }
            position = at < filled && buffer[at] == (byte)'\n' ? at + 1 : at;
            Unescape();
            return true;
        }
    }

    // Done only for a row that is complete: a row that is scanned again must find its quotes as they were written.
    private void Unescape()
    {
        for (var i = 0; i < cells.Count; i++)
        {
            var (start, length, quoted) = cells[i];
            if (!quoted)
            {
                continue;
            }
            var source = start;
            for (var target = start; target < start + length; target++)
            {
                buffer[target] = buffer[source];
                source += buffer[source] == (byte)'"' ? 2 : 1;
            }
        }
    }

    private void Fill()
    {
        var rest = filled - position;
        if (rest == buffer.Length)
        {
            Array.Resize(ref buffer, 2 * buffer.Length);
        }
        Buffer.BlockCopy(buffer, position, buffer, 0, rest);
        (position, filled) = (0, rest);
        var count = AtomicFile.Guard(path, () => stream.Read(buffer, filled, buffer.Length - filled), "read");
        ended = count == 0;
        filled += count;
    }
}
