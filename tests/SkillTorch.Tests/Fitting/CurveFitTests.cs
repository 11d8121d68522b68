using SkillTorch.Fitting;
using SkillTorch.Numerics;
using SkillTorch.Theories;

namespace SkillTorch.Tests.Fitting;

public class CurveFitTests
{
    private static readonly double[] Steps = [.. Enumerable.Range(0, 101).Select(i => 10.0 * i)];
    private static readonly double[] Frequencies = [0.6, 0.3, 0.1];

    public static TheoryData<SkillTheory, string[], double[]> Planted =>
        new()
        {
            {
                new ResourceModel(Frequencies) { EffectiveLearningRate = 0.008 },
                ["n0"],
                [0.02]
            },
            { new ResourceModel(Frequencies), ["n0", "effectiveLearningRate"], [0.05, 0.006] },
            {
                new ResourceModel(Frequencies) { Prerequisites = [null, null, new SkillTorch.Tasks.AllOf(1, 2)] },
                ["n0", "effectiveLearningRate", "gateExponent"],
                [0.03, 0.01, 0.05]
            },
            { new DominoModel(Frequencies), ["learningTime"], [230] },
            { new ParallelModel(Frequencies), ["rate"], [0.02] },
            {
                new MultilinearModel(Frequencies) { LearningRate = 0.02 },
                ["initialStrength", "b2"],
                [0.003, 0.4]
            },
        };

    [Theory]
    [MemberData(nameof(Planted))]
    public void Recovers_planted_parameters_from_noisy_replicates(SkillTheory theory, string[] names, double[] planted)
    {
        var truth = names.Zip(planted).Aggregate(theory, (t, p) => t.With(p.First, p.Second));
        var replicates = Enumerable.Range(0, 20).Select(r => Noisy(truth.Strength(Steps), 0.02, (ulong)r)).ToList();

        var fit = new CurveFit(theory, names, Steps, replicates).Run();

        Assert.True(fit.R2 > 0.99, $"R² = {fit.R2}");
        Assert.Equal(Steps.Length * theory.Skills, fit.Points);
        foreach (var (name, value) in names.Zip(planted))
        {
            var parameter = fit.Parameters.Single(p => p.Name == name);
            Assert.True(parameter.Fitted);
            Assert.InRange(parameter.Value / value, 0.97, 1.03);
            Assert.True(parameter.Low < parameter.Value && parameter.Value < parameter.High, $"{parameter}");
            Assert.InRange(value, parameter.Low - (parameter.High - parameter.Low), parameter.High + (parameter.High - parameter.Low));
        }
    }

    [Fact]
    public void Exact_data_is_fitted_exactly()
    {
        var truth = new ResourceModel(Frequencies) { N0 = 0.004, EffectiveLearningRate = 0.007 };

        var fit = new CurveFit(new ResourceModel(Frequencies), ["n0", "effectiveLearningRate"], Steps, [truth.Strength(Steps)]).Run();

        Assert.Equal(0.004, fit.Parameters.Single(p => p.Name == "n0").Value, 4e-7);
        Assert.True(fit.Rmse < 1e-5);
    }

    [Fact]
    public void Intervals_narrow_as_replicates_grow_and_are_absent_for_one()
    {
        var truth = new DominoModel(Frequencies) { LearningTime = 200 };
        var widths = new[] { 5, 80 }
            .Select(count =>
            {
                var replicates = Enumerable.Range(0, count).Select(r => Noisy(truth.Strength(Steps), 0.2, (ulong)r)).ToList();
                var parameter = new CurveFit(new DominoModel(Frequencies), ["learningTime"], Steps, replicates).Run().Parameters[0];
                return parameter.High - parameter.Low;
            })
            .ToList();
        Assert.InRange(widths[0] / widths[1], 2, 8); // √(80/5) = 4

        var single = new CurveFit(new DominoModel(Frequencies), ["learningTime"], Steps, [truth.Strength(Steps)]).Run();
        Assert.True(double.IsNaN(single.Parameters[0].Low));
        Assert.Contains("one replicate", single.Note);
    }

    [Fact]
    public void A_theory_without_free_parameters_is_only_judged()
    {
        var truth = new DominoModel(Frequencies) { LearningTime = 200 };

        var fit = new CurveFit(new DominoModel(Frequencies) { LearningTime = 150 }, [], Steps, [truth.Strength(Steps)]).Run();

        Assert.Equal(150, fit.Parameters[0].Value);
        Assert.False(fit.Parameters[0].Fitted);
        Assert.Equal(fit.Rmse, Math.Sqrt(Mismatch(truth, fit.Theory)), 12);
        Assert.Equal(fit.Points * Math.Log(fit.Rmse * fit.Rmse), fit.Aic, 9);
    }

    [Fact]
    public void A_parameter_that_the_data_push_out_of_range_is_noted()
    {
        var zeros = new double[Steps.Length, 3];

        var fit = new CurveFit(new DominoModel(Frequencies), ["learningTime"], Steps, [zeros, zeros]).Run();

        Assert.Contains("edge of its range: learningTime", fit.Note);
    }

    [Fact]
    public void An_unknown_parameter_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<InvalidOptionException>(() =>
            new CurveFit(new DominoModel(Frequencies), ["n0"], Steps, [new double[Steps.Length, 3]])
        );
        Assert.Equal("Got \"n0\" for `fit` of the domino theory; expected one of learningTime.", error.Message);
    }

    private static double Mismatch(SkillTheory a, SkillTheory b)
    {
        var (x, y) = (a.Strength(Steps), b.Strength(Steps));
        return x.Cast<double>().Zip(y.Cast<double>(), (u, v) => (u - v) * (u - v)).Average();
    }

    private static double[,] Noisy(double[,] strength, double deviation, ulong seed)
    {
        var noise = new double[strength.Length];
        new RandomStream(seed, RandomPurpose.Noise).FillNormal(noise, 0, deviation);
        var noisy = (double[,])strength.Clone();
        for (var i = 0; i < noise.Length; i++)
            noisy[i / 3, i % 3] += noise[i];
        return noisy;
    }
}
