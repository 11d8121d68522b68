using MathNet.Numerics.Distributions;

namespace SkillTorch.Analysis;

/// <summary>A confidence interval, of 95 % unless something else is said.</summary>
/// <param name="Low">Lower end; −∞ if it is open.</param>
/// <param name="High">Upper end; +∞ if it is open.</param>
public readonly record struct ConfidenceInterval(double Low, double High)
{
    private const double UsualLevel = 0.95;

    /// <summary>
    /// Interval of a probability from k successes in n independent trials, by Clopper and Pearson: the probabilities p at which neither k
    /// or fewer nor k or more successes are rarer than (1 − level)/2. It covers at least the level, whatever p is.
    /// </summary>
    /// <param name="successes">k.</param>
    /// <param name="trials">n.</param>
    /// <param name="level">Probability with which such an interval covers p.</param>
    public static ConfidenceInterval ForProportion(int successes, int trials, double level = UsualLevel)
    {
        var tail = (1 - level) / 2;
        return new(
            successes == 0 ? 0 : Beta.InvCDF(successes, trials - successes + 1, tail),
            successes == trials ? 1 : Beta.InvCDF(successes + 1, trials - successes, 1 - tail)
        );
    }

    /// <summary>
    /// Interval of a median from order statistics: [x_(k), x_(n+1−k)] with the largest k for which 2·P(Bin(n, ½) &lt; k) ≤ 1 − level. It
    /// assumes nothing of the distribution, and orders values that are infinite.
    /// </summary>
    /// <param name="values">Values x, in any order.</param>
    /// <param name="level">Probability with which such an interval covers the median.</param>
    /// <returns>The interval; null where there are too few values (below 6 for 95 %) or one is undefined.</returns>
    public static ConfidenceInterval? ForMedian(IReadOnlyList<double> values, double level = UsualLevel)
    {
        var n = values.Count;
        var k = 0;
        while (2 * Binomial.CDF(0.5, n, k) <= 1 - level)
            k++;
        if (k == 0 || values.Any(double.IsNaN))
            return null;
        double[] sorted = [.. values.Order()];
        return new(sorted[k - 1], sorted[n - k]);
    }

    /// <summary>Interval of a mean by Student's t: the mean ± t·s/√n, for values that are about normal or many.</summary>
    /// <param name="values">Values.</param>
    /// <param name="level">Probability with which such an interval covers the mean.</param>
    /// <returns>The interval; null where there are fewer than two values or one is not finite.</returns>
    public static ConfidenceInterval? ForMean(IReadOnlyList<double> values, double level = UsualLevel)
    {
        var n = values.Count;
        if (n < 2 || !values.All(double.IsFinite))
            return null;
        var mean = values.Average();
        var error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (n - 1) / n);
        var reach = error * StudentT.InvCDF(0, 1, n - 1, (1 + level) / 2);
        return new(mean - reach, mean + reach);
    }

    /// <summary>Whether the interval lies within another one, whose ends are open where they are null; an infinite end lies in
    /// none.</summary>
    internal bool LiesWithin(double? low, double? high) => Low >= (low ?? double.MinValue) && High <= (high ?? double.MaxValue);

    /// <summary>Whether the interval and another one have nothing in common.</summary>
    internal bool LiesOutside(double? low, double? high) => High < low || Low > high;
}
