using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>The samples of each set in order of their pattern, once for every group of inputs.</summary>
/// <param name="inputs">The samples.</param>
/// <param name="layoutFor">The groups for a number of samples.</param>
/// <param name="multiple">
/// Places of a pattern are made a multiple of this; those left over name the sample after the last, which a derivative of zero
/// must make harmless.
/// </param>
internal sealed unsafe class SortedSamples(InputPlanes inputs, Func<int, TableLayout> layoutFor, int multiple) : IDisposable
{
    /// <summary>Places behind the last one of a group that may be read; what they name is of no meaning.</summary>
    public const int Readable = 16;

    private readonly AlignedBuffer<int> order = new(),
        starts = new();
    private int count,
        places,
        sets;

    /// <summary>The groups.</summary>
    public TableLayout Layout { get; private set; } = layoutFor(1);

    /// <summary>The samples as they come.</summary>
    public InputPlanes Inputs => inputs;

    /// <summary>Makes room for the sets of a batch.</summary>
    public void Reserve(int sets)
    {
        if (inputs.Count != count)
        {
            count = inputs.Count;
            Layout = layoutFor(count);
            places = RoundUp(count + Layout.Groups.Max(group => group.Rows) * (multiple - 1));
        }

        order.Reserve((long)sets * Layout.Groups.Length * places + Readable);
        starts.Reserve(2L * sets * (Layout.Rows + Layout.Groups.Length));
        this.sets = sets;
    }

    /// <summary>[places] Samples by pattern.</summary>
    public int* Order(int set, int group) => order.Pointer + ((nint)set * Layout.Groups.Length + group) * places;

    /// <summary>[patterns + 1] Where each pattern's places begin; the last is where they end.</summary>
    public int* Starts(int set, int group) =>
        starts.Pointer + (nint)set * (Layout.Rows + Layout.Groups.Length) + Layout.Groups[group].FirstRow + group;

    /// <summary>
    /// Sorts one set by one group: by counting, and samples of a pattern keep their order. Two halves take turns, since neighbours
    /// of one pattern would wait for each other's count.
    /// </summary>
    public void Sort(int set, int index)
    {
        var group = Layout.Groups[index];
        var plane = group.Bits == 0 ? inputs.Controls(set) : inputs.Plane(set, group.Word);
        int shift = group.Shift,
            half = count / 2;
        var mask = group.Bits == 0 ? uint.MaxValue : (uint)group.Rows - 1;
        int* start = Starts(set, index),
            second = Seconds(set, index),
            sorted = Order(set, index);
        new Span<int>(start, group.Rows + 1).Clear();
        new Span<int>(second, group.Rows).Clear();
        for (var b = 0; b < half; b++)
        {
            start[(plane[b] >> shift) & mask]++;
            second[(plane[half + b] >> shift) & mask]++;
        }

        if (count % 2 == 1)
        {
            second[(plane[count - 1] >> shift) & mask]++;
        }

        var sum = 0;
        for (var row = 0; row < group.Rows; row++)
        {
            int first = start[row],
                both = first + second[row];
            start[row] = sum;
            second[row] = sum + first;
            sum = RoundUp(sum + both);
        }

        for (var b = 0; b < half; b++)
        {
            sorted[start[(plane[b] >> shift) & mask]++] = b;
            sorted[second[(plane[half + b] >> shift) & mask]++] = half + b;
        }

        if (count % 2 == 1)
        {
            sorted[second[(plane[count - 1] >> shift) & mask]++] = count - 1;
        }

        // Each second start has moved to the end of its samples.
        for (var row = group.Rows - 1; row >= 0; row--)
        {
            int end = second[row],
                next = RoundUp(end);
            new Span<int>(sorted + end, next - end).Fill(count);
            start[row + 1] = next;
        }

        start[0] = 0;
    }

    public void Dispose()
    {
        order.Dispose();
        starts.Dispose();
    }

    /// <summary>[patterns] Where the second half of a pattern's samples go.</summary>
    private int* Seconds(int set, int group) => Starts(sets + set, group);

    private int RoundUp(int places) => (places + multiple - 1) / multiple * multiple;
}
