using System.Text.Json.Nodes;
using SkillTorch.Experiments;

namespace SkillTorch.Tests.Experiments;

public class TrialHashTests
{
    // If this changes, every stored trial of every user is trained again: mean it, and raise FormatVersion.
    // The hash is that of: printf '%s' '{"a":[true,null,"x"],"b":{"c":1E-05,"d":20}}' | sha256sum
    [Fact]
    public void The_hash_is_of_the_canonical_text()
    {
        var settings = new JsonObject
        {
            ["b"] = new JsonObject { ["d"] = OptionsWriter.Write(20.0), ["c"] = OptionsWriter.Write(1e-5) },
            ["a"] = new JsonArray(true, null, "x"),
        };
        Assert.Equal("ccfb01d00d36c903c87f23ce06f7adf2", TrialHash.From(settings));
    }

    [Fact]
    public void Every_default_is_part_of_the_hash()
    {
        var json = TrialHash.ToJson(SmallExperiment.Load().Trials[0].Trial);
        Assert.Equal(["format", "measure", "model", "optimizer", "seed", "task", "training"], json.Select(p => p.Key));
        Assert.Equal(
            """{"beta1":0.9,"beta2":0.999,"epsilon":1E-08,"kind":"adam","learningRate":0.01,"weightDecay":0}""",
            json["optimizer"]!.ToJsonString()
        );
    }

    [Theory]
    [InlineData("title=Another")]
    [InlineData("theories=[]")]
    [InlineData("claims=[]")]
    [InlineData("analyses=[]", "claims=[]")]
    [InlineData("figure={\"mark\":\"line\"}")]
    [InlineData("cases[0].label=else", "claims=[]")]
    [InlineData("model.activation=relu")]
    [InlineData("optimizer.learningRate=1e-2")]
    [InlineData("training.steps=2.0e1")]
    public void What_does_not_change_a_trial_does_not_change_its_hash(params string[] settings) =>
        Assert.Equal(SmallExperiment.Load().Trials[0].Hash, SmallExperiment.Load(settings: settings).Trials[0].Hash);

    [Theory]
    [InlineData("seed=1")]
    [InlineData("training.steps=21")]
    [InlineData("training.loss=cross-entropy")]
    [InlineData("training.precision=float32")]
    [InlineData("measure.every=4")]
    [InlineData("model.activation=tanh")]
    [InlineData("optimizer.epsilon=1e-9")]
    [InlineData("task.inputBits=7")]
    public void What_changes_a_trial_changes_its_hash(string setting) =>
        Assert.NotEqual(SmallExperiment.Load().Trials[0].Hash, SmallExperiment.Load(settings: setting).Trials[0].Hash);
}
