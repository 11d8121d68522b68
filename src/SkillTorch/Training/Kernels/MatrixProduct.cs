using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// Products of small matrices that stay in a core's caches. What is in one register, four rows by three vectors of C, is summed over
/// the whole depth, so that the order of additions depends on nothing but the depth.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal static unsafe class MatrixProduct<T>
    where T : unmanaged
{
    private static int Lanes => Vector512<T>.Count;

    /// <summary>C ← A·B, or C ← C + A·B.</summary>
    /// <param name="a">A(0, 0).</param>
    /// <param name="rowStep">From A(i, k) to A(i + 1, k).</param>
    /// <param name="depthStep">From A(i, k) to A(i, k + 1).</param>
    /// <param name="b">B, rows of whole vectors.</param>
    /// <param name="bStride">From row to row of B.</param>
    /// <param name="c">C, rows of whole vectors.</param>
    /// <param name="cStride">From row to row of C.</param>
    /// <param name="rows">Rows of A and C, at least 1.</param>
    /// <param name="depth">Columns of A, rows of B.</param>
    /// <param name="columns">Columns of B and C, whole vectors.</param>
    /// <param name="add">Whether to add to C.</param>
    public static void Multiply(
        T* a,
        nint rowStep,
        nint depthStep,
        T* b,
        nint bStride,
        T* c,
        nint cStride,
        int rows,
        int depth,
        int columns,
        bool add
    )
    {
        for (var column = 0; column < columns; column += 3 * Lanes)
        {
            // Four columns of vectors are two twos rather than a three and a one, which waits for its additions.
            var vectors = (columns - column) / Lanes;
            if (vectors is 2 or 4)
            {
                MultiplyPanel<Two>(a, rowStep, depthStep, b + column, bStride, c + column, cStride, rows, depth, add);
                column -= Lanes;
            }
            else if (vectors == 1)
            {
                MultiplyPanel<One>(a, rowStep, depthStep, b + column, bStride, c + column, cStride, rows, depth, add);
            }
            else
            {
                MultiplyPanel<Three>(a, rowStep, depthStep, b + column, bStride, c + column, cStride, rows, depth, add);
            }
        }
    }

    private static void MultiplyPanel<TVectors>(
        T* a,
        nint rowStep,
        nint depthStep,
        T* b,
        nint bStride,
        T* c,
        nint cStride,
        int rows,
        int depth,
        bool add
    )
        where TVectors : struct, IVectors
    {
        // Where less than four rows are left, the last one is computed, and stored, more than once.
        for (var row = 0; row < rows; row += 4)
        {
            int second = Math.Min(row + 1, rows - 1),
                third = Math.Min(row + 2, rows - 1),
                fourth = Math.Min(row + 3, rows - 1);
            MultiplyBlock<TVectors>(
                a + row * rowStep,
                a + second * rowStep,
                a + third * rowStep,
                a + fourth * rowStep,
                depthStep,
                b,
                bStride,
                c + row * cStride,
                c + second * cStride,
                c + third * cStride,
                c + fourth * cStride,
                depth,
                add
            );
        }
    }

    private static void MultiplyBlock<TVectors>(
        T* a0,
        T* a1,
        T* a2,
        T* a3,
        nint depthStep,
        T* b,
        nint bStride,
        T* c0,
        T* c1,
        T* c2,
        T* c3,
        int depth,
        bool add
    )
        where TVectors : struct, IVectors
    {
        Vector512<T> s00 = default,
            s01 = default,
            s02 = default,
            s10 = default,
            s11 = default,
            s12 = default;
        Vector512<T> s20 = default,
            s21 = default,
            s22 = default,
            s30 = default,
            s31 = default,
            s32 = default;
        if (add)
        {
            (s00, s10, s20, s30) = (Vector512.Load(c0), Vector512.Load(c1), Vector512.Load(c2), Vector512.Load(c3));
            if (TVectors.Count > 1)
            {
                (s01, s11, s21, s31) = (
                    Vector512.Load(c0 + Lanes),
                    Vector512.Load(c1 + Lanes),
                    Vector512.Load(c2 + Lanes),
                    Vector512.Load(c3 + Lanes)
                );
            }

            if (TVectors.Count > 2)
            {
                (s02, s12, s22, s32) = (
                    Vector512.Load(c0 + 2 * Lanes),
                    Vector512.Load(c1 + 2 * Lanes),
                    Vector512.Load(c2 + 2 * Lanes),
                    Vector512.Load(c3 + 2 * Lanes)
                );
            }
        }

        for (nint k = 0, at = 0; k < depth; k++, at += depthStep, b += bStride)
        {
            var b0 = Vector512.Load(b);
            var b1 = TVectors.Count > 1 ? Vector512.Load(b + Lanes) : default;
            var b2 = TVectors.Count > 2 ? Vector512.Load(b + 2 * Lanes) : default;
            var x = Vector512.Create(a0[at]);
            s00 = Simd512<T>.MultiplyAdd(x, b0, s00);
            if (TVectors.Count > 1)
                s01 = Simd512<T>.MultiplyAdd(x, b1, s01);
            if (TVectors.Count > 2)
                s02 = Simd512<T>.MultiplyAdd(x, b2, s02);
            x = Vector512.Create(a1[at]);
            s10 = Simd512<T>.MultiplyAdd(x, b0, s10);
            if (TVectors.Count > 1)
                s11 = Simd512<T>.MultiplyAdd(x, b1, s11);
            if (TVectors.Count > 2)
                s12 = Simd512<T>.MultiplyAdd(x, b2, s12);
            x = Vector512.Create(a2[at]);
            s20 = Simd512<T>.MultiplyAdd(x, b0, s20);
            if (TVectors.Count > 1)
                s21 = Simd512<T>.MultiplyAdd(x, b1, s21);
            if (TVectors.Count > 2)
                s22 = Simd512<T>.MultiplyAdd(x, b2, s22);
            x = Vector512.Create(a3[at]);
            s30 = Simd512<T>.MultiplyAdd(x, b0, s30);
            if (TVectors.Count > 1)
                s31 = Simd512<T>.MultiplyAdd(x, b1, s31);
            if (TVectors.Count > 2)
                s32 = Simd512<T>.MultiplyAdd(x, b2, s32);
        }

        Store(c0, s00, s01, s02);
        Store(c1, s10, s11, s12);
        Store(c2, s20, s21, s22);
        Store(c3, s30, s31, s32);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store(T* c, Vector512<T> first, Vector512<T> second, Vector512<T> third)
        {
            first.Store(c);
            if (TVectors.Count > 1)
                second.Store(c + Lanes);
            if (TVectors.Count > 2)
                third.Store(c + 2 * Lanes);
        }
    }

    /// <summary>Vectors of a block of C side by side, known to the just-in-time compiler.</summary>
    private interface IVectors
    {
        static abstract int Count { get; }
    }

    private readonly struct One : IVectors
    {
        public static int Count => 1;
    }

    private readonly struct Two : IVectors
    {
        public static int Count => 2;
    }

    private readonly struct Three : IVectors
    {
        public static int Count => 3;
    }
}
