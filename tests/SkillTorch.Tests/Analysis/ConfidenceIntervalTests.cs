using MathNet.Numerics.Distributions;
using SkillTorch.Analysis;

namespace SkillTorch.Tests.Analysis;

public sealed class ConfidenceIntervalTests
{
    // The definition: at the lower end k or more successes, at the upper end k or fewer, are as rare as 2.5 %.
    [Theory]
    [InlineData(9, 10)]
    [InlineData(1, 10)]
    [InlineData(22, 30)]
    [InlineData(61, 100)]
    public void Neither_end_of_a_proportions_interval_makes_the_count_rarer_than_the_level_allows(int k, int n)
    {
        var interval = ConfidenceInterval.ForProportion(k, n);
        Assert.Equal(0.025, 1 - Binomial.CDF(interval.Low, n, k - 1), 1e-9);
        Assert.Equal(0.025, Binomial.CDF(interval.High, n, k), 1e-9);
    }

    [Theory]
    [InlineData(0, 10, 0, 0.3085)] // 1 − 0.025^(1/10)
    [InlineData(10, 10, 0.6915, 1)]
    [InlineData(0, 0, 0, 1)]
    public void None_and_all_leave_one_end_at_0_or_1(int k, int n, double low, double high)
    {
        var interval = ConfidenceInterval.ForProportion(k, n);
        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
    }

    [Fact]
    public void A_medians_interval_is_of_order_statistics()
    {
        // P(Bin(6, ½) = 0) = 1/64 on either side: the ends are sure to 96.9 %.
        Assert.Equal(new(1, 6), ConfidenceInterval.ForMedian([3, 1, 2, 6, 5, 4]));
        Assert.Equal(new(1, double.PositiveInfinity), ConfidenceInterval.ForMedian([3, 1, 2, double.PositiveInfinity, 5, 4]));
        Assert.Null(ConfidenceInterval.ForMedian([3, 1, 2, 5, 4]));
        Assert.Null(ConfidenceInterval.ForMedian([3, 1, 2, 6, 5, double.NaN]));
    }

    [Fact]
    public void A_means_interval_is_Students()
    {
        // Mean 2, standard error 1/√3, t(2, 0.975) = 4.30265.
        var interval = ConfidenceInterval.ForMean([1, 2, 3])!.Value;
        Assert.Equal(2 - 4.30265272975 / Math.Sqrt(3), interval.Low, 1e-8);
        Assert.Equal(2 + 4.30265272975 / Math.Sqrt(3), interval.High, 1e-8);
        Assert.Equal(new(1, 1), ConfidenceInterval.ForMean([1, 1]));
        Assert.Null(ConfidenceInterval.ForMean([1]));
        Assert.Null(ConfidenceInterval.ForMean([1, 2, double.PositiveInfinity]));
    }
}
