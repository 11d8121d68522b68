using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SkillTorch.Numerics;

/// <summary>
/// Pairs of uniform 64-bit words to pairs of standard normal numbers. Logarithm, sine and cosine are evaluated here, by the
/// fdlibm polynomials in plain multiplications and additions, because the runtime's own may differ in the last bit between
/// machines (fused multiply-add, C library), and a trial must not. One definition serves vector registers and tensors.
/// </summary>
internal static class BoxMuller
{
    private const int Lanes = 8;

    /// <summary>In place: words (2j, 2j + 1) become the bit patterns of two independent doubles.</summary>
    /// <param name="words">An even number of words.</param>
    public static void Transform(Span<ulong> words)
    {
        var numbers = MemoryMarshal.Cast<ulong, double>(words);
        Span<double> radius = stackalloc double[Lanes],
            angle = stackalloc double[Lanes];
        for (var start = 0; start < words.Length; start += 2 * Lanes)
        {
            var pairs = Math.Min(Lanes, (words.Length - start) / 2);
            radius.Fill(1);
            angle.Clear();
            for (var i = 0; i < pairs; i++)
            {
                radius[i] = ((words[start + 2 * i] >> 11) + 1) * RandomStream.Unit; // (0, 1]: its logarithm is finite
                angle[i] = (words[start + 2 * i + 1] >> 11) * RandomStream.Unit;
            }

            var (first, second) = Pair(
                new VectorDoubles(Vector512.Create<double>(radius)),
                new VectorDoubles(Vector512.Create<double>(angle))
            );
            first.Values.CopyTo(radius);
            second.Values.CopyTo(angle);
            for (var i = 0; i < pairs; i++)
            {
                numbers[start + 2 * i] = radius[i];
                numbers[start + 2 * i + 1] = angle[i];
            }
        }
    }

    /// <summary>Two independent standard normal numbers, √(−2 ln u)·(cos 2πv, sin 2πv).</summary>
    /// <param name="u">Uniform numbers in (0, 1].</param>
    /// <param name="v">Uniform numbers in [0, 1).</param>
    /// <typeparam name="V">Numbers in a register or a tensor.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (V First, V Second) Pair<V>(V u, V v)
        where V : struct, IDoubles<V>
    {
        var r = V.Sqrt(V.Of(-2) * Log(u));
        var (sine, cosine) = SinCosTurns(v);
        return (r * cosine, r * sine);
    }

    /// <summary>Natural logarithm of normal positive numbers (fdlibm e_log: x = 2^k (1 + f), s = f / (2 + f)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Log<V>(V x)
        where V : struct, IDoubles<V>
    {
        var (k, mantissa) = V.Split(x);
        var f = mantissa - V.Of(1);
        V s = f / (f + V.Of(2)),
            z = s * s;
        var series =
            Polynomial(
                z,
                6.666666666666735130e-01,
                3.999999999940941908e-01,
                2.857142874366239149e-01,
                2.222219843214978396e-01,
                1.818357216161805012e-01,
                1.531383769920937332e-01,
                1.479819860511658591e-01
            ) * z;
        var half = f * f * V.Of(0.5);
        return k * V.Of(6.93147180369123816490e-01) - (half - (s * (half + series) + k * V.Of(1.90821492927058770002e-10)) - f);
    }

    /// <summary>Sine and cosine of 2πu for u in [0, 1) (fdlibm k_sin, k_cos after an exact reduction to ⅛ turn).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (V Sine, V Cosine) SinCosTurns<V>(V u)
        where V : struct, IDoubles<V>
    {
        var quarter = V.Floor(u * V.Of(4) + V.Of(0.5));
        V x = (u - quarter * V.Of(0.25)) * V.Of(2 * Math.PI),
            z = x * x;
        var sine =
            x
            + x
                * z
                * Polynomial(
                    z,
                    -1.66666666666666324348e-01,
                    8.33333333332248946124e-03,
                    -1.98412698298579493134e-04,
                    2.75573137070700676789e-06,
                    -2.50507602534068634195e-08,
                    1.58969099521155010221e-10
                );
        var cosine =
            V.Of(1)
            - z * V.Of(0.5)
            + z
                * z
                * Polynomial(
                    z,
                    4.16666666666666019037e-02,
                    -1.38888888888741095749e-03,
                    2.48015872894767294178e-05,
                    -2.75573143513906633035e-07,
                    2.08757232129817482790e-09,
                    -1.13596475577881948265e-11
                );
        return V.Turned(quarter, sine, cosine);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Polynomial<V>(V z, params ReadOnlySpan<double> coefficients)
        where V : struct, IDoubles<V>
    {
        var sum = V.Of(coefficients[^1]);
        for (var i = coefficients.Length - 2; i >= 0; i--)
        {
            sum = sum * z + V.Of(coefficients[i]);
        }

        return sum;
    }
}
