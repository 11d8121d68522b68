using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The tables' forward pass on vectors of 512 bits: as many samples at a time as a vector has hidden units, so that a tree of
/// additions turns their products with the output weights into one vector of sums.
/// </summary>
/// <remarks>
/// Loads are what it waits for: four rows and one word of offsets a sample of up to 32 bits (Zen 5: 5.0 cycles per 16 units and
/// sample of 37 inputs, where <see cref="PermuteForward"/> takes 6.7).
/// </remarks>
internal static unsafe class WideForward<T>
    where T : unmanaged
{
    /// <summary>Compiled by itself and at once: what is inlined into it is then always all of it.</summary>
    private const MethodImplOptions Whole = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>Outputs that it can take.</summary>
    public const int MaxOutputs = 16;

    private const int MaxParts = 4;

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
        int firstBit
    )
    {
        var bits = (byte*)active + firstBit / 8;
        if (outputs == 1 && samples.Quads == 1)
        {
            RunOne<OneQuad>(samples, table, bases, weights, sums, add, bits);
        }
        else if (outputs == 1)
        {
            RunOne<MoreQuads>(samples, table, bases, weights, sums, add, bits);
        }
        else if (samples.Quads == 1)
        {
            RunMore<OneQuad>(samples, table, bases, weights, stride, outputs, sums, sumStride, add, bits);
        }
        else
        {
            RunMore<MoreQuads>(samples, table, bases, weights, stride, outputs, sums, sumStride, add, bits);
        }
    }

    [MethodImpl(Whole)]
    private static void RunOne<TQuads>(SampleQuads samples, T* table, T* bases, T* weights, T* sums, bool add, byte* active)
    {
        var weight = Vector512.Load(weights);
        var rows = samples.Rows;
        var controls = samples.Controls;
        int quads = typeof(TQuads) == typeof(OneQuad) ? 1 : samples.Quads,
            lanes = Vector512<T>.Count;
        for (
            var b = 0;
            b < samples.Count;
            b += lanes, rows += lanes * quads, controls += lanes, active += lanes * sizeof(uint), sums += lanes
        )
        {
            // Samples come sorted by control index, so that most vectors of them share it.
            var total = Shared(controls)
                ? One<Same, TQuads>(rows, quads, table, bases, controls, weight, active)
                : OneOther<TQuads>(rows, quads, table, bases, controls, weight, active);
            (add ? Vector512.Load(sums) + total : total).Store(sums);
        }
    }

    [MethodImpl(Whole)]
    private static Vector512<T> OneOther<TQuads>(
        ulong* rows,
        int quads,
        T* table,
        T* bases,
        uint* controls,
        Vector512<T> weight,
        byte* active
    ) => One<Others, TQuads>(rows, quads, table, bases, controls, weight, active);

    /// <summary>A vector of samples' sums for one output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> One<TControls, TQuads>(
        ulong* rows,
        int quads,
        T* table,
        T* bases,
        uint* controls,
        Vector512<T> weight,
        byte* active
    )
    {
        var shared = Vector512.Load(bases + *controls * (uint)Vector512<T>.Count);
        var a = Four<TControls, TQuads>(rows, quads, table, shared, bases, controls, weight, active);
        var b = Four<TControls, TQuads>(rows + quads, quads, table, shared, bases, controls + 1, weight, active + sizeof(uint));
        if (typeof(T) == typeof(double))
        {
            return Sums(a, b);
        }

        var c = Four<TControls, TQuads>(rows + 2 * quads, quads, table, shared, bases, controls + 2, weight, active + 2 * sizeof(uint));
        var d = Four<TControls, TQuads>(rows + 3 * quads, quads, table, shared, bases, controls + 3, weight, active + 3 * sizeof(uint));
        return Sums(a, b, c, d);
    }

    /// <summary>Parts of the sums of every fourth or, of eight, every second sample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Four<TControls, TQuads>(
        ulong* rows,
        int quads,
        T* table,
        Vector512<T> shared,
        T* bases,
        uint* controls,
        Vector512<T> weight,
        byte* active
    )
    {
        var step = Vector512<T>.Count / 4;
        return Parts(
            weight * Activation<TControls, TQuads>(rows, quads, table, shared, bases, controls, active),
            weight
                * Activation<TControls, TQuads>(
                    rows + step * quads,
                    quads,
                    table,
                    shared,
                    bases,
                    controls + step,
                    active + step * sizeof(uint)
                ),
            weight
                * Activation<TControls, TQuads>(
                    rows + 2 * step * quads,
                    quads,
                    table,
                    shared,
                    bases,
                    controls + 2 * step,
                    active + 2 * step * sizeof(uint)
                ),
            weight
                * Activation<TControls, TQuads>(
                    rows + 3 * step * quads,
                    quads,
                    table,
                    shared,
                    bases,
                    controls + 3 * step,
                    active + 3 * step * sizeof(uint)
                )
        );
    }

    [MethodImpl(Whole)]
    private static void RunMore<TQuads>(
        SampleQuads samples,
        T* table,
        T* bases,
        T* weights,
        int stride,
        int outputs,
        T* sums,
        nint sumStride,
        bool add,
        byte* active
    )
    {
        var rows = samples.Rows;
        var controls = samples.Controls;
        int quads = typeof(TQuads) == typeof(OneQuad) ? 1 : samples.Quads,
            lanes = Vector512<T>.Count,
            step = lanes / 4,
            own = step * lanes;
        var memory = stackalloc byte[(MaxOutputs * MaxParts + 1) * sizeof(Vector512<T>)];
        // [O, step, lanes]; a vector across two cache lines would not be forwarded to its reader
        var parts = (T*)(((nint)memory + sizeof(Vector512<T>) - 1) & -sizeof(Vector512<T>));
        for (
            var b = 0;
            b < samples.Count;
            b += lanes, rows += lanes * quads, controls += lanes, active += lanes * sizeof(uint), sums += lanes
        )
        {
            var same = Shared(controls);
            var shared = Vector512.Load(bases + *controls * (uint)lanes);
            for (var i = 0; i < step; i++)
            {
                var row = rows + i * quads;
                var control = controls + i;
                var bits = active + i * sizeof(uint);
                int next = step * quads,
                    nextBits = step * sizeof(uint);
                Vector512<T> z0,
                    z1,
                    z2,
                    z3;
                if (same)
                {
                    z0 = Activation<Same, TQuads>(row, quads, table, shared, bases, control, bits);
                    z1 = Activation<Same, TQuads>(row + next, quads, table, shared, bases, control + step, bits + nextBits);
                    z2 = Activation<Same, TQuads>(row + 2 * next, quads, table, shared, bases, control + 2 * step, bits + 2 * nextBits);
                    z3 = Activation<Same, TQuads>(row + 3 * next, quads, table, shared, bases, control + 3 * step, bits + 3 * nextBits);
                }
                else
                {
                    z0 = Activation<Others, TQuads>(row, quads, table, shared, bases, control, bits);
                    z1 = Activation<Others, TQuads>(row + next, quads, table, shared, bases, control + step, bits + nextBits);
                    z2 = Activation<Others, TQuads>(row + 2 * next, quads, table, shared, bases, control + 2 * step, bits + 2 * nextBits);
                    z3 = Activation<Others, TQuads>(row + 3 * next, quads, table, shared, bases, control + 3 * step, bits + 3 * nextBits);
                }

                T* weight = weights,
                    part = parts + i * lanes;
                for (var o = 0; o < outputs; o++, weight += stride, part += own)
                {
                    var w = Vector512.Load(weight);
                    Parts(z0 * w, z1 * w, z2 * w, z3 * w).Store(part);
                }
            }

            var sum = sums;
            for (var o = 0; o < outputs; o++, sum += sumStride)
            {
                var part = parts + o * own;
                Vector512<T> first = Vector512.Load(part),
                    next = Vector512.Load(part + lanes);
                var total =
                    typeof(T) == typeof(double)
                        ? Sums(first, next)
                        : Sums(first, next, Vector512.Load(part + 2 * lanes), Vector512.Load(part + 3 * lanes));
                (add ? Vector512.Load(sum) + total : total).Store(sum);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Shared(uint* controls) =>
        typeof(T) == typeof(double)
            ? Vector256.EqualsAll(Vector256.Load(controls), Vector256.Create(*controls))
            : Vector512.EqualsAll(Vector512.Load(controls), Vector512.Create(*controls));

    /// <summary>relu(z) of a sample, and a bit for each unit that is above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Activation<TControls, TQuads>(
        ulong* rows,
        int quads,
        T* table,
        Vector512<T> shared,
        T* bases,
        uint* control,
        byte* active
    )
    {
        var quad = *rows;
        var sum = typeof(TControls) == typeof(Same) ? shared : Vector512.Load(bases + *control * (uint)Vector512<T>.Count);
        sum += Vector512.Load(table + (nuint)(ushort)quad);
        var other = Vector512.Load(table + (nuint)(ushort)(quad >> 16)) + Vector512.Load(table + (nuint)(ushort)(quad >> 32));
        sum += Vector512.Load(table + (nuint)(quad >> 48));
        for (var i = 1; typeof(TQuads) != typeof(OneQuad) && i < quads; i++)
        {
            quad = rows[i];
            sum += Vector512.Load(table + (nuint)(ushort)quad);
            other += Vector512.Load(table + (nuint)(ushort)(quad >> 16));
            sum += Vector512.Load(table + (nuint)(ushort)(quad >> 32));
            other += Vector512.Load(table + (nuint)(quad >> 48));
        }

        sum += other;
        var bits = Vector512.GreaterThan(sum, Vector512<T>.Zero).ExtractMostSignificantBits();
        if (typeof(T) == typeof(double))
        {
            *active = (byte)bits;
        }
        else
        {
            *(ushort*)active = (ushort)bits;
        }

        return Vector512.MaxNative(Vector512<T>.Zero, sum); // a NaN stays one
    }

    /// <summary>Parts of four samples' sums side by side, a sample in 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Parts(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d)
    {
        var ab =
            Avx512F.Shuffle4x128(a.AsDouble(), b.AsDouble(), 0x44).As<double, T>()
            + Avx512F.Shuffle4x128(a.AsDouble(), b.AsDouble(), 0xEE).As<double, T>();
        var cd =
            Avx512F.Shuffle4x128(c.AsDouble(), d.AsDouble(), 0x44).As<double, T>()
            + Avx512F.Shuffle4x128(c.AsDouble(), d.AsDouble(), 0xEE).As<double, T>();
        return Avx512F.Shuffle4x128(ab.AsDouble(), cd.AsDouble(), 0x88).As<double, T>()
            + Avx512F.Shuffle4x128(ab.AsDouble(), cd.AsDouble(), 0xDD).As<double, T>();
    }

    /// <summary>Sums of the samples that lie in a and b in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Sums(Vector512<T> a, Vector512<T> b) =>
        Avx512F.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>() + Avx512F.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>();

    /// <summary>Sums of the samples that lie in a, b, c and d in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Sums(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d)
    {
        var ab = Avx512F.UnpackLow(a.AsSingle(), b.AsSingle()) + Avx512F.UnpackHigh(a.AsSingle(), b.AsSingle());
        var cd = Avx512F.UnpackLow(c.AsSingle(), d.AsSingle()) + Avx512F.UnpackHigh(c.AsSingle(), d.AsSingle());
        return Sums(ab.As<float, T>(), cd.As<float, T>());
    }

    /// <summary>A vector of samples of one control index.</summary>
    private readonly struct Same;

    private readonly struct Others;

    /// <summary>At most 32 bits a sample.</summary>
    private readonly struct OneQuad;

    private readonly struct MoreQuads;
}
