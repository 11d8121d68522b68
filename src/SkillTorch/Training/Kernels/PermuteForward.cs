using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The forward pass where a 512-bit register holds the sums of four inputs' weights for all 16 patterns: one permutation looks
/// up a hidden unit's part for 16 samples, and a sample's own word, shifted, is the index.
/// </summary>
/// <remarks>
/// A vector is 16 samples, so that a layer of any width fills it and outputs need no sum across it; two vectors share the loads of
/// the tables. Tables hold weights with the sign turned: the sign bit of −z then says whether the unit is active (a zero is +0,
/// for no difference of unequal signs of zero is −0). Of eight additions five go through the multipliers, which are idle
/// otherwise (Zen 5: 7.4 → 6.7 cycles per 16 samples and unit of 37 inputs).
/// </remarks>
internal sealed unsafe class PermuteForward : ForwardPass<float>
{
    /// <summary>Hidden units of a block at most: one bit each of a sample's word of active units.</summary>
    public const int MaxUnits = 32;

    /// <summary>Samples in a vector.</summary>
    public const int Lanes = 16;

    /// <summary>Samples of two vectors, which are passed together.</summary>
    public const int Pair = 2 * Lanes;

    private const int GroupBits = 4,
        WordGroups = 8,
        WordBits = 32,
        MaxControls = 64;

    private readonly BinaryMlpShape shape;
    private readonly int blockUnits,
        words,
        controlTables;
    private readonly AlignedPool<float> pool = new();

    /// <summary>For stacks of one shape.</summary>
    /// <param name="shape">Sizes of the stack.</param>
    /// <param name="inputs">The samples.</param>
    /// <param name="blockUnits">Hidden units of a block, at most <see cref="MaxUnits"/>.</param>
    public PermuteForward(BinaryMlpShape shape, InputPlanes inputs, int blockUnits)
        : base(inputs)
    {
        this.shape = shape;
        this.blockUnits = blockUnits;
        words = inputs.Words;
        controlTables = (shape.Controls + Lanes - 1) / Lanes;
    }

    /// <inheritdoc/>
    public override int PiecesPerThread => 4;

    /// <inheritdoc/>
    public override bool Encodes => false;

    /// <summary>Elements of working memory: tables, unfinished sums of wide inputs, and activations.</summary>
    private int ScratchLength => (words * WordGroups + controlTables + 4) * MaxUnits * Lanes;

    /// <summary>Whether the pass applies: float32, 512-bit vectors, and few enough skills to look up.</summary>
    public static bool Supports<T>(BinaryMlpShape shape, int lanes) =>
        typeof(T) == typeof(float) && lanes == Lanes && Avx512F.IsSupported && shape.Controls <= MaxControls;

    /// <inheritdoc/>
    public override void Reserve(int sets) { }

    /// <inheritdoc/>
    public override void Encode(int set, int first, int count) { }

    /// <inheritdoc/>
    public override void Dispose() => pool.Dispose();

    /// <inheritdoc/>
    public override void Run(int set, int block, int from, int to, float* parameters, float* sums, bool add, uint* active)
    {
        var work = pool.Rent(ScratchLength);
        var scratch = work.Pointer;
        int firstUnit = block * blockUnits,
            units = Math.Min(blockUnits, shape.Width - firstUnit);
        var groupTables = units * WordGroups * Lanes;
        float* tables = scratch,
            controls = tables + words * groupTables,
            parts = controls + units * controlTables * Lanes;
        for (var word = 0; word < words; word++)
        {
            for (var unit = 0; unit < units; unit++)
            {
                BuildTables(parameters, firstUnit + unit, word, tables + word * groupTables + unit * WordGroups * Lanes);
            }
        }

        for (var unit = 0; unit < units; unit++)
        {
            var weights = parameters + (nint)(firstUnit + unit) * shape.Inputs;
            for (var i = 0; i < controlTables * Lanes; i++)
            {
                controls[unit * controlTables * Lanes + i] = i < shape.Controls ? -weights[i] : 0;
            }
        }

        var outputWeights = parameters + shape.OutputWeights + firstUnit;
        var activations = parts + MaxUnits * Pair;
        for (var b = from; b < to; b += Pair)
        {
            for (var word = 0; word < words - 1; word++)
            {
                AddWord(tables + word * groupTables, Inputs.Plane(set, word) + b, units, parts, word > 0);
            }

            uint* bits = Inputs.Plane(set, words - 1) + b,
                skills = Inputs.Controls(set) + b;
            float* table = tables + (words - 1) * groupTables,
                unfinished = words > 1 ? parts : null;
            if (shape.Outputs == 1)
            {
                Finish<OneOutput>(table, controls, bits, skills, units, unfinished, activations, outputWeights, sums + b, add, active + b);
            }
            else
            {
                Finish<MoreOutputs>(
                    table,
                    controls,
                    bits,
                    skills,
                    units,
                    unfinished,
                    activations,
                    outputWeights,
                    sums + b,
                    add,
                    active + b
                );
            }
        }

        pool.Return(work);
    }

    private void BuildTables(float* parameters, int unit, int word, float* table)
    {
        var weights = parameters + (nint)unit * shape.Inputs + shape.Controls + word * WordBits;
        var bits = Math.Clamp(shape.Bits - word * WordBits, 0, WordBits);
        var four = stackalloc float[GroupBits];
        var start = word == 0 ? Vector512<float>.Zero - Vector512.Create(parameters[shape.HiddenBias + unit]) : default;
        for (var group = 0; group < WordGroups; group++, table += Lanes, weights += GroupBits, bits -= GroupBits)
        {
            var column = weights;
            if (bits < GroupBits)
            {
                // Inputs that are not there weigh nothing.
                column = four;
                new Span<float>(four, GroupBits).Clear();
                new Span<float>(weights, Math.Max(bits, 0)).CopyTo(new Span<float>(four, GroupBits));
            }

            (
                (start - Subsets.Select(0, column[0]))
                - Subsets.Select(1, column[1])
                - Subsets.Select(2, column[2])
                - Subsets.Select(3, column[3])
            ).Store(table);
            start = default;
        }
    }

    /// <summary>Parts of −z from a word that is not the last.</summary>
    private static void AddWord(float* table, uint* bits, int units, float* parts, bool add)
    {
        Vector512<uint> first = Vector512.Load(bits),
            second = Vector512.Load(bits + Lanes);
        for (var unit = 0; unit < units; unit++, parts += Pair)
        {
            Vector512<float> x = add ? Vector512.Load(parts) : default,
                y = add ? Vector512.Load(parts + Lanes) : default;
            for (var group = 0; group < WordGroups; group++, table += Lanes)
            {
                var weights = Vector512.Load(table);
                x += Look(weights, first >>> (GroupBits * group));
                y += Look(weights, second >>> (GroupBits * group));
            }

            x.Store(parts);
            y.Store(parts + Lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Finish<TOutputs>(
        float* table,
        float* controls,
        uint* bits,
        uint* skills,
        int units,
        float* parts,
        float* activations,
        float* weights,
        float* sums,
        bool add,
        uint* active
    )
        where TOutputs : struct, IOutputs
    {
        Vector512<uint> a0 = Vector512.Load(bits),
            a1 = a0 >>> 4,
            a2 = a0 >>> 8,
            a3 = a0 >>> 12,
            a4 = a0 >>> 16,
            a5 = a0 >>> 20,
            a6 = a0 >>> 24,
            a7 = a0 >>> 28;
        Vector512<uint> b0 = Vector512.Load(bits + Lanes),
            b1 = b0 >>> 4,
            b2 = b0 >>> 8,
            b3 = b0 >>> 12,
            b4 = b0 >>> 16,
            b5 = b0 >>> 20,
            b6 = b0 >>> 24,
            b7 = b0 >>> 28;
        Vector512<uint> aSkill = Vector512.Load(skills),
            bSkill = Vector512.Load(skills + Lanes),
            sign = Vector512.Create(0x80000000u),
            aActive = default,
            bActive = default;
        Vector512<float> one = Vector512<float>.One,
            aOutput = default,
            bOutput = default;
        var skillTables = controlTables;
        for (var unit = 0; unit < units; unit++, table += WordGroups * Lanes)
        {
            // Each vector's sum has two strands, which do not wait for each other.
            Vector512<float> t = Vector512.Load(table),
                a = Look(t, a0),
                b = Look(t, b0);
            t = Vector512.Load(table + Lanes);
            Vector512<float> aOther = Look(t, a1),
                bOther = Look(t, b1);
            t = Vector512.Load(table + 2 * Lanes);
            a += Look(t, a2);
            b += Look(t, b2);
            t = Vector512.Load(table + 3 * Lanes);
            aOther = Avx512F.FusedMultiplyAdd(Look(t, a3), one, aOther);
            bOther = Avx512F.FusedMultiplyAdd(Look(t, b3), one, bOther);
            t = Vector512.Load(table + 4 * Lanes);
            a += Look(t, a4);
            b += Look(t, b4);
            t = Vector512.Load(table + 5 * Lanes);
            aOther = Avx512F.FusedMultiplyAdd(Look(t, a5), one, aOther);
            bOther = Avx512F.FusedMultiplyAdd(Look(t, b5), one, bOther);
            t = Vector512.Load(table + 6 * Lanes);
            a = Avx512F.FusedMultiplyAdd(Look(t, a6), one, a);
            b = Avx512F.FusedMultiplyAdd(Look(t, b6), one, b);
            t = Vector512.Load(table + 7 * Lanes);
            aOther = Avx512F.FusedMultiplyAdd(Look(t, a7), one, aOther);
            bOther = Avx512F.FusedMultiplyAdd(Look(t, b7), one, bOther);
            if (skillTables == 1)
            {
                t = Vector512.Load(controls);
                a = Avx512F.FusedMultiplyAdd(Look(t, aSkill), one, a);
                b = Avx512F.FusedMultiplyAdd(Look(t, bSkill), one, b);
                controls += Lanes;
            }
            else
            {
                for (uint k = 0; k < skillTables; k++, controls += Lanes)
                {
                    t = Vector512.Load(controls);
                    a += (Look(t, aSkill).AsUInt32() & Vector512.Equals(aSkill >>> GroupBits, Vector512.Create(k))).AsSingle();
                    b += (Look(t, bSkill).AsUInt32() & Vector512.Equals(bSkill >>> GroupBits, Vector512.Create(k))).AsSingle();
                }
            }

            a += aOther;
            b += bOther;
            if (parts != null)
            {
                a += Vector512.Load(parts + unit * Pair);
                b += Vector512.Load(parts + unit * Pair + Lanes);
            }

            aActive = Avx512F.TernaryLogic(aActive >>> 1, a.AsUInt32(), sign, 0xF8); // (active >> 1) | (sign of −z)
            bActive = Avx512F.TernaryLogic(bActive >>> 1, b.AsUInt32(), sign, 0xF8);
            a = Vector512.MinNative(Vector512<float>.Zero, a); // −relu(z); a NaN stays one
            b = Vector512.MinNative(Vector512<float>.Zero, b);
            if (TOutputs.One)
            {
                var weight = Vector512.Create(weights[unit]);
                aOutput = Avx512F.FusedMultiplyAddNegated(a, weight, aOutput);
                bOutput = Avx512F.FusedMultiplyAddNegated(b, weight, bOutput);
            }
            else
            {
                a.Store(activations + unit * Pair);
                b.Store(activations + unit * Pair + Lanes);
            }
        }

        if (TOutputs.One)
        {
            (add ? Vector512.Load(sums) + aOutput : aOutput).Store(sums);
            (add ? Vector512.Load(sums + Lanes) + bOutput : bOutput).Store(sums + Lanes);
        }
        else
        {
            AddOutputs(activations, units, weights, sums, add);
            AddOutputs(activations + Lanes, units, weights, sums + Lanes, add);
        }

        (aActive >>> (MaxUnits - units)).Store(active);
        (bActive >>> (MaxUnits - units)).Store(active + Lanes);
    }

    /// <summary>Adds one vector of samples' activations, which lie <see cref="Pair"/> apart.</summary>
    private void AddOutputs(float* activations, int units, float* weights, float* sums, bool add)
    {
        for (var o = 0; o < shape.Outputs; o++, weights += shape.Width, sums += Inputs.Padded)
        {
            Vector512<float> even = add ? Vector512.Load(sums) : default,
                odd = default;
            var unit = 0;
            for (; unit + 2 <= units; unit += 2)
            {
                even = Avx512F.FusedMultiplyAddNegated(Vector512.Load(activations + unit * Pair), Vector512.Create(weights[unit]), even);
                odd = Avx512F.FusedMultiplyAddNegated(
                    Vector512.Load(activations + (unit + 1) * Pair),
                    Vector512.Create(weights[unit + 1]),
                    odd
                );
            }

            if (unit < units)
            {
                even = Avx512F.FusedMultiplyAddNegated(Vector512.Load(activations + unit * Pair), Vector512.Create(weights[unit]), even);
            }

            (even + odd).Store(sums);
        }
    }

    /// <summary>Element j of the table at the four low bits of element j of the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Look(Vector512<float> table, Vector512<uint> index) => Avx512F.PermuteVar16x32(table, index.AsInt32());

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
