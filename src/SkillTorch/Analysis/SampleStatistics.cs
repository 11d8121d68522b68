using MathNet.Numerics.LinearRegression;
using MathNet.Numerics.Statistics;

namespace SkillTorch.Analysis;

/// <summary>Summaries of samples under the analyses' convention: NaN stays NaN, infinities are ordered.</summary>
internal static class SampleStatistics
{
    /// <summary>One number of many; NaN if there are none or any is NaN.</summary>
    public static double Reduce(IEnumerable<double> values, Aggregate aggregate)
    {
        var sorted = values.ToArray();
        if (sorted.Length == 0 || sorted.Any(double.IsNaN))
            return double.NaN;
        Array.Sort(sorted);
        return aggregate switch
        {
            Aggregate.Median => SortedArrayStatistics.Median(sorted),
            Aggregate.Mean => sorted.Average(),
            Aggregate.Min => sorted[0],
            Aggregate.Max => sorted[^1],
            _ => throw new ArgumentOutOfRangeException(nameof(aggregate), aggregate, null),
        };
    }

    /// <summary>The median; NaN if there are no values or any is NaN.</summary>
    public static double Median(IEnumerable<double> values) => Reduce(values, Aggregate.Median);

    /// <summary>A quantile of sorted values, linear between order statistics; NaN if there are none.</summary>
    /// <param name="sorted">Values in ascending order.</param>
    /// <param name="probability">From 0 to 1.</param>
    public static double Quantile(ReadOnlySpan<double> sorted, double probability)
    {
        if (sorted.IsEmpty)
            return double.NaN;
        var place = probability * (sorted.Length - 1);
        var below = (int)place;
        // Between infinities a difference, or its product with 0, is no number: MathNet's quantiles would give NaN.
        return place == below || sorted[below] == sorted[below + 1]
            ? sorted[below]
            : sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
    }

    /// <summary>Slope of ln y on ln x: least squares, or a summary of the slopes between neighbouring points.</summary>
    /// <param name="points">Points in ascending x.</param>
    /// <param name="local">How local slopes become one number; null for least squares over all points.</param>
    /// <returns>The slope; NaN below two points or where a logarithm does not exist.</returns>
    public static double LogSlope(IReadOnlyList<(double X, double Y)> points, Aggregate? local)
    {
        if (points.Count < 2 || points.Any(p => !(p.X > 0 && p.Y > 0 && double.IsFinite(p.X) && double.IsFinite(p.Y))))
            return double.NaN;
        var x = points.Select(p => Math.Log(p.X)).ToArray();
        var y = points.Select(p => Math.Log(p.Y)).ToArray();
        return local is { } aggregate
            ? Reduce(Enumerable.Range(1, x.Length - 1).Select(i => (y[i] - y[i - 1]) / (x[i] - x[i - 1])), aggregate)
            : SimpleRegression.Fit(x, y).B;
    }
}
