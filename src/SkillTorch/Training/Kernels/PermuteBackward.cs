using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The backward pass of narrow layers: G_oj = Σ_b dL/df_bo [z_b > 0] x_bj, four samples at a time. A 512-bit register holds the
/// sums of dL/df over all 16 subsets of the four; which of them have both the input and the unit active is the index by which
/// one permutation looks up the sum for 16 inputs.
/// </summary>
/// <remarks>Needs no sorting and no tables in memory; what it costs grows with inputs × units, where <see cref="GroupedBackward{T}"/> is
/// the better for many. How G serves both layers is said there.</remarks>
/// <param name="shape">Sizes of the stack.</param>
/// <param name="inputs">The samples.</param>
/// <param name="blockUnits">Units of a block of active bits.</param>
internal sealed unsafe class PermuteBackward(BinaryMlpShape shape, InputPlanes inputs, int blockUnits)
    : PartedBackward<float>(shape, inputs, 1)
{
    /// <summary>Hidden units up to which this is the faster way.</summary>
    public const int MaxUnits = 64;

    private const int Lanes = PermuteForward.Lanes,
        Quad = 4,
        BlockQuads = 64,
        Units = 5,
        BlockUnits = PermuteForward.MaxUnits,
        WordBits = 32;

    private readonly int wordVectors = 2 * inputs.Words,
        vectors = 2 * inputs.Words + shape.Controls / Lanes + 1; // the last lane of controls is the bias
    private readonly int units = (shape.Width + Units - 1) / Units * Units;
    private readonly int unitBlocks = (shape.Width + BlockUnits - 1) / BlockUnits;
    private readonly AlignedPool<float> pool = new();

    /// <inheritdoc/>
    public override int Preparations => 0;

    /// <summary>Elements of working memory.</summary>
    private int ScratchLength =>
        (BlockQuads * (vectors + Shape.Outputs) + Shape.Outputs * units * vectors) * Lanes + BlockQuads * (unitBlocks * BlockUnits + Units);

    /// <inheritdoc/>
    public override void Prepare(int set, int piece) { }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        pool.Dispose();
    }

    /// <inheritdoc/>
    protected override void Run(int set, int slab, int from, int to, float* parameters, float* derivatives, uint* active, float* gradient)
    {
        var work = pool.Rent(ScratchLength);
        var scratch = work.Pointer;
        int bitsStride = unitBlocks * BlockUnits,
            activeHalves = (blockUnits + Lanes - 1) / Lanes;
        float* sums = scratch,
            subsets = sums + Shape.Outputs * units * vectors * Lanes;
        uint* columns = (uint*)(subsets + BlockQuads * Shape.Outputs * Lanes),
            bits = columns + BlockQuads * vectors * Lanes;
        new Span<float>(sums, Shape.Outputs * units * vectors * Lanes).Clear();
        for (var start = from; start < to; start += BlockQuads * Quad)
        {
            var quads = Math.Min(BlockQuads, (to - start) / Quad);
            for (var quad = 0; quad < quads; quad++)
            {
                var b = start + quad * Quad;
                FillColumns(set, b, columns + quad * vectors * Lanes);
                for (var block = 0; block * blockUnits < Shape.Width; block++)
                {
                    Transpose(active + (nint)block * Inputs.Padded + b, bits + quad * bitsStride + block * blockUnits, activeHalves);
                }

                for (var o = 0; o < Shape.Outputs; o++)
                {
                    var slope = derivatives + (nint)b * Shape.Outputs + o;
                    var low = Subsets.Select(0, slope[0]) + Subsets.Select(1, slope[Shape.Outputs]);
                    var high = Subsets.Select(2, slope[2 * Shape.Outputs]) + Subsets.Select(3, slope[3 * Shape.Outputs]);
                    (low + high).Store(subsets + (o * BlockQuads + quad) * Lanes);
                }
            }

            for (var o = 0; o < Shape.Outputs; o++)
            {
                for (var unit = 0; unit < units; unit += Units)
                {
                    for (var vector = 0; vector < vectors; vector++)
                    {
                        Add(
                            quads,
                            subsets + o * BlockQuads * Lanes,
                            columns + vector * Lanes,
                            bits + unit,
                            bitsStride,
                            sums + ((o * units + unit) * vectors + vector) * Lanes
                        );
                    }
                }
            }
        }

        Store(parameters, sums, gradient);
        pool.Return(work);
    }

    /// <summary>For each input which of four samples have it, one vector of 16 inputs after another.</summary>
    private void FillColumns(int set, int b, uint* columns)
    {
        for (var word = 0; word < wordVectors / 2; word++)
        {
            Transpose(Inputs.Plane(set, word) + b, columns + word * WordBits);
        }

        Vector512<uint> first = Vector512.Create(Inputs.Controls(set)[b]),
            second = Vector512.Create(Inputs.Controls(set)[b + 1]);
        Vector512<uint> third = Vector512.Create(Inputs.Controls(set)[b + 2]),
            fourth = Vector512.Create(Inputs.Controls(set)[b + 3]);
        for (var vector = wordVectors; vector < vectors; vector++)
        {
            // The lane after the last skill is the bias, which all samples have; without skills it takes their place.
            var lane = Vector512<uint>.Indices + Vector512.Create((uint)((vector - wordVectors) * Lanes));
            var who = (Vector512.Equals(lane, first) & Vector512.Create(1u)) | (Vector512.Equals(lane, second) & Vector512.Create(2u));
            who |= (Vector512.Equals(lane, third) & Vector512.Create(4u)) | (Vector512.Equals(lane, fourth) & Vector512.Create(8u));
            (who | (Vector512.Equals(lane, Vector512.Create((uint)Shape.Controls)) & Vector512.Create(15u))).Store(
                columns + vector * Lanes
            );
        }
    }

    /// <summary>Bit j of four words becomes the four low bits of element j, for the first 16 or 32 j; what is above them is of no
    /// use.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(uint* words, uint* elements, int halves = 2)
    {
        Vector512<uint> lane = Vector512<uint>.Indices,
            one = Vector512.Create(1u);
        for (var half = 0; half < halves; half++, lane += Vector512.Create((uint)Lanes), elements += Lanes)
        {
            var sum = Avx512F.ShiftRightLogicalVariable(Vector512.Create(words[3]), lane);
            // a | (b & c)
            sum = Avx512F.TernaryLogic(sum + sum, Avx512F.ShiftRightLogicalVariable(Vector512.Create(words[2]), lane), one, 0xF8);
            sum = Avx512F.TernaryLogic(sum + sum, Avx512F.ShiftRightLogicalVariable(Vector512.Create(words[1]), lane), one, 0xF8);
            sum = Avx512F.TernaryLogic(sum + sum, Avx512F.ShiftRightLogicalVariable(Vector512.Create(words[0]), lane), one, 0xF8);
            sum.Store(elements);
        }
    }

    /// <summary>Adds a block of samples to five units' sums for 16 Inputs.</summary>
    private void Add(int quads, float* subsets, uint* columns, uint* bits, int bitsStride, float* sums)
    {
        var next = vectors * Lanes;
        Vector512<float> s0 = Vector512.Load(sums),
            s1 = Vector512.Load(sums + next),
            s2 = Vector512.Load(sums + 2 * next),
            s3 = Vector512.Load(sums + 3 * next),
            s4 = Vector512.Load(sums + 4 * next);
        for (var quad = 0; quad < quads; quad++, subsets += Lanes, columns += next, bits += bitsStride)
        {
            var table = Vector512.Load(subsets);
            var column = Vector512.Load(columns);
            s0 += Avx512F.PermuteVar16x32(table, (column & Vector512.Create(bits[0])).AsInt32());
            s1 += Avx512F.PermuteVar16x32(table, (column & Vector512.Create(bits[1])).AsInt32());
            s2 += Avx512F.PermuteVar16x32(table, (column & Vector512.Create(bits[2])).AsInt32());
            s3 += Avx512F.PermuteVar16x32(table, (column & Vector512.Create(bits[3])).AsInt32());
            s4 += Avx512F.PermuteVar16x32(table, (column & Vector512.Create(bits[4])).AsInt32());
        }

        s0.Store(sums);
        s1.Store(sums + next);
        s2.Store(sums + 2 * next);
        s3.Store(sums + 3 * next);
        s4.Store(sums + 4 * next);
    }

    private void Store(float* parameters, float* sums, float* gradient)
    {
        for (var o = 0; o < Shape.Outputs; o++)
        {
            for (var unit = 0; unit < Shape.Width; unit++)
            {
                float* sum = sums + (o * units + unit) * vectors * Lanes,
                    skills = sum + wordVectors * Lanes;
                nint row = (nint)unit * Shape.Inputs,
                    bias = Shape.HiddenBias + unit,
                    output = Shape.OutputWeights + (nint)o * Shape.Width + unit;
                float factor = parameters[output],
                    bySkill = Scale(parameters + row, skills, Shape.Controls, factor, gradient + row, o > 0);
                var byBit = Scale(parameters + row + Shape.Controls, sum, Shape.Bits, factor, gradient + row + Shape.Controls, o > 0);
                var byBias = Scale(parameters + bias, skills + Shape.Controls, 1, factor, gradient + bias, o > 0);
                gradient[output] = bySkill + byBit + byBias;
            }
        }
    }

    /// <summary>gradient ← (add ? gradient : 0) + factor·sum; returns Σ weight·sum.</summary>
    private static float Scale(float* weights, float* sums, int count, float factor, float* gradient, bool add)
    {
        float total = 0;
        for (var i = 0; i < count; i++)
        {
            total += weights[i] * sums[i];
            gradient[i] = (add ? gradient[i] : 0) + factor * sums[i];
        }

        return total;
    }
}
