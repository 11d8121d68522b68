namespace SkillTorch.Training.Kernels;

/// <summary>One table: either the control index (one row for each skill) or a group of neighbouring input bits (one row for each pattern).</summary>
/// <param name="FirstRow">Row of the combined table where this one starts.</param>
/// <param name="Rows">Number of skills, or 2^Bits.</param>
/// <param name="Column">First input (column of W1) that it covers.</param>
/// <param name="Bits">Bits in the group; 0 for the control index.</param>
/// <param name="Word">32-bit word of a sample that holds the bits.</param>
/// <param name="Shift">Position of the lowest bit in that word.</param>
internal readonly record struct TableGroup(int FirstRow, int Rows, int Column, int Bits, int Word, int Shift)
{
    /// <summary>Inputs that it covers.</summary>
    public int Columns => Bits == 0 ? Rows : Bits;
}

/// <summary>
/// How the inputs are cut into groups. A hidden unit's pre-activation is the sum of one row of each group's table; the fewer
/// groups the fewer additions, as long as the tables of a block of hidden units stay in the core's caches.
/// </summary>
internal sealed class TableLayout
{
    /// <summary>
    /// Bytes that a table may take: a first-level cache and a little more. Rows from the second level cost less than one more
    /// group would, since their addresses are known early (measured on Zen 5: 36 KB is 8 % slower, 128 KB 3 % faster).
    /// </summary>
    private const int CacheBudget = 64 * 1024;

    private const int MostBits = 8, FewestBits = 4, WordBits = 32;

    /// <summary>Cuts the inputs for rows of <paramref name="stride"/> elements of <paramref name="elementSize"/> bytes.</summary>
    public TableLayout(BinaryMlpShape shape, int stride, int elementSize)
    {
        Stride = stride;
        int most = MostBits;
        while (most > FewestBits && (shape.Controls + Cut(shape.Bits, most).Sum(bits => 1 << bits.Count)) * stride * elementSize > CacheBudget)
        {
            most--;
        }

        var groups = new List<TableGroup>();
        if (shape.Controls > 0)
        {
            groups.Add(new TableGroup(0, shape.Controls, 0, 0, 0, 0));
            Rows = shape.Controls;
        }

        foreach ((int first, int count) in Cut(shape.Bits, most))
        {
            groups.Add(new TableGroup(Rows, 1 << count, shape.Controls + first, count, first / WordBits, first % WordBits));
            Rows += 1 << count;
        }

        Groups = [.. groups];
        if ((long)Rows * stride > ushort.MaxValue + 1)
        {
            throw new ArgumentException($"Got {shape.Controls} controls and {shape.Bits} bits for `shape`; expected fewer inputs, whose tables have at most {(ushort.MaxValue + 1) / stride} rows (they need {Rows}).", nameof(shape));
        }
    }

    /// <summary>The groups; the first one's rows include the bias.</summary>
    public TableGroup[] Groups { get; }

    /// <summary>Rows of all groups.</summary>
    public int Rows { get; }

    /// <summary>Elements in a row: the hidden units of a block.</summary>
    public int Stride { get; }

    /// <summary>Groups of nearly equal size that do not cross words.</summary>
    private static IEnumerable<(int First, int Count)> Cut(int bits, int most)
    {
        for (int word = 0; word < bits; word += WordBits)
        {
            int inWord = Math.Min(WordBits, bits - word), groups = (inWord + most - 1) / most, first = word;
            for (int i = 0; i < groups; i++)
            {
                int count = inWord / groups + (i < inWord % groups ? 1 : 0);
                yield return (first, count);
                first += count;
            }
        }
    }
}
