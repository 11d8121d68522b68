using System.Numerics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The backward pass of one output on tables in memory: each sample adds dL/df to the row of its pattern in every group of inputs,
/// for the units that it has active, and sums by input follow from sums by pattern. How they serve both layers is said in
/// <see cref="GroupedBackward{T}"/>.
/// </summary>
internal sealed unsafe class TableBackward<T> : PartedBackward<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Chunk = 1024; // samples that are encoded together

    private readonly BlockKernels<T> kernels;
    private readonly HiddenBlocks<T> blocks;
    private readonly TableLayout layout;
    private readonly int slabBlocks;
    private readonly AlignedBuffer<ushort> rows = new(); // [S, padded, groups]
    private readonly AlignedPool<T> scratch = new();

    public TableBackward(BinaryMlpShape shape, BlockKernels<T> kernels, InputPlanes inputs, HiddenBlocks<T> blocks, int slabBlocks)
        : base(shape, inputs, (blocks.Count + slabBlocks - 1) / slabBlocks)
    {
        this.kernels = kernels;
        this.blocks = blocks;
        this.slabBlocks = slabBlocks;
        layout = TableLayout.ForCaches(shape, blocks.Stride, sizeof(T));
    }

    /// <inheritdoc/>
    public override int Preparations => (Inputs.Count + Chunk - 1) / Chunk;

    /// <inheritdoc/>
    public override void Reserve(int sets)
    {
        base.Reserve(sets);
        rows.Reserve((long)sets * Inputs.Padded * layout.Groups.Length);
    }

    /// <inheritdoc/>
    public override void Prepare(int set, int piece)
    {
        int first = piece * Chunk,
            count = Math.Min(Chunk, Inputs.Padded - first);
        SampleEncoder.Encode(layout, Inputs, set, first, count / SampleRows.Tile, Rows(set, first, count).Rows);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        rows.Dispose();
        scratch.Dispose();
    }

    /// <inheritdoc/>
    protected override void Run(int set, int slab, int from, int to, T* parameters, T* derivatives, uint* active, T* gradient)
    {
        var tableLength = layout.Rows * blocks.Stride;
        var work = scratch.Rent(tableLength + BlockMemory<T>.Length(Shape, blocks.Stride));
        var table = work.Pointer;
        var memory = new BlockMemory<T>(Shape, blocks.Stride, table + tableLength);
        var samples = Rows(set, from, to - from);
        for (var block = slab * slabBlocks; block < Math.Min((slab + 1) * slabBlocks, blocks.Count); block++)
        {
            blocks.Load(memory, parameters, block);
            new Span<T>(table, tableLength).Clear();
            var pair = blocks.IsPair(block);
            kernels.Backward(samples, table, derivatives + from, active + (nint)block * Inputs.Padded + from, pair);
            kernels.ReduceTable(layout, table, memory.WeightsGradient, memory.BiasGradient, pair);
            blocks.StoreGradient(memory, gradient, block);
        }

        scratch.Return(work);
    }

    private SampleRows Rows(int set, int first, int count)
    {
        var groups = layout.Groups.Length;
        return new(rows.Pointer + ((nint)set * Inputs.Padded + first) * groups, groups, (count + SampleRows.Tile - 1) / SampleRows.Tile);
    }
}
