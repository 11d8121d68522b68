using FsCheck.Xunit;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Reporting;

public sealed class CurvesTests
{
    [Fact]
    public void Statistics_over_replicates_of_a_small_table()
    {
        // By hand: strengths 0, 1, 2, 5 have mean 2, variance 14/3, median 1.5, and tenths at 0.3 and 4.1 of their order.
        var metrics = new Table(
            new TextColumn("case", Enumerable.Repeat("a", 5)),
            new IntegerColumn("replicate", 0, 1, 2, 3, 0),
            new IntegerColumn("step", 10, 10, 10, 10, 20),
            new IntegerColumn("skill", 1, 1, 1, 1, 1),
            new NumberColumn("frequency", 0.5, 0.5, 0.5, 0.5, 0.5),
            new NumberColumn("strength", 5, 0, 2, 1, 7),
            new NumberColumn("accuracy", double.NaN, 1, double.NaN, 1, double.NaN)
        );
        var curves = Curves.From(metrics);

        Assert.Equal(
            [
                "case",
                "skill",
                "step",
                "frequency",
                "n",
                "strengthMean",
                "strengthSd",
                "strengthMedian",
                "strengthQ10",
                "strengthQ90",
                "strengthSmooth",
                "accuracyMean",
                "accuracySd",
                "accuracyMedian",
                "accuracyQ10",
                "accuracyQ90",
                "accuracySmooth",
            ],
            curves.Columns.Select(column => column.Name)
        );
        Assert.Equal([10L, 20], curves.Integers("step"));
        Assert.Equal([4L, 1], curves.Integers("n"));
        Assert.Equal([2, 7], curves.Numbers("strengthMean"));
        Assert.Equal(Math.Sqrt(14.0 / 3), curves.Numbers("strengthSd")[0], 1e-15);
        Assert.Equal(double.NaN, curves.Numbers("strengthSd")[1]);
        Assert.Equal([1.5, 7], curves.Numbers("strengthMedian"));
        Assert.Equal(0.3, curves.Numbers("strengthQ10")[0], 1e-15);
        Assert.Equal(4.1, curves.Numbers("strengthQ90")[0], 1e-15);
        Assert.Equal([1, double.NaN], curves.Numbers("accuracyMean"));
    }

    [Fact]
    public void The_smooth_mean_takes_all_steps_that_lie_nearest_to_a_kept_one()
    {
        // Alternating 0 and 1: single steps alias, means over many of them lie near ½, and every step counts once.
        var steps = Enumerable.Range(0, 1000).ToArray();
        var metrics = new Table(
            new TextColumn("case", steps.Select(_ => "a")),
            new IntegerColumn("replicate", steps.Select(_ => 1L)),
            new IntegerColumn("step", steps.Select(step => (long)step)),
            new IntegerColumn("skill", steps.Select(_ => 1L)),
            new NumberColumn("n", steps.Select(step => step % 2.0))
        );
        var curves = Curves.From(metrics, 20);

        Assert.All(curves.Numbers("nMean"), value => Assert.True(value is 0 or 1));
        Assert.All(curves.Numbers("nSmooth").Skip(curves.Rows - 8), value => Assert.InRange(value, 0.45, 0.55));
        Assert.Equal(metrics.Numbers("n"), Curves.From(metrics, 1000).Numbers("nSmooth"));
    }

    [Fact]
    public void Cases_sweep_values_and_skills_are_not_mixed()
    {
        var metrics = new Table(
            new TextColumn("case", "a", "a", "b", "a"),
            new NumberColumn("optimizer.learningRate", 0.1, 0.2, 0.1, 0.1),
            new IntegerColumn("replicate", 0, 0, 0, 0),
            new IntegerColumn("step", 1, 1, 1, 1),
            new IntegerColumn("skill", 1, 1, 1, 2),
            new NumberColumn("loss", 1, 2, 3, 4)
        );
        Assert.Equal([1, 2, 3, 4], Curves.From(metrics).Numbers("lossMean"));
    }

    [Property]
    public void Thinning_keeps_first_and_last_and_no_more_than_asked(ushort length, byte count)
    {
        var steps = Enumerable.Range(0, length + 1).Select(i => 3.0 * i).ToArray();
        var asked = Math.Max(6, (int)count);
        var kept = Curves.Keep(steps, asked);
        Assert.InRange(kept.Length, Math.Min(asked / 2, steps.Length), asked);
        Assert.Equal(0, kept[0]);
        Assert.Equal(length, kept[^1]);
        Assert.Equal(kept.Order().Distinct(), kept);
    }

    [Fact]
    public void Early_steps_stay_dense_on_a_logarithmic_axis()
    {
        var steps = Enumerable.Range(1, 20_000).Select(i => (double)i).ToArray();
        var kept = Curves.Keep(steps, 300).Select(i => steps[i]).ToArray();
        Assert.All(Enumerable.Range(0, 14), octave => Assert.Contains(kept, step => step >= 1 << octave && step < 2 << octave));
        Assert.True(kept.Zip(kept.Skip(1)).Max(pair => pair.Second - pair.First) <= 101);
    }
}
