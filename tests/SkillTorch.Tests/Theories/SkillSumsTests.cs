using SkillTorch.Theories;
using static SkillTorch.Tests.Theories.NumericalChecks;

namespace SkillTorch.Tests.Theories;

public class SkillSumsTests
{
    private static readonly ScalingLaws Laws = new(0.6, 3, 0.02, 0.5);

    [Theory] // all remainders of a vector
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1006)]
    public void Every_sum_is_the_sum_of_its_terms(int skills)
    {
        var sums = new SkillSums(Laws, skills);
        double[] p = [.. Enumerable.Range(1, skills).Select(k => Math.Pow(k, -1.6))];
        var norm = p.Sum();
        p = [.. p.Select(x => x / norm)];
        double[] at = [0, 1, 7.5, 1e3, 1e6];
        double Term(double x, double t) => x * Math.Pow(1 - (1 / (1 + (149 * Math.Exp(-2 * 0.5 * x * 3 * t)))), 2);
        for (var i = 0; i < at.Length; i++)
        {
            Assert.Equal(4.5 * p.Sum(x => Term(x, at[i])), sums.Time(at)[i], 1e-13);
            Assert.Equal(4.5 * p.Sum(x => x * Math.Pow(1 - x, at[i])), sums.Data(at)[i], 1e-13);
        }

        int[] ns = [0, 1, 2, 2 + (skills / 2), skills + 2, skills + 5];
        var compute = sums.Compute(ns, at);
        var parameters = sums.Parameters(ns);
        for (var j = 0; j < ns.Length; j++)
        {
            var mixed = sums.Mixed(at, ns[j]); // (S − r)²/2 = 4.4402
            Assert.All(
                at.Index(),
                t =>
                    Assert.Equal(
                        (4.4402 * p.Take(ns[j]).Sum(x => x * Math.Pow(1 - x, t.Item))) + (4.5 * p.Skip(ns[j]).Sum()),
                        mixed[t.Index],
                        1e-13
                    )
            );
            Assert.Equal(4.5 * p.Skip(ns[j]).Sum(), parameters[j], 1e-13);
            for (var i = 0; i < at.Length; i++)
            {
                Assert.Equal(4.5 * (p.Take(ns[j]).Sum(x => Term(x, at[i])) + p.Skip(ns[j]).Sum()), compute[j, i], 1e-13);
            }
        }
    }

    [Fact]
    public void The_sum_is_the_multilinear_models_total_loss()
    {
        var sums = new SkillSums(Laws, 300);
        var model = new MultilinearModel([.. sums.Frequencies])
        {
            TargetScale = 3,
            InitialStrength = 0.02,
            LearningRate = 0.5,
        };
        var at = LogRange(1, 1e5, 20);
        double[] expected = model.TotalLoss(at),
            limited = (model with { BasisFunctions = 40 }).TotalLoss(at),
            actual = sums.Time(at);
        var compute = sums.Compute([40], at);
        for (var i = 0; i < at.Length; i++)
        {
            Close(expected[i], actual[i], 1e-12);
            Close(limited[i], compute[0, i], 1e-12);
        }
    }

    [Fact]
    public void Local_exponents_of_a_power_law_are_its_exponent()
    {
        double[] x = [1, 2, 5, 7, 30, 100];
        double[] y = [.. x.Select(v => 3 * Math.Pow(v, -0.7))];
        Assert.All(PowerLaw.LocalExponents(x, y), s => Assert.Equal(-0.7, s, 12));
        (var exponent, var prefactor) = PowerLaw.Fit(x, y);
        Assert.Equal(-0.7, exponent, 12);
        Assert.Equal(3, prefactor, 12);
    }

    [Fact]
    public void Local_exponents_are_second_order()
    {
        // ln y = (ln x)²: the parabola is exact inside, and the secant half a step off at the ends.
        double[] x = [1, Math.E, Math.Exp(3)];
        double[] y = [1, Math.E, Math.Exp(9)];
        var slopes = PowerLaw.LocalExponents(x, y);
        Assert.Equal(1, slopes[0], 12);
        Assert.Equal(2, slopes[1], 12);
        Assert.Equal(4, slopes[2], 12);
        Assert.StartsWith("Got 1 abscissae", Assert.Throws<ArgumentOutOfRangeException>(() => PowerLaw.Fit([1], [1])).Message);
        Assert.StartsWith("Got -1 for `y`", Assert.Throws<ArgumentOutOfRangeException>(() => PowerLaw.Fit([1, 2], [1, -1])).Message);
    }
}
