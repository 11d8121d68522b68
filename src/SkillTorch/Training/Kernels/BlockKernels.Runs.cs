using System.Runtime.CompilerServices;

namespace SkillTorch.Training.Kernels;

/// <content>The backward pass over sorted samples: sums stay in registers for a whole run, and memory sees one row a pattern.</content>
internal sealed unsafe partial class BlockKernels<TSimd, TVector, T>
{
    /// <inheritdoc/>
    public override void SumRuns(
        int* order,
        int* starts,
        int lows,
        int highs,
        T* derivative,
        nint step,
        uint* active,
        nint activeStride,
        int blocks,
        T* low,
        T* high
    )
    {
        new Span<T>(low, lows * 2 * blocks * TSimd.Count).Clear();
        if (blocks == 2)
        {
            SumRuns<Double>(order, starts, lows, highs, derivative, step, active, active + activeStride, low, high);
        }
        else
        {
            SumRuns<Single>(order, starts, lows, highs, derivative, step, active, active, low, high);
        }
    }

    private static void SumRuns<TBlock>(
        int* order,
        int* starts,
        int lows,
        int highs,
        T* derivative,
        nint step,
        uint* active,
        uint* next,
        T* low,
        T* high
    )
        where TBlock : struct, IBlock
    {
        int lanes = TSimd.Count,
            stride = TBlock.Pair ? 4 * lanes : 2 * lanes;
        TVector first = TSimd.UnitBit(0),
            second = TSimd.UnitBit(lanes);
        var sample = order;
        for (var i = 0; i < highs; i++, high += stride)
        {
            TVector r0 = default,
                r1 = default,
                r2 = default,
                r3 = default;
            var row = low;
            for (var j = 0; j < lows; j++, row += stride)
            {
                TVector s0 = default,
                    s1 = default,
                    s2 = default,
                    s3 = default;
                for (var end = order + *++starts; sample < end; sample++)
                {
                    nint b = *sample;
                    TVector slope = TSimd.Broadcast(derivative[b * step]),
                        bits = TSimd.Spread(active[b]);
                    s0 = TSimd.AddWhere(s0, slope, bits, first);
                    s1 = TSimd.AddWhere(s1, slope, bits, second);
                    if (TBlock.Pair)
                    {
                        bits = TSimd.Spread(next[b]);
                        s2 = TSimd.AddWhere(s2, slope, bits, first);
                        s3 = TSimd.AddWhere(s3, slope, bits, second);
                    }
                }

                r0 = Collect(r0, s0, row);
                r1 = Collect(r1, s1, row + lanes);
                if (TBlock.Pair)
                {
                    r2 = Collect(r2, s2, row + 2 * lanes);
                    r3 = Collect(r3, s3, row + 3 * lanes);
                }
            }

            TSimd.Store(r0, high);
            TSimd.Store(r1, high + lanes);
            if (TBlock.Pair)
            {
                TSimd.Store(r2, high + 2 * lanes);
                TSimd.Store(r3, high + 3 * lanes);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Collect(TVector total, TVector sum, T* row)
    {
        TSimd.Store(TSimd.Add(TSimd.Load(row), sum), row);
        return TSimd.Add(total, sum);
    }
}
