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
/// <remarks>Needs no sorting and no tables in memory; what it costs grows with inputs × units, where <see cref="GroupedBackward{T}"/> is the better for many. How G serves both layers is said there.</remarks>
internal sealed unsafe class PermuteBackward(BinaryMlpShape shape, InputPlanes inputs)
{
    /// <summary>Hidden units up to which this is the faster way.</summary>
    public const int MostUnits = 64;

    private const int Lanes = PermuteForward.Lanes, Quad = 4, BlockQuads = 64, Units = 5, BlockUnits = PermuteForward.MostUnits, WordBits = 32;

    private readonly int wordVectors = 2 * inputs.Words, vectors = 2 * inputs.Words + shape.Controls / Lanes + 1; // the last lane of controls is the bias
    private readonly int units = (shape.Width + Units - 1) / Units * Units;
    private readonly int unitBlocks = (shape.Width + BlockUnits - 1) / BlockUnits;

    /// <summary>Elements of working memory.</summary>
    public int ScratchLength => (BlockQuads * (vectors + shape.Outputs) + shape.Outputs * units * vectors) * Lanes + BlockQuads * (unitBlocks * BlockUnits + Units);

    /// <summary>Gradient of W1, b1 and W2 from a run of samples.</summary>
    /// <param name="parameters">The replicate's parameters.</param>
    /// <param name="set">Set of samples.</param>
    /// <param name="first">First sample, a multiple of 16.</param>
    /// <param name="last">Sample after the last, a multiple of 16.</param>
    /// <param name="derivatives">[samples, O] dL/df of all samples; zeros beyond the batch's end.</param>
    /// <param name="active">[⌈H / activeUnits⌉, padded] One bit for each unit.</param>
    /// <param name="activeUnits">Units of a block of active bits.</param>
    /// <param name="gradient">Receives the gradient, in the order of the parameters.</param>
    /// <param name="scratch">Working memory.</param>
    public void Run(float* parameters, int set, int first, int last, float* derivatives, uint* active, int activeUnits, float* gradient, float* scratch)
    {
        int bitsStride = unitBlocks * BlockUnits, activeHalves = (activeUnits + Lanes - 1) / Lanes;
        float* sums = scratch, subsets = sums + shape.Outputs * units * vectors * Lanes;
        uint* columns = (uint*)(subsets + BlockQuads * shape.Outputs * Lanes), bits = columns + BlockQuads * vectors * Lanes;
        new Span<float>(sums, shape.Outputs * units * vectors * Lanes).Clear();
        for (int start = first; start < last; start += BlockQuads * Quad)
        {
            int quads = Math.Min(BlockQuads, (last - start) / Quad);
            for (int quad = 0; quad < quads; quad++)
            {
                int b = start + quad * Quad;
                Columns(set, b, columns + quad * vectors * Lanes);
                for (int block = 0; block * activeUnits < shape.Width; block++)
                {
                    Transpose(active + (nint)block * inputs.Padded + b, bits + quad * bitsStride + block * activeUnits, activeHalves);
                }

                for (int o = 0; o < shape.Outputs; o++)
                {
                    float* slope = derivatives + (nint)b * shape.Outputs + o;
                    Vector512<float> low = Subsets.Select(0, slope[0]) + Subsets.Select(1, slope[shape.Outputs]);
                    Vector512<float> high = Subsets.Select(2, slope[2 * shape.Outputs]) + Subsets.Select(3, slope[3 * shape.Outputs]);
                    (low + high).Store(subsets + (o * BlockQuads + quad) * Lanes);
                }
            }

            for (int o = 0; o < shape.Outputs; o++)
            {
                for (int unit = 0; unit < units; unit += Units)
                {
                    for (int vector = 0; vector < vectors; vector++)
                    {
                        Add(quads, subsets + o * BlockQuads * Lanes, columns + vector * Lanes, bits + unit, bitsStride, sums + ((o * units + unit) * vectors + vector) * Lanes);
                    }
                }
            }
        }

        Store(parameters, sums, gradient);
    }

    /// <summary>For each input which of four samples have it, one vector of 16 inputs after another.</summary>
    private void Columns(int set, int b, uint* columns)
    {
        for (int word = 0; word < wordVectors / 2; word++)
        {
            Transpose(inputs.Plane(set, word) + b, columns + word * WordBits);
        }

        Vector512<uint> first = Vector512.Create(inputs.Controls(set)[b]), second = Vector512.Create(inputs.Controls(set)[b + 1]);
        Vector512<uint> third = Vector512.Create(inputs.Controls(set)[b + 2]), fourth = Vector512.Create(inputs.Controls(set)[b + 3]);
        for (int vector = wordVectors; vector < vectors; vector++)
        {
            // The lane after the last skill is the bias, which all samples have; without skills it takes their place.
            Vector512<uint> lane = Vector512<uint>.Indices + Vector512.Create((uint)((vector - wordVectors) * Lanes));
            Vector512<uint> who = (Vector512.Equals(lane, first) & Vector512.Create(1u)) | (Vector512.Equals(lane, second) & Vector512.Create(2u));
            who |= (Vector512.Equals(lane, third) & Vector512.Create(4u)) | (Vector512.Equals(lane, fourth) & Vector512.Create(8u));
            (who | (Vector512.Equals(lane, Vector512.Create((uint)shape.Controls)) & Vector512.Create(15u))).Store(columns + vector * Lanes);
        }
    }

    /// <summary>Bit j of four words becomes the four low bits of element j, for the first 16 or 32 j; what is above them is of no use.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(uint* words, uint* elements, int halves = 2)
    {
        Vector512<uint> lane = Vector512<uint>.Indices, one = Vector512.Create(1u);
        for (int half = 0; half < halves; half++, lane += Vector512.Create((uint)Lanes), elements += Lanes)
        {
            Vector512<uint> sum = Avx512F.ShiftRightLogicalVariable(Vector512.Create(words[3]), lane);
            sum = Avx512F.TernaryLogic(sum + sum, Avx512F.ShiftRightLogicalVariable(Vector512.Create(words[2]), lane), one, 0xF8); // a | (b & c)
            sum = Avx512F.TernaryLogic(sum + sum, Avx512F.ShiftRightLogicalVariable(Vector512.Create(words[1]), lane), one, 0xF8);
            sum = Avx512F.TernaryLogic(sum + sum, Avx512F.ShiftRightLogicalVariable(Vector512.Create(words[0]), lane), one, 0xF8);
            sum.Store(elements);
        }
    }

    /// <summary>Adds a block of samples to five units' sums for 16 inputs.</summary>
    private void Add(int quads, float* subsets, uint* columns, uint* bits, int bitsStride, float* sums)
    {
        int next = vectors * Lanes;
        Vector512<float> s0 = Vector512.Load(sums), s1 = Vector512.Load(sums + next), s2 = Vector512.Load(sums + 2 * next), s3 = Vector512.Load(sums + 3 * next), s4 = Vector512.Load(sums + 4 * next);
        for (int quad = 0; quad < quads; quad++, subsets += Lanes, columns += next, bits += bitsStride)
        {
            Vector512<float> table = Vector512.Load(subsets);
            Vector512<uint> column = Vector512.Load(columns);
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
        for (int o = 0; o < shape.Outputs; o++)
        {
            for (int unit = 0; unit < shape.Width; unit++)
            {
                float* sum = sums + (o * units + unit) * vectors * Lanes, skills = sum + wordVectors * Lanes;
                nint row = (nint)unit * shape.Inputs, bias = shape.HiddenBias + unit, output = shape.OutputWeights + (nint)o * shape.Width + unit;
                float factor = parameters[output], bySkill = Scale(parameters + row, skills, shape.Controls, factor, gradient + row, o > 0);
                float byBit = Scale(parameters + row + shape.Controls, sum, shape.Bits, factor, gradient + row + shape.Controls, o > 0);
                float byBias = Scale(parameters + bias, skills + shape.Controls, 1, factor, gradient + bias, o > 0);
                gradient[output] = bySkill + byBit + byBias;
            }
        }
    }

    /// <summary>gradient ← (add ? gradient : 0) + factor·sum; returns Σ weight·sum.</summary>
    private static float Scale(float* weights, float* sums, int count, float factor, float* gradient, bool add)
    {
        float total = 0;
        for (int i = 0; i < count; i++)
        {
            total += weights[i] * sums[i];
            gradient[i] = (add ? gradient[i] : 0) + factor * sums[i];
        }

        return total;
    }
}
