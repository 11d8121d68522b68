using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SkillTorch.Numerics;

/// <summary>
/// Pairs of uniform 64-bit words to pairs of standard normal numbers. Logarithm, sine and cosine are evaluated here, by the
/// fdlibm polynomials in plain multiplications and additions, because the runtime's own may differ in the last bit between
/// machines (fused multiply-add, C library), and a trial must not.
/// </summary>
internal static class BoxMuller
{
    private const int Lanes = 8;
    private const double Unit = 1.0 / (1ul << 53);

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
                radius[i] = ((words[start + 2 * i] >> 11) + 1) * Unit; // (0, 1]: its logarithm is finite
                angle[i] = (words[start + 2 * i + 1] >> 11) * Unit;
            }

            var r = Vector512.Sqrt(Vector512.Create(-2.0) * Log(Vector512.Create<double>(radius)));
            (var sine, var cosine) = SinCosTurns(Vector512.Create<double>(angle));
            (r * cosine).CopyTo(radius);
            (r * sine).CopyTo(angle);
            for (var i = 0; i < pairs; i++)
            {
                numbers[start + 2 * i] = radius[i];
                numbers[start + 2 * i + 1] = angle[i];
            }
        }
    }

    /// <summary>Natural logarithm of normal positive numbers (fdlibm e_log: x = 2^k (1 + f), s = f / (2 + f)).</summary>
    internal static Vector512<double> Log(Vector512<double> x)
    {
        var bits = x.AsInt64();
        // Adding 1 − √½ in units of the exponent moves the split from 1 to √½ … √2.
        var shifted = bits + Vector512.Create(0x3FF0000000000000L - 0x3FE6A09E667F3BCDL);
        var exponent = (shifted >>> 52) - Vector512.Create(1023L);
        var k = Vector512.ConvertToDouble(exponent);
        var f =
            ((shifted & Vector512.Create(0x000FFFFFFFFFFFFFL)) + Vector512.Create(0x3FE6A09E667F3BCDL)).AsDouble() - Vector512<double>.One;
        Vector512<double> s = f / (f + Vector512.Create(2.0)),
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
        var half = f * f * Vector512.Create(0.5);
        return k * Vector512.Create(6.93147180369123816490e-01)
            - (half - (s * (half + series) + k * Vector512.Create(1.90821492927058770002e-10)) - f);
    }

    /// <summary>Sine and cosine of 2πu for u in [0, 1) (fdlibm k_sin, k_cos after an exact reduction to ⅛ turn).</summary>
    internal static (Vector512<double> Sine, Vector512<double> Cosine) SinCosTurns(Vector512<double> u)
    {
        var quarter = Vector512.Floor(u * Vector512.Create(4.0) + Vector512.Create(0.5));
        Vector512<double> x = (u - quarter * Vector512.Create(0.25)) * Vector512.Create(2 * Math.PI),
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
            Vector512<double>.One
            - z * Vector512.Create(0.5)
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
        var quadrant = Vector512.ConvertToInt64(quarter);
        var swap = Vector512.Equals(quadrant & Vector512<long>.One, Vector512<long>.One).AsDouble();
        var sineSign = ((quadrant & Vector512.Create(2L)) << 62).AsDouble();
        var cosineSign = (((quadrant + Vector512<long>.One) & Vector512.Create(2L)) << 62).AsDouble();
        return (Vector512.ConditionalSelect(swap, cosine, sine) ^ sineSign, Vector512.ConditionalSelect(swap, sine, cosine) ^ cosineSign);
    }

    private static Vector512<double> Polynomial(Vector512<double> z, params ReadOnlySpan<double> coefficients)
    {
        var sum = Vector512.Create(coefficients[^1]);
        for (var i = coefficients.Length - 2; i >= 0; i--)
        {
            sum = sum * z + Vector512.Create(coefficients[i]);
        }

        return sum;
    }
}
