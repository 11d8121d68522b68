using SkillTorch.Tasks;

namespace SkillTorch.Tests.Tasks;

/// <summary>Each shaping against its definition: the loss as it is written in the papers, differentiated numerically entry by
/// entry.</summary>
public class LossShapingTests
{
    private static readonly double[] Losses = [0.3, 2, 0, 1e-7, 0.9, 4, 0.02];
    private static readonly double[] Weights = [1, 0.5, 1, 1, 0, 2, 1];
    private static readonly double[] Shares = [0.1, 0.2, 0.05, 0.15, 0.3, 0.1, 0.1];
    private static readonly int[] Skills = [0, 1, 0, 3, 3, 1, 0]; // skill 2 is absent

    /// <summary>A shaping, and the loss of weighted entries ℓ where stop-gradient sees other, fixed ones: (ℓ, sg ℓ, shares) → L.</summary>
    public static TheoryData<string, LossShapingOptions, Func<double[], double[], double[], double>> Definitions =>
        new()
        {
            { "none", new NoShapingOptions(), (x, _, m) => Mean(x, m) },
            { "power 1", new PowerShapingOptions(), (x, sg, m) => Mean([.. x.Zip(sg, (a, b) => a * b)], m) / Mean(sg, m) },
            {
                "power 0",
                new PowerShapingOptions { Gamma = 0 },
                (x, _, m) => Mean(x, m)
            },
            {
                "power 2.5",
                new PowerShapingOptions { Gamma = 2.5 },
                (x, sg, m) => Mean([.. x.Zip(sg, (a, b) => a * Math.Pow(b, 2.5))], m) / Mean([.. sg.Select(b => Math.Pow(b, 2.5))], m)
            },
            {
                "per-skill",
                new PerSkillShapingOptions(),
                (x, sg, m) => ((int[])[0, 1, 3]).Average(k => OfSkill(x, m, k) / OfSkill(sg, m, k))
            },
        };

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Factors_are_the_derivative_of_the_definition(
        string name,
        LossShapingOptions shaping,
        Func<double[], double[], double[], double> definition
    )
    {
        Assert.NotEmpty(name);
        foreach (
            var weights in (double[][])
                [
                    [],
                    Weights,
                ]
        )
        {
            foreach (
                var shares in (double[][])
                    [
                        [],
                        Shares,
                    ]
            )
            {
                var factors = new double[Losses.Length];
                shaping.FillFactors(new LossEntries(Losses, Skills, shares, weights), factors);
                double[] entries = [.. Losses.Select((loss, i) => loss * (weights.Length == 0 ? 1 : weights[i]))];
                var m = shares.Length == 0 ? [.. Losses.Select(_ => 1.0 / Losses.Length)] : shares;
                for (var i = 0; i < entries.Length; i++)
                {
                    double[] up = [.. entries],
                        down = [.. entries];
                    up[i] += 1e-4;
                    down[i] -= 1e-4;
                    // Linear in the entries, so that the quotient is exact; a masked entry's gradient is 0 whatever its factor.
                    Assert.Equal(
                        (definition(up, entries, m) - definition(down, entries, m)) / 2e-4 / m[i],
                        factors[i],
                        1e-9 * Math.Max(1, factors[i])
                    );
                }
            }
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(2.0)]
    public void Focal_factors_are_the_derivative_of_the_focal_loss(double gamma)
    {
        var factors = new double[Losses.Length];
        new FocalShapingOptions { Gamma = gamma }.FillFactors(new LossEntries(Losses, Skills, Shares, Weights), factors);
        for (var i = 0; i < Losses.Length; i++)
        {
            if (Losses[i] == 0)
            {
                Assert.Equal(gamma == 0 ? 1 : 0, factors[i]);
                continue;
            }

            var h = 1e-4 * Losses[i];
            Assert.Equal((Focal(Losses[i] + h) - Focal(Losses[i] - h)) / (2 * h), factors[i], 1e-6 * factors[i]);
        }

        // 1 − e^(−ℓ) by its series where ℓ is small.
        double Focal(double loss) =>
            Math.Pow(loss < 1e-3 ? loss - loss * loss / 2 + loss * loss * loss / 6 : 1 - Math.Exp(-loss), gamma) * loss;
    }

    /// <summary>On a logit, it is the focal loss of classification, −(1 − p)^γ·log p.</summary>
    [Fact]
    public void Focal_of_a_cross_entropy_is_that_of_its_paper()
    {
        const double p = 0.3,
            h = 1e-6;
        var factors = new double[1];
        new FocalShapingOptions().FillFactors(new LossEntries([-Math.Log(p)], [0]), factors);
        static double Focal(double p) => -(1 - p) * (1 - p) * Math.Log(p);
        Assert.Equal((Focal(p + h) - Focal(p - h)) / (2 * h), factors[0] * (-1 / p), 1e-8);
    }

    [Fact]
    public void Nothing_left_to_learn_gives_no_gradient_and_no_NaN()
    {
        foreach (var shaping in (LossShapingOptions[])[new PowerShapingOptions(), new FocalShapingOptions(), new PerSkillShapingOptions()])
        {
            double[] factors = [1, 1, 1];
            shaping.FillFactors(new LossEntries([0, 0, 0], [0, 1, 1]), factors);
            Assert.All(factors, factor => Assert.Equal(0, factor));
        }
    }

    [Fact]
    public void High_powers_neither_overflow_nor_vanish()
    {
        foreach (var scale in (double[])[1e-9, 1e9])
        {
            var factors = new double[2];
            new PowerShapingOptions { Gamma = 90 }.FillFactors(new LossEntries([scale, scale / 2], [0, 0]), factors);
            Assert.Equal(2, factors[0], 1e-12);
            Assert.Equal(2 * Math.Pow(0.5, 90), factors[1], 1e-30);
        }
    }

    private static double Mean(double[] x, double[] m) => x.Zip(m, (a, b) => a * b).Sum();

    private static double OfSkill(double[] x, double[] m, int skill) => Mean([.. x.Select((a, i) => Skills[i] == skill ? a : 0)], m);
}
