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

    /// <summary>Some of them.</summary>
    public SampleQuads Slice(int first, int count) => new(Rows + (nint)first * Quads, Controls + first, Quads, count);
}

/// <summary>
/// The forward pass on tables in memory, as many hidden units at a time as fill a row of one cache line: their tables stay in a
/// core's first-level cache, or little beyond. The control part, one row of weights, is where the sum begins.
/// </summary>
internal sealed unsafe class TableForward<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Samples from which on tables of 8 bits are worth building.</summary>
    public const int ManySamples = 1024;

    private const int WordBits = 32, OffsetBits = 16, MostOffset = 1 << OffsetBits;

    private readonly BinaryMlpShape shape;
    private readonly BlockKernels<T> kernels;
    private readonly InputPlanes inputs;
    private readonly AlignedBuffer<ulong> rows = new();
    private readonly Quad[] small, large;
    private readonly int stride;
    private Quad[] quads;

    /// <summary>For stacks of one shape.</summary>
    /// <param name="shape">Sizes of the stack.</param>
    /// <param name="kernels">The inner loops.</param>
    /// <param name="inputs">The samples.</param>
    /// <param name="stride">Hidden units of a block: one or two vectors.</param>
    public TableForward(BinaryMlpShape shape, BlockKernels<T> kernels, InputPlanes inputs, int stride)
    {
        this.shape = shape;
        this.kernels = kernels;
        this.inputs = inputs;
        this.stride = stride;
        Row = Math.Min(stride, kernels.RowVectors * kernels.Lanes);
        small = Cut(2);
        large = Cut(1) is var cut && Rows(cut) * Row <= MostOffset ? cut : small;
        quads = small;
        if (Rows(small) * Row > MostOffset)
        {
            throw new ArgumentException($"Got {shape.Bits} bits for `shape`; expected fewer, whose tables have at most {MostOffset / Row} rows (they need {Rows(small)}).", nameof(shape));
        }
    }

    /// <summary>Hidden units of a row.</summary>
    public int Row { get; }

    /// <summary>Elements of working memory: tables, and where the sum of each control index begins.</summary>
    public int ScratchLength => (Math.Max(Rows(small), Rows(large)) + Math.Max(1, shape.Controls)) * Row;

    /// <summary>Makes room for the sets of a batch.</summary>
    public void Reserve(int sets, int count)
    {
        quads = count >= ManySamples ? large : small;
        rows.Reserve((long)sets * inputs.Padded * quads.Length);
    }

    /// <summary>The samples of a set; written by <see cref="Encode"/>.</summary>
    public SampleQuads Samples(int set, int first, int count) =>
        new(rows.Pointer + ((nint)set * inputs.Padded + first) * quads.Length, inputs.Controls(set) + first, quads.Length, count);

    /// <summary>Writes the rows' offsets of some samples.</summary>
    public void Encode(int set, int first, int count)
    {
        ulong* own = Samples(set, first, count).Rows;
        uint row = (uint)Row;
        for (int i = 0; i < quads.Length; i++)
        {
            Quad quad = quads[i];
            uint* words = inputs.Plane(set, quad.Word) + first;
            for (int b = 0; b < count; b++)
            {
                own[(nint)b * quads.Length + i] = Deposit(words[b] >> quad.Shift, quad.Mask) * row + quad.Start;
            }
        }
    }

    /// <summary>The tables for a row of hidden units.</summary>
    /// <param name="weights">[I, stride] W1's columns for them.</param>
    /// <param name="bias">[Row]</param>
    /// <param name="table">[<see cref="ScratchLength"/>] Receives every pattern's sum of weights, group by group.</param>
    /// <returns>Within it, where each control index begins: its weight and the bias.</returns>
    public T* Build(T* weights, T* bias, T* table)
    {
        T* next = table;
        for (int offset = 0; offset < Row; offset += kernels.Lanes)
        {
            next = table;
            T* column = weights + offset + shape.Controls * stride;
            foreach (Quad quad in quads)
            {
                foreach (int bits in quad.Bits)
                {
                    kernels.BuildTable(column, bits, stride, next + offset, Row);
                    next += Row << bits;
                    column += bits * stride;
                }
            }

            kernels.AddToRows(weights + offset, bias + offset, shape.Controls, stride, next + offset, Row);
        }

        return next;
    }

    public void Dispose() => rows.Dispose();

    private static int Rows(Quad[] quads) => quads.Sum(quad => quad.Bits.Sum(bits => 1 << bits));

    /// <summary>Low bits of the source to the places that the mask has, as PDEP does.</summary>
    private static ulong Deposit(uint source, ulong mask)
    {
        if (Bmi2.X64.IsSupported)
        {
            return Bmi2.X64.ParallelBitDeposit(source, mask);
        }

        ulong value = 0;
        for (int bit = 0; mask != 0; bit++, mask &= mask - 1)
        {
            value |= (mask & (~mask + 1)) * (source >> bit & 1);
        }

        return value;
    }

    /// <summary>Groups of nearly equal size, four to a quad.</summary>
    private Quad[] Cut(int quadsPerWord)
    {
        var cut = new List<Quad>();
        ulong start = 0;
        for (int word = 0; word < inputs.Words; word++)
        {
            int bits = Math.Clamp(shape.Bits - word * WordBits, 0, WordBits), groups = 4 * quadsPerWord, shift = 0;
            for (int q = 0; q < quadsPerWord; q++)
            {
                int[] sizes = [.. Enumerable.Range(4 * q, 4).Select(group => bits / groups + (group < bits % groups ? 1 : 0))];
                ulong mask = 0, starts = 0;
                for (int i = 0; i < sizes.Length; i++)
                {
                    mask |= ((1ul << sizes[i]) - 1) << (OffsetBits * i);
                    starts |= (start & (MostOffset - 1)) << (OffsetBits * i);
                    start += (ulong)Row << sizes[i];
                }

                cut.Add(new Quad(word, shift, sizes, mask, starts));
                shift += sizes.Sum();
            }
        }

        return [.. cut];
    }

    /// <summary>Four groups of neighbouring bits.</summary>
    /// <param name="Word">32-bit word of a sample that holds them.</param>
    /// <param name="Shift">Position of the lowest in that word.</param>
    /// <param name="Bits">How many each group has, 0 to 8.</param>
    /// <param name="Mask">As many bits at the foot of each 16.</param>
    /// <param name="Start">Where each group's table starts, in elements.</param>
    private readonly record struct Quad(int Word, int Shift, int[] Bits, ulong Mask, ulong Start);
}
