using System.Text.Json.Nodes;
using SkillTorch.Tests.Experiments;
using SkillTorch.Training;

namespace SkillTorch.Tests.Training;

public class MeasureOptionsTests
{
    [Fact]
    public void Log_points_are_even_in_the_logarithm_from_1_to_the_last_step()
    {
        Assert.Equal([1, 10, 100, 1000, 10_000], new MeasureOptions { LogPoints = 5 }.MeasuredSteps(10_000));
        var many = new MeasureOptions { LogPoints = 400 }.MeasuredSteps(100_000_000);
        Assert.Equal((1, 100_000_000), (many[0], many[^1]));
        Assert.All(many.Zip(many.Skip(1)), pair => Assert.True(pair.First < pair.Second, "steps ascend, each once"));
        Assert.All(
            many.Where(s => s > 1000).Zip(many.Where(s => s > 1000).Skip(1)),
            pair => Assert.Equal(Math.Pow(1e8, 1 / 399.0), (double)pair.Second / pair.First, 1e-3)
        );
        Assert.Equal([1], new MeasureOptions { LogPoints = 7 }.MeasuredSteps(1));
    }

    [Fact]
    public void Explicit_steps_come_first_and_every_is_the_default()
    {
        Assert.Equal([0, 3], new MeasureOptions { At = [0, 3], LogPoints = 5 }.MeasuredSteps(9));
        Assert.Equal([0, 4, 8, 9], new MeasureOptions { Every = 4 }.MeasuredSteps(9));
    }

    // An option that came later must not make other trials train again.
    [Fact]
    public void Unused_it_stands_neither_in_the_settings_nor_in_the_hash()
    {
        JsonObject Measure(params string[] settings) =>
            SkillTorch.Experiments.TrialHash.ToJson(SmallExperiment.Load(settings: settings).Trials[0].Trial)["measure"]!.AsObject();
        Assert.Equal(["at", "every", "samples"], Measure().Select(p => p.Key));
        Assert.Equal(7, (int)Measure("measure.logPoints=7")["logPoints"]!);
        Assert.NotEqual(SmallExperiment.Load().Trials[0].Hash, SmallExperiment.Load(settings: "measure.logPoints=7").Trials[0].Hash);
        Assert.Throws<ConfigException>(() => SmallExperiment.Load(settings: "measure.logPoints=1"));
    }
}
