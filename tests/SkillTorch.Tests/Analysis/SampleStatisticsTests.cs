using FsCheck.Xunit;
using SkillTorch.Analysis;

namespace SkillTorch.Tests.Analysis;

public sealed class SampleStatisticsTests
{
    [Theory]
    [InlineData(0.5, 300.0, 80.0, 300.0, double.PositiveInfinity)]
    [InlineData(0.75, double.PositiveInfinity, 80.0, 300.0, double.PositiveInfinity)]
    [InlineData(1.0, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(0.25, 1.75, 1.0, 2.0, 3.0, 4.0)]
    [InlineData(0.5, double.NaN)]
    public void A_quantile_lies_between_order_statistics_that_may_be_infinite(
        double probability,
        double expected,
        params double[] sorted
    ) => Assert.Equal(expected, SampleStatistics.Quantile(sorted, probability));

    [Theory]
    [InlineData(new[] { 3.0, 1, 2 }, 2)]
    [InlineData(new[] { 4.0, 1, 2, 3 }, 2.5)]
    [InlineData(new[] { 1.0, double.PositiveInfinity, 2 }, 2)]
    [InlineData(new[] { 1.0, double.PositiveInfinity }, double.PositiveInfinity)]
    [InlineData(new[] { 1.0, double.NaN, 2 }, double.NaN)]
    [InlineData(new double[0], double.NaN)]
    public void Median_orders_infinity_and_keeps_NaN(double[] values, double median) =>
        Assert.Equal(median, SampleStatistics.Median(values));

    [Property]
    public bool The_slope_of_a_power_law_is_its_exponent(sbyte exponent, byte prefactor, byte count)
    {
        var a = exponent / 32.0;
        (double, double)[] points = [.. Enumerable.Range(1, 2 + count % 20).Select(i => ((double)i, (1 + prefactor) * Math.Pow(i, a)))];
        return new Aggregate?[] { null, Aggregate.Min, Aggregate.Max, Aggregate.Median, Aggregate.Mean }.All(local =>
            Math.Abs(SampleStatistics.LogSlope(points, local) - a) < 1e-10
        );
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_point_without_logarithm_leaves_no_slope(double y)
    {
        Assert.True(double.IsNaN(SampleStatistics.LogSlope([(1, 1), (2, y)], null)));
        Assert.True(double.IsNaN(SampleStatistics.LogSlope([(1, 1), (2, y)], Aggregate.Min)));
        Assert.True(double.IsNaN(SampleStatistics.LogSlope([(1, 1)], null)));
    }
}
