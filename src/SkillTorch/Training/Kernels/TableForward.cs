using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// A run of samples as the tables' forward pass reads them: for each 32 bits a quad (or two) of rows, whose offsets in the tables
/// fill 64 bits, so that four rows cost one load to find.
/// </summary>
internal readonly unsafe struct SampleQuads(ulong* rows, uint* controls, int quads, int count)
{
    /// <summary>[samples, quads] Four offsets of 16 bits, in elements.</summary>
    public readonly ulong* Rows = rows;

    /// <summary>[samples] Control indices.</summary>
    public readonly uint* Controls = controls;

    public readonly int Quads = quads;

    /// <summary>Samples, a multiple of 16.</summary>
    public readonly int Count = count;
}

/// <summary>
/// The forward pass on tables in memory, as many hidden units at a time as fill a row of one cache line: their tables stay in a
/// core's first-level cache, or little beyond. The control part, one row of weights, is where the sum begins.
/// </summary>
internal sealed unsafe class TableForward<T> : ForwardPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int WordBits = 32,
        QuadGroups = 4,
        MaxOffset = 1 << 16;

    private readonly BinaryMlpShape shape;
    private readonly BlockKernels<T> kernels;
    private readonly HiddenBlocks<T> blocks;
    private readonly AlignedBuffer<ulong> rows = new();
    private readonly AlignedPool<T> scratch = new();
    private readonly Quad[] quads;
    private readonly int row; // hidden units of a row
    private readonly int tableLength; // elements of the tables, and of where the sum of each control index begins

    /// <summary>For stacks of one shape.</summary>
    /// <param name="shape">Sizes of the stack.</param>
    /// <param name="kernels">The inner loops.</param>
    /// <param name="inputs">The samples.</param>
    /// <param name="blocks">Blocks of hidden units.</param>
    /// <param name="large">Whether there are so many samples that large tables, of 8 bits, are worth building.</param>
    public TableForward(BinaryMlpShape shape, BlockKernels<T> kernels, InputPlanes inputs, HiddenBlocks<T> blocks, bool large)
        : base(inputs)
    {
        this.shape = shape;
        this.kernels = kernels;
        this.blocks = blocks;
        row = Math.Min(blocks.Stride, kernels.RowVectors * kernels.Lanes);
        quads = Cut(large ? 1 : 2);
        if (Rows() > MaxOffset / row)
            quads = Cut(2);
        if (Rows() > MaxOffset / row)
        {
            throw new ArgumentException(
                $"Got {shape.Bits} bits for `shape`; expected fewer, whose tables have at most {MaxOffset / row} rows (they need "
                    + $"{Rows()}).",
                nameof(shape)
            );
        }

        tableLength = (Rows() + Math.Max(1, shape.Controls)) * row;

        int Rows() => quads.Sum(quad => quad.Bits.Sum(bits => 1 << bits));
    }

    /// <inheritdoc/>
    /// <remarks>Each costs the building of tables once more.</remarks>
    public override int PiecesPerThread => 2;

    /// <inheritdoc/>
    public override bool Encodes => true;

    /// <inheritdoc/>
    public override void Reserve(int sets) => rows.Reserve((long)sets * Inputs.Padded * quads.Length);

    /// <inheritdoc/>
    public override void Run(int set, int block, int from, int to, T* parameters, T* sums, bool add, uint* active)
    {
        var work = scratch.Rent(tableLength + BlockMemory<T>.Length(shape, blocks.Stride));
        var table = work.Pointer;
        var memory = new BlockMemory<T>(shape, blocks.Stride, table + tableLength);
        blocks.Load(memory, parameters, block);
        if (kernels.TurnsSigns(shape.Outputs))
        {
            TurnSigns(memory.Weights, shape.Inputs * blocks.Stride);
            TurnSigns(memory.Bias, blocks.Stride);
            TurnSigns(memory.OutputWeights, shape.Outputs * blocks.Stride);
        }

        new Span<uint>(active + from, to - from).Clear();
        var samples = Samples(set, from, to - from);
        for (var offset = 0; offset < blocks.Units(block); offset += row)
        {
            var bases = Build(memory.Weights + offset, memory.Bias + offset, table);
            kernels.Forward(
                samples,
                table,
                bases,
                memory.OutputWeights + offset,
                blocks.Stride,
                shape.Outputs,
                sums + from,
                Inputs.Padded,
                add || offset > 0,
                active + from,
                offset,
                row > kernels.Lanes
            );
        }

        scratch.Return(work);
    }

    /// <inheritdoc/>
    /// <remarks>Writes the rows' offsets.</remarks>
    public override void Encode(int set, int first, int count)
    {
        var own = (ushort*)Samples(set, first, count).Rows;
        var step = QuadGroups * quads.Length;
        foreach (var quad in quads)
        {
            quad.Encode(Inputs.Plane(set, quad.Word) + first, count, (uint)row, own, step);
            own += QuadGroups;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        rows.Dispose();
        scratch.Dispose();
    }

    private static void TurnSigns(T* values, int count)
    {
        var span = new Span<T>(values, count);
        TensorPrimitives.Negate(span, span);
    }

    private SampleQuads Samples(int set, int first, int count) =>
        new(rows.Pointer + ((nint)set * Inputs.Padded + first) * quads.Length, Inputs.Controls(set) + first, quads.Length, count);

    /// <summary>The tables for a row of hidden units.</summary>
    /// <param name="weights">[I, stride] W1's columns for them.</param>
    /// <param name="bias">[row]</param>
    /// <param name="table">[tableLength] Receives every pattern's sum of weights, group by group.</param>
    /// <returns>Within it, where each control index begins: its weight and the bias.</returns>
    private T* Build(T* weights, T* bias, T* table)
    {
        var next = table;
        var stride = blocks.Stride;
        for (var offset = 0; offset < row; offset += kernels.Lanes)
        {
            next = table;
            var column = weights + offset + shape.Controls * stride;
            foreach (var quad in quads)
            {
                foreach (var bits in quad.Bits)
                {
                    kernels.BuildTable(column, bits, stride, next + offset, row);
                    next += row << bits;
                    column += bits * stride;
                }
            }

            kernels.AddToRows(weights + offset, bias + offset, shape.Controls, stride, next + offset, row);
        }

        return next;
    }

    /// <summary>Groups of nearly equal size, four to a quad.</summary>
    private Quad[] Cut(int quadsPerWord)
    {
        var cut = new List<Quad>();
        var start = 0;
        for (var word = 0; word < Inputs.Words; word++)
        {
            int bits = Math.Clamp(shape.Bits - word * WordBits, 0, WordBits),
                groups = QuadGroups * quadsPerWord,
                shift = 0;
            for (var q = 0; q < quadsPerWord; q++)
            {
                int[] sizes =
                [
                    .. Enumerable.Range(QuadGroups * q, QuadGroups).Select(group => bits / groups + (group < bits % groups ? 1 : 0)),
                ];
                int[] shifts = new int[QuadGroups],
                    starts = new int[QuadGroups];
                for (var i = 0; i < QuadGroups; i++)
                {
                    (shifts[i], starts[i]) = (shift, start);
                    shift += sizes[i];
                    start += row << sizes[i];
                }

                cut.Add(new Quad(word, sizes, shifts, starts));
            }
        }

        return [.. cut];
    }

    /// <summary>Four groups of neighbouring bits.</summary>
    /// <param name="Word">32-bit word of a sample that holds them.</param>
    /// <param name="Bits">How many each group has, 0 to 8.</param>
    /// <param name="Shifts">Position of each group's lowest in that word; beyond its end where a group has none.</param>
    /// <param name="Starts">Where each group's table starts, in elements.</param>
    private readonly record struct Quad(int Word, int[] Bits, int[] Shifts, int[] Starts)
    {
        /// <summary>Writes where the rows of some samples' patterns lie.</summary>
        /// <param name="words">The samples' words.</param>
        /// <param name="count">Samples, a multiple of two.</param>
        /// <param name="row">Elements in a row.</param>
        /// <param name="offsets">Receives four offsets a sample.</param>
        /// <param name="step">From a sample's offsets to the next one's.</param>
        public void Encode(uint* words, int count, uint row, ushort* offsets, nint step)
        {
            Vector128<uint> masks = Vector128.Create(Mask(0), Mask(1), Mask(2), Mask(3)),
                shifts = Vector128.Create(Shifts).AsUInt32(),
                starts = Vector128.Create(Starts).AsUInt32(),
                length = Vector128.Create(row);
            for (var b = 0; b < count; b += 2, offsets += 2 * step)
            {
                var two = Vector128.Narrow(Of(words[b]), Of(words[b + 1])).AsUInt64();
                *(ulong*)offsets = two[0];
                *(ulong*)(offsets + step) = two[1];
            }

            Vector128<uint> Of(uint word) => (ShiftRight(Vector128.Create(word), shifts) & masks) * length + starts;
        }

        private uint Mask(int group) => (1u << Bits[group]) - 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<uint> ShiftRight(Vector128<uint> value, Vector128<uint> count) =>
            Avx2.IsSupported
                ? Avx2.ShiftRightLogicalVariable(value, count)
                : Vector128.Create(
                    value[0] >> (int)count[0],
                    value[1] >> (int)count[1],
                    value[2] >> (int)count[2],
                    value[3] >> (int)count[3]
                );
    }
}
