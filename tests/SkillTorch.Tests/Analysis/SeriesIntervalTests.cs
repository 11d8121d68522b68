using SkillTorch.Analysis;
using SkillTorch.Numerics;

namespace SkillTorch.Tests.Analysis;

/// <summary>Intervals of series by the bootstrap over replicates.</summary>
public sealed class SeriesIntervalTests
{
    private static readonly double[] X = [1, 2, 4];

    private static readonly ScalingExponentOptions Exponent = new()
    {
        Name = "q",
        Of = "y",
        Against = "d",
        Interval = true,
    };

    [Fact]
    public void Replicates_that_agree_leave_nothing_open()
    {
        var value = Evaluate(Exponent, 6, (x, _) => x * x);
        Assert.Equal((2, 2, 2), (value.Value, value.Low!.Value, value.High!.Value));
        Assert.Null(Evaluate(Exponent with { Interval = false }, 6, (x, _) => x * x).Low);
    }

    [Fact]
    public void A_replicate_is_drawn_with_all_of_its_values()
    {
        // Each replicate has a slope of 1 and a height of its own; values drawn one by one would have other slopes.
        var value = Evaluate(Exponent, 7, (x, r) => x * Math.Pow(10, r));
        Assert.Equal((1, 1), (Math.Round(value.Low!.Value, 12), Math.Round(value.High!.Value, 12)));
    }

    [Fact]
    public void There_is_none_of_few_replicates_of_means_or_of_infinite_values()
    {
        Assert.Null(Evaluate(Exponent, 5, (x, _) => x).Low);
        Assert.Null(Evaluate(Exponent, 6, (x, r) => x == 4 && r <= 3 ? double.PositiveInfinity : x).Low);
        AnalysisValue[] means = [.. X.Select(x => Value(x, null, x))];
        Assert.Null(Exponent.Evaluate(new RunData([], []) { Values = means }).Single().Low);
    }

    [Fact]
    public void It_covers_the_true_value_about_as_often_as_it_says()
    {
        var covered = Enumerable
            .Range(0, 60)
            .Count(set =>
            {
                var draw = new RandomStream((ulong)set, RandomPurpose.Bootstrap, 7).Sequence();
                var noise = Enumerable.Range(0, 3 * 12).Select(_ => Math.Exp(draw.NextDouble() - 0.5)).ToArray();
                var value = Evaluate(Exponent, 12, (x, r) => x * noise[12 * Array.IndexOf(X, x) + r - 1]);
                return value.Low <= 1 && 1 <= value.High;
            });
        Assert.InRange(covered, 50, 60);
    }

    private static AnalysisValue Evaluate(ScalingExponentOptions options, int replicates, Func<double, int, double> y)
    {
        AnalysisValue[] values = [.. X.SelectMany(x => Enumerable.Range(1, replicates).Select(r => Value(x, r, y(x, r))))];
        return options.Evaluate(new RunData([], []) { Values = values }).Single();
    }

    private static AnalysisValue Value(double x, int? replicate, double y) => HandMadeRuns.Value("y", "a", x, replicate, y);
}
