using SkillTorch.Experiments;

namespace SkillTorch.Tests.Experiments;

public class TrialHashTests
{
    // If this changes, every stored trial of every user is trained again: mean it, and raise FormatVersion.
    [Fact]
    public void TheHashIsGolden()
    {
        var trial = SmallExperiment.Load().Trials[0];
        Assert.Equal("GOLDENJSON", TrialHash.ToJson(trial.Trial).ToJsonString());
        Assert.Equal("GOLDENHASH", trial.Hash);
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
    public void WhatDoesNotChangeATrialDoesNotChangeItsHash(params string[] settings) =>
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
    public void WhatChangesATrialChangesItsHash(string setting) =>
        Assert.NotEqual(SmallExperiment.Load().Trials[0].Hash, SmallExperiment.Load(settings: setting).Trials[0].Hash);
}
