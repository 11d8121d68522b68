using System.Text.Json.Nodes;
using SkillTorch.Experiments;
using SkillTorch.Models;
using SkillTorch.Optimizers;

namespace SkillTorch.Tests.Experiments;

/// <summary>Sweeps over ranges: grids, random draws, budgets.</summary>
public class SearchTests
{
    private const string Rate = "optimizer.learningRate";
    private const string Decay = "optimizer.weightDecay";

    [Theory]
    [InlineData("""{ "from": 1e-4, "to": 0.1, "points": 4 }""", new[] { 1e-4, 1e-3, 1e-2, 0.1 })]
    [InlineData("""{ "from": 1e-3, "to": 1e-2, "points": 4 }""", new[] { 1e-3, 2.154e-3, 4.642e-3, 1e-2 })]
    [InlineData("""{ "from": 1, "to": 0.25, "points": 3 }""", new[] { 1, 0.5, 0.25 })]
    [InlineData("""{ "from": 0, "to": 1, "points": 4, "scale": "linear" }""", new[] { 0, 0.3333, 0.6667, 1 })]
    [InlineData("""{ "from": 1000.5, "to": 1001.5, "points": 3, "scale": "linear" }""", new[] { 1000.5, 1001, 1001.5 })]
    public void A_grid_is_even_between_its_ends(string range, double[] values) => Assert.Equal(values, Values(Search((Rate, range)), Rate));

    [Fact]
    public void Random_values_are_even_in_their_logarithm()
    {
        var values = new SweepRange
        {
            From = 1e-4,
            To = 1,
            Random = 2000,
        }.Values(7, Rate, whole: false);
        Assert.Equal(2000, values.Length);
        Assert.All(values, v => Assert.InRange(v, 1e-4, 1));
        // Uniform on [-4, 0]: mean −2, standard deviation 4/√12; the mean of 2000 scatters by 0.026, of a third of them by 0.011.
        Assert.Equal(-2, values.Average(Math.Log10), 0.1);
        Assert.Equal(4 / Math.Sqrt(12), Math.Sqrt(values.Average(v => Math.Pow(Math.Log10(v) + 2, 2))), 0.05);
        Assert.All(values, v => Assert.Equal(v, double.Parse(v.ToString("G4"))));
    }

    [Fact]
    public void A_larger_search_goes_on_where_a_smaller_one_ended()
    {
        string[] Hashes(int n, ulong seed = 0) =>
            [.. Search((Rate, $$"""{ "from": 1e-4, "to": 0.1, "random": {{n}} }""")).With(seed).Trials.Select(t => t.Hash)];
        Assert.Equal(Hashes(5), Hashes(5));
        Assert.Equal(Hashes(5), Hashes(9).Take(10)); // two replicates
        Assert.Empty(Hashes(5, 1).Intersect(Hashes(5)));
    }

    [Fact]
    public void Random_keys_are_drawn_together_and_crossed_with_the_others()
    {
        const string range = """{ "from": 1e-4, "to": 0.1, "random": 6 }""";
        var config = Search((Rate, range), (Decay, range), ("model.width", """{ "from": 4, "to": 64, "points": 3 }""")).Load();
        var settings = config.Trials.Where(t => t.Replicate == 1).ToArray();
        Assert.Equal(6 * 3, settings.Length);
        Assert.Equal([Rate, Decay, "model.width"], settings[0].Sweep.Select(s => s.Key));
        Assert.Equal(6, settings.Select(t => (t.Sweep[0].Value, t.Sweep[1].Value)).Distinct().Count());
        Assert.NotEqual(settings[0].Sweep[0].Value, settings[0].Sweep[1].Value);
        Assert.Equal([4, 16, 64], settings.Select(t => ((TwoLayerMlpOptions)t.Trial.Model).Width).Distinct());
        Assert.All(settings, t => Assert.Equal((double)t.Sweep[0].Value, t.Trial.Optimizer!.LearningRate));
    }

    [Fact]
    public void Whole_numbers_are_swept_once_each()
    {
        Assert.Equal([1, 2, 3, 4], Values(Search(("model.width", """{ "from": 1, "to": 4, "points": 12 }""")), "model.width"));
        var drawn = Values(Search(("model.width", """{ "from": 1, "to": 4, "random": 100 }""")), "model.width");
        Assert.Equal([1, 2, 3, 4], drawn.Order());
    }

    [Fact]
    public void Every_case_is_searched_in_its_own_range()
    {
        var trials = SmallExperiment
            .Load(j =>
            {
                j["cases"] = JsonNode.Parse(
                    """
                    [ { "label": "wide", "sweep": { "optimizer.learningRate": { "from": 1e-3, "to": 1e-1, "random": 5 } } },
                      { "label": "sgd", "optimizer": { "kind": "sgd" }, "sweep": { "optimizer.learningRate": { "from": 1e-1, "to": 1e1, "random": 5 } } } ]
                    """
                );
            })
            .Trials.Where(t => t.Replicate == 1)
            .ToArray();
        double[] ValuesOf(string label) => [.. trials.Where(t => t.Case == label).Select(t => (double)t.Sweep.Single().Value)];
        Assert.All(ValuesOf("wide").Zip(ValuesOf("sgd")), pair => Assert.Equal(100, pair.Second / pair.First, 0.1));
        Assert.All(trials.Where(t => t.Case == "sgd"), t => Assert.IsType<SgdOptions>(t.Trial.Optimizer));
    }

    [Fact]
    public void A_search_reads_back_as_it_was_written()
    {
        var config = Search((Rate, """{ "from": 1e-4, "to": 0.1, "random": 3 }""")).Load();
        Assert.Equal("""{"optimizer.learningRate":{"from":1e-4,"to":0.1,"random":3}}""", config.Json["sweep"]!.ToJsonString());
        Assert.Equal(config.Trials.Select(t => t.Hash), ExperimentConfig.From(config.Experiment).Trials.Select(t => t.Hash));
    }

    /// <summary>Ranges that are wrong, and the sentence that says so.</summary>
    public static TheoryData<string, string> Wrong =>
        new()
        {
            {
                "sweep={\"model.width\":8}",
                "Got 8 for `sweep.model.width`; expected a list of values, or a range such as { \"from\": 1e-4, \"to\": 0.1, "
                    + "\"points\": 7 }."
            },
            { "sweep={\"model.width\":{\"from\":8,\"points\":3}}", "Got nothing for `sweep.model.width.to`; expected a number." },
            { "sweep={\"model.width\":{\"from\":8,\"to\":9,\"pionts\":3}}", "Did you mean `points`?" },
            {
                "sweep={\"model.width\":{\"from\":8,\"to\":9}}",
                "Got neither `points` nor `random` for `sweep.model.width`; expected one of them"
            },
            {
                "sweep={\"model.width\":{\"from\":8,\"to\":9,\"points\":3,\"random\":3}}",
                "Got both `points` and `random` for `sweep.model.width`"
            },
            {
                "sweep={\"model.width\":{\"from\":8,\"to\":9,\"points\":1}}",
                "Got 1 for `sweep.model.width.points`; expected an integer from 2 to 100000, or null."
            },
            {
                "sweep={\"model.width\":{\"from\":0,\"to\":9,\"points\":3}}",
                "expected `from` and `to` above 0, for the values are even in their logarithm"
            },
            {
                "sweep={\"model.width\":{\"from\":9,\"to\":9,\"points\":3}}",
                "Got 9 for `sweep.model.width.to`; expected another number than `from`."
            },
            {
                "sweep={\"modle.width\":{\"from\":8,\"to\":9,\"points\":2}}",
                "Got \"modle.width\" for `sweep`; expected a path that starts with one of"
            },
            {
                "sweep={\"model.width\":{\"from\":8,\"to\":9,\"random\":3},\"training.steps\":{\"from\":8,\"to\":9,\"random\":4}}",
                "Got 4 for `sweep.training.steps.random`; expected 3, as for model.width: what is drawn at random is drawn together."
            },
            {
                "cases=[{\"label\":\"a\",\"sweep\":{\"model.width\":{\"from\":8,\"to\":9}}}]",
                "for `cases[0].sweep.model.width`; expected one of them"
            },
            {
                "budget={\"trials\":7}",
                "Got 8 trials for `budget.trials`; expected at most 7: fewer cases, sweep values or replicates, or a larger budget."
            },
            {
                "budget={\"steps\":159}",
                "Got 160 steps of 8 trials for `budget.steps`; expected at most 159: fewer trials, or a larger budget."
            },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_mistake_is_a_sentence(string assignment, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<ConfigException>(() => SmallExperiment.Load(settings: assignment)).Message);

    [Fact]
    public void A_budget_that_is_kept_changes_nothing() =>
        Assert.Equal(
            SmallExperiment.Load().Trials.Select(t => t.Hash),
            SmallExperiment.Load(settings: "budget={\"trials\":8,\"steps\":160}").Trials.Select(t => t.Hash)
        );

    private static Searched Search(params (string Path, string Range)[] sweep) => new(sweep);

    private static double[] Values(Searched search, string path) =>
        [.. search.Load().Trials.Where(t => t.Replicate == 1).Select(t => (double)t.Sweep.Single(s => s.Key == path).Value)];

    /// <summary>The small experiment with one case, swept over ranges.</summary>
    private sealed record Searched((string Path, string Range)[] Sweep, ulong Seed = 0)
    {
        public IReadOnlyList<PlannedTrial> Trials => Load().Trials;

        public Searched With(ulong seed) => this with { Seed = seed };

        public ExperimentConfig Load() =>
            SmallExperiment.Load(j =>
            {
                j["seed"] = Seed;
                j["claims"] = new JsonArray();
                j["cases"] = new JsonArray();
                j["sweep"] = new JsonObject(Sweep.Select(s => KeyValuePair.Create(s.Path, JsonNode.Parse(s.Range))));
            });
    }
}
