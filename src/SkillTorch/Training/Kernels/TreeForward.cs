using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The tables' forward pass on any vectors: as many samples at a time as a vector has hidden units, so that a tree of additions turns
/// their products with the output weights into one vector of sums. A row of a table is one vector or two.
/// </summary>
/// <remarks>
/// What it waits for is the number of instructions (256 bits on Zen 3: 10 cycles per 16 units and sample of 37 inputs, where sums of
/// four samples at a time took 14.7). Hence each offset is a load of its own, and tables and weights have their signs turned: the
/// sign bit of −z then says whether a unit is active (a zero is +0, for no difference of unequal signs of zero is −0), and
/// −relu(z) is the smaller of 0 and −z.
/// </remarks>
internal static unsafe class TreeForward<TSimd, TVector, T>
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    /// <summary>Outputs that it can take.</summary>
    public const int MaxOutputs = 16;

    private const int Part = 16; // bytes

    /// <summary>128-bit parts of a vector, and so samples whose sums lie side by side in one: 4, 2 or 1.</summary>
    private static int Parts => Unsafe.SizeOf<TVector>() / Part;

    /// <inheritdoc cref="BlockKernels{T}.Forward"/>
    public static void Run(
        SampleQuads samples,
        T* table,
        T* bases,
        T* weights,
        int stride,
        int outputs,
        T* sums,
        nint sumStride,
        bool add,
        uint* active,
        int firstBit,
        bool pair
    )
    {
        var layer = new Layer(table, bases, weights, stride, outputs, add);
        var bits = (byte*)active + firstBit / 8;
        if (pair && samples.Quads == 1)
            Run<TwoVectors, OneQuad>(samples, layer, sums, sumStride, bits);
        else if (pair)
            Run<TwoVectors, MoreQuads>(samples, layer, sums, sumStride, bits);
        else if (samples.Quads == 1)
            Run<OneVector, OneQuad>(samples, layer, sums, sumStride, bits);
        else
            Run<OneVector, MoreQuads>(samples, layer, sums, sumStride, bits);
    }

    /// <summary>Run by run of vectors of samples that share their control index, or do not.</summary>
    private static void Run<TRow, TQuads>(SampleQuads samples, in Layer layer, T* sums, nint sumStride, byte* active)
    {
        for (int from = 0, to; from < samples.Count; from = to)
        {
            to = from;
            while (to < samples.Count && IsShared(samples.Controls + to, samples.Controls[from]))
                to += TSimd.Count;
            if (to > from)
            {
                Pass<TRow, Same, TQuads>(samples, from, to, layer, sums + from, sumStride, active + from * sizeof(uint));
                continue;
            }

            do to += TSimd.Count;
            while (to < samples.Count && !IsShared(samples.Controls + to, samples.Controls[to]));
            Pass<TRow, Others, TQuads>(samples, from, to, layer, sums + from, sumStride, active + from * sizeof(uint));
        }
    }

    private static void Pass<TRow, TControls, TQuads>(
        SampleQuads samples,
        int from,
        int to,
        in Layer layer,
        T* sums,
        nint sumStride,
        byte* active
    )
    {
        var rows = samples.Rows + (nint)from * samples.Quads;
        var controls = samples.Controls + from;
        if (layer.Outputs == 1)
            Pass<TRow, TControls, TQuads, OneOutput>(rows, controls, samples.Quads, to - from, layer, sums, sumStride, active);
        else
            Pass<TRow, TControls, TQuads, MoreOutputs>(rows, controls, samples.Quads, to - from, layer, sums, sumStride, active);
    }

    /// <remarks>Compiled by itself and at once: what is inlined into it is then always all of it.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Pass<TRow, TControls, TQuads, TOutputs>(
        ulong* rows,
        uint* controls,
        int quads,
        int count,
        in Layer layer,
        T* sums,
        nint sumStride,
        byte* active
    )
    {
        T* table = layer.Table,
            bases = layer.Bases,
            weights = layer.Weights;
        int stride = layer.Stride,
            outputs = typeof(TOutputs) == typeof(OneOutput) ? 1 : layer.Outputs;
        var add = layer.Add;
        if (typeof(TQuads) == typeof(OneQuad))
            quads = 1;
        int lanes = TSimd.Count,
            step = lanes / Parts,
            own = step * lanes,
            size = Unsafe.SizeOf<TVector>();
        var memory = stackalloc byte[(MaxOutputs * Part / sizeof(T) + 1) * size];
        // [O, step, lanes]; a vector across two cache lines would not be forwarded to its reader
        var parts = (T*)(((nint)memory + size - 1) & -size);
        var start = bases + *controls * (uint)(typeof(TRow) == typeof(TwoVectors) ? 2 * lanes : lanes);
        TVector x = TSimd.Load(start),
            y = typeof(TRow) == typeof(TwoVectors) ? TSimd.Load(start + lanes) : default;
        TVector weight = TSimd.Load(weights),
            second = typeof(TRow) == typeof(TwoVectors) ? TSimd.Load(weights + lanes) : default;
        for (var b = 0; b < count; b += lanes, sums += lanes)
        {
            for (var i = 0; i < step; i++, rows += quads, controls++, active += sizeof(uint))
            {
                TVector x0 = x,
                    y0 = y,
                    x1 = x,
                    y1 = y,
                    x2 = x,
                    y2 = y,
                    x3 = x,
                    y3 = y;
                Activate<TRow, TControls, TQuads>(rows, quads, table, bases, controls, active, ref x0, ref y0);
                var row = rows + step * quads;
                var control = controls + step;
                var bits = active + step * sizeof(uint);
                if (Parts > 1)
                    Activate<TRow, TControls, TQuads>(row, quads, table, bases, control, bits, ref x1, ref y1);
                row += step * quads;
                control += step;
                bits += step * sizeof(uint);
                if (Parts > 2)
                    Activate<TRow, TControls, TQuads>(row, quads, table, bases, control, bits, ref x2, ref y2);
                row += step * quads;
                control += step;
                bits += step * sizeof(uint);
                if (Parts > 2)
                    Activate<TRow, TControls, TQuads>(row, quads, table, bases, control, bits, ref x3, ref y3);

                var part = parts + i * lanes;
                if (typeof(TOutputs) == typeof(OneOutput))
                {
                    Weigh<TRow>(weight, second, x0, y0, x1, y1, x2, y2, x3, y3, part);
                    continue;
                }

                var w = weights;
                for (var o = 0; o < outputs; o++, w += stride, part += own)
                {
                    second = typeof(TRow) == typeof(TwoVectors) ? TSimd.Load(w + lanes) : default;
                    Weigh<TRow>(TSimd.Load(w), second, x0, y0, x1, y1, x2, y2, x3, y3, part);
                }
            }

            rows += (lanes - step) * quads;
            controls += lanes - step;
            active += (lanes - step) * sizeof(uint);
            T* sum = sums,
                sources = parts;
            for (var o = 0; o < outputs; o++, sum += sumStride, sources += own)
            {
                TVector third = default,
                    fourth = default;
                if (typeof(T) == typeof(float))
                {
                    third = TSimd.Load(sources + 2 * lanes);
                    fourth = TSimd.Load(sources + 3 * lanes);
                }

                var total = TSimd.SumParts(TSimd.Load(sources), TSimd.Load(sources + lanes), third, fourth);
                TSimd.Store(add ? TSimd.Add(TSimd.Load(sum), total) : total, sum);
            }
        }
    }

    /// <summary>A sample's −z, from where its sum begins, becomes −relu(z); a bit for each unit says whether it is above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Activate<TRow, TControls, TQuads>(
        ulong* rows,
        int quads,
        T* table,
        T* bases,
        uint* control,
        byte* active,
        ref TVector x,
        ref TVector y
    )
    {
        var lanes = TSimd.Count;
        if (typeof(TControls) == typeof(Others))
        {
            var row = bases + *control * (uint)(typeof(TRow) == typeof(TwoVectors) ? 2 * lanes : lanes);
            x = TSimd.Load(row);
            if (typeof(TRow) == typeof(TwoVectors))
                y = TSimd.Load(row + lanes);
        }

        AddRows<TRow>((ushort*)rows, table, ref x, ref y);
        if (typeof(TQuads) == typeof(MoreQuads))
        {
            for (var i = 1; i < quads; i++)
                AddRows<TRow>((ushort*)(rows + i), table, ref x, ref y);
        }

        var bits = TSimd.NegativeBits(x);
        x = TSimd.NegativePart(x);
        if (typeof(TRow) == typeof(TwoVectors))
        {
            bits |= TSimd.NegativeBits(y) << lanes;
            y = TSimd.NegativePart(y);
        }

        if ((typeof(TRow) == typeof(TwoVectors) ? 2 * lanes : lanes) <= 8)
            *active = (byte)bits;
        else
            *(ushort*)active = (ushort)bits;
    }

    /// <summary>Adds four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRows<TRow>(ushort* offsets, T* table, ref TVector x, ref TVector y)
    {
        var lanes = TSimd.Count;
        T* r0 = table + (nuint)offsets[0],
            r1 = table + (nuint)offsets[1],
            r2 = table + (nuint)offsets[2],
            r3 = table + (nuint)offsets[3];
        x = TSimd.Add(TSimd.Add(TSimd.Add(x, TSimd.Load(r0)), TSimd.Load(r3)), TSimd.Add(TSimd.Load(r1), TSimd.Load(r2)));
        if (typeof(TRow) == typeof(TwoVectors))
        {
            y = TSimd.Add(
                TSimd.Add(TSimd.Add(y, TSimd.Load(r0 + lanes)), TSimd.Load(r3 + lanes)),
                TSimd.Add(TSimd.Load(r1 + lanes), TSimd.Load(r2 + lanes))
            );
        }
    }

    /// <summary>relu(z)·w of as many samples as a vector has parts, each folded into one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weigh<TRow>(
        TVector weight,
        TVector second,
        TVector x0,
        TVector y0,
        TVector x1,
        TVector y1,
        TVector x2,
        TVector y2,
        TVector x3,
        TVector y3,
        T* part
    )
    {
        x0 = TSimd.Multiply(x0, weight);
        if (Parts > 1)
            x1 = TSimd.Multiply(x1, weight);
        if (Parts > 2)
            (x2, x3) = (TSimd.Multiply(x2, weight), TSimd.Multiply(x3, weight));
        if (typeof(TRow) == typeof(TwoVectors))
        {
            x0 = TSimd.MultiplyAdd(y0, second, x0);
            if (Parts > 1)
                x1 = TSimd.MultiplyAdd(y1, second, x1);
            if (Parts > 2)
                (x2, x3) = (TSimd.MultiplyAdd(y2, second, x2), TSimd.MultiplyAdd(y3, second, x3));
        }

        TSimd.Store(TSimd.FoldParts(x0, x1, x2, x3), part);
    }

    /// <summary>Whether a vector of samples has one control index.</summary>
    private static bool IsShared(uint* controls, uint index) =>
        TSimd.Count switch
        {
            16 => Vector512.EqualsAll(Vector512.Load(controls), Vector512.Create(index)),
            8 => Vector256.EqualsAll(Vector256.Load(controls), Vector256.Create(index)),
            4 => Vector128.EqualsAll(Vector128.Load(controls), Vector128.Create(index)),
            _ => controls[0] == index && controls[1] == index,
        };

    /// <summary>What of a row of hidden units all samples share.</summary>
    private readonly struct Layer(T* table, T* bases, T* weights, int stride, int outputs, bool add)
    {
        public readonly T* Table = table;
        public readonly T* Bases = bases;
        public readonly T* Weights = weights;
        public readonly int Stride = stride,
            Outputs = outputs;
        public readonly bool Add = add;
    }

    private readonly struct OneVector;

    private readonly struct TwoVectors;

    /// <summary>Samples of one control index.</summary>
    private readonly struct Same;

    private readonly struct Others;

    /// <summary>At most 32 bits a sample.</summary>
    private readonly struct OneQuad;

    private readonly struct MoreQuads;

    private readonly struct OneOutput;

    private readonly struct MoreOutputs;
}
