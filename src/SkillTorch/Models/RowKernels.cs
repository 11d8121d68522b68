using System.Runtime.Intrinsics;
using SkillTorch.Numerics;

namespace SkillTorch.Models;

/// <summary>
/// Inner loops over rows of numbers that are padded with zeros to whole vectors. Sums run in
/// 512-bit lanes on every machine, so that the order of additions, and with it every bit, never depends on the machine's
/// vector width or on what else is computed.
/// </summary>
internal static unsafe class RowKernels
{
    /// <summary>Inner products of a row with four others.</summary>
    public static Vector256<double> Dot4<T>(T* x, T* a, T* b, T* c, T* d, int length)
        where T : unmanaged
    {
        Vector512<T> sumA = default,
            sumB = default,
            sumC = default,
            sumD = default;
        for (var j = 0; j < length; j += Vector512<T>.Count)
        {
            var v = Vector512.Load(x + j);
            sumA = Simd512<T>.MultiplyAdd(v, Vector512.Load(a + j), sumA);
            sumB = Simd512<T>.MultiplyAdd(v, Vector512.Load(b + j), sumB);
            sumC = Simd512<T>.MultiplyAdd(v, Vector512.Load(c + j), sumC);
            sumD = Simd512<T>.MultiplyAdd(v, Vector512.Load(d + j), sumD);
        }

        return Vector256.Create(Simd512<T>.Sum(sumA), Simd512<T>.Sum(sumB), Simd512<T>.Sum(sumC), Simd512<T>.Sum(sumD));
    }

    /// <summary>Adds four scaled rows to a row, one after another: y += s₀a; y += s₁b; y += s₂c; y += s₃d.</summary>
    public static void AddScaled4<T>(T* y, Vector256<double> scale, T* a, T* b, T* c, T* d, int length)
        where T : unmanaged
    {
        var (sA, sB) = (Simd512<T>.Broadcast(scale[0]), Simd512<T>.Broadcast(scale[1]));
        var (sC, sD) = (Simd512<T>.Broadcast(scale[2]), Simd512<T>.Broadcast(scale[3]));
        for (var j = 0; j < length; j += Vector512<T>.Count)
        {
            var v = Simd512<T>.MultiplyAdd(sA, Vector512.Load(a + j), Vector512.Load(y + j));
            v = Simd512<T>.MultiplyAdd(sB, Vector512.Load(b + j), v);
            v = Simd512<T>.MultiplyAdd(sC, Vector512.Load(c + j), v);
            Simd512<T>.MultiplyAdd(sD, Vector512.Load(d + j), v).Store(y + j);
        }
    }

    /// <summary>The first <paramref name="count"/> of four numbers, and 0 for the others.</summary>
    public static Vector256<double> FirstOf4(Vector256<double> values, int count) =>
        Vector256.ConditionalSelect(
            Vector256.GreaterThan(Vector256.Create((double)count), Vector256.Create(0.0, 1, 2, 3)),
            values,
            Vector256<double>.Zero
        );

    /// <summary>Number of elements with x_j·y_j &lt; 0.</summary>
    public static int CountOpposed<T>(T* x, T* y, int length)
        where T : unmanaged
    {
        var count = 0;
        for (var j = 0; j < length; j += Vector512<T>.Count)
        {
            var opposed = Vector512.LessThan(Vector512.Load(x + j) * Vector512.Load(y + j), Vector512<T>.Zero);
            count += System.Numerics.BitOperations.PopCount(opposed.ExtractMostSignificantBits());
        }

        return count;
    }
}
