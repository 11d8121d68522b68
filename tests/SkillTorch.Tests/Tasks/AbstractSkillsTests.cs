using SkillTorch.Tasks;

namespace SkillTorch.Tests.Tasks;

public class AbstractSkillsTests
{
    [Fact]
    public void Frequencies_follow_the_chosen_law()
    {
        AssertFrequencies([1 / 4.0, 1 / 4.0, 1 / 4.0, 1 / 4.0], new() { Count = 4 });
        AssertFrequencies([4 / 5.0, 1 / 5.0], new() { Count = 2, FrequencyExponent = 2 });
        AssertFrequencies([9 / 13.0, 3 / 13.0, 1 / 13.0], new() { Count = 3, FrequencyBase = 3 });
        AssertFrequencies([3 / 4.0, 1 / 4.0], new() { Count = 2, Frequencies = [3, 1] });
        AssertFrequencies(
            [0.3, 1, 3],
            new()
            {
                Count = 3,
                Frequencies = [0.3, 1, 3],
                Normalised = false,
            }
        );
        AssertFrequencies(
            [1, 1 / 2.0, 1 / 3.0],
            new()
            {
                Count = 3,
                FrequencyExponent = 1,
                Normalised = false,
            }
        );
    }

    [Fact]
    public void Prerequisites_are_gates_of_the_skills_that_have_them()
    {
        var skills = new AbstractSkillsOptions
        {
            Count = 4,
            Prerequisites = [new() { Skill = 3, AllOf = [1, 2] }, new() { Skill = 4, AnyOf = [1, 3] }],
        }.GetSkills();
        Assert.Null(skills[0].Prerequisite);
        Assert.Equal(0.5 * 0.25, skills[2].Prerequisite!.Open([0.5, 0.25, 0.75, 1]));
        Assert.Equal(0.75, skills[3].Prerequisite!.Open([0.5, 0.25, 0.75, 1]));
    }

    public static TheoryData<string, AbstractSkillsOptions> Wrong =>
        new()
        {
            {
                "task.frequencies",
                new() { Count = 3, Frequencies = [1, 2] }
            },
            {
                "task.frequencies",
                new() { Count = 2, Frequencies = [1, -2] }
            },
            {
                "task.frequencies",
                new() { Count = 2, FrequencyExponent = double.NaN }
            },
            {
                "task",
                new()
                {
                    Count = 2,
                    FrequencyExponent = 1,
                    FrequencyBase = 3,
                }
            },
            {
                "task.prerequisites[0].skill",
                new() { Count = 2, Prerequisites = [new() { Skill = 3, AllOf = [1] }] }
            },
            {
                "task.prerequisites[0]",
                new() { Count = 2, Prerequisites = [new() { Skill = 2 }] }
            },
            {
                "task.prerequisites[0]",
                new() { Count = 2, Prerequisites = [new() { Skill = 2, AllOf = [] }] }
            },
            {
                "task.prerequisites[0]",
                new()
                {
                    Count = 2,
                    Prerequisites =
                    [
                        new()
                        {
                            Skill = 2,
                            AllOf = [1],
                            AnyOf = [1],
                        },
                    ],
                }
            },
            {
                "task.prerequisites[1]",
                new() { Count = 2, Prerequisites = [new() { Skill = 2, AllOf = [1] }, new() { Skill = 2, AllOf = [1] }] }
            },
            {
                "task.prerequisites",
                new() { Count = 2, Prerequisites = [new() { Skill = 2, AllOf = [5] }] }
            },
            {
                "task.prerequisites",
                new() { Count = 2, Prerequisites = [new() { Skill = 1, AllOf = [2] }, new() { Skill = 2, AllOf = [1] }] }
            },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Contradictions_are_refused_by_path(string path, AbstractSkillsOptions options)
    {
        var error = Assert.Throws<InvalidOptionException>(options.GetSkills);
        Assert.Equal(path, error.Path);
        Assert.StartsWith("Got ", error.Message);
        Assert.Contains("expected", error.Message);
    }

    private static void AssertFrequencies(double[] expected, AbstractSkillsOptions options)
    {
        var actual = options.GetSkills();
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(i + 1, actual[i].Index);
            Assert.Equal(expected[i], actual[i].Frequency, 1e-15);
        }
    }
}
