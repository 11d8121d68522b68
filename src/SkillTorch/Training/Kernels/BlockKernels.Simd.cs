using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>The inner loops on vectors of one width: the tables and the loss. The passes over samples are in
/// BlockKernels.Passes.cs.</summary>
internal sealed unsafe partial class BlockKernels<TSimd, TVector, T> : BlockKernels<T>
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    /// <inheritdoc/>
    public override int Lanes => TSimd.Count;

    /// <inheritdoc/>
    public override int RowVectors => typeof(TVector) == typeof(Vector512<T>) ? 1 : 2;

    /// <inheritdoc/>
    public override void BuildTable(T* weights, int bits, int stride, T* table, int row)
    {
        TSimd.Store(default, table);
        for (var bit = 0; bit < bits; bit++, weights += stride)
        {
            var weight = TSimd.Load(weights);
            var upper = table + ((nint)row << bit);
            for (T* lower = table, end = upper; lower < end; lower += row, upper += row)
            {
                TSimd.Store(TSimd.Add(TSimd.Load(lower), weight), upper);
            }
        }
    }

    /// <inheritdoc/>
    public override void AddToRows(T* weights, T* start, int count, int stride, T* rows, int row)
    {
        var begin = TSimd.Load(start);
        TSimd.Store(begin, rows);
        for (var i = 0; i < count; i++)
        {
            TSimd.Store(TSimd.Add(begin, TSimd.Load(weights + i * stride)), rows + i * row);
        }
    }

    /// <inheritdoc/>
    public override void ReduceTable(TableLayout layout, T* table, T* gradient, T* total, bool pair)
    {
        int lanes = TSimd.Count,
            stride = layout.Stride,
            elements = pair ? 2 * lanes : lanes;
        foreach (var group in layout.Groups)
        {
            T* first = table + group.FirstRow * stride,
                column = gradient + group.Column * stride;
            if (group.Bits == 0)
            {
                SumCopies(first, group, stride, column, elements);
            }
            else
            {
                SumByBit(first, group.Bits, stride, column, elements);
            }

            for (var i = 0; i < elements && group.FirstRow == 0; i += lanes)
            {
                TSimd.Store(TSimd.Load(first + i), total + i);
            }
        }
    }

    /// <inheritdoc/>
    public override void SumByBit(T* rows, int bits, int stride, T* columns, int elements)
    {
        for (var i = 0; i < elements; i += TSimd.Count)
        {
            for (var bit = bits - 1; bit >= 0; bit--)
            {
                TVector sum = default;
                T* lower = rows + i,
                    upper = lower + (stride << bit);
                for (var row = 0; row < 1 << bit; row++)
                {
                    var value = TSimd.Load(upper + row * stride);
                    sum = TSimd.Add(sum, value);
                    TSimd.Store(TSimd.Add(TSimd.Load(lower + row * stride), value), lower + row * stride);
                }

                TSimd.Store(sum, columns + i + bit * stride);
            }
        }
    }

    /// <inheritdoc/>
    public override void Finish(T* sums, int stride, int columns, T* weights, T* factor, T* scaled, bool add, T* part)
    {
        TVector w2 = TSimd.Load(factor),
            total = TSimd.Load(part);
        for (var j = 0; j < columns; j++, sums += stride, weights += TSimd.Count, scaled += TSimd.Count)
        {
            var sum = TSimd.Load(sums);
            total = TSimd.MultiplyAdd(TSimd.Load(weights), sum, total);
            TSimd.Store(add ? TSimd.MultiplyAdd(w2, sum, TSimd.Load(scaled)) : TSimd.Multiply(w2, sum), scaled);
        }

        TSimd.Store(total, part);
    }

    /// <summary>Each skill's sum, and in the first row the sum of all.</summary>
    private static void SumCopies(T* rows, TableGroup group, int stride, T* columns, int elements)
    {
        for (var i = 0; i < elements; i += TSimd.Count)
        {
            TVector all = default;
            for (var skill = 0; skill < group.Columns; skill++)
            {
                TVector sum = default;
                for (var copy = 0; copy < group.Copies; copy++)
                {
                    sum = TSimd.Add(sum, TSimd.Load(rows + i + (skill * group.Copies + copy) * stride));
                }

                TSimd.Store(sum, columns + i + skill * stride);
                all = TSimd.Add(all, sum);
            }

            TSimd.Store(all, rows + i);
        }
    }

    /// <inheritdoc/>
    public override void SumParts(T* sums, int parts, nint stride, T bias, int count)
    {
        var start = TSimd.Broadcast(bias);
        for (var i = 0; i < count; i += TSimd.Count)
        {
            var sum = TSimd.Add(start, TSimd.Load(sums + i));
            for (var part = 1; part < parts; part++)
            {
                sum = TSimd.Add(sum, TSimd.Load(sums + i + part * stride));
            }

            TSimd.Store(sum, sums + i);
        }
    }

    /// <inheritdoc/>
    public override double Sum(T* values, int count)
    {
        TVector even = default,
            odd = default;
        int lanes = TSimd.Count,
            i = 0;
        for (; i + 2 * lanes <= count; i += 2 * lanes)
        {
            even = TSimd.Add(even, TSimd.Load(values + i));
            odd = TSimd.Add(odd, TSimd.Load(values + i + lanes));
        }

        var sum = SumLanes(TSimd.Add(even, odd));
        for (; i < count; i++)
        {
            sum += ToDouble(values[i]);
        }

        return sum;
    }

    private static double SumLanes(TVector values)
    {
        var folded = TSimd.Fold(values);
        double sum = 0;
        for (var lane = 0; lane < Vector128<T>.Count; lane++)
        {
            sum += ToDouble(folded[lane]);
        }

        return sum;
    }

    private static double ToDouble(T value) =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(value) : Unsafe.BitCast<T, double>(value);
}
