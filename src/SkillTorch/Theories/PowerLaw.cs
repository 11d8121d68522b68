namespace SkillTorch.Theories;

/// <summary>Slopes on doubly logarithmic axes.</summary>
public static class PowerLaw
{
    /// <summary>Least-squares fit of y = prefactor · x^exponent on doubly logarithmic axes.</summary>
    /// <param name="x">Abscissae [n], above 0, at least two different ones.</param>
    /// <param name="y">Ordinates [n], above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Lengths differ, fewer than two points, or a value that is not above 0.</exception>
    public static (double Exponent, double Prefactor) Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        (var logX, var logY) = Logarithms(x, y);
        (var intercept, var slope) = MathNet.Numerics.Fit.Line(logX, logY);
        return (slope, Math.Exp(intercept));
    }

    /// <summary>d ln y / d ln x at every point [n]: from the parabola through a point and its neighbours; one-sided at the ends.</summary>
    /// <param name="x">Abscissae [n], above 0, strictly increasing.</param>
    /// <param name="y">Ordinates [n], above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Lengths differ, fewer than two points, or a value that is not above 0.</exception>
    public static double[] LocalExponents(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        (var logX, var logY) = Logarithms(x, y);
        var slopes = new double[logX.Length];
        for (var i = 0; i < slopes.Length; i++)
        {
            double Secant(int a, int b) => (logY[b] - logY[a]) / (logX[b] - logX[a]);
            if (i == 0 || i == slopes.Length - 1)
            {
                slopes[i] = Secant(Math.Max(i - 1, 0), Math.Min(i + 1, slopes.Length - 1));
                continue;
            }

            var left = logX[i] - logX[i - 1];
            var right = logX[i + 1] - logX[i];
            slopes[i] = ((right * Secant(i - 1, i)) + (left * Secant(i, i + 1))) / (left + right);
        }

        return slopes;
    }

    private static (double[] LogX, double[] LogY) Logarithms(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length || x.Length < 2)
        {
            throw Require.OutOfRange($"{x.Length} abscissae and {y.Length} ordinates", "x, y", "equally many, at least 2");
        }

        var logX = new double[x.Length];
        var logY = new double[y.Length];
        for (var i = 0; i < logX.Length; i++)
        {
            logX[i] = Math.Log(Require.Positive(x[i], nameof(x)));
            logY[i] = Math.Log(Require.Positive(y[i], nameof(y)));
        }

        return (logX, logY);
    }
}
