using FsCheck;
using FsCheck.Xunit;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using static SkillTorch.Tests.Theories.NumericalChecks;

namespace SkillTorch.Tests.Theories;

public class ResourceModelTests
{
    private static readonly double[] P10 = SkillFrequencies.PowerLaw(10, 2);

    /// <summary>The published loop, spelled out.</summary>
    private static double[][] Published(double[] p, double[,] c, double rate, double n0, int steps, bool mse, bool clamp)
    {
        var k = p.Length;
        double[] level = [.. p.Select(_ => mse ? 1.0 : 0.0)];
        var rows = new double[steps][];
        for (var t = 0; t < steps; t++)
        {
            double[] f = [.. p.Select((x, i) => mse ? x * level[i] : x * Math.Exp(-level[i]) / (1 + Math.Exp(-level[i])))];
            for (var i = 0; i < k; i++)
            {
                var resource = Enumerable.Range(0, k).Sum(j => c[i, j] * f[j]) / (f.Sum() + n0);
                level[i] = mse ? level[i] - (rate * resource) : level[i] + (rate * resource);
                level[i] = mse && clamp ? Math.Max(level[i], 0) : level[i];
            }

            rows[t] = [.. level.Select(l => mse ? 1 - l : 1 / (1 + Math.Exp(-l)))];
        }

        return rows;
    }

    private static double[,] Correlations(int k, bool identity)
    {
        var random = new Random(3);
        double[][] t = [.. Enumerable.Range(0, k).Select(_ => Enumerable.Range(0, 6).Select(_ => random.NextDouble() - 0.5).ToArray())];
        double Dot(int i, int j) => t[i].Zip(t[j], (a, b) => a * b).Sum() / Math.Sqrt(t[i].Sum(a => a * a) * t[j].Sum(a => a * a));
        var c = new double[k, k];
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < k; j++)
            {
                c[i, j] = identity ? (i == j ? 1 : 0) : Dot(i, j);
            }
        }

        return c;
    }

    // 1, 3, 7, 10 skills: every length of vector and remainder.
    [Theory]
    [InlineData(10, true, true, true)]
    [InlineData(7, true, true, true)]
    [InlineData(1, true, true, true)]
    [InlineData(10, true, false, false)]
    [InlineData(7, false, true, true)]
    [InlineData(3, false, true, false)]
    public void Euler_is_the_published_loop(int k, bool mse, bool clamp, bool identity)
    {
        var p = SkillFrequencies.PowerLaw(k, 2);
        var c = Correlations(k, identity);
        var expected = Published(p, c, 0.0189, 0.003, 800, mse, clamp);
        var model = new ResourceModel(p)
        {
            EffectiveLearningRate = 0.0189,
            N0 = 0.003,
            LossForm = mse ? LossKind.Mse : LossKind.CrossEntropy,
            Clamp = clamp,
            Correlations = identity ? null : Rows(c),
        };
        var actual = model.Strength(Range(1, 800, 1));
        for (var t = 0; t < 800; t++)
        {
            for (var i = 0; i < k; i++)
            {
                Assert.Equal(expected[t][i], actual[t, i], 1e-11);
            }
        }
    }

    [Fact]
    public void Identity_correlations_change_nothing_and_others_do()
    {
        var model = new ResourceModel(P10);
        var at = Range(0, 500, 10);
        Assert.Equal(model.Strength(at), (model with { Correlations = Rows(Correlations(10, true)) }).Strength(at));
        Assert.NotEqual(model.Strength(at), (model with { Correlations = Rows(Correlations(10, false)) }).Strength(at));
    }

    [Fact]
    public void Without_the_clamp_undershoot_is_kept()
    {
        // One skill, N0 = 0: each step takes η_eff, and the last step overshoots.
        var model = new ResourceModel([1.0]) { EffectiveLearningRate = 0.3, N0 = 0 };
        Assert.Equal(1.0, model.Strength([4])[0, 0], 12);
        Assert.Equal(1.2, (model with { Clamp = false }).Strength([4])[0, 0], 12);
    }

    [Fact]
    public void Steps_between_whole_ones_are_interpolated()
    {
        var model = new ResourceModel(P10);
        double[,] whole = model.Strength([7, 8, 9]),
            parts = model.Strength([7, 7.25, 7.5, 8, 8.5, 9]);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(whole[0, i], parts[0, i]);
            Assert.Equal((0.75 * whole[0, i]) + (0.25 * whole[1, i]), parts[1, i], 14);
            Assert.Equal((0.5 * whole[0, i]) + (0.5 * whole[1, i]), parts[2, i], 14);
            Assert.Equal(whole[1, i], parts[3, i]);
            Assert.Equal((0.5 * whole[1, i]) + (0.5 * whole[2, i]), parts[4, i], 14);
            Assert.Equal(whole[2, i], parts[5, i]);
        }
    }

    public static TheoryData<bool, double, double> ExactCases =>
        new()
        {
            { true, 0.003, 2 },
            { true, 0.1, 4 },
            { true, 10, 1 },
            { true, 1e-4, 0 },
            { false, 0.003, 2 },
            { false, 0.1, 4 },
            { false, 10, 1 },
            { false, 0, 2 },
        };

    [Theory]
    [MemberData(nameof(ExactCases))]
    public void The_exact_solution_is_the_fine_integration(bool mse, double n0, double exponent)
    {
        var p = SkillFrequencies.PowerLaw(6, exponent);
        var model = new ResourceModel(p)
        {
            EffectiveLearningRate = 0.02,
            N0 = n0,
            LossForm = mse ? LossKind.Mse : LossKind.CrossEntropy,
            Solution = ResourceSolution.Exact,
        };
        double[] Velocity(double[] level)
        {
            double[] f = [.. level.Select((l, i) => mse ? p[i] * l : p[i] / (1 + Math.Exp(l)))];
            return [.. f.Select(x => (mse ? -0.02 : 0.02) * x / (n0 + f.Sum()))];
        }

        double[] level = [.. p.Select(_ => mse ? 1.0 : 0.0)];
        double now = 0;
        foreach (var t in new double[] { 1, 40, 90, 150, 240 })
        {
            level = RungeKutta(Velocity, level, t - now, (int)(t - now) * 100);
            now = t;
            double[] loss = Row(model.Loss([t]), 0),
                strength = Row(model.Strength([t]), 0);
            for (var i = 0; i < 6; i++)
            {
                Close(mse ? level[i] * level[i] : Math.Log(1 + Math.Exp(-level[i])), loss[i], 1e-10);
                Close(mse ? 1 - level[i] : 1 / (1 + Math.Exp(-level[i])), strength[i], 1e-10);
            }
        }
    }

    [Fact]
    public void The_exact_solution_spans_any_time_and_any_number_of_skills()
    {
        var p = SkillFrequencies.PowerLaw(20000, 1.5);
        foreach (var form in Enum.GetValues<LossKind>())
        {
            var model = new ResourceModel(p)
            {
                EffectiveLearningRate = 0.01,
                N0 = 1e-9,
                LossForm = form,
                Solution = ResourceSolution.Exact,
            };
            double[] at = [0, 1e-9, 1e-3, 1, 1e3, 1e6, 1e9];
            var loss = model.TotalLoss(at);
            Assert.Equal(form == LossKind.Mse ? 1 : Math.Log(2), loss[0], 12);
            for (var t = 1; t < at.Length; t++)
            {
                Assert.InRange(loss[t], 0, loss[t - 1]);
            }

            // The slope at the start is that of the equation itself.
            var s = model.Strength([1e-9])[0, 7];
            var start = form == LossKind.Mse ? 0 : 0.5;
            var expected = form == LossKind.Mse ? 1e-11 * p[7] / (1e-9 + 1) : 0.25 * 1e-11 * p[7] / 2 / (1e-9 + 0.5);
            Assert.Equal(expected, s - start, form == LossKind.Mse ? 1e-21 : 1e-16);
        }
    }

    [Property]
    public void Level_to_the_power_of_inverse_frequency_is_the_same_for_all_skills(byte a, byte b, byte n, byte time)
    {
        double[] p = [0.2 + (a / 255.0), 0.2 + (b / 255.0), 0.5];
        var model = new ResourceModel(p)
        {
            N0 = n / 50.0,
            EffectiveLearningRate = 0.01,
            Solution = ResourceSolution.Exact,
        };
        double[] u = [.. Row(model.Strength([time]), 0).Select(s => 1 - s)];
        Assert.Equal(Math.Pow(u[0], 1 / p[0]), Math.Pow(u[1], 1 / p[1]), 1e-12);
        Assert.Equal(Math.Pow(u[0], 1 / p[0]), Math.Pow(u[2], 1 / p[2]), 1e-12);
    }

    [Property]
    public void Levels_stay_in_the_unit_interval_and_follow_frequency(byte a, byte b, byte c, byte n, byte rate, bool exact)
    {
        double[] p = [.. new[] { a, b, c }.Select(x => (x + 1) / 256.0).OrderDescending()];
        var model = new ResourceModel(p)
        {
            N0 = n / 100.0,
            EffectiveLearningRate = (rate + 1) / 256.0,
            Solution = exact ? ResourceSolution.Exact : ResourceSolution.Euler,
        };
        var s = model.Strength(Range(0, 60, 1));
        for (var t = 0; t <= 60; t++)
        {
            Assert.All(Row(s, t), x => Assert.InRange(x, 0, 1));
            Assert.True(s[t, 0] >= s[t, 1] - 1e-12 && s[t, 1] >= s[t, 2] - 1e-12);
        }
    }

    [Property]
    public void Shares_of_resources_sum_to_at_most_one(byte a, byte b, byte c, byte n, byte step)
    {
        double[] p = [(a + 1) / 256.0, (b + 1) / 256.0, (c + 1) / 256.0];
        var model = new ResourceModel(p) { N0 = n / 100.0, EffectiveLearningRate = 0.02 };
        var shares = Row(model.Shares([step]), 0);
        Assert.All(shares, x => Assert.InRange(x, 0, 1));
        Assert.InRange(shares.Sum(), 0, 1 + 1e-12);

        // A share is the rate of learning: one Euler step moves a skill by η_eff times its share.
        var s = model.Strength([step, step + 1]);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Math.Min(s[0, i] + (0.02 * shares[i]), 1), s[1, i], 1e-12);
        }
    }

    [Theory]
    [InlineData(LossKind.Mse)]
    [InlineData(LossKind.CrossEntropy)]
    public void Euler_tends_to_the_exact_solution_in_proportion_to_its_step(LossKind form)
    {
        // n times smaller steps are n times more steps at an n times smaller rate.
        double Error(int n)
        {
            var euler = new ResourceModel(P10)
            {
                EffectiveLearningRate = 0.05 / n,
                N0 = 0.1,
                LossForm = form,
            };
            var exact = (euler with { Solution = ResourceSolution.Exact }).Strength([40.0 * n]);
            var approximate = euler.Strength([40.0 * n]);
            return Enumerable.Range(0, 10).Max(i => Math.Abs(exact[0, i] - approximate[0, i]));
        }

        double coarse = Error(8),
            fine = Error(16);
        Assert.InRange(coarse / fine, 1.95, 2.05);
        Assert.InRange(fine, 1e-6, 1e-2);
    }

    [Fact]
    public void Without_waste_skills_fall_like_dominoes()
    {
        double[] p = [1, 1e-5, 1e-10, 1e-15];
        var exact = new ResourceModel(p)
        {
            EffectiveLearningRate = 0.01,
            N0 = 0,
            Solution = ResourceSolution.Exact,
        };
        var domino = new DominoModel(p) { LearningTime = 100 };
        var at = Range(0, 450, 5);
        double[,] a = exact.Strength(at),
            b = domino.Strength(at);
        for (var t = 0; t < at.Length; t++)
        {
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(b[t, i], a[t, i], 1e-3);
            }
        }

        // All are learned at K/η_eff, and not before.
        Assert.Equal([1, 1, 1, 1], Row(exact.Strength([400]), 0));
        Assert.True(exact.Strength([399])[0, 3] < 1);
        Assert.Equal(400, exact.LearningTime(4, 1 - 1e-12), 1e-6);
    }

    [Fact]
    public void With_much_waste_skills_learn_in_parallel()
    {
        var n0 = 1e7;
        var resource = new ResourceModel(P10)
        {
            EffectiveLearningRate = 0.01 * n0 * 0.1,
            N0 = n0,
            Solution = ResourceSolution.Exact,
        };
        var parallel = new ParallelModel(P10) { Rate = 0.001 };
        var at = Range(0, 5000, 100);
        double[,] a = resource.Strength(at),
            b = parallel.Strength(at);
        for (var t = 0; t < at.Length; t++)
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal(b[t, i], a[t, i], 1e-6);
            }
        }
    }

    [Fact]
    public void One_skill_that_always_comes_is_Lamberts_function()
    {
        // K = 1, p = 1: η t = N0 x + 1 − e^(−x), so x solves a Lambert equation; check by its inverse.
        var model = new ResourceModel([1.0])
        {
            EffectiveLearningRate = 0.01,
            N0 = 0.2,
            Solution = ResourceSolution.Exact,
        };
        foreach (var x in new[] { 0.01, 0.5, 1, 5, 12 })
        {
            var t = ((0.2 * x) + 1 - Math.Exp(-x)) / 0.01;
            Close(1 - Math.Exp(-x), model.Strength([t])[0, 0], 1e-13);
        }

        // Without waste: linear.
        Assert.Equal(0.37, (model with { N0 = 0 }).Strength([37])[0, 0], 13);
    }

    [Property]
    public void Learning_time_inverts_strength(byte a, byte n, bool crossEntropy, byte level)
    {
        var model = new ResourceModel([1, 0.05 + (a / 255.0), 0.3])
        {
            N0 = n / 200.0,
            EffectiveLearningRate = 0.01,
            Solution = ResourceSolution.Exact,
            LossForm = crossEntropy ? LossKind.CrossEntropy : LossKind.Mse,
        };
        var strength = 0.51 + (level / 256.0 * 0.48);
        for (var i = 1; i <= 3; i++)
        {
            Close(strength, model.Strength([model.LearningTime(i, strength)])[0, i - 1], 1e-12);
        }
    }

    [Fact]
    public void A_rare_skill_takes_twice_as_long_and_not_ten_times()
    {
        // The Domino effect itself (P5): p1/p2 = 10 under MSE with little waste.
        var model = new ResourceModel([10.0 / 11, 1.0 / 11])
        {
            EffectiveLearningRate = 0.019,
            N0 = 0.003,
            Solution = ResourceSolution.Exact,
        };
        Assert.InRange(model.LearningTime(2, 0.9) / model.LearningTime(1, 0.9), 1.6, 1.95);
        var wasteful = model with { N0 = 100 };
        Assert.Equal(10, wasteful.LearningTime(2, 0.9) / wasteful.LearningTime(1, 0.9), 0.1);
    }

    [Fact]
    public void A_skill_that_never_occurs_is_never_learned()
    {
        foreach (var form in Enum.GetValues<LossKind>())
        {
            var model = new ResourceModel([1.0, 0])
            {
                N0 = 0,
                EffectiveLearningRate = 0.1,
                LossForm = form,
                Solution = ResourceSolution.Exact,
            };
            Assert.Equal(form == LossKind.CrossEntropy ? 0.5 : 0, model.Strength([50])[0, 1]);
            Assert.Equal(form == LossKind.CrossEntropy ? 0.5 : 0, (model with { Solution = ResourceSolution.Euler }).Strength([50])[0, 1]);
            Assert.True(double.IsPositiveInfinity(model.LearningTime(2, 0.9)));
        }
    }

    [Fact]
    public void The_exact_solution_refuses_what_it_does_not_solve()
    {
        var model = new ResourceModel(P10) { Solution = ResourceSolution.Exact, Correlations = Rows(Correlations(10, false)) };
        Assert.Contains("independent skills only", Assert.Throws<InvalidOperationException>(() => model.Strength([1])).Message);
        Assert.Contains(
            "between 0 and 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ResourceModel(P10).LearningTime(1, 1)).Message
        );
        Assert.Contains(
            "a skill between 1 and 10",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ResourceModel(P10).LearningTime(11, 0.5)).Message
        );
        Assert.Contains(
            "increasing order",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ResourceModel(P10).Strength([2, 1])).Message
        );
        Assert.Contains(
            "expected 10 × 10",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ResourceModel(P10) { Correlations = Rows(new double[2, 2]) }).Message
        );
    }

    [Fact]
    public void Effective_rate_is_that_of_sign_descent()
    {
        Assert.Equal(2 * 3e-4 * Math.Sqrt(1000), ResourceModel.EffectiveRate(3e-4, 1000));
        Assert.Equal(4 * 1e-2 * Math.Sqrt(10), ResourceModel.EffectiveRate(1e-2, 10, LossKind.CrossEntropy));
    }
}
