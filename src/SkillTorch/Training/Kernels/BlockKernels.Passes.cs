using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Training.Kernels;

/// <content>The passes of one block of hidden units over the samples.</content>
internal sealed unsafe partial class BlockKernels<TSimd, TVector, T>
{
    private const int Tile = SampleRows.Tile;

    /// <inheritdoc/>
    public override bool TurnsSigns(int outputs) => !IsWide(outputs) && outputs <= TreeForward<TSimd, TVector, T>.MaxOutputs;

    /// <inheritdoc/>
    public override void Forward(
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
        if (IsWide(outputs))
        {
            WideForward<T>.Run(samples, table, bases, weights, stride, outputs, sums, sumStride, add, active, firstBit);
        }
        else if (outputs <= TreeForward<TSimd, TVector, T>.MaxOutputs)
        {
            TreeForward<TSimd, TVector, T>.Run(
                samples,
                table,
                bases,
                weights,
                stride,
                outputs,
                sums,
                sumStride,
                add,
                active,
                firstBit,
                pair
            );
        }
        else if (pair)
        {
            Forward<Double>(samples, table, bases, weights, stride, outputs, sums, sumStride, add, active, firstBit);
        }
        else
        {
            Forward<Single>(samples, table, bases, weights, stride, outputs, sums, sumStride, add, active, firstBit);
        }
    }

    private static bool IsWide(int outputs) =>
        typeof(TVector) == typeof(Vector512<T>) && Avx512F.IsSupported && outputs <= WideForward<T>.MaxOutputs;

    private static void Forward<TBlock>(
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
        where TBlock : struct, IBlock
    {
        int lanes = TSimd.Count,
            quads = samples.Quads;
        var rows = samples.Rows;
        var controls = samples.Controls;
        for (var b = 0; b < samples.Count; b += Tile, rows += Tile * quads, controls += Tile, sums += Tile, active += Tile)
        {
            Sum<TBlock>(rows, quads, table, bases, controls[0], out var a0, out var b0);
            Sum<TBlock>(rows + quads, quads, table, bases, controls[1], out var a1, out var b1);
            Sum<TBlock>(rows + 2 * quads, quads, table, bases, controls[2], out var a2, out var b2);
            Sum<TBlock>(rows + 3 * quads, quads, table, bases, controls[3], out var a3, out var b3);
            var bits = Vector128.Create(
                ActiveBits<TBlock>(a0, b0),
                ActiveBits<TBlock>(a1, b1),
                ActiveBits<TBlock>(a2, b2),
                ActiveBits<TBlock>(a3, b3)
            );
            (Vector128.Load(active) | (bits << firstBit)).Store(active);
            a0 = TSimd.Relu(a0);
            a1 = TSimd.Relu(a1);
            a2 = TSimd.Relu(a2);
            a3 = TSimd.Relu(a3);
            if (TBlock.Pair)
            {
                b0 = TSimd.Relu(b0);
                b1 = TSimd.Relu(b1);
                b2 = TSimd.Relu(b2);
                b3 = TSimd.Relu(b3);
            }

            T* weight = weights,
                sum = sums;
            for (var o = 0; o < outputs; o++, weight += stride, sum += sumStride)
            {
                var w = TSimd.Load(weight);
                TVector s0 = TSimd.Multiply(a0, w),
                    s1 = TSimd.Multiply(a1, w),
                    s2 = TSimd.Multiply(a2, w),
                    s3 = TSimd.Multiply(a3, w);
                if (TBlock.Pair)
                {
                    w = TSimd.Load(weight + lanes);
                    s0 = TSimd.MultiplyAdd(b0, w, s0);
                    s1 = TSimd.MultiplyAdd(b1, w, s1);
                    s2 = TSimd.MultiplyAdd(b2, w, s2);
                    s3 = TSimd.MultiplyAdd(b3, w, s3);
                }

                StoreSums(TSimd.Fold(s0), TSimd.Fold(s1), TSimd.Fold(s2), TSimd.Fold(s3), sum, add);
            }
        }
    }

    /// <summary>z of a sample, in the row's first (x) and second (y) vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum<TBlock>(ulong* rows, int quads, T* table, T* bases, uint control, out TVector x, out TVector y)
        where TBlock : struct, IBlock
    {
        var lanes = TSimd.Count;
        var row = bases + (nuint)control * (nuint)(TBlock.Pair ? 2 * lanes : lanes);
        x = TSimd.Load(row);
        y = TBlock.Pair ? TSimd.Load(row + lanes) : default;
        for (var i = 0; i < quads; i++)
        {
            var quad = rows[i];
            T* r0 = table + (nuint)(ushort)quad,
                r1 = table + (nuint)(ushort)(quad >> 16),
                r2 = table + (nuint)(ushort)(quad >> 32),
                r3 = table + (nuint)(quad >> 48);
            x = TSimd.Add(TSimd.Add(x, TSimd.Load(r0)), TSimd.Add(TSimd.Add(TSimd.Load(r1), TSimd.Load(r2)), TSimd.Load(r3)));
            if (TBlock.Pair)
            {
                y = TSimd.Add(
                    TSimd.Add(y, TSimd.Load(r0 + lanes)),
                    TSimd.Add(TSimd.Add(TSimd.Load(r1 + lanes), TSimd.Load(r2 + lanes)), TSimd.Load(r3 + lanes))
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ActiveBits<TBlock>(TVector x, TVector y)
        where TBlock : struct, IBlock =>
        TBlock.Pair ? TSimd.PositiveBits(x) | (TSimd.PositiveBits(y) << TSimd.Count) : TSimd.PositiveBits(x);

    /// <inheritdoc/>
    public override void Backward(SampleRows rows, T* table, T* derivative, uint* active, bool pair)
    {
        if (pair)
        {
            Backward<Double>(rows, table, derivative, active);
        }
        else
        {
            Backward<Single>(rows, table, derivative, active);
        }
    }

    private static void Backward<TBlock>(SampleRows samples, T* table, T* derivative, uint* active)
        where TBlock : struct, IBlock
    {
        int lanes = TSimd.Count,
            groups = samples.Groups;
        TVector first = TSimd.UnitBit(0),
            second = TBlock.Pair ? TSimd.UnitBit(lanes) : default;
        var rows = samples.Rows;
        for (var tile = 0; tile < samples.Tiles; tile++, derivative += SampleRows.Tile, active += SampleRows.Tile)
        {
            TVector x0 = TSimd.Broadcast(derivative[0]),
                x1 = TSimd.Broadcast(derivative[1]);
            TVector x2 = TSimd.Broadcast(derivative[2]),
                x3 = TSimd.Broadcast(derivative[3]);
            TVector y0 = x0,
                y1 = x1,
                y2 = x2,
                y3 = x3;
            TVector s0 = TSimd.Spread(active[0]),
                s1 = TSimd.Spread(active[1]),
                s2 = TSimd.Spread(active[2]),
                s3 = TSimd.Spread(active[3]);
            x0 = TSimd.Select(x0, s0, first);
            x1 = TSimd.Select(x1, s1, first);
            x2 = TSimd.Select(x2, s2, first);
            x3 = TSimd.Select(x3, s3, first);
            if (TBlock.Pair)
            {
                y0 = TSimd.Select(y0, s0, second);
                y1 = TSimd.Select(y1, s1, second);
                y2 = TSimd.Select(y2, s2, second);
                y3 = TSimd.Select(y3, s3, second);
            }

            for (var group = 0; group < groups; group++, rows += SampleRows.Tile)
            {
                // One after another: samples of a tile may share a row.
                Accumulate<TBlock>(table + (nuint)rows[0], x0, y0);
                Accumulate<TBlock>(table + (nuint)rows[1], x1, y1);
                Accumulate<TBlock>(table + (nuint)rows[2], x2, y2);
                Accumulate<TBlock>(table + (nuint)rows[3], x3, y3);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate<TBlock>(T* row, TVector x, TVector y)
        where TBlock : struct, IBlock
    {
        TSimd.Store(TSimd.Add(x, TSimd.Load(row)), row);
        if (TBlock.Pair)
        {
            row += TSimd.Count;
            TSimd.Store(TSimd.Add(y, TSimd.Load(row)), row);
        }
    }

    /// <summary>The sums of four vectors, side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSums(Vector128<T> s0, Vector128<T> s1, Vector128<T> s2, Vector128<T> s3, T* sum, bool add)
    {
        if (typeof(T) == typeof(float))
        {
            Vector128<float> total;
            if (Sse.IsSupported)
            {
                var low = Sse.UnpackLow(s0.AsSingle(), s1.AsSingle()) + Sse.UnpackHigh(s0.AsSingle(), s1.AsSingle());
                var high = Sse.UnpackLow(s2.AsSingle(), s3.AsSingle()) + Sse.UnpackHigh(s2.AsSingle(), s3.AsSingle());
                total = Sse.MoveLowToHigh(low, high) + Sse.MoveHighToLow(high, low);
            }
            else
            {
                total = Vector128.Create(
                    Vector128.Sum(s0.AsSingle()),
                    Vector128.Sum(s1.AsSingle()),
                    Vector128.Sum(s2.AsSingle()),
                    Vector128.Sum(s3.AsSingle())
                );
            }

            (add ? Vector128.Load((float*)sum) + total : total).Store((float*)sum);
        }
        else
        {
            var total = Vector256.Create(
                Vector128.Sum(s0.AsDouble()),
                Vector128.Sum(s1.AsDouble()),
                Vector128.Sum(s2.AsDouble()),
                Vector128.Sum(s3.AsDouble())
            );
            (add ? Vector256.Load((double*)sum) + total : total).Store((double*)sum);
        }
    }
}
