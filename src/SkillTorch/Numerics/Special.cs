namespace SkillTorch.Numerics;

/// <summary>Special functions that MathNet.Numerics lacks, at full double precision.</summary>
internal static class Special
{
    /// <summary>B_2j / (2j)! of the Euler–Maclaurin formula, j = 1…8 (DLMF 2.10.1).</summary>
    private static readonly double[] BernoulliOverFactorial =
    [
        1.0 / 12,
        -1.0 / 720,
        1.0 / 30240,
        -1.0 / 1209600,
        1.0 / 47900160,
        -691.0 / 1307674368000,
        1.0 / 74724249600,
        -3617.0 / 10670622842880000,
    ];

    /// <summary>Riemann's ζ(s), s > 1, by Euler–Maclaurin summation from the 20th term on (DLMF 25.2.9); relative error below
    /// 1e-15.</summary>
    public static double Zeta(double s)
    {
        const int n = 20;
        double sum = 0;
        for (var k = n - 1; k >= 1; k--)
        {
            sum += Math.Pow(k, -s);
        }

        var tail = (Math.Pow(n, 1 - s) / (s - 1)) + (0.5 * Math.Pow(n, -s));
        var rising = s * Math.Pow(n, -s - 1);
        for (var j = 1; j <= BernoulliOverFactorial.Length; j++)
        {
            tail += BernoulliOverFactorial[j - 1] * rising;
            rising *= (s + (2 * j) - 1) * (s + (2 * j)) / ((double)n * n);
        }

        return sum + tail;
    }

    /// <summary>1 − e^(−x) without cancellation (Kahan's correction; .NET's own ExpM1 subtracts).</summary>
    public static double OneMinusExp(double x)
    {
        var e = Math.Exp(-x);
        if (Math.Abs(x) > 0.5)
        {
            return 1 - e;
        }

        return e == 1 ? x : (e - 1) * x / Math.Log(e);
    }

    /// <summary>
    /// The logit l ≥ 0 with l + e^l = 1 + e^z, i.e. l = 1 + e^z − W(e^(1 + e^z)) in terms of Lambert's W, from the logarithm z
    /// so that neither tiny nor huge e^z loses digits. Newton's method on a convex function from the right: monotone.
    /// </summary>
    public static double CrossEntropyLogit(double z)
    {
        if (z > 40)
        {
            return z + ((1 - z) * Math.Exp(-z)); // the next term is below one part in 1e30
        }

        var y = Math.Exp(z);
        var l = Math.Min(y / 2, Math.Log(1 + y));
        for (var i = 0; i < 50; i++)
        {
            var step = (l - OneMinusExp(-l) - y) / (1 + Math.Exp(l));
            l -= step;
            if (Math.Abs(step) <= 1e-15 * l)
            {
                break;
            }
        }

        return l;
    }
}
