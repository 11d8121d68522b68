using MathNet.Numerics;
using SkillTorch.Numerics;
using SkillTorch.Theories;
using static SkillTorch.Tests.Theories.NumericalChecks;

namespace SkillTorch.Tests.Theories;

public class ScalingLawsTests
{
    [Theory]
    [InlineData(2, 1.6449340668482264)] // π²/6
    [InlineData(4, 1.0823232337111382)] // π⁴/90
    [InlineData(1.5, 2.6123753486854883)] // DLMF 25.6 / OEIS A078434
    [InlineData(3, 1.2020569031595943)] // Apéry
    [InlineData(12, 1.000246086553308)]
    public void Zeta_has_its_known_values(double s, double expected) => Close(expected, Special.Zeta(s), 4e-16);

    [Fact]
    public void Zeta_near_its_pole_is_the_Laurent_series() =>
        Close(1e4 + Constants.EulerMascheroni + (0.0728158454836767 * 1e-4), Special.Zeta(1 + 1e-4), 1e-11);

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-12)]
    [InlineData(0.3)]
    [InlineData(3)]
    [InlineData(1e5)]
    [InlineData(1e30)]
    public void The_logit_solves_its_equation(double y)
    {
        var l = Special.CrossEntropyLogit(Math.Log(y));
        // l + e^l − 1 = y, with the series of e^l − 1 where it would cancel.
        var expMinusOne = l < 1e-4 ? l * (1 + (l / 2 * (1 + (l / 3)))) : Math.Exp(l) - 1;
        Close(y, l + expMinusOne, 1e-12);
    }

    /// <summary>The trapezoidal rule in ln u, exponentially convergent: an independent method for the integrals.</summary>
    private static double Trapezoid(double alpha, double s, double r)
    {
        var kappa = 1 / ((s / r) - 1);
        const double h = 1.0 / 256;
        double from = -40 * (alpha + 1) / alpha,
            sum = 0;
        for (var y = from; y < 6; y += h)
        {
            var u = Math.Exp(y);
            sum += Math.Exp(y * alpha / (alpha + 1)) / Math.Pow(1 + (kappa * Math.Exp(2 * u)), 2);
        }

        return sum * h;
    }

    [Theory]
    [InlineData(0.3, 1, 0.01, 1)]
    [InlineData(0.6, 5, 0.01, 0.5)]
    [InlineData(0.9, 1, 0.8, 2)]
    [InlineData(0.1, 1, 1e-6, 1)]
    [InlineData(2.5, 1, 0.01, 1)]
    public void The_time_prefactor_is_the_integral_by_a_second_method(double alpha, double s, double r, double eta)
    {
        var expected =
            s
            * s
            / 2
            * Math.Pow(Special.Zeta(alpha + 1), -1 / (alpha + 1))
            / ((alpha + 1) * Math.Pow(eta * s, alpha / (alpha + 1)))
            * Trapezoid(alpha, s, r);
        Close(expected, new ScalingLaws(alpha, s, r, eta).TimePrefactor, 1e-10);
    }

    [Theory] // S8; the compute prefactors are those of a scan over λ in steps of 0.5 % with the trapezoidal rule in ln u
    [InlineData(0.3, 1.291, 0.952466)]
    [InlineData(0.6, 1.200, 0.787960)]
    [InlineData(0.9, 1.061, 0.646425)]
    public void Prefactors_are_those_of_the_published_figures(double alpha, double time, double compute)
    {
        Assert.Equal(time, new ScalingLaws(alpha).TimePrefactor * 2, 6e-4);
        Assert.Equal(compute, new ScalingLaws(alpha, 5).ComputePrefactor * 2 / 25, 2e-6);
    }

    [Theory] // S7
    [InlineData(0.6)]
    [InlineData(0.9)]
    public void The_sums_follow_the_laws(double alpha)
    {
        var laws = new ScalingLaws(alpha);
        var sums = new SkillSums(laws, 100000);
        var range = LogRange(100, 1000, 30);
        int[] ns = [.. LogRange(10, 100, 20).Select(n => (int)Math.Round(n))];
        double[] nsAsReal = [.. ns.Select(n => (double)n)];
        double[] time = sums.Time(range),
            data = sums.Data(range);
        Close(-laws.TimeExponent, PowerLaw.Fit(range, time).Exponent, 0.03);
        Close(-laws.DataExponent, PowerLaw.Fit(range, data).Exponent, 0.03);
        Close(-laws.ParameterExponent, PowerLaw.Fit(nsAsReal, sums.Parameters(ns)).Exponent, 0.03);
        for (var i = 0; i < range.Length; i++)
        {
            Close(laws.TimeLaw(range[i]), time[i], 0.03);
            Close(laws.DataLaw(range[i]), data[i], 0.03);
        }

        Assert.All(ns, n => Close(laws.ParameterLaw(n), sums.Parameters([n])[0], 0.08));
    }

    [Theory] // S9
    [InlineData(0.6)]
    [InlineData(0.9)]
    public void The_envelope_of_the_sums_follows_the_compute_law(double alpha)
    {
        var laws = new ScalingLaws(alpha, 5);
        var sums = new SkillSums(laws, 50000);
        var compute = LogRange(1e3, 1e6, 16);
        int[] ns = [.. LogRange(2, 20000, 150).Select(n => (int)n).Distinct()];
        double[] envelope = [.. compute.Select(c => ns.Min(n => sums.Compute([n], [c / n])[0, 0]))];
        Close(-laws.ComputeExponent, PowerLaw.Fit(compute, envelope).Exponent, 0.05);

        // The law is a continuum approximation; its allocation is nearly the sums' own.
        foreach (var c in new[] { 1e4, 1e6 })
        {
            var n = laws.OptimalParameters(c);
            Close(c, n * laws.OptimalSteps(c), 1e-12);
            var best = envelope[Array.FindIndex(compute, x => x >= 0.999 * c)];
            Assert.InRange(sums.Compute([(int)n], [c / (int)n])[0, 0] / best, 0.99, 1.03);
        }
    }

    [Fact]
    public void The_optimal_lambda_is_a_minimum()
    {
        // Compute A_C's function from its definition by trapezoids at and beside the minimum.
        const double alpha = 0.6,
            s = 5,
            r = 0.01;
        var laws = new ScalingLaws(alpha, s, r);
        double zeta = Special.Zeta(alpha + 1),
            kappa = 1 / ((s / r) - 1);
        double Loss(double lambda)
        {
            var ratio = Math.Pow(lambda, (alpha + 2) / (alpha + 1));
            double from = Math.Log(Math.Pow(ratio, -(alpha + 1)) / zeta),
                h = (4 - from) / 20000,
                sum = 0;
            for (var i = 0; i <= 20000; i++)
            {
                var y = from + (i * h);
                var value = Math.Exp(y * alpha / (alpha + 1)) / Math.Pow(1 + (kappa * Math.Exp(2 * Math.Exp(y))), 2);
                sum += (i == 0 || i == 20000 ? 0.5 : 1) * h * value;
            }

            var a =
                (s * s / 2 * Math.Pow(zeta, -1 / (alpha + 1)) / (alpha + 1) * sum) + (s * s * Math.Pow(ratio, -alpha) / (2 * alpha * zeta));
            return a * Math.Pow(lambda, alpha / (alpha + 1));
        }

        var best = Loss(laws.OptimalLambda);
        Close(best * Math.Pow(s, -alpha / (alpha + 2)), laws.ComputePrefactor, 1e-7);
        Assert.True(best <= Loss(laws.OptimalLambda * 0.99) && best <= Loss(laws.OptimalLambda * 1.01));
    }

    [Fact]
    public void The_mixed_law_has_the_data_and_the_parameter_law_as_limits()
    {
        var laws = new ScalingLaws(0.6, 2, 1e-9);
        Close(laws.DataLaw(1000), laws.MixedLaw(1000, 1e12), 1e-5);
        Close(laws.ParameterLaw(10), laws.MixedLaw(1e9, 10), 1e-9);

        // In between: both sums of the discrete model.
        var sums = new SkillSums(laws, 200000);
        var mixed =
            Enumerable.Range(0, 60).Sum(k => sums.Frequencies[k] * Math.Pow(1 - sums.Frequencies[k], 2000)) * 2 + sums.Parameters([60])[0];
        Close(mixed, laws.MixedLaw(2000, 60), 0.03);
    }

    [Fact]
    public void The_corrected_law_solves_its_equation()
    {
        var laws = new ScalingLaws(0.3);
        var a = 1 / SpecialFunctions.GeneralHarmonic(50000, 1.3);
        var missing = a * Math.Pow(50000, -0.3) / 0.6;
        foreach (var t in new[] { 10.0, 1e3, 1e4 })
        {
            var l = laws.CorrectedTimeLaw([t * 0.999, t, t * 1.001], 50000);
            Close(-0.3 / 1.3 * (l[1] + missing) / t, (l[2] - l[0]) / (0.002 * t), 1e-5);
        }
    }

    [Theory] // S11
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void The_corrected_law_is_closer_to_the_finite_sum(double alpha)
    {
        var laws = new ScalingLaws(alpha);
        var t = LogRange(100, 1e4, 40);
        double[] sum = new SkillSums(laws, 50000).Time(t),
            corrected = laws.CorrectedTimeLaw(t, 50000);
        double Error(Func<int, double> law) =>
            Math.Sqrt(Enumerable.Range(0, t.Length).Average(i => Math.Pow(Math.Log(law(i) / sum[i]), 2)));
        var plain = Error(i => laws.TimeLaw(t[i]));
        Assert.True(Error(i => corrected[i]) < 0.2 * plain);
        Assert.True(plain > 0.05);
    }

    [Fact]
    public void Out_of_domain_values_are_sentences()
    {
        Assert.StartsWith("Got 0 for `alpha`", Assert.Throws<ArgumentOutOfRangeException>(() => new ScalingLaws(0)).Message);
        Assert.StartsWith(
            "Got 2 for `initialStrength`; expected a number between 0 and 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ScalingLaws(1, 1, 2)).Message
        );
        Assert.StartsWith("Got 0 for `steps`", Assert.Throws<ArgumentOutOfRangeException>(() => new ScalingLaws(1).TimeLaw(0)).Message);
        Assert.StartsWith("Got 0 for `skills`", Assert.Throws<ArgumentOutOfRangeException>(() => new SkillSums(new(1), 0)).Message);
        Assert.StartsWith(
            "Got 5 for `parameters",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SkillSums(new(1), 10).Compute([7, 5], [1])).Message
        );
    }
}
