using SkillTorch.Experiments;
using SkillTorch.Training;

namespace SkillTorch.Tests.Training;

public sealed class PlaceTests
{
    private static readonly SweepPoint Point = [new("model.width", 4), new("model.activation", "relu"), new("optimizer.nesterov", true)];

    [Fact]
    public void Places_are_equal_by_their_values_however_boxed()
    {
        SweepPoint same = [new("model.width", 4.0), new("model.activation", "relu"), new("optimizer.nesterov", true)];
        Assert.Equal(new Place("a", Point, 1), new Place("a", same, 1));
        Assert.Single(new[] { new Place("a", Point, 1), new Place("a", same, 2) }.GroupBy(place => place.OverReplicates));
        Assert.NotEqual(Point, [new("model.width", 5), new("model.activation", "relu"), new("optimizer.nesterov", true)]);
        Assert.NotEqual(Point, [new("model.width", 4), new("model.activation", "relu")]);
        Assert.NotEqual(Point, [new("model.depth", 4), new("model.activation", "relu"), new("optimizer.nesterov", true)]);
    }

    [Fact]
    public void What_is_placed_is_moved_by_its_case_sweep_and_replicate()
    {
        var trial = new PlannedTrial(new Place("a", Point, 1), null!, "", "");
        Assert.Equal(new Place("b", [], null), (trial with { Case = "b", Sweep = [], Replicate = null }).Place);
        Assert.Equal(
            ["model.width", "model.activation", "optimizer.nesterov", "task.skills"],
            Placed.SweepKeys([trial, trial with { Sweep = [new("task.skills", 2)] }])
        );
    }

    [Fact]
    public void A_place_reads_as_the_experiment_says_it()
    {
        Assert.Equal("a, model.width = 4, model.activation = relu, optimizer.nesterov = true, replicate 2", $"{new Place("a", Point, 2)}");
        Assert.Equal("a", $"{new Place("a", [], null)}");
        Assert.Equal("optimizer.learningRate = 0.1", $"{new Place("", [new("optimizer.learningRate", 0.1)], null)}");
    }

    [Fact]
    public void Values_are_found_by_key()
    {
        Assert.Equal((4.0, "relu", null), (Point.Find("model.width"), Point.Find("model.activation"), Point.Find("model.depth")));
        Assert.Equal(
            [4, double.NaN, double.NaN, double.NaN],
            new[] { "model.width", "model.activation", "optimizer.nesterov", "model.depth" }.Select(Point.Number)
        );
        Assert.Equal(0.5, SweepPoint.Number("0.5"));
        Assert.Equal([new("model.activation", "relu")], Point.Without(key => key != "model.activation"));
        Assert.True(Point.Matches(new Dictionary<string, double> { ["model.width"] = 4 * (1 + 1e-12) }));
        Assert.False(Point.Matches(new Dictionary<string, double> { ["model.depth"] = 4 }));
    }

    [Fact]
    public void Points_that_differ_only_in_keys_of_one_are_compatible()
    {
        Assert.True(Point.IsCompatibleWith([new("model.width", 4), new("model.depth", 2)]));
        Assert.False(Point.IsCompatibleWith([new("model.width", 5)]));
        Assert.True(Point.IsCompatibleWith([]));
    }
}
