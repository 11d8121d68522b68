using System.Numerics;
using FsCheck.Xunit;
using SkillTorch.Numerics;
using SkillTorch.Training.Kernels;

namespace SkillTorch.Tests.Training.Kernels;

/// <summary>Products against their definition, and bit for bit against each other. Switches the vectors, so nothing else may run
/// meanwhile.</summary>
[Collection(nameof(LiveTensorTests))]
public unsafe class MatrixProductTests
{
    [Property(MaxTest = 60)]
    public void Every_layout_equals_the_definition_and_the_others_bit_for_bit(byte rows, short depth, byte columns, bool add, bool turned)
    {
        Check<float>(1 + rows % 11, 1 + Math.Abs((int)depth) % 420, 1 + columns % 130, add, turned, 1e-5);
        Check<double>(1 + rows % 11, 1 + Math.Abs((int)depth) % 420, 1 + columns % 130, add, turned, 1e-14);
    }

    [Property(MaxTest = 60)]
    public void Sparse_products_equal_dense_ones_bit_for_bit(byte rows, byte count, byte more, byte vectors, bool add)
    {
        CheckSparse<float>(1 + rows % 4, 1 + count % 30, more % 20, 1 + vectors % 3, add);
        CheckSparse<double>(1 + rows % 4, 1 + count % 30, more % 20, 1 + vectors % 3, add);
    }

    private static void Check<T>(int rows, int depth, int columns, bool add, bool turned, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var stride = Simd512<T>.Padded(columns);
        T[] a = Waves<T>(rows * depth, 1),
            b = Waves<T>(depth * stride, 2),
            c = Waves<T>(rows * stride, 3);
        for (var i = 0; i < b.Length; i++)
        {
            if (i % stride >= columns)
                b[i] = T.Zero;
        }

        nint rowStep = turned ? 1 : depth,
            depthStep = turned ? rows : 1;
        var results = new List<T[]>();
        foreach (var _ in Widths<T>())
        {
            var panels = new T[b.Length];
            T[] direct = [.. c],
                split = [.. c],
                alone = [.. c];
            fixed (
                T* pa = a,
                    pb = b,
                    pp = panels,
                    pd = direct,
                    ps = split,
                    pl = alone
            )
            {
                MatrixProduct<T>.Multiply(pa, rowStep, depthStep, pb, stride, pd, stride, rows, depth, stride, add);
                // Panels filled in two goes, and the depth in two.
                var half = depth / 2;
                MatrixProduct<T>.CopyToPanels(pb, stride, half, columns, pp, depth, 0);
                MatrixProduct<T>.CopyToPanels(pb + half * stride, stride, depth - half, columns, pp, depth, half);
                if (half > 0)
                    MatrixProduct<T>.MultiplyPanels(pa, rowStep, depthStep, pp, depth, 0, ps, stride, rows, half, stride, add);
                var rest = pa + half * depthStep;
                MatrixProduct<T>.MultiplyPanels(
                    rest,
                    rowStep,
                    depthStep,
                    pp,
                    depth,
                    half,
                    ps,
                    stride,
                    rows,
                    depth - half,
                    stride,
                    add || half > 0
                );
                for (var r = 0; r < rows; r++)
                {
                    var row = pl + r * stride;
                    MatrixProduct<T>.MultiplyPanels(pa + r * rowStep, rowStep, depthStep, pp, depth, 0, row, stride, 1, depth, stride, add);
                }

                Assert.Equal(stride, MatrixProduct<T>.PanelsOf(stride).Sum(panel => panel.Width));
            }

            results.AddRange([direct, split, alone]);
        }

        Assert.All(results, result => Assert.Equal(results[0], result));
        for (var r = 0; r < rows; r++)
        {
            for (var j = 0; j < columns; j++)
            {
                var sum = add ? double.CreateTruncating(c[r * stride + j]) : 0;
                for (var k = 0; k < depth; k++)
                    sum += double.CreateTruncating(a[r * rowStep + k * depthStep]) * double.CreateTruncating(b[k * stride + j]);
                Assert.Equal(sum, double.CreateTruncating(results[0][r * stride + j]), tolerance * (1 + depth));
            }
        }
    }

    private static void CheckSparse<T>(int rows, int count, int more, int vectors, bool add)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var all = count + more; // columns of A
        int[] index = [.. Enumerable.Range(0, all).OrderBy(i => Math.Sin(i)).Take(count).Order()];
        var a = new T[count * 4];
        var dense = new T[4 * all];
        foreach (var (k, value) in Waves<T>(a.Length, 4).Index())
        {
            if (k % 4 < rows)
                dense[k % 4 * all + index[k / 4]] = a[k] = value;
        }

        foreach (var _ in Widths<T>())
        {
            var width = vectors * System.Runtime.Intrinsics.Vector512<T>.Count;
            T[] b = Waves<T>(all * 2 * width, 5),
                c = Waves<T>(4 * width, 6),
                mask =
                [.. Enumerable.Range(0, width).Select(i => i % 3 == 0 ? System.Runtime.Intrinsics.Vector512<T>.AllBitsSet[0] : T.Zero)],
                blended =
                [.. Enumerable.Range(0, all * width).Select(i => b[i / width * 2 * width + (i % width % 3 == 0 ? width : 0) + i % width])],
                sums = Waves<T>(all * width, 7);
            T[] expected = [.. c],
                expectedBlend = [.. c],
                expectedSums = [.. sums],
                blend = [.. c];
            for (var r = 0; r < rows; r++)
            {
                for (var j = 0; j < width; j++)
                {
                    var (sum, other) = (T.Zero, add ? c[r * width + j] : T.Zero);
                    for (var k = 0; k < all; k++)
                    {
                        sum = T.FusedMultiplyAdd(dense[r * all + k], b[k * width + j], sum);
                        other = T.FusedMultiplyAdd(dense[r * all + k], blended[k * width + j], other);
                        expectedSums[k * width + j] = T.FusedMultiplyAdd(dense[r * all + k], c[r * width + j], expectedSums[k * width + j]);
                    }

                    (expected[r * width + j], expectedBlend[r * width + j]) = (sum, other);
                }
            }

            fixed (
                T* pa = a,
                    pd = dense,
                    pb = b,
                    pc = c,
                    pm = mask,
                    pl = blend,
                    ps = sums
            )
            fixed (int* pi = index)
            {
                MatrixProduct<T>.AddSparseTransposed(pa, rows, pi, count, pc, width, ps);
                MatrixProduct<T>.MultiplyBlended(pd, all, rows, all, pb, pm, width, pl, width, add);
                MatrixProduct<T>.MultiplySparse(pa, rows, pi, count, pb, width, pc, width);
            }

            Assert.Equal(expectedSums, sums);
            Assert.Equal(expectedBlend, blend);
            Assert.Equal(expected, c);
        }
    }

    /// <summary>With vectors of 512 bits and of 256.</summary>
    private static IEnumerable<bool> Widths<T>()
        where T : unmanaged
    {
        var usual = MatrixProduct<T>.IsWide;
        try
        {
            foreach (var wide in new[] { true, false })
            {
                MatrixProduct<T>.IsWide = wide;
                yield return wide;
            }
        }
        finally
        {
            MatrixProduct<T>.IsWide = usual;
        }
    }

    private static T[] Waves<T>(int count, int phase)
        where T : INumber<T> => [.. Enumerable.Range(0, count).Select(i => T.CreateTruncating(Math.Sin(i * 1.7 + phase)))];
}
