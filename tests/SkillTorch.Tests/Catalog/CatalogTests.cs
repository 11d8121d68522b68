using SkillTorch.Optimizers;

namespace SkillTorch.Tests.Catalogs;

public class CatalogTests
{
    public static TheoryData<string> Families => [.. Catalog.Families.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_kind_and_option_is_explained(string family)
    {
        var kinds = Catalog.Kinds(family);
        Assert.NotEmpty(kinds);
        foreach (var kind in kinds)
        {
            Assert.True(kind.Summary != "", $"{kind.Kind} has no summary");
            Assert.All(kind.Options, o => Assert.True(o.Description != "", $"{kind.Kind}.{o.Name} has no description"));
            Assert.Equal(kind.Kind, kind.Kind.ToLowerInvariant());
        }
    }

    [Fact]
    public void An_option_says_type_range_and_default()
    {
        var adam = Catalog.Kind("optimizers", "adam");
        Assert.Equal("learningRate", adam.Options[0].Name);
        var beta1 = adam.Options.Single(o => o.Name == "beta1");
        Assert.Equal("a number from 0, below 1", beta1.Type);
        Assert.Equal("0.9", beta1.Default!.ToJsonString());
        Assert.False(beta1.Required);
        Assert.True(Catalog.Kind("task", "sparse-parity").Options.Single(o => o.Name == "parities").Required);
    }

    [Fact]
    public void What_is_no_kind_cannot_be_registered()
    {
        Assert.Contains("no [Kind", Assert.Throws<ArgumentException>(Catalog.Register<Kindless>).Message);
        Assert.Contains("derives from TaskOptions", Assert.Throws<ArgumentException>(Catalog.Register<Homeless>).Message);
        Assert.Contains("other than that of AdamOptions", Assert.Throws<ArgumentException>(Catalog.Register<SecondAdam>).Message);
    }

    [Theory]
    [InlineData("adma", "adam")]
    [InlineData("learningrate", "learningRate")]
    [InlineData("lerningRat", "learningRate")]
    [InlineData("x", null)]
    [InlineData("momentum", null)]
    public void The_nearest_name_is_within_two_edits(string found, string? nearest) =>
        Assert.Equal(nearest, NearestName.Find(found, ["adam", "adamw", "sgd", "learningRate"]));

    private sealed record Kindless;

    [Kind("homeless")]
    private sealed record Homeless;

    [Kind("adam")]
    private sealed record SecondAdam : OptimizerOptions
    {
        protected override Optimizer Create(OptimizerSetup setup) => throw new InvalidOperationException("Never made.");
    }
}
