namespace SkillTorch.Numerics;

/// <summary>
/// Binomial numbers: inversion where n·min(p, 1 − p) is small, else the transformed rejection BTRS of Hörmann, “The generation
/// of binomial random variates”, J. Stat. Comput. Simul. 46 (1993) 101, whose cost does not depend on n.
/// </summary>
internal static class BinomialSampler
{
    private const double InversionLimit = 10;

    public static int Draw(RandomSequence random, int n, double p)
    {
        if (p > 0.5)
        {
            return n - Draw(random, n, 1 - p);
        }

        return n == 0 || p == 0 ? 0
            : n * p < InversionLimit ? Invert(random, n, p)
            : TransformedRejection(random, n, p);
    }

    private static int Invert(RandomSequence random, int n, double p)
    {
        var odds = p / (1 - p);
        var mass = Math.Exp(n * double.LogP1(-p)); // P(0)
        var u = random.NextDouble();
        var k = 0;
        while (u > mass && k < n)
        {
            u -= mass;
            k++;
            mass *= odds * (n - k + 1) / k;
            if (mass == 0)
            {
                break; // rounding left a remainder of u beyond the last representable mass
            }
        }

        return k;
    }

    private static int TransformedRejection(RandomSequence random, int n, double p)
    {
        var deviation = Math.Sqrt(n * p * (1 - p));
        double b = 1.15 + 2.53 * deviation,
            a = -0.0873 + 0.0248 * b + 0.01 * p,
            c = n * p + 0.5;
        double acceptance = 0.92 - 4.2 / b,
            alpha = (2.83 + 5.1 / b) * deviation;
        double odds = p / (1 - p),
            mode = Math.Floor((n + 1) * p);
        while (true)
        {
            double u = random.NextDouble() - 0.5,
                v = random.NextDouble(),
                us = 0.5 - Math.Abs(u);
            var k = Math.Floor((2 * a / us + b) * u + c);
            if (us >= 0.07 && v <= acceptance)
            {
                return (int)k;
            }

            if (k < 0 || k > n)
            {
                continue;
            }

            var bound = Math.Log(v * alpha / (a / (us * us) + b));
            var target =
                (mode + 0.5) * Math.Log((mode + 1) / (odds * (n - mode + 1)))
                + (n + 1) * Math.Log((n - mode + 1) / (n - k + 1))
                + (k + 0.5) * Math.Log(odds * (n - k + 1) / (k + 1))
                + StirlingTail(mode)
                + StirlingTail(n - mode)
                - StirlingTail(k)
                - StirlingTail(n - k);
            if (bound <= target)
            {
                return (int)k;
            }
        }
    }

    /// <summary>ln k! minus Stirling's approximation (k + ½) ln(k + 1) − (k + 1) + ½ ln 2π.</summary>
    private static double StirlingTail(double k)
    {
        ReadOnlySpan<double> table =
        [
            0.08106146679532726,
            0.04134069595540929,
            0.02767792568499834,
            0.02079067210376509,
            0.01664469118982119,
            0.01387612882307075,
            0.01189670994589177,
            0.01041126526197209,
            0.009255462182712733,
            0.008330563433362871,
        ];
        if (k < table.Length)
        {
            return table[(int)k];
        }

        var square = (k + 1) * (k + 1);
        return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1);
    }
}
