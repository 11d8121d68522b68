using System.Globalization;
using System.Runtime.InteropServices;

namespace SkillTorch.Reporting;

/// <summary>A named column of a <see cref="Table"/>.</summary>
/// <param name="name">The name in the table's first line.</param>
public abstract class Column(string name)
{
    /// <summary>The name in the table's first line.</summary>
    public string Name { get; } = name;

    /// <summary>The number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>A cell as a number.</summary>
    /// <exception cref="InvalidDataException">The cell is a text that is no number.</exception>
    public abstract double Number(int row);

    /// <summary>A cell as text, as it stands in the file.</summary>
    public abstract string Text(int row);

    internal abstract void WriteTo(CsvWriter writer, int row);
}

/// <summary>A column of text.</summary>
internal sealed class TextColumn(string name, params IEnumerable<string> values) : Column(name)
{
    private readonly List<string> values = [.. values];

    /// <summary>The cells.</summary>
    public ReadOnlySpan<string> Values => CollectionsMarshal.AsSpan(values);

    /// <inheritdoc/>
    public override int Count => values.Count;

    /// <summary>Appends a cell.</summary>
    public void Add(string value) => values.Add(value);

    /// <inheritdoc/>
    public override double Number(int row) =>
        CsvReader.TryNumber(System.Text.Encoding.UTF8.GetBytes(values[row]), out var value)
            ? value
            : throw new InvalidDataException($"Got `{values[row]}` in row {row + 1} of the column `{Name}`; expected a number.");

    /// <inheritdoc/>
    public override string Text(int row) => values[row];

    internal override void WriteTo(CsvWriter writer, int row) => writer.Write(values[row]);
}

/// <summary>A column of 64-bit integers.</summary>
internal sealed class IntegerColumn(string name, params IEnumerable<long> values) : Column(name)
{
    private readonly List<long> values = [.. values];

    /// <summary>The cells.</summary>
    public ReadOnlySpan<long> Values => CollectionsMarshal.AsSpan(values);

    /// <inheritdoc/>
    public override int Count => values.Count;

    /// <summary>Appends a cell.</summary>
    public void Add(long value) => values.Add(value);

    /// <inheritdoc/>
    public override double Number(int row) => values[row];

    /// <inheritdoc/>
    public override string Text(int row) => values[row].ToString(CultureInfo.InvariantCulture);

    internal override void WriteTo(CsvWriter writer, int row) => writer.Write(values[row]);
}

/// <summary>A column of numbers; NaN is an empty cell.</summary>
internal sealed class NumberColumn(string name, params IEnumerable<double> values) : Column(name)
{
    private readonly List<double> values = [.. values];

    /// <summary>The cells.</summary>
    public ReadOnlySpan<double> Values => CollectionsMarshal.AsSpan(values);

    /// <inheritdoc/>
    public override int Count => values.Count;

    /// <summary>Appends a cell.</summary>
    public void Add(double value) => values.Add(value);

    /// <inheritdoc/>
    public override double Number(int row) => values[row];

    /// <inheritdoc/>
    public override string Text(int row) => double.IsNaN(values[row]) ? "" : values[row].ToString("R", CultureInfo.InvariantCulture);

    internal override void WriteTo(CsvWriter writer, int row) => writer.Write(values[row]);
}
