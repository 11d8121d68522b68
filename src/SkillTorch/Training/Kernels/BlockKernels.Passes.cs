using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Training.Kernels;

/// <content>The passes of one block of hidden units over the samples.</content>
internal sealed unsafe partial class BlockKernels<TSimd, TVector, T>
{
    /// <summary>Tiles whose products are summed before they join the total: short sums keep float32 accurate.</summary>
    private const int TilesPerSum = 64;

    /// <inheritdoc/>
    public override void Forward(SampleRows rows, T* table, T* weights, int stride, int outputs, T* sums, nint sumStride, bool add, uint* active, bool pair)
    {
        if (pair)
        {
            Forward<Double>(rows, table, weights, stride, outputs, sums, sumStride, add, active);
        }
        else
        {
            Forward<Single>(rows, table, weights, stride, outputs, sums, sumStride, add, active);
        }
    }

    private static void Forward<TBlock>(SampleRows samples, T* table, T* weights, int stride, int outputs, T* sums, nint sumStride, bool add, uint* active)
        where TBlock : struct, IBlock
    {
        int lanes = TSimd.Count, groups = samples.Groups;
        ushort* rows = samples.Rows;
        for (int tile = 0; tile < samples.Tiles; tile++, rows += SampleRows.Tile * groups, sums += SampleRows.Tile)
        {
            Activations<TBlock>(rows, groups, table, active, out TVector a0, out TVector a1, out TVector a2, out TVector a3, out TVector b0, out TVector b1, out TVector b2, out TVector b3);
            if (active != null)
            {
                active += SampleRows.Tile;
            }

            T* weight = weights, sum = sums;
            for (int o = 0; o < outputs; o++, weight += stride, sum += sumStride)
            {
                TVector w = TSimd.Load(weight);
                TVector s0 = TSimd.Multiply(a0, w), s1 = TSimd.Multiply(a1, w), s2 = TSimd.Multiply(a2, w), s3 = TSimd.Multiply(a3, w);
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

    /// <summary>relu(z) of a tile's four samples, in the block's first (a) and second (b) vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Activations<TBlock>(ushort* rows, int groups, T* table, uint* active, out TVector a0, out TVector a1, out TVector a2, out TVector a3, out TVector b0, out TVector b1, out TVector b2, out TVector b3)
        where TBlock : struct, IBlock
    {
        int lanes = TSimd.Count;
        T* r0 = table + (nuint)rows[0], r1 = table + (nuint)rows[1], r2 = table + (nuint)rows[2], r3 = table + (nuint)rows[3];
        TVector x0 = TSimd.Load(r0), x1 = TSimd.Load(r1), x2 = TSimd.Load(r2), x3 = TSimd.Load(r3);
        TVector y0 = default, y1 = default, y2 = default, y3 = default;
        if (TBlock.Pair)
        {
            y0 = TSimd.Load(r0 + lanes);
            y1 = TSimd.Load(r1 + lanes);
            y2 = TSimd.Load(r2 + lanes);
            y3 = TSimd.Load(r3 + lanes);
        }

        for (int group = 1; group < groups; group++)
        {
            rows += SampleRows.Tile;
            r0 = table + (nuint)rows[0];
            r1 = table + (nuint)rows[1];
            r2 = table + (nuint)rows[2];
            r3 = table + (nuint)rows[3];
            x0 = TSimd.Add(x0, TSimd.Load(r0));
            x1 = TSimd.Add(x1, TSimd.Load(r1));
            x2 = TSimd.Add(x2, TSimd.Load(r2));
            x3 = TSimd.Add(x3, TSimd.Load(r3));
            if (TBlock.Pair)
            {
                y0 = TSimd.Add(y0, TSimd.Load(r0 + lanes));
                y1 = TSimd.Add(y1, TSimd.Load(r1 + lanes));
                y2 = TSimd.Add(y2, TSimd.Load(r2 + lanes));
                y3 = TSimd.Add(y3, TSimd.Load(r3 + lanes));
            }
        }

        if (active != null)
        {
            active[0] = ActiveBits<TBlock>(x0, y0);
            active[1] = ActiveBits<TBlock>(x1, y1);
            active[2] = ActiveBits<TBlock>(x2, y2);
            active[3] = ActiveBits<TBlock>(x3, y3);
        }

        a0 = TSimd.Relu(x0);
        a1 = TSimd.Relu(x1);
        a2 = TSimd.Relu(x2);
        a3 = TSimd.Relu(x3);
        b0 = TBlock.Pair ? TSimd.Relu(y0) : default;
        b1 = TBlock.Pair ? TSimd.Relu(y1) : default;
        b2 = TBlock.Pair ? TSimd.Relu(y2) : default;
        b3 = TBlock.Pair ? TSimd.Relu(y3) : default;
    }

    /// <inheritdoc/>
    public override void Backward(SampleRows rows, T* table, T* derivative, T* weights, int stride, int outputs, uint* active, bool pair)
    {
        if (pair)
        {
            Backward<Double>(rows, table, derivative, weights, stride, outputs, active);
        }
        else
        {
            Backward<Single>(rows, table, derivative, weights, stride, outputs, active);
        }
    }

    private static void Backward<TBlock>(SampleRows samples, T* table, T* derivative, T* weights, int stride, int outputs, uint* active)
        where TBlock : struct, IBlock
    {
        int lanes = TSimd.Count, groups = samples.Groups;
        TVector first = TSimd.UnitBit(0), second = TBlock.Pair ? TSimd.UnitBit(lanes) : default;
        ushort* rows = samples.Rows;
        for (int tile = 0; tile < samples.Tiles; tile++, derivative += SampleRows.Tile * outputs, active += SampleRows.Tile)
        {
            TVector x0, x1, x2, x3, y0, y1, y2, y3;
            if (weights == null)
            {
                x0 = y0 = TSimd.Broadcast(derivative[0]);
                x1 = y1 = TSimd.Broadcast(derivative[1]);
                x2 = y2 = TSimd.Broadcast(derivative[2]);
                x3 = y3 = TSimd.Broadcast(derivative[3]);
            }
            else
            {
                x0 = x1 = x2 = x3 = y0 = y1 = y2 = y3 = default;
                T* d0 = derivative, d1 = d0 + outputs, d2 = d1 + outputs, d3 = d2 + outputs, weight = weights;
                for (int o = 0; o < outputs; o++, weight += stride)
                {
                    TVector w = TSimd.Load(weight);
                    TVector g0 = TSimd.Broadcast(d0[o]), g1 = TSimd.Broadcast(d1[o]), g2 = TSimd.Broadcast(d2[o]), g3 = TSimd.Broadcast(d3[o]);
                    x0 = TSimd.MultiplyAdd(g0, w, x0);
                    x1 = TSimd.MultiplyAdd(g1, w, x1);
                    x2 = TSimd.MultiplyAdd(g2, w, x2);
                    x3 = TSimd.MultiplyAdd(g3, w, x3);
                    if (TBlock.Pair)
                    {
                        w = TSimd.Load(weight + lanes);
                        y0 = TSimd.MultiplyAdd(g0, w, y0);
                        y1 = TSimd.MultiplyAdd(g1, w, y1);
                        y2 = TSimd.MultiplyAdd(g2, w, y2);
                        y3 = TSimd.MultiplyAdd(g3, w, y3);
                    }
                }
            }

            TVector s0 = TSimd.Spread(active[0]), s1 = TSimd.Spread(active[1]), s2 = TSimd.Spread(active[2]), s3 = TSimd.Spread(active[3]);
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

            for (int group = 0; group < groups; group++, rows += SampleRows.Tile)
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ActiveBits<TBlock>(TVector x, TVector y)
        where TBlock : struct, IBlock =>
        TBlock.Pair ? TSimd.PositiveBits(x) | (TSimd.PositiveBits(y) << TSimd.Count) : TSimd.PositiveBits(x);

    /// <inheritdoc/>
    public override void OutputWeights(SampleRows rows, T* table, T* derivative, int stride, int outputs, T* gradient, T* partial, bool pair)
    {
        for (int tile = 0; tile < rows.Tiles; tile += TilesPerSum)
        {
            var some = new SampleRows(rows.Rows + (nint)tile * SampleRows.Tile * rows.Groups, rows.Groups, Math.Min(TilesPerSum, rows.Tiles - tile));
            T* slope = derivative + (nint)tile * SampleRows.Tile * outputs;
            new Span<T>(partial, outputs * stride).Clear();
            if (pair)
            {
                OutputWeights<Double>(some, table, slope, stride, outputs, partial);
            }
            else
            {
                OutputWeights<Single>(some, table, slope, stride, outputs, partial);
            }

            for (int i = 0; i < outputs * stride; i += TSimd.Count)
            {
                TSimd.Store(TSimd.Add(TSimd.Load(gradient + i), TSimd.Load(partial + i)), gradient + i);
            }
        }
    }

    private static void OutputWeights<TBlock>(SampleRows samples, T* table, T* derivative, int stride, int outputs, T* gradient)
        where TBlock : struct, IBlock
    {
        int lanes = TSimd.Count, groups = samples.Groups;
        ushort* rows = samples.Rows;
        for (int tile = 0; tile < samples.Tiles; tile++, rows += SampleRows.Tile * groups, derivative += SampleRows.Tile * outputs)
        {
            Activations<TBlock>(rows, groups, table, null, out TVector a0, out TVector a1, out TVector a2, out TVector a3, out TVector b0, out TVector b1, out TVector b2, out TVector b3);
            T* d0 = derivative, d1 = d0 + outputs, d2 = d1 + outputs, d3 = d2 + outputs, sum = gradient;
            for (int o = 0; o < outputs; o++, sum += stride)
            {
                TVector g0 = TSimd.Broadcast(d0[o]), g1 = TSimd.Broadcast(d1[o]), g2 = TSimd.Broadcast(d2[o]), g3 = TSimd.Broadcast(d3[o]);
                TVector low = TSimd.MultiplyAdd(a1, g1, TSimd.Multiply(a0, g0)), high = TSimd.MultiplyAdd(a3, g3, TSimd.Multiply(a2, g2));
                TSimd.Store(TSimd.Add(TSimd.Load(sum), TSimd.Add(low, high)), sum);
                if (TBlock.Pair)
                {
                    low = TSimd.MultiplyAdd(b1, g1, TSimd.Multiply(b0, g0));
                    high = TSimd.MultiplyAdd(b3, g3, TSimd.Multiply(b2, g2));
                    TSimd.Store(TSimd.Add(TSimd.Load(sum + lanes), TSimd.Add(low, high)), sum + lanes);
                }
            }
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
                Vector128<float> low = Sse.UnpackLow(s0.AsSingle(), s1.AsSingle()) + Sse.UnpackHigh(s0.AsSingle(), s1.AsSingle());
                Vector128<float> high = Sse.UnpackLow(s2.AsSingle(), s3.AsSingle()) + Sse.UnpackHigh(s2.AsSingle(), s3.AsSingle());
                total = Sse.MoveLowToHigh(low, high) + Sse.MoveHighToLow(high, low);
            }
            else
            {
                total = Vector128.Create(Vector128.Sum(s0.AsSingle()), Vector128.Sum(s1.AsSingle()), Vector128.Sum(s2.AsSingle()), Vector128.Sum(s3.AsSingle()));
            }

            (add ? Vector128.Load((float*)sum) + total : total).Store((float*)sum);
        }
        else
        {
            var total = Vector256.Create(Vector128.Sum(s0.AsDouble()), Vector128.Sum(s1.AsDouble()), Vector128.Sum(s2.AsDouble()), Vector128.Sum(s3.AsDouble()));
            (add ? Vector256.Load((double*)sum) + total : total).Store((double*)sum);
        }
    }
}
