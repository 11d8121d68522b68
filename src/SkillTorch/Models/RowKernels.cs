using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SkillTorch.Models;

/// <summary>
/// Inner loops over rows of numbers that are padded with zeros to a multiple of <see cref="Padding"/>. Sums run in
/// 512-bit lanes on every machine, so that the order of additions, and with it every bit, never depends on the machine's
/// vector width or on what else is computed.
/// </summary>
internal static unsafe class RowKernels
{
    /// <summary>Elements that a row's length is a multiple of.</summary>
    public const int Padding = 16;

    /// <summary>Length of a padded row of <paramref name="length"/> elements.</summary>
    public static int Padded(int length) => (length + Padding - 1) / Padding * Padding;

    /// <summary>Inner products of a row with four others.</summary>
    public static Vector256<double> Dot4<T>(T* x, T* a, T* b, T* c, T* d, int length)
        where T : unmanaged
    {
        Vector512<T> sumA = default, sumB = default, sumC = default, sumD = default;
        for (var j = 0; j < length; j += Vector512<T>.Count)
        {
            var v = Vector512.Load(x + j);
            sumA = MultiplyAdd(v, Vector512.Load(a + j), sumA);
            sumB = MultiplyAdd(v, Vector512.Load(b + j), sumB);
            sumC = MultiplyAdd(v, Vector512.Load(c + j), sumC);
            sumD = MultiplyAdd(v, Vector512.Load(d + j), sumD);
        }

        return Vector256.Create(Sum(sumA), Sum(sumB), Sum(sumC), Sum(sumD));
    }

    /// <summary>Adds four scaled rows to a row, one after another: y += s₀a; y += s₁b; y += s₂c; y += s₃d.</summary>
    public static void AddScaled4<T>(T* y, Vector256<double> scale, T* a, T* b, T* c, T* d, int length)
        where T : unmanaged
    {
        var (sA, sB, sC, sD) = (Broadcast<T>(scale[0]), Broadcast<T>(scale[1]), Broadcast<T>(scale[2]), Broadcast<T>(scale[3]));
        for (var j = 0; j < length; j += Vector512<T>.Count)
        {
            var v = MultiplyAdd(sA, Vector512.Load(a + j), Vector512.Load(y + j));
            v = MultiplyAdd(sB, Vector512.Load(b + j), v);
            v = MultiplyAdd(sC, Vector512.Load(c + j), v);
            MultiplyAdd(sD, Vector512.Load(d + j), v).Store(y + j);
        }
    }

    /// <summary>The first <paramref name="count"/> of four numbers, and 0 for the others.</summary>
    public static Vector256<double> FirstOf4(Vector256<double> values, int count) =>
        Vector256.ConditionalSelect(
            Vector256.GreaterThan(Vector256.Create((double)count), Vector256.Create(0.0, 1, 2, 3)), values, Vector256<double>.Zero);

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

    /// <summary>a·b + c, fused on every machine: a rounding between product and sum would change the bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Broadcast<T>(double value) =>
        typeof(T) == typeof(float) ? Vector512.Create((float)value).As<float, T>() : Vector512.Create(value).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum<T>(Vector512<T> lanes)
    {
        var half = lanes.GetLower() + lanes.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        if (typeof(T) == typeof(double))
            return quarter.AsDouble()[0] + quarter.AsDouble()[1];
        var four = quarter.AsSingle();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }
}
