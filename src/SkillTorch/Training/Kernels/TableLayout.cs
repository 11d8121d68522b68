namespace SkillTorch.Training.Kernels;

/// <summary>One table: either the control index or a group of neighbouring input bits (one row for each pattern).</summary>
/// <param name="FirstRow">Row of the combined table where this one starts.</param>
/// <param name="Rows">Number of rows: 2^Bits, or the copies of each skill's.</param>
/// <param name="Column">First input (column of W1) that it covers.</param>
/// <param name="Columns">Inputs that it covers.</param>
/// <param name="Bits">Bits in the group; 0 for the control index.</param>
/// <param name="Word">32-bit word of a sample that holds the bits.</param>
/// <param name="Shift">Position of the lowest bit in that word.</param>
internal readonly record struct TableGroup(int FirstRow, int Rows, int Column, int Columns, int Bits, int Word, int Shift)
{
    /// <summary>Rows of each skill.</summary>
    public int Copies => Rows / Columns;
}

/// <summary>How the inputs are cut into groups.</summary>
internal sealed class TableLayout
{
    /// <summary>Bits of the largest group.</summary>
    public const int MaxBits = 8;

    /// <summary>Bytes that a table may take: a first-level cache and a little more.</summary>
    private const int CacheBudget = 64 * 1024;

    private const int MinBits = 4,
        WordBits = 32,
        MaxCopied = 32;

    /// <summary>Cuts the inputs into groups of at most <paramref name="most"/> bits.</summary>
    /// <param name="shape">The inputs.</param>
    /// <param name="most">Bits of the largest group.</param>
    /// <param name="copies">Rows for each skill.</param>
    /// <param name="stride">Elements in a row.</param>
    public TableLayout(BinaryMlpShape shape, int most, int copies = 1, int stride = 0)
    {
        Stride = stride;
        var groups = new List<TableGroup>();
        if (shape.Controls > 0)
        {
            groups.Add(new TableGroup(0, copies * shape.Controls, 0, shape.Controls, 0, 0, 0));
            Rows = copies * shape.Controls;
        }

        foreach ((var first, var count) in Cut(shape.Bits, most))
        {
            groups.Add(new TableGroup(Rows, 1 << count, shape.Controls + first, count, count, first / WordBits, first % WordBits));
            Rows += 1 << count;
        }

        Groups = [.. groups];
    }

    /// <summary>The groups.</summary>
    public TableGroup[] Groups { get; }

    /// <summary>Rows of all groups.</summary>
    public int Rows { get; }

    /// <summary>Elements in a row: the hidden units of a block.</summary>
    public int Stride { get; }

    /// <summary>
    /// For tables that a backward pass adds to: the fewer groups the fewer additions, as long as the tables of a block of hidden
    /// units stay in the core's caches.
    /// </summary>
    /// <param name="shape">The inputs.</param>
    /// <param name="stride">Elements in a row.</param>
    /// <param name="elementSize">Bytes in an element.</param>
    public static TableLayout ForCaches(BinaryMlpShape shape, int stride, int elementSize)
    {
        TableLayout Layout(int most) => new(shape, most, shape.Controls <= MaxCopied ? SampleRows.Tile : 1, stride);
        var bits = MaxBits;
        var layout = Layout(bits);
        while (bits > MinBits && layout.Rows * stride * elementSize > CacheBudget)
        {
            layout = Layout(--bits);
        }

        return (long)layout.Rows * stride <= ushort.MaxValue + 1
            ? layout
            : throw new ArgumentException(
                $"Got {shape.Controls} controls and {shape.Bits} bits for `shape`; expected fewer inputs, whose tables have at most "
                    + $"{(ushort.MaxValue + 1) / stride} rows (they need {layout.Rows}).",
                nameof(shape)
            );
    }

    /// <summary>For samples sorted by pattern: groups so small that a pattern has a few samples.</summary>
    /// <param name="shape">The inputs.</param>
    /// <param name="samples">Samples in the batch.</param>
    public static TableLayout ForSorting(BinaryMlpShape shape, int samples) =>
        new(shape, Math.Clamp(System.Numerics.BitOperations.Log2((uint)samples / 8 + 1), MinBits, MaxBits));

    /// <summary>Groups of nearly equal size that do not cross words.</summary>
    private static IEnumerable<(int First, int Count)> Cut(int bits, int most)
    {
        for (var word = 0; word < bits; word += WordBits)
        {
            int inWord = Math.Min(WordBits, bits - word),
                groups = (inWord + most - 1) / most,
                first = word;
            for (var i = 0; i < groups; i++)
            {
                var count = inWord / groups + (i < inWord % groups ? 1 : 0);
                yield return (first, count);
                first += count;
            }
        }
    }
}
