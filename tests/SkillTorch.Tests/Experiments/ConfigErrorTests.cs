using System.Text.Json.Nodes;
using SkillTorch.Experiments;
using SkillTorch.Tests.Reporting;

namespace SkillTorch.Tests.Experiments;

public class ConfigErrorTests
{
    /// <summary>Assignments that make the small experiment wrong, and the sentence that says so.</summary>
    public static TheoryData<string, string> Wrong =>
        new()
        {
            {
                "optimizer.kind=\"adma\"",
                "Got \"adma\" for `optimizer.kind`; expected one of adafactor, adagrad, adam, adamw, adan, ademamix, amsgrad, focus, "
                    + "lamb, lion, mars, muon, nadam, prodigy, radam, rmsprop, schedule-free-adamw, sgd, shampoo, signgd, signum, "
                    + "soap, sophia. Did you mean `adam`?"
            },
            {
                "optimizer.lerningRate=0.1",
                "Got an unknown key for `optimizer.lerningRate`; expected one of kind, learningRate, learningRateSchedule, cautious, "
                    + "gradientClipNorm, gradientClipValue, gradientNoise, beta1, beta2, epsilon, weightDecay. Did you mean `learningRate`?"
            },
            { "optimizer.beta1=1", "Got 1 for `optimizer.beta1`; expected a number from 0, below 1." },
            { "optimizer.learningRate=fast", "Got \"fast\" for `optimizer.learningRate`; expected a number of at least 0." },
            { "optimizer.learningRate=1e999", "Got 1e999 for `optimizer.learningRate`; expected a number of at least 0." },
            { "training.steps=0", "Got 0 for `training.steps`; expected an integer of at least 1." },
            { "training.steps=2.5", "Got 2.5 for `training.steps`; expected an integer of at least 1." },
            { "training.steps=null", "Got null for `training.steps`; expected an integer of at least 1." },
            { "training.loss=msee", "Got \"msee\" for `training.loss`; expected one of mse, cross-entropy. Did you mean `mse`?" },
            { "training.batchSize=[]", "Got [] for `training.batchSize`; expected an integer of at least 0, or null." },
            { "measure=5", "Got 5 for `measure`; expected an object." },
            { "measure.at=[0,30]", "Got 30 for `measure.at[1]`; expected a step from 0 to 20 (training.steps)." },
            { "measure.at=[5,5]", "Got 5 for `measure.at[1]`; expected a step after 5, for steps ascend." },
            { "replicates=0", "Got 0 for `replicates`; expected an integer from 1 to 1000000." },
            { "seed=-1", "Got -1 for `seed`; expected an integer of at least 0." },
            {
                "tag=a/b",
                "Got \"a/b\" for `tag`; expected letters, digits, hyphens, underscores and dots, for it names the run directory."
            },
            {
                "taks={}",
                "Got an unknown key for `taks`; expected one of tag, title, source, seed, replicates, repeats, task, model, optimizer, "
                    + "training, measure, cases, sweep, budget, slurm, theories, analyses, claims, profiles, notes, figure. Did you mean `task`?"
            },
            { "task.parities=[{\"fraction\":1}]", "Got nothing for `task.parities[0].bits`; expected a list, each element an integer." },
            {
                "task.parities=[{\"bits\":[1],\"fraction\":0}]",
                "Got 0 for `task.parities[0].fraction`; expected a number above 0, up to 1."
            },
            { "task.parities=[{\"bits\":[7]}]", "Got [7] for `task.parities[0].bits`; expected different bits between 1 and 6." },
            {
                "cases=[{\"label\":\"a\",\"model\":{\"kind\":\"mlp\"}}]",
                "Got nothing for `model.widths` in case \"a\", training.datasetSize = 64; expected a list, each element an integer."
            },
            { "cases=[{\"label\":\"a\"},{\"label\":\"a\"}]", "Got \"a\" again for `cases[1].label`; expected a name of its own." },
            { "cases=[{\"model\":{\"width\":3}}]", "Got nothing for `cases[0].label`; expected a string that names the case." },
            {
                "cases=[{\"label\":\"a\",\"modle\":{}}]",
                "Got an unknown key for `cases[0].modle`; expected one of label, task, model, optimizer, training, measure, sweep, "
                    + "replicates. Did you mean `model`?"
            },
            {
                "cases=[{\"label\":\"wide\",\"model\":{\"width\":0}}]",
                "Got 0 for `model.width` in case \"wide\", training.datasetSize = 64; expected an integer from 1 to 1000000."
            },
            { "cases=[{\"label\":\"a\",\"replicates\":0}]", "Got 0 for `cases[0].replicates`; expected an integer of at least 1." },
            {
                "cases=[{\"label\":\"a\",\"sweep\":{\"model.width\":3}}]",
                "for `cases[0].sweep.model.width`; expected a list of values, or a range such as"
            },
            {
                "cases=[{\"label\":\"a\",\"sweep\":{\"modle.width\":[3]}}]",
                "Got \"modle.width\" for `cases[0].sweep`; expected a path that starts with one of task, model, optimizer, training, "
                    + "measure. Did you mean `model`?"
            },
            {
                "theories=[{\"kind\":\"domino\",\"take\":{\"learningTime\":{\"case\":\"wid\"}}}]",
                "Got \"wid\" for `theories[0].take.learningTime.case`; expected one of wide, sgd. Did you mean `wide`?"
            },
            {
                "theories=[{\"kind\":\"domino\",\"take\":{\"learningTime\":{\"case\":\"wide\"}}}]",
                "Got \"domino\" for `theories[0].take.learningTime.theory`; expected a theory that is listed earlier and laid over "
                    + "case \"wide\"."
            },
            {
                "theories=[{\"kind\":\"domino\",\"cases\":[\"wide\"]},{\"kind\":\"domino\",\"cases\":[\"sgd\"],\"take\":{\"learnTime\":{\"case\":\"wide\"}}}]",
                "Got \"learnTime\" for `theories[1].take`; expected one of learningTime."
            },
            {
                "theories=[{\"kind\":\"domino\",\"cases\":[\"wide\"]},{\"kind\":\"domino\",\"cases\":[\"sgd\"],\"fit\":[\"learningTime\"],\"take\":{\"learningTime\":{\"case\":\"wide\"}}}]",
                "Got a parameter that is also fitted for `theories[1].take.learningTime`; expected one or the other."
            },
            {
                "theories=[{\"kind\":\"multilinear-parameters\"}]",
                "Got \"multilinear-parameters\" for `theories[0].kind`; expected a sweep over model.width, or a theory of steps."
            },
            {
                "sweep={\"optimiser.learningRate\":[1]}",
                "Got \"optimiser.learningRate\" for `sweep`; expected a path that starts with one of task, model, optimizer, training, "
                    + "measure. Did you mean `optimizer`?"
            },
            {
                "sweep={\"model.width\":[8,\"x\"]}",
                "Got \"x\" for `model.width` in case \"wide\", training.datasetSize = 64, model.width = \"x\"; expected an integer "
                    + "from 1 to 1000000."
            },
            { "sweep={\"model.width\":[]}", "Got [] for `sweep.model.width`; expected at least one value." },
            { "sweep={\"model.width\":[8,8]}", "Got 8 again for `sweep.model.width[1]`; expected every value once." },
            {
                "sweep={\"model.widht\":[8]}",
                "Got an unknown key for `model.widht` in case \"wide\", training.datasetSize = 64, model.widht = 8; expected one of "
                    + "kind, activation, initialStd, width. Did you mean `width`?"
            },
            { "theories=[{\"kind\":\"dominoo\"}]", "Got \"dominoo\" for `theories[0].kind`; expected one of" },
            {
                "theories=[{\"kind\":\"domino\",\"fit\":[\"learningTim\"]}]",
                "Got \"learningTim\" for `theories[0].fit`; expected one of learningTime. Did you mean `learningTime`?"
            },
            {
                "theories=[{\"kind\":\"domino\",\"cases\":[\"wie\"]}]",
                "Got \"wie\" for `theories[0].cases`; expected one of wide, sgd. Did you mean `wide`?"
            },
            {
                "theories=[{\"kind\":\"domino\"},{\"kind\":\"domino\"}]",
                "Got \"domino\" again for `theories[1].label`; expected a name of its own, or other cases."
            },
            {
                "claims=[{\"id\":\"C\",\"statement\":\"s\",\"quantity\":\"ration\",\"within\":[0,1]}]",
                "Got ration for `claims.C.quantity`; expected the name of an analysis (ratio, end)."
            },
            { "claims=[{\"id\":\"C\",\"statement\":\"s\",\"quantity\":\"end\",\"within\":[2,1]}]", "expected the low end first" },
            {
                "claims=[{\"id\":\"C\",\"statement\":\"s\",\"quantity\":\"end\"}]",
                "Got nothing for `claims.C.within`; expected two ends [low, high], null for an open end; or `near` with a tolerance."
            },
            {
                "claims=[{\"id\":\"C.${training.datasetSize}\",\"statement\":\"s\",\"quantity\":\"end\",\"over\":{\"training.datasetSize\":[64,33]},\"within\":[0,1]}]",
                "Got 33 for `claims.C.${training.datasetSize}.over.training.datasetSize`; expected a value of the sweep (64, 32)."
            },
            { "optimizer=null", "Got no `optimizer`; expected one, because `two-layer-mlp` has parameters to move." },
            {
                "sweep={\"training.datasetSize\":[64,null],\"training.minimumBatchSize\":[8]}",
                "Got 8 for `training.minimumBatchSize` without `training.datasetSize`; expected a dataset to share out. (case "
                    + "\"wide\", training.datasetSize = null, training.minimumBatchSize = 8)"
            },
            { "task.kind=abstract-skills", "Got nothing for `task.count`; expected an integer from 1 to 10000000." },
            {
                "task={\"kind\":\"abstract-skills\",\"count\":2}",
                "Got a task without data for the network `two-layer-mlp`; expected a task that draws samples, such as sparse-parity."
            },
            {
                "training.steps.more=1",
                "Got a path through `training.steps`, which is 20 for `training.steps.more`; expected a path through objects and lists."
            },
            { "theories[3].label=x", "Got \"3\" as a position in the list for `theories`; expected 0 to 0." },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_mistake_is_a_sentence(string assignment, string sentence)
    {
        var error = Assert.Throws<ConfigException>(() => SmallExperiment.Load(settings: assignment));
        Assert.Contains(sentence, error.Message);
    }

    [Fact]
    public void What_every_sweep_value_resolves_is_no_mistake_and_what_none_does_is_the_experiments_own()
    {
        Assert.NotEmpty(SmallExperiment.Load(settings: ["training.datasetSize=null", "training.minimumBatchSize=8"]).Trials);
        var error = Assert.Throws<ConfigException>(() =>
            SmallExperiment.Load(
                settings: ["training.datasetSize=null", "training.minimumBatchSize=8", "sweep={\"training.datasetSize\":[null]}"]
            )
        );
        Assert.Null(Assert.Single(error.Problems).Where);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_and_each_once()
    {
        var error = Assert.Throws<ConfigException>(() =>
            SmallExperiment.Load(settings: ["training.steps=0", "model.width=-1", "task.parity=3"])
        );
        Assert.Equal(["task.parity", "model.width", "training.steps"], error.Problems.Select(p => p.Path).Distinct());
        Assert.Equal(3, error.Problems.Count);
    }

    [Theory]
    [InlineData("{\n  \"tag\": \"a\",\n  \"seed\": 01\n}", "line 3, column 12")]
    [InlineData("{ \"tag\": \"a\", \"tag\": \"b\" }", "Duplicate property 'tag'")]
    [InlineData("[]", "The file holds no JSON object")]
    public void Syntax_errors_say_where(string text, string where)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["x.json"], text);
        Assert.Contains(where, Assert.Throws<ConfigException>(() => ExperimentFile.Load(folder["x.json"])).Message);
    }

    [Fact]
    public void An_unknown_profile_names_the_nearest() =>
        Assert.Equal(
            "Got \"papre\" for `--profile`; expected one of quick, paper. Did you mean `paper`?",
            Assert.Throws<ConfigException>(() => SmallExperiment.Load(profile: "papre")).Message
        );

    [Fact]
    public void A_misspelt_key_of_a_profile_that_is_not_used_is_told() =>
        Assert.Contains(
            "Got an unknown key for `profiles.paper.trainig`",
            Assert.Throws<ConfigException>(() => SmallExperiment.Load(j => j["profiles"]!["paper"]!["trainig"] = new JsonObject())).Message
        );
}
