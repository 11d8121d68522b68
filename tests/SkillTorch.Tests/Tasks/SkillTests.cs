using SkillTorch.Tasks;

namespace SkillTorch.Tests.Tasks;

public class SkillTests
{
    private static readonly double[] Open = [0.5, 0.25, 1, 0];

    public static TheoryData<Prerequisite, double> Gates =>
        new()
        {
            { 1, 0.5 },
            { new AllOf(1, 2), 0.125 },
            { new AnyOf(1, 2), 0.5 },
            { new AllOf(1, 4), 0 },
            { new AnyOf(2, 4), 0.25 },
            { new AllOf(1, new AnyOf(2, 3)), 0.5 },
            { new AnyOf(2, new AllOf(1, 3)), 0.5 },
        };

    [Theory]
    [MemberData(nameof(Gates))]
    public void And_is_the_product_and_Or_the_maximum(Prerequisite gate, double expected) => Assert.Equal(expected, gate.Open(Open));

    [Fact]
    public void A_prerequisite_names_its_skills() => Assert.Equal([1, 2, 3], new AllOf(1, new AnyOf(2, 3)).Skills);

    public static TheoryData<Skill[], string> BadLists =>
        new()
        {
            { [], "Got no skills" },
            { [new(2, "a", 1)], "Got index 2" },
            { [new(1, "a", -1)], "Got -1 for the frequency of skill 1" },
            { [new(1, "a", 1, 2)], "Got 2 as a prerequisite of skill 1" },
            { [new(1, "a", 1, 2), new(2, "b", 1, new AnyOf(1, 2))], "prerequisite of itself" },
        };

    [Theory]
    [MemberData(nameof(BadLists))]
    public void A_bad_list_is_a_sentence(Skill[] skills, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Skill.Check(skills)).Message);

    [Fact]
    public void Any_order_of_prerequisites_without_a_cycle_is_good() =>
        Skill.Check([new(1, "a", 1, new AllOf(2, 3)), new(2, "b", 1, 3), new(3, "c", 0)]);

    [Fact]
    public void Frequencies_follow_their_law()
    {
        Assert.Equal([1, 0.25, 1.0 / 9], SkillFrequencies.PowerLaw(3, 2, normalised: false));
        Assert.Equal([9.0 / 13, 3.0 / 13, 1.0 / 13], SkillFrequencies.Exponential(3), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal([0.25, 0.25, 0.25, 0.25], SkillFrequencies.Uniform(4));
        Assert.Equal([0.3, 1, 3], SkillFrequencies.Explicit([0.3, 1, 3]));
        Assert.Equal(1, SkillFrequencies.PowerLaw(1000, 1.6).Sum(), 12);
    }

    [Fact]
    public void Frequencies_outside_their_domain_are_sentences()
    {
        Assert.StartsWith("Got 0 for `skills`", Assert.Throws<ArgumentOutOfRangeException>(() => SkillFrequencies.PowerLaw(0, 1)).Message);
        Assert.StartsWith(
            "Got NaN for `exponent`",
            Assert.Throws<ArgumentOutOfRangeException>(() => SkillFrequencies.PowerLaw(3, double.NaN)).Message
        );
        Assert.StartsWith(
            "Got -2 for the frequency of skill 2",
            Assert.Throws<ArgumentOutOfRangeException>(() => SkillFrequencies.Explicit([1, -2])).Message
        );
        Assert.Contains(
            "expected at least one above 0",
            Assert.Throws<ArgumentOutOfRangeException>(() => SkillFrequencies.Explicit([0, 0])).Message
        );
    }
}
