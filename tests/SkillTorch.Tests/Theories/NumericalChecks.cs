namespace SkillTorch.Tests.Theories;

/// <summary>Independent numerics that the theories are held against.</summary>
internal static class NumericalChecks
{
    /// <summary>Classical fourth-order Runge–Kutta with n equal steps.</summary>
    public static double[] RungeKutta(Func<double[], double[]> velocity, double[] start, double time, int steps)
    {
        var h = time / steps;
        double[] y = [.. start];
        double[] Ahead(double[] k, double by) => [.. y.Select((v, i) => v + (by * k[i]))];
        for (var s = 0; s < steps; s++)
        {
            var k1 = velocity(y);
            var k2 = velocity(Ahead(k1, h / 2));
            var k3 = velocity(Ahead(k2, h / 2));
            var k4 = velocity(Ahead(k3, h));
            y = [.. y.Select((v, i) => v + (h / 6 * (k1[i] + (2 * k2[i]) + (2 * k3[i]) + k4[i])))];
        }

        return y;
    }

    public static double[] Row(double[,] matrix, int row) => [.. Enumerable.Range(0, matrix.GetLength(1)).Select(j => matrix[row, j])];

    /// <summary>A matrix as an option of a config has it.</summary>
    public static double[][] Rows(double[,] matrix) => [.. Enumerable.Range(0, matrix.GetLength(0)).Select(i => Row(matrix, i))];

    public static double[] Range(double from, double to, double step) =>
        [.. Enumerable.Range(0, (int)Math.Round((to - from) / step) + 1).Select(i => from + (i * step))];

    public static double[] LogRange(double from, double to, int count) =>
        [.. Enumerable.Range(0, count).Select(i => from * Math.Pow(to / from, i / (count - 1.0)))];

    public static void Close(double expected, double actual, double relative)
    {
        Assert.True(Math.Abs(expected - actual) <= relative * Math.Abs(expected), $"expected {expected:R}, got {actual:R}");
    }

    /// <summary>Skills (from 1) in the order in which they pass a strength, from rows [T, K] of strengths.</summary>
    public static int[] LearningOrder(double[,] strength, double threshold = 0.5)
    {
        int First(int skill)
        {
            for (var t = 0; t < strength.GetLength(0); t++)
            {
                if (strength[t, skill] > threshold)
                {
                    return t;
                }
            }

            return int.MaxValue;
        }

        return [.. Enumerable.Range(0, strength.GetLength(1)).Where(i => First(i) < int.MaxValue).OrderBy(First).Select(i => i + 1)];
    }
}
