using SkillTorch.Tasks;
using SkillTorch.Theories;
using static SkillTorch.Tests.Theories.NumericalChecks;

namespace SkillTorch.Tests.Theories;

/// <summary>Prerequisites and the frequency switch (psl-fig02, psl-fig17).</summary>
public class ResourceDependencyTests
{
    private static ResourceModel Model(double exponent, double[] p, params Prerequisite?[] gates) =>
        new(p)
        {
            EffectiveLearningRate = 1e-3,
            N0 = 1e-3,
            GateExponent = exponent,
            Prerequisites = gates,
        };

    public static TheoryData<ResourceModel, int, int[]> Graphs =>
        new()
        {
            { Model(1e-4, [0.3, 1, 3], null, 1, 2), 5000, [1, 2, 3] },
            {
                Model(1e-3, [1, 0.1, 2, 0.2, 1, 1, 1], null, null, null, null, new AllOf(1, 2), new AllOf(3, 4), new AllOf(5, 6)),
                20000,
                [3, 1, 4, 2, 6, 5, 7]
            },
            {
                Model(1e-3, [0.1, 0.01, 2, 0.2, 1, 1, 1], null, null, null, null, new AllOf(1, 2), new AnyOf(3, 4), new AnyOf(5, 6)),
                20000,
                [3, 4, 1, 6, 2, 7, 5]
            },
        };

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Skills_are_learned_in_the_published_order(ResourceModel model, int steps, int[] order)
    {
        Assert.Equal(order, LearningOrder(model.Strength(Range(1, steps, 1))));
        var without = LearningOrder((model with { Prerequisites = null }).Strength(Range(1, steps, 1)));
        Assert.NotEqual(order, without);
    }

    [Fact]
    public void The_chain_is_the_published_loop()
    {
        double[] p = [0.3, 1, 3],
            u = [1, 1, 1];
        var rows = new double[5000, 3];
        for (var t = 0; t < 5000; t++)
        {
            double[] f = [p[0] * u[0], (1 - Math.Pow(u[0], 1e-4)) * p[1] * u[1], (1 - Math.Pow(u[1], 1e-4)) * p[2] * u[2]];
            var sum = f.Sum() + 1e-3;
            for (var i = 0; i < 3; i++)
            {
                u[i] = Math.Max(u[i] - (1e-3 * f[i] / sum), 0);
                rows[t, i] = 1 - u[i];
            }
        }

        var actual = Model(1e-4, p, null, 1, 2).Strength(Range(1, 5000, 1));
        Assert.True(rows.Cast<double>().Zip(actual.Cast<double>()).All(x => Math.Abs(x.First - x.Second) < 1e-10));
    }

    [Fact]
    public void A_model_of_a_tasks_skills_takes_its_graph()
    {
        Skill[] skills = [new(1, "a", 0.3), new(2, "b", 1, 1), new(3, "c", 3, 2)];
        var model = ResourceModel.FromSkills(skills) with { EffectiveLearningRate = 1e-3, N0 = 1e-3, GateExponent = 1e-4 };
        Assert.Equal(Model(1e-4, [0.3, 1, 3], null, 1, 2).Strength([2500]), model.Strength([2500]));
    }

    [Fact]
    public void The_composed_skill_of_figure_2_comes_last()
    {
        var model = new ResourceModel(SkillFrequencies.Uniform(3))
        {
            EffectiveLearningRate = 1e-2 * Math.Sqrt(7 * 50 / 600.0),
            N0 = 0.01,
            GateExponent = 0.01,
            Prerequisites = [null, null, new AllOf(1, 2)],
        };
        var at = Range(1, 1000, 1);
        var s = model.Strength(at);
        var third = Enumerable.Range(0, 1000).First(t => s[t, 2] > 0.6);
        Assert.True(s[third, 0] > 0.9 && s[third, 1] > 0.9);
        Assert.True(s[999, 2] > 0.99);
    }

    [Fact]
    public void The_hard_skill_of_figure_2_speeds_up_at_half()
    {
        var hard = new ResourceModel([1.0 / 3, 1.0 / 3, 1.0 / 3])
        {
            EffectiveLearningRate = 1e-2 * Math.Sqrt(7 * 50 / 400.0),
            N0 = 0.1,
            Switch = new()
            {
                Skill = 3,
                Threshold = 0.5,
                Before = 0.0045,
                After = 0.08,
            },
        };
        var at = Range(0, 3000, 1);
        var s = hard.Strength(at);
        int First(int skill, double level) => Enumerable.Range(0, 3001).First(t => s[t, skill] > level);
        Assert.True(First(2, 0.9) >= 4 * First(0, 0.9));
        Assert.True(s[3000, 2] > 0.95);

        // The rate before and after the switch is that of the two frequencies.
        var half = First(2, 0.5);
        double before = s[half, 2] - s[half - 1, 2],
            after = s[half + 2, 2] - s[half + 1, 2];
        Assert.True(after > 5 * before);
        Assert.True((hard with { Switch = hard.Switch! with { After = 0.0045 } }).Strength([3000])[0, 2] < 0.9);
    }

    [Fact]
    public void Gates_and_cross_entropy_keep_a_skill_back()
    {
        var free = new ResourceModel([1, 1]) { LossForm = LossKind.CrossEntropy };
        var gated = (free with { Prerequisites = [null, 1], GateExponent = 1e-3 }).Strength([300]);
        var open = free.Strength([300]);
        Assert.True(gated[0, 1] < open[0, 1]);
        Assert.True(gated[0, 0] > open[0, 0], "what one skill may not use, the other does");
    }

    [Fact]
    public void Bad_graphs_are_sentences()
    {
        Assert.Contains(
            "a skill between 1 and 3",
            Assert.Throws<ArgumentOutOfRangeException>(() => Model(1, [1, 1, 1], null, 4, 2)).Message
        );
        Assert.Contains("number of skills", Assert.Throws<ArgumentOutOfRangeException>(() => Model(1, [1, 1, 1], null, 1)).Message);
        Assert.Contains(
            "a skill between 1 and 2",
            Assert
                .Throws<ArgumentOutOfRangeException>(() =>
                    new ResourceModel([1, 1])
                    {
                        Switch = new()
                        {
                            Skill = 3,
                            Threshold = 0.5,
                            Before = 1,
                            After = 1,
                        },
                    }
                )
                .Message
        );
    }
}
