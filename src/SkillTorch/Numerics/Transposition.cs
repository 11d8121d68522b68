using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Numerics;

/// <summary>Turns rows into columns, four by four where the processor has the instructions.</summary>
internal static unsafe class Transposition
{
    private const int Side = 4;

    /// <summary>target[j, i] ← source[i, j].</summary>
    /// <param name="source">[rows, columns]</param>
    /// <param name="sourceStride">Elements from row to row.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="target">[columns, rows]; the source is elsewhere.</param>
    /// <param name="targetStride">Elements from row to row.</param>
    public static void Copy<T>(T* source, nint sourceStride, int rows, int columns, T* target, nint targetStride)
        where T : unmanaged
    {
        if (rows < Side || columns < Side || !Avx.IsSupported || (typeof(T) != typeof(float) && typeof(T) != typeof(double)))
        {
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    target[j * targetStride + i] = source[i * sourceStride + j];
                }
            }

            return;
        }

        // The last squares may cover what those before them have done.
        for (var row = 0; row < rows; row += Side)
        {
            var i = Math.Min(row, rows - Side);
            for (var column = 0; column < columns; column += Side)
            {
                var j = Math.Min(column, columns - Side);
                T* from = source + i * sourceStride + j,
                    to = target + j * targetStride + i;
                if (typeof(T) == typeof(float))
                {
                    CopySquare((float*)from, sourceStride, (float*)to, targetStride);
                }
                else
                {
                    CopySquare((double*)from, sourceStride, (double*)to, targetStride);
                }
            }
        }
    }

    private static void CopySquare(float* source, nint sourceStride, float* target, nint targetStride)
    {
        Vector128<float> a = Vector128.Load(source),
            b = Vector128.Load(source + sourceStride),
            c = Vector128.Load(source + 2 * sourceStride),
            d = Vector128.Load(source + 3 * sourceStride);
        Vector128<float> ab = Sse.UnpackLow(a, b),
            cd = Sse.UnpackLow(c, d),
            ab2 = Sse.UnpackHigh(a, b),
            cd2 = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(ab, cd).Store(target);
        Sse.MoveHighToLow(cd, ab).Store(target + targetStride);
        Sse.MoveLowToHigh(ab2, cd2).Store(target + 2 * targetStride);
        Sse.MoveHighToLow(cd2, ab2).Store(target + 3 * targetStride);
    }

    private static void CopySquare(double* source, nint sourceStride, double* target, nint targetStride)
    {
        Vector256<double> a = Vector256.Load(source),
            b = Vector256.Load(source + sourceStride),
            c = Vector256.Load(source + 2 * sourceStride),
            d = Vector256.Load(source + 3 * sourceStride);
        Vector256<double> even = Avx.UnpackLow(a, b),
            odd = Avx.UnpackHigh(a, b),
            even2 = Avx.UnpackLow(c, d),
            odd2 = Avx.UnpackHigh(c, d);
        Avx.Permute2x128(even, even2, 0x20).Store(target);
        Avx.Permute2x128(odd, odd2, 0x20).Store(target + targetStride);
        Avx.Permute2x128(even, even2, 0x31).Store(target + 2 * targetStride);
        Avx.Permute2x128(odd, odd2, 0x31).Store(target + 3 * targetStride);
    }
}
