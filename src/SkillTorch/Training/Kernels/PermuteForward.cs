using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The forward pass where a 512-bit register holds the sums of four inputs' weights for all 16 patterns: one permutation looks
/// up a hidden unit's part for 16 samples, and a sample's own word, shifted, is the index.
/// </summary>
/// <remarks>
/// A vector is 16 samples, so that a layer of any width fills it and outputs need no sum across it. Tables hold weights with the
/// sign turned: the sign bit of −z then says whether the unit is active (a zero is +0, for no difference of unequal signs of
/// zero is −0). Of nine additions six go through the multipliers, which are idle otherwise (Zen 5: 7.4 → 6.7 cycles per 16
/// samples and unit of 37 inputs).
/// </remarks>
internal sealed unsafe class PermuteForward(BinaryMlpShape shape, InputPlanes inputs)
{
    /// <summary>Hidden units of a block at most: one bit each of a sample's word of active units.</summary>
    public const int MostUnits = 32;

    /// <summary>Samples in a vector.</summary>
    public const int Lanes = 16;

    private const int GroupBits = 4, WordGroups = 8, WordBits = 32, MostControls = 64;

    private readonly int words = inputs.Words, controlTables = (shape.Controls + Lanes - 1) / Lanes;

    /// <summary>Elements of working memory: tables, unfinished sums of wide inputs, and activations.</summary>
    public int ScratchLength => (words * WordGroups + controlTables + 2) * MostUnits * Lanes;

    /// <summary>Whether the pass applies: float32, 512-bit vectors, and few enough skills to look up.</summary>
    public static bool Supports<T>(BinaryMlpShape shape, int lanes) =>
        typeof(T) == typeof(float) && lanes == Lanes && Avx512F.IsSupported && shape.Controls <= MostControls;

    /// <summary>Adds up to 32 hidden units' contribution to the outputs, and says which are active.</summary>
    /// <param name="parameters">A replicate's parameters.</param>
    /// <param name="firstUnit">The first hidden unit.</param>
    /// <param name="units">How many.</param>
    /// <param name="set">Set of samples.</param>
    /// <param name="first">First sample, a multiple of 16.</param>
    /// <param name="last">Sample after the last, a multiple of 16.</param>
    /// <param name="sums">[O, sumStride] Sums of all samples' outputs.</param>
    /// <param name="add">Whether to add to the sums or to overwrite them.</param>
    /// <param name="active">[samples] Receives one bit for each unit.</param>
    /// <param name="scratch">Working memory.</param>
    public void Run(float* parameters, int firstUnit, int units, int set, int first, int last, float* sums, bool add, uint* active, float* scratch)
    {
        int groupTables = units * WordGroups * Lanes;
        float* tables = scratch, controls = tables + words * groupTables, parts = controls + units * controlTables * Lanes;
        for (int word = 0; word < words; word++)
        {
            for (int unit = 0; unit < units; unit++)
            {
                BuildTables(parameters, firstUnit + unit, word, tables + word * groupTables + unit * WordGroups * Lanes);
            }
        }

        for (int unit = 0; unit < units; unit++)
        {
            float* weights = parameters + (nint)(firstUnit + unit) * shape.Inputs;
            for (int i = 0; i < controlTables * Lanes; i++)
            {
                controls[unit * controlTables * Lanes + i] = i < shape.Controls ? -weights[i] : 0;
            }
        }

        float* outputWeights = parameters + shape.OutputWeights + firstUnit;
        for (int b = first; b < last; b += Lanes)
        {
            for (int word = 0; word < words - 1; word++)
            {
                AddWord(tables + word * groupTables, Vector512.Load(inputs.Plane(set, word) + b), units, parts, word > 0);
            }

            Vector512<uint> bits = Vector512.Load(inputs.Plane(set, words - 1) + b), skill = Vector512.Load(inputs.Controls(set) + b);
            float* table = tables + (words - 1) * groupTables;
            (shape.Outputs == 1
                ? Finish<OneOutput>(table, controls, bits, skill, units, words > 1 ? parts : null, parts + MostUnits * Lanes, outputWeights, sums + b, add)
                : Finish<MoreOutputs>(table, controls, bits, skill, units, words > 1 ? parts : null, parts + MostUnits * Lanes, outputWeights, sums + b, add)).Store(active + b);
        }
    }

    private void BuildTables(float* parameters, int unit, int word, float* table)
    {
        float* weights = parameters + (nint)unit * shape.Inputs + shape.Controls + word * WordBits;
        int bits = Math.Clamp(shape.Bits - word * WordBits, 0, WordBits);
        float* four = stackalloc float[GroupBits];
        Vector512<float> start = word == 0 ? Vector512<float>.Zero - Vector512.Create(parameters[shape.HiddenBias + unit]) : default;
        for (int group = 0; group < WordGroups; group++, table += Lanes, weights += GroupBits, bits -= GroupBits)
        {
            float* column = weights;
            if (bits < GroupBits)
            {
                // Inputs that are not there weigh nothing.
                column = four;
                new Span<float>(four, GroupBits).Clear();
                new Span<float>(weights, Math.Max(bits, 0)).CopyTo(new Span<float>(four, GroupBits));
            }

            ((start - Subsets.Select(0, column[0])) - Subsets.Select(1, column[1]) - Subsets.Select(2, column[2]) - Subsets.Select(3, column[3])).Store(table);
            start = default;
        }
    }

    /// <summary>Parts of −z from a word that is not the last.</summary>
    private static void AddWord(float* table, Vector512<uint> bits, int units, float* parts, bool add)
    {
        for (int unit = 0; unit < units; unit++, parts += Lanes)
        {
            Vector512<float> sum = add ? Vector512.Load(parts) : default;
            for (int group = 0; group < WordGroups; group++, table += Lanes)
            {
                sum += Look(table, bits >>> (GroupBits * group));
            }

            sum.Store(parts);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<uint> Finish<TOutputs>(float* table, float* controls, Vector512<uint> bits, Vector512<uint> skill, int units, float* parts, float* activations, float* weights, float* sums, bool add)
        where TOutputs : struct, IOutputs
    {
        Vector512<uint> b1 = bits >>> 4, b2 = bits >>> 8, b3 = bits >>> 12, b4 = bits >>> 16, b5 = bits >>> 20, b6 = bits >>> 24, b7 = bits >>> 28;
        Vector512<uint> sign = Vector512.Create(0x80000000u), active = default;
        Vector512<float> one = Vector512<float>.One, output = default;
        int skillTables = controlTables;
        for (int unit = 0; unit < units; unit++, table += WordGroups * Lanes)
        {
            Vector512<float> x = Look(table, bits), y = Look(table + Lanes, b1);
            x += Look(table + 2 * Lanes, b2);
            y = Avx512F.FusedMultiplyAdd(Look(table + 3 * Lanes, b3), one, y);
            x += Look(table + 4 * Lanes, b4);
            y = Avx512F.FusedMultiplyAdd(Look(table + 5 * Lanes, b5), one, y);
            x = Avx512F.FusedMultiplyAdd(Look(table + 6 * Lanes, b6), one, x);
            y = Avx512F.FusedMultiplyAdd(Look(table + 7 * Lanes, b7), one, y);
            if (skillTables == 1)
            {
                x = Avx512F.FusedMultiplyAdd(Look(controls, skill), one, x);
                controls += Lanes;
            }
            else
            {
                for (uint k = 0; k < skillTables; k++, controls += Lanes)
                {
                    x += (Look(controls, skill).AsUInt32() & Vector512.Equals(skill >>> GroupBits, Vector512.Create(k))).AsSingle();
                }
            }

            x += y;
            if (parts != null)
            {
                x += Vector512.Load(parts + unit * Lanes);
            }

            active = Avx512F.TernaryLogic(active >>> 1, x.AsUInt32(), sign, 0xF8); // (active >> 1) | (sign of −z)
            Vector512<float> inactive = Vector512.MinNative(Vector512<float>.Zero, x); // −relu(z); a NaN stays one
            if (TOutputs.One)
            {
                output = Avx512F.FusedMultiplyAddNegated(inactive, Vector512.Create(weights[unit]), output);
            }
            else
            {
                inactive.Store(activations + unit * Lanes);
            }
        }

        if (TOutputs.One)
        {
            (add ? Vector512.Load(sums) + output : output).Store(sums);
        }
        else
        {
            AddOutputs(activations, units, weights, sums, add);
        }

        return active >>> (MostUnits - units);
    }

    private void AddOutputs(float* activations, int units, float* weights, float* sums, bool add)
    {
        for (int o = 0; o < shape.Outputs; o++, weights += shape.Width, sums += inputs.Padded)
        {
            Vector512<float> even = add ? Vector512.Load(sums) : default, odd = default;
            int unit = 0;
            for (; unit + 2 <= units; unit += 2)
            {
                even = Avx512F.FusedMultiplyAddNegated(Vector512.Load(activations + unit * Lanes), Vector512.Create(weights[unit]), even);
                odd = Avx512F.FusedMultiplyAddNegated(Vector512.Load(activations + (unit + 1) * Lanes), Vector512.Create(weights[unit + 1]), odd);
            }

            if (unit < units)
            {
                even = Avx512F.FusedMultiplyAddNegated(Vector512.Load(activations + unit * Lanes), Vector512.Create(weights[unit]), even);
            }

            (even + odd).Store(sums);
        }
    }

    /// <summary>Element j of the table at the four low bits of element j of the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Look(float* table, Vector512<uint> index) => Avx512F.PermuteVar16x32(Vector512.Load(table), index.AsInt32());

    private interface IOutputs
    {
        static abstract bool One { get; }
    }

    private readonly struct OneOutput : IOutputs
    {
        public static bool One => true;
    }

    private readonly struct MoreOutputs : IOutputs
    {
        public static bool One => false;
    }
}
