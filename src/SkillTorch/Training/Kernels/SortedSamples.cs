namespace SkillTorch.Training.Kernels;

/// <summary>The samples of each set in order of their pattern, once for every group of inputs.</summary>
internal sealed unsafe class SortedSamples : IDisposable
{
    private readonly AlignedBuffer<int> order = new(), starts = new();
    private readonly InputPlanes inputs;
    private readonly BinaryMlpShape shape;
    private int count;

    public SortedSamples(BinaryMlpShape shape, InputPlanes inputs)
    {
        this.shape = shape;
        this.inputs = inputs;
        Layout = TableLayout.ForSorting(shape, 1);
    }

    /// <summary>The groups.</summary>
    public TableLayout Layout { get; private set; }

    /// <summary>Makes room for the sets of a batch.</summary>
    public void Reserve(int sets, int count)
    {
        if (count != this.count)
        {
            this.count = count;
            Layout = TableLayout.ForSorting(shape, count);
        }

        order.Reserve((long)sets * Layout.Groups.Length * count);
        starts.Reserve((long)sets * (Layout.Rows + Layout.Groups.Length));
    }

    /// <summary>[count]</summary>
    public int* Order(int set, int group) => order.Pointer + ((nint)set * Layout.Groups.Length + group) * count;

    /// <summary>[patterns + 1]</summary>
    public int* Starts(int set, int group) => starts.Pointer + (nint)set * (Layout.Rows + Layout.Groups.Length) + Layout.Groups[group].FirstRow + group;

    /// <summary>Sorts one set by one group: by counting, and samples of a pattern keep their order.</summary>
    public void Sort(int set, int index)
    {
        TableGroup group = Layout.Groups[index];
        uint* plane = group.Bits == 0 ? inputs.Controls(set) : inputs.Plane(set, group.Word);
        int shift = group.Shift;
        uint mask = group.Bits == 0 ? uint.MaxValue : (uint)group.Rows - 1;
        int* start = Starts(set, index), sorted = Order(set, index);
        new Span<int>(start, group.Rows + 1).Clear();
        for (int b = 0; b < count; b++)
        {
            start[(plane[b] >> shift) & mask]++;
        }

        int sum = 0;
        for (int row = 0; row <= group.Rows; row++)
        {
            (start[row], sum) = (sum, sum + start[row]);
        }

        for (int b = 0; b < count; b++)
        {
            sorted[start[(plane[b] >> shift) & mask]++] = b;
        }

        // Each start has moved to the next one.
        new Span<int>(start, group.Rows).CopyTo(new Span<int>(start + 1, group.Rows));
        start[0] = 0;
    }

    public void Dispose()
    {
        order.Dispose();
        starts.Dispose();
    }
}
