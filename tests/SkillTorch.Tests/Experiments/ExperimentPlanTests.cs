using System.Text.Json.Nodes;
using SkillTorch.Models;
using SkillTorch.Optimizers;

namespace SkillTorch.Tests.Experiments;

public class ExperimentPlanTests
{
    [Fact]
    public void Trials_are_cases_times_sweep_times_replicates()
    {
        var trials = SmallExperiment.Load(j => j["sweep"]!["model.activation"] = new JsonArray("relu", "tanh")).Trials;
        Assert.Equal(2 * 4 * 2, trials.Count);
        Assert.Equal(
            ["wide 64 relu 1", "wide 64 relu 2", "wide 64 tanh 1"],
            trials.Take(3).Select(t => $"{t.Case} {t.Sweep[0].Value} {t.Sweep[1].Value} {t.Replicate}")
        );
        Assert.All(trials, t => Assert.Equal(["training.datasetSize", "model.activation"], t.Sweep.Select(s => s.Key)));
        Assert.All(trials, t => Assert.Equal((double)t.Sweep[0].Value, (double)t.Trial.Training.DatasetSize!));
    }

    [Fact]
    public void A_cases_own_sweep_and_replicates_stand_instead_of_the_experiments()
    {
        var trials = SmallExperiment
            .Load(j =>
            {
                j["cases"]![0]!["sweep"] = JsonNode.Parse("""{ "model.width": [4, 6, 9] }""");
                j["cases"]![0]!["replicates"] = 4;
            })
            .Trials;
        var own = trials.Where(t => t.Case == "wide").ToArray();
        Assert.Equal([4, 6, 9], own.Where(t => t.Replicate == 1).Select(t => ((TwoLayerMlpOptions)t.Trial.Model).Width));
        Assert.Equal(3 * 4, own.Length);
        Assert.All(own, t => Assert.Equal(["model.width"], t.Sweep.Select(s => s.Key)));
        Assert.Equal(2 * 2, trials.Count(t => t.Case == "sgd"));
        Assert.All(trials.Where(t => t.Case == "sgd"), t => Assert.Equal(["training.datasetSize"], t.Sweep.Select(s => s.Key)));
    }

    [Fact]
    public void Cases_merge_key_by_key_and_another_kind_replaces()
    {
        var trials = SmallExperiment.Load().Trials;
        var wide = trials.First(t => t.Case == "wide").Trial;
        var sgd = trials.First(t => t.Case == "sgd").Trial;
        Assert.Equal(16, ((TwoLayerMlpOptions)wide.Model).Width);
        Assert.Equal(new AdamOptions { LearningRate = 0.01 }, wide.Optimizer);
        Assert.Equal(new SgdOptions { LearningRate = 0.1 }, sgd.Optimizer);
        Assert.Equal(8, ((TwoLayerMlpOptions)sgd.Model).Width);
    }

    [Fact]
    public void A_swept_kind_keeps_another_swept_option_of_its_section()
    {
        var trials = SmallExperiment
            .Load(j =>
            {
                j.Remove("cases");
                j.Remove("claims");
                j["sweep"] = JsonNode.Parse("""{ "optimizer.learningRate": [0.5], "optimizer.kind": ["sgd", "adam"] }""");
            })
            .Trials;
        Assert.Equal(
            [new SgdOptions { LearningRate = 0.5 }, new AdamOptions { LearningRate = 0.5 }],
            trials.Where(t => t.Replicate == 1).Select(t => t.Trial.Optimizer)
        );
        Assert.All(trials, t => Assert.Equal("default", t.Case));
    }

    [Fact]
    public void Replicates_of_all_cases_share_their_seeds()
    {
        var trials = SmallExperiment.Load(j => j["replicates"] = 5, "paper", "replicates=5").Trials;
        Assert.All(trials.GroupBy(t => t.Replicate), g => Assert.Single(g.Select(t => t.Trial.Seed).Distinct()));
        Assert.Equal(5, trials.Select(t => t.Trial.Seed).Distinct().Count());
        Assert.Empty(trials.Select(t => t.Trial.Seed).Intersect(SmallExperiment.Load(settings: "seed=1").Trials.Select(t => t.Trial.Seed)));
    }

    [Fact]
    public void Repeats_are_the_experiment_at_the_seeds_that_follow()
    {
        string[] random = ["""sweep={"optimizer.learningRate":{"from":1e-4,"to":0.1,"random":3}}""", "claims=[]", "seed=7"];
        var trials = SmallExperiment.Load(settings: [.. random, "repeats=3"]).Trials;
        for (var repeat = 1; repeat <= 3; repeat++)
        {
            var alone = SmallExperiment.Load(settings: [.. random[..2], $"seed={6 + repeat}"]).Trials;
            Assert.Equal(alone.Select(t => (t.Hash, t.Place)), trials.Where(t => t.Repeat == repeat).Select(t => (t.Hash, t.Place)));
        }
        Assert.Equal(trials.Count, trials.Select(t => t.Hash).Distinct().Count());
        Assert.EndsWith(", repeat 3", trials[^1].Name);
        Assert.DoesNotContain("repeat", trials[0].Name.Replace("replicate", "", StringComparison.Ordinal));
    }

    [Fact]
    public void More_replicates_keep_the_first() =>
        Assert.Subset(
            SmallExperiment.Load(settings: "replicates=3").Trials.Select(t => t.Hash).ToHashSet(),
            SmallExperiment.Load(settings: "replicates=2").Trials.Select(t => t.Hash).ToHashSet()
        );

    [Theory]
    [InlineData("optimizer.learningRate=0.02", true)]
    [InlineData("seed=9", true)]
    [InlineData("task.parities=[{\"bits\":[1,2]},{\"bits\":[3,4],\"fraction\":0.25}]", true)]
    [InlineData("task.parities=[{\"bits\":[1,2]},{\"bits\":[3,5],\"fraction\":0.5}]", false)]
    [InlineData("training.steps=21", false)]
    [InlineData("optimizer.kind=adamw", false)]
    public void Trials_stack_unless_an_option_that_shapes_them_differs(string setting, bool stack) =>
        Assert.Equal(stack, SmallExperiment.Load().Trials[0].StackKey == SmallExperiment.Load(settings: setting).Trials[0].StackKey);
}
