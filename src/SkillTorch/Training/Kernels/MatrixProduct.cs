using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// Products of matrices on one thread. A block of four rows by three vectors of C is kept in registers while terms are added to it in
/// their order, each with one rounding: the bits of C depend on nothing but A, B and what C held, neither on the rows nor on the
/// machine's vectors. Small matrices are read where they are. Of large ones B comes in <em>panels</em>, the rows of three vectors of
/// columns one behind the other, which stay in a core's caches while the rows of A go by.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal static unsafe partial class MatrixProduct<T>
    where T : unmanaged
{
    /// <summary>Rows of a panel that are passed over together; they fit into the first-level cache.</summary>
    private const int DepthAtOnce = 192;

    /// <summary>Optimised at once: the first steps of a large network would otherwise take seconds.</summary>
    private const MethodImplOptions Whole = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>Whether blocks are in vectors of 512 bits rather than 256: where the machine has them. Tests switch it; panels and bits are
    /// the same.</summary>
    internal static bool IsWide { get; set; } = Vector512.IsHardwareAccelerated;

    /// <summary>C ← A·B, or C ← C + A·B.</summary>
    /// <param name="a">A(0, 0).</param>
    /// <param name="rowStep">From A(i, k) to A(i + 1, k).</param>
    /// <param name="depthStep">From A(i, k) to A(i, k + 1).</param>
    /// <param name="b">B, rows of whole vectors of 512 bits.</param>
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
        int width;
        for (var column = 0; column < columns; column += width)
        {
            width = WidthOf(columns - column);
            MultiplyPanel<Consecutive>(a, rowStep, depthStep, new(b + column, bStride), c + column, cStride, rows, depth, width, add);
        }
    }

    /// <summary>C ← A·B, or C ← C + A·B, where B is in panels.</summary>
    /// <param name="a">A(0, 0).</param>
    /// <param name="rowStep">From A(i, k) to A(i + 1, k).</param>
    /// <param name="depthStep">From A(i, k) to A(i, k + 1).</param>
    /// <param name="panels">The panels.</param>
    /// <param name="panelRows">Rows of the panels.</param>
    /// <param name="first">First of their rows that belongs to B.</param>
    /// <param name="c">C, rows of whole vectors.</param>
    /// <param name="cStride">From row to row of C.</param>
    /// <param name="rows">Rows of A and C, at least 1.</param>
    /// <param name="depth">Columns of A, rows of B.</param>
    /// <param name="columns">Columns of B and C, whole vectors.</param>
    /// <param name="add">Whether to add to C.</param>
    public static void MultiplyPanels(
        T* a,
        nint rowStep,
        nint depthStep,
        T* panels,
        int panelRows,
        int first,
        T* c,
        nint cStride,
        int rows,
        int depth,
        int columns,
        bool add
    )
    {
        int width;
        for (var column = 0; column < columns; column += width)
        {
            width = WidthOf(columns - column);
            var panel = panels + (nint)column * panelRows + (nint)first * width;
            for (var k = 0; k < depth; k += DepthAtOnce)
            {
                var b = new Source(panel + (nint)k * width, width);
                var those = Math.Min(DepthAtOnce, depth - k);
                MultiplyPanel<Consecutive>(a + k * depthStep, rowStep, depthStep, b, c + column, cStride, rows, those, width, add || k > 0);
            }
        }
    }

    /// <summary>The panels of so many columns, whole vectors of 512 bits: the first column and the number of columns of each.</summary>
    public static (int First, int Width)[] PanelsOf(int columns)
    {
        var panels = new List<(int, int)>();
        for (int column = 0, width; column < columns; column += width)
        {
            width = WidthOf(columns - column);
            panels.Add((column, width));
        }

        return [.. panels];
    }

    /// <summary>Copies rows into panels; 0 beyond their columns.</summary>
    /// <param name="source">[rows, stride]</param>
    /// <param name="stride">From row to row.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Columns of the source; the panels' are as many in whole vectors.</param>
    /// <param name="panels">The panels.</param>
    /// <param name="panelRows">Rows of the panels.</param>
    /// <param name="first">Row of the panels that receives the first row.</param>
    [MethodImpl(Whole)]
    public static void CopyToPanels(T* source, nint stride, int rows, int columns, T* panels, int panelRows, int first)
    {
        int width;
        var padded = Simd512<T>.Padded(columns);
        for (var column = 0; column < padded; column += width)
        {
            width = WidthOf(padded - column);
            var to = panels + (nint)column * panelRows + (nint)first * width;
            var from = source + column;
            var valid = Math.Min(width, columns - column);
            for (var row = 0; row < rows; row++, to += width, from += stride)
            {
                if (valid < width)
                {
                    new Span<T>(from, valid).CopyTo(new Span<T>(to, valid));
                    new Span<T>(to + valid, width - valid).Clear();
                    continue;
                }

                for (var i = 0; i < width; i += Vector256<T>.Count)
                    Vector256.Load(from + i).Store(to + i);
            }
        }
    }

    /// <summary>Columns of the next panel where so many are left.</summary>
    private static int WidthOf(int columns) => VectorsOf(columns / Vector512<T>.Count) * Vector512<T>.Count;

    /// <summary>Vectors of the next panel or block where so many are left. Of four there are two twos rather than a three and a one, which
    /// waits for its additions.</summary>
    private static int VectorsOf(int vectors) => vectors is 2 or 4 ? 2 : Math.Min(vectors, 3);

    private static void MultiplyPanel<TRows>(
        T* a,
        nint rowStep,
        nint depthStep,
        Source b,
        T* c,
        nint cStride,
        int rows,
        int depth,
        int width,
        bool add
    )
        where TRows : struct, IRows
    {
        if (IsWide)
            MultiplyPanel<Simd512<T>, Vector512<T>, TRows>(a, rowStep, depthStep, b, c, cStride, rows, depth, width, add);
        else
            MultiplyPanel<Simd256<T>, Vector256<T>, TRows>(a, rowStep, depthStep, b, c, cStride, rows, depth, width, add);
    }

    private static void MultiplyPanel<TSimd, TVector, TRows>(
        T* a,
        nint rowStep,
        nint depthStep,
        Source b,
        T* c,
        nint cStride,
        int rows,
        int depth,
        int width,
        bool add
    )
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where TRows : struct, IRows
    {
        int vectors;
        for (var column = 0; column < width; column += vectors * TSimd.Count)
        {
            vectors = VectorsOf((width - column) / TSimd.Count);
            var own = b.From(column);
            // Where less than four rows are left, the last one is computed, and stored, more than once.
            for (var row = 0; row < rows; row += 4)
            {
                int second = Math.Min(row + 1, rows - 1),
                    third = Math.Min(row + 2, rows - 1),
                    fourth = Math.Min(row + 3, rows - 1);
                T* a0 = a + row * rowStep,
                    a1 = a + second * rowStep,
                    a2 = a + third * rowStep,
                    a3 = a + fourth * rowStep;
                T* c0 = c + row * cStride + column,
                    c1 = c + second * cStride + column,
                    c2 = c + third * cStride + column,
                    c3 = c + fourth * cStride + column;
                if (vectors == 3)
                    MultiplyBlock<TSimd, TVector, Three, TRows>(a0, a1, a2, a3, depthStep, own, c0, c1, c2, c3, depth, add);
                else if (vectors == 2)
                    MultiplyBlock<TSimd, TVector, Two, TRows>(a0, a1, a2, a3, depthStep, own, c0, c1, c2, c3, depth, add);
                else
                    MultiplyBlock<TSimd, TVector, One, TRows>(a0, a1, a2, a3, depthStep, own, c0, c1, c2, c3, depth, add);
            }
        }
    }

    [MethodImpl(Whole)]
    private static void MultiplyBlock<TSimd, TVector, TVectors, TRows>(
        T* a0,
        T* a1,
        T* a2,
        T* a3,
        nint depthStep,
        Source source,
        T* c0,
        T* c1,
        T* c2,
        T* c3,
        int depth,
        bool add
    )
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where TVectors : struct, IVectors
        where TRows : struct, IRows
    {
        TVector s00 = default,
            s01 = default,
            s02 = default,
            s10 = default,
            s11 = default,
            s12 = default;
        TVector s20 = default,
            s21 = default,
            s22 = default,
            s30 = default,
            s31 = default,
            s32 = default;
        if (add)
        {
            (s00, s10, s20, s30) = (TSimd.Load(c0), TSimd.Load(c1), TSimd.Load(c2), TSimd.Load(c3));
            if (TVectors.Count > 1)
            {
                (s01, s11) = (TSimd.Load(c0 + TSimd.Count), TSimd.Load(c1 + TSimd.Count));
                (s21, s31) = (TSimd.Load(c2 + TSimd.Count), TSimd.Load(c3 + TSimd.Count));
            }

            if (TVectors.Count > 2)
            {
                (s02, s12) = (TSimd.Load(c0 + 2 * TSimd.Count), TSimd.Load(c1 + 2 * TSimd.Count));
                (s22, s32) = (TSimd.Load(c2 + 2 * TSimd.Count), TSimd.Load(c3 + 2 * TSimd.Count));
            }
        }

        var b = source.First;
        var stride = source.Stride;
        var index = source.Index;
        TVector m0 = default,
            m1 = default,
            m2 = default;
        if (TRows.Blended)
        {
            m0 = TSimd.Load(source.Mask);
            if (TVectors.Count > 1)
                m1 = TSimd.Load(source.Mask + TSimd.Count);
            if (TVectors.Count > 2)
                m2 = TSimd.Load(source.Mask + 2 * TSimd.Count);
        }

        for (nint k = 0, at = 0; k < depth; k++, at += depthStep)
        {
            var row = TRows.Gathered ? b + index[k] * stride : b;
            var b0 = LoadRow<TSimd, TVector, TRows>(row, stride, m0);
            var b1 = TVectors.Count > 1 ? LoadRow<TSimd, TVector, TRows>(row + TSimd.Count, stride, m1) : default;
            var b2 = TVectors.Count > 2 ? LoadRow<TSimd, TVector, TRows>(row + 2 * TSimd.Count, stride, m2) : default;
            if (!TRows.Gathered)
                b += stride;
            var x = TSimd.Broadcast(a0[at]);
            s00 = TSimd.MultiplyAdd(x, b0, s00);
            if (TVectors.Count > 1)
                s01 = TSimd.MultiplyAdd(x, b1, s01);
            if (TVectors.Count > 2)
                s02 = TSimd.MultiplyAdd(x, b2, s02);
            x = TSimd.Broadcast(a1[at]);
            s10 = TSimd.MultiplyAdd(x, b0, s10);
            if (TVectors.Count > 1)
                s11 = TSimd.MultiplyAdd(x, b1, s11);
            if (TVectors.Count > 2)
                s12 = TSimd.MultiplyAdd(x, b2, s12);
            x = TSimd.Broadcast(a2[at]);
            s20 = TSimd.MultiplyAdd(x, b0, s20);
            if (TVectors.Count > 1)
                s21 = TSimd.MultiplyAdd(x, b1, s21);
            if (TVectors.Count > 2)
                s22 = TSimd.MultiplyAdd(x, b2, s22);
            x = TSimd.Broadcast(a3[at]);
            s30 = TSimd.MultiplyAdd(x, b0, s30);
            if (TVectors.Count > 1)
                s31 = TSimd.MultiplyAdd(x, b1, s31);
            if (TVectors.Count > 2)
                s32 = TSimd.MultiplyAdd(x, b2, s32);
        }

        Store<TSimd, TVector, TVectors>(c0, s00, s01, s02);
        Store<TSimd, TVector, TVectors>(c1, s10, s11, s12);
        Store<TSimd, TVector, TVectors>(c2, s20, s21, s22);
        Store<TSimd, TVector, TVectors>(c3, s30, s31, s32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LoadRow<TSimd, TVector, TRows>(T* row, nint stride, TVector mask)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where TRows : struct, IRows => TRows.Blended ? TSimd.Blend(mask, TSimd.Load(row + stride / 2), TSimd.Load(row)) : TSimd.Load(row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TSimd, TVector, TVectors>(T* c, TVector first, TVector second, TVector third)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where TVectors : struct, IVectors
    {
        TSimd.Store(first, c);
        if (TVectors.Count > 1)
            TSimd.Store(second, c + TSimd.Count);
        if (TVectors.Count > 2)
            TSimd.Store(third, c + 2 * TSimd.Count);
    }

    /// <summary>Where the rows of B come from.</summary>
    private readonly struct Source(T* first, nint stride, int* index = null, T* mask = null)
    {
        /// <summary>The first row.</summary>
        public readonly T* First = first;

        /// <summary>From row to row.</summary>
        public readonly nint Stride = stride;

        /// <summary>Which row comes next, where rows are gathered.</summary>
        public readonly int* Index = index;

        /// <summary>Which elements come from a row's second half, where halves are blended.</summary>
        public readonly T* Mask = mask;

        /// <summary>The same rows, from a column on.</summary>
        public Source From(int column) => new(First + column, Stride, Index, Mask is null ? null : Mask + column);
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

    /// <summary>How the rows of B are found, known to the just-in-time compiler.</summary>
    private interface IRows
    {
        static abstract bool Gathered { get; }

        static abstract bool Blended { get; }
    }

    /// <summary>One after the other.</summary>
    private readonly struct Consecutive : IRows
    {
        public static bool Gathered => false;

        public static bool Blended => false;
    }

    /// <summary>By their indices.</summary>
    private readonly struct Gathered : IRows
    {
        static bool IRows.Gathered => true;

        static bool IRows.Blended => false;
    }

    /// <summary>One after the other, each element from one of a row's two halves.</summary>
    private readonly struct Blended : IRows
    {
        static bool IRows.Gathered => false;

        static bool IRows.Blended => true;
    }
}
