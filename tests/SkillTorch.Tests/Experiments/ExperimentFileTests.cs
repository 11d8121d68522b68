using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using SkillTorch.Experiments;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tests.Reporting;

namespace SkillTorch.Tests.Experiments;

public class ExperimentFileTests
{
    [Fact]
    public void Each_layer_yields_to_the_next()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder["e.json"],
            SmallExperiment
                .With(j => j["profiles"]!["quick"] = JsonNode.Parse("""{ "training": { "steps": 2, "batchSize": 7 } }"""))
                .ToJsonString()
        );
        int Steps(params IConfiguration[] layers) => ExperimentFile.Load(folder["e.json"], null, layers).Experiment.Training.Steps;
        var environment = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("TRAINING:STEPS", (string?)"3")]).Build();

        Assert.Equal(40, ExperimentFile.Load(folder["e.json"], "paper").Experiment.Training.Steps);
        Assert.Equal(2, Steps());
        Assert.Equal(3, Steps(environment));
        Assert.Equal(4, Steps(environment, ExperimentFile.ReadSettings(["training.steps=4"])));
    }

    [Fact]
    public void The_environment_is_a_layer()
    {
        const string Variable = "SKILLTORCH__OPTIMIZER__LEARNINGRATE";
        Environment.SetEnvironmentVariable(Variable, "0.125");
        try
        {
            using var folder = new TemporaryFolder();
            File.WriteAllText(folder["e.json"], SmallExperiment.Json);
            Assert.Equal(
                0.125,
                ExperimentFile.Load(folder["e.json"], null, ExperimentFile.ReadEnvironment()).Experiment.Optimizer!.LearningRate
            );
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Fact]
    public void Values_keep_their_types()
    {
        var figure = JsonNode.Parse("""{ "mark": "line", "encoding": { "x": null, "list": [], "n": 1.50 } }""");
        var config = SmallExperiment.Load(
            j => j["figure"] = figure!.DeepClone(),
            null,
            "title=7",
            "training.batchSize=null",
            "source=a=b",
            "theories[0].fit=[]"
        );
        Assert.Equal("7", config.Experiment.Title);
        Assert.Equal("a=b", config.Experiment.Source);
        Assert.Null(config.Experiment.Training.BatchSize);
        Assert.Empty(config.Experiment.Theories[0].Fit);
        Assert.Equal(figure!.ToJsonString(), config.Json["figure"]!.ToJsonString());
    }

    [Fact]
    public void Another_kind_replaces_the_section_whatever_the_order()
    {
        var config = SmallExperiment.Load(null, null, "optimizer.learningRate=0.5", "optimizer.kind=sgd");
        Assert.Equal(new SgdOptions { LearningRate = 0.5 }, config.Experiment.Optimizer);
    }

    [Fact]
    public void The_same_kind_keeps_the_sections_other_options()
    {
        var config = SmallExperiment.Load(null, null, "optimizer.kind=adam", "optimizer.beta1=0.5");
        Assert.Equal(new AdamOptions { LearningRate = 0.01, Beta1 = 0.5 }, config.Experiment.Optimizer);
    }

    [Fact]
    public void A_sweep_path_is_one_key()
    {
        var config = SmallExperiment.Load(null, null, "sweep.Training.DatasetSize=[16,24]");
        Assert.Equal("""{"training.datasetSize":[16,24]}""", config.Json["sweep"]!.ToJsonString());
        var over = SmallExperiment.Load(
            null,
            null,
            "claims[0].over.Training.DatasetSize=[64,32]",
            "claims[0].id=C.${training.datasetSize}"
        );
        Assert.Equal("""{"training.datasetSize":[64,32]}""", over.Json["claims"]![0]!["over"]!.ToJsonString());
    }

    [Fact]
    public void What_is_set_in_vain_is_told()
    {
        Assert.Contains(
            "the experiment sweeps over it",
            Assert.Single(SmallExperiment.Load(null, null, "training.datasetSize=9").Warnings)
        );
        Assert.Contains("by case \"wide\"", Assert.Single(SmallExperiment.Load(null, null, "model.width=9").Warnings));
        Assert.Empty(SmallExperiment.Load(null, null, "training.steps=9").Warnings);
    }

    [Fact]
    public void Comments_trailing_commas_and_the_schema_are_allowed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder["e.json"],
            SmallExperiment.Json.Replace("\"tag\"", "// a comment\n \"$schema\": \"x\", \"tag\"").Replace("\"every\": 5", "\"every\": 5,")
        );
        Assert.Equal("small", ExperimentFile.Load(folder["e.json"]).Experiment.Tag);
    }

    [Fact]
    public void The_resolved_experiment_reads_back_to_the_same_trials()
    {
        using var folder = new TemporaryFolder();
        var config = SmallExperiment.Load(profile: "paper");
        var json = (JsonObject)config.Json.DeepClone();
        json["run"] = new JsonObject { ["profile"] = "paper" };
        File.WriteAllText(folder["experiment.json"], json.ToJsonString());
        var again = ExperimentFile.Load(folder["experiment.json"]);
        Assert.Equal(config.Trials.Select(t => t.Hash), again.Trials.Select(t => t.Hash));
        Assert.Equal("paper", again.Profile);
        Assert.Equal(config.Json.ToJsonString(), again.Json.ToJsonString());
    }

    [Fact]
    public void An_experiment_of_a_program_is_the_same_as_one_of_a_file()
    {
        var file = SmallExperiment.Load();
        var program = ExperimentConfig.From(file.Experiment with { Model = new TwoLayerMlpOptions { Width = 8 } });
        Assert.Equal(file.Trials.Select(t => t.Hash), program.Trials.Select(t => t.Hash));
    }
}
