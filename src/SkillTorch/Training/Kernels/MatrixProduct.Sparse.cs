using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// Products with a sparse matrix A, of which four rows at a time have the same few columns: A(i, index[k]) = a[k, i], i below 4. Each
/// takes one panel, so that it is in a core's caches for all rows of A.
/// </summary>
internal static unsafe partial class MatrixProduct<T>
{
    /// <summary>C ← A·B.</summary>
    /// <param name="a">[count, 4] Four rows of A.</param>
    /// <param name="rows">How many of the four there are.</param>
    /// <param name="index">[count] Their columns, rows of B.</param>
    /// <param name="count">Number of columns.</param>
    /// <param name="panel">A panel of B.</param>
    /// <param name="width">Columns of the panel.</param>
    /// <param name="c">C.</param>
    /// <param name="cStride">From row to row of C.</param>
    public static void MultiplySparse(T* a, int rows, int* index, int count, T* panel, int width, T* c, nint cStride) =>
        MultiplyPanel<Gathered>(a, 1, 4, new(panel, width, index), c, cStride, rows, count, width, add: false);

    /// <summary>C ← A·B or C ← C + A·B, where each element of B is one of two.</summary>
    /// <param name="a">A, row by row.</param>
    /// <param name="aStride">From row to row of A.</param>
    /// <param name="rows">Rows of A and C, at most 4.</param>
    /// <param name="depth">Columns of A, rows of B.</param>
    /// <param name="halves">[depth, 2·width] What the elements of B can be.</param>
    /// <param name="mask">[width] All bits where B has the second half's, none where it has the first's.</param>
    /// <param name="width">Columns of B, of a panel.</param>
    /// <param name="c">C.</param>
    /// <param name="cStride">From row to row of C.</param>
    /// <param name="add">Whether to add to C.</param>
    public static void MultiplyBlended(
        T* a,
        nint aStride,
        int rows,
        int depth,
        T* halves,
        T* mask,
        int width,
        T* c,
        nint cStride,
        bool add
    ) => MultiplyPanel<Blended>(a, aStride, 1, new(halves, 2 * width, null, mask), c, cStride, rows, depth, width, add);

    /// <summary>C ← C + Aᵀ·B.</summary>
    /// <param name="a">[count, 4] Four rows of A.</param>
    /// <param name="rows">How many of the four there are.</param>
    /// <param name="index">[count] Their columns, rows of C.</param>
    /// <param name="count">Number of columns.</param>
    /// <param name="b">[rows, width] Rows of B.</param>
    /// <param name="width">Columns of B and C, of a panel.</param>
    /// <param name="c">C, a panel.</param>
    public static void AddSparseTransposed(T* a, int rows, int* index, int count, T* b, int width, T* c)
    {
        if (IsWide)
            AddSparseTransposed<Simd512<T>, Vector512<T>>(a, rows, index, count, b, width, c);
        else
            AddSparseTransposed<Simd256<T>, Vector256<T>>(a, rows, index, count, b, width, c);
    }

    private static void AddSparseTransposed<TSimd, TVector>(T* a, int rows, int* index, int count, T* b, int width, T* c)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        int vectors;
        for (var column = 0; column < width; column += vectors * TSimd.Count)
        {
            vectors = VectorsOf((width - column) / TSimd.Count);
            if (vectors == 3)
                AddSparseTransposed<TSimd, TVector, Three>(a, rows, index, count, b + column, width, c + column);
            else if (vectors == 2)
                AddSparseTransposed<TSimd, TVector, Two>(a, rows, index, count, b + column, width, c + column);
            else
                AddSparseTransposed<TSimd, TVector, One>(a, rows, index, count, b + column, width, c + column);
        }
    }

    [MethodImpl(Whole)]
    private static void AddSparseTransposed<TSimd, TVector, TVectors>(T* a, int rows, int* index, int count, T* b, int width, T* c)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where TVectors : struct, IVectors
    {
        TVector b00 = LoadOr0(b + 0 * width, 0 < rows, 0),
            b10 = LoadOr0(b + 1 * width, 1 < rows, 0),
            b20 = LoadOr0(b + 2 * width, 2 < rows, 0),
            b30 = LoadOr0(b + 3 * width, 3 < rows, 0);
        TVector b01 = LoadOr0(b + 0 * width, 0 < rows, 1),
            b11 = LoadOr0(b + 1 * width, 1 < rows, 1),
            b21 = LoadOr0(b + 2 * width, 2 < rows, 1),
            b31 = LoadOr0(b + 3 * width, 3 < rows, 1);
        TVector b02 = LoadOr0(b + 0 * width, 0 < rows, 2),
            b12 = LoadOr0(b + 1 * width, 1 < rows, 2),
            b22 = LoadOr0(b + 2 * width, 2 < rows, 2),
            b32 = LoadOr0(b + 3 * width, 3 < rows, 2);
        for (nint k = 0; k < count; k++, a += 4)
        {
            var to = c + (nint)index[k] * width;
            TVector x0 = TSimd.Broadcast(a[0]),
                x1 = TSimd.Broadcast(a[1]),
                x2 = TSimd.Broadcast(a[2]),
                x3 = TSimd.Broadcast(a[3]);
            Add(to, x0, x1, x2, x3, b00, b10, b20, b30);
            if (TVectors.Count > 1)
                Add(to + TSimd.Count, x0, x1, x2, x3, b01, b11, b21, b31);
            if (TVectors.Count > 2)
                Add(to + 2 * TSimd.Count, x0, x1, x2, x3, b02, b12, b22, b32);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Add(T* sum, TVector x0, TVector x1, TVector x2, TVector x3, TVector y0, TVector y1, TVector y2, TVector y3)
        {
            var s = TSimd.MultiplyAdd(x0, y0, TSimd.Load(sum));
            s = TSimd.MultiplyAdd(x1, y1, s);
            s = TSimd.MultiplyAdd(x2, y2, s);
            TSimd.Store(TSimd.MultiplyAdd(x3, y3, s), sum);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TVector LoadOr0(T* row, bool isThere, int vector) =>
            isThere && vector < TVectors.Count ? TSimd.Load(row + vector * TSimd.Count) : default;
    }
}
