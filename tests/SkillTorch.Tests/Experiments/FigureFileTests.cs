using System.Text.Json.Nodes;
using SkillTorch.Experiments;
using SkillTorch.Reporting;
using SkillTorch.Tests.Reporting;

namespace SkillTorch.Tests.Experiments;

/// <summary>Figures in files beside the experiment, from validation to the report of a run that has left its experiment behind.</summary>
public sealed class FigureFileTests : IDisposable
{
    private const string Figure = """
        {
          "hconcat": [
            { "panel": "lines", "case": "wide" }, // two views of one panel
            { "panel": "lines", "case": "sgd" }
          ]
        }
        """;

    private const string Panels = """
        {
          "lines": {
            "title": "${case}",
            "data": { "name": "curves" },
            "transform": [{ "filter": "datum.case == '${case}'" }],
            "mark": "line",
            "encoding": { "x": { "field": "step", "type": "quantitative" }, "y": { "field": "strengthMean", "type": "quantitative" } }
          }
        }
        """;

    private readonly TemporaryFolder folder = new();

    public FigureFileTests()
    {
        File.WriteAllText(folder["fig.vl.json"], Figure);
        File.WriteAllText(folder[FigureFile.SharedPanels], Panels);
    }

    public void Dispose() => folder.Dispose();

    private ExperimentConfig Load(JsonNode? figure, params string[] settings)
    {
        File.WriteAllText(folder["experiment.json"], SmallExperiment.With(j => j["figure"] = figure).ToJsonString());
        return ExperimentFile.Load(folder["experiment.json"], null, ExperimentFile.ReadSettings(settings));
    }

    [Fact]
    public void The_file_is_read_and_its_panels_are_in_place()
    {
        var views = Load("fig.vl.json").Experiment.Figure!["hconcat"]!.AsArray();
        Assert.Equal(["wide", "sgd"], views.Select(view => view!["title"]!.ToString()));
        Assert.Equal("datum.case == 'sgd'", views[1]!["transform"]![0]!["filter"]!.ToString());
        var own = Load(JsonNode.Parse("""{ "layer": [{ "panel": "lines", "case": "wide" }] }""")).Experiment.Figure!;
        Assert.Equal("wide", own["layer"]![0]!["title"]!.ToString());
    }

    [Fact]
    public void A_profile_or_an_assignment_may_name_another_file()
    {
        File.WriteAllText(folder["other.vl.json"], """{ "data": { "name": "claims" }, "mark": "point" }""");
        Assert.Equal("point", Load("fig.vl.json", "figure=other.vl.json").Experiment.Figure!["mark"]!.ToString());
        var json = SmallExperiment.With(j => j["figure"] = "fig.vl.json");
        json["profiles"]!["paper"]!["figure"] = "other.vl.json";
        File.WriteAllText(folder["e.json"], json.ToJsonString());
        Assert.Equal("point", ExperimentFile.Load(folder["e.json"], "paper").Experiment.Figure!["mark"]!.ToString());
    }

    [Theory]
    [InlineData(
        "fgi.vl.json",
        "Got \"fgi.vl.json\" for `figure`; expected a file *.vl.json beside the experiment, and there is none of this name. Did you "
            + "mean `fig.vl.json`?"
    )]
    [InlineData(
        "../fig.vl.json",
        "Got \"../fig.vl.json\" for `figure`; expected the name of a file *.vl.json in the experiment's own folder. Did you mean "
            + "`fig.vl.json`?"
    )]
    [InlineData("/etc/fig.vl.json", "expected the name of a file *.vl.json in the experiment's own folder.")]
    [InlineData("sub/fig.vl.json", "expected the name of a file *.vl.json in the experiment's own folder.")]
    [InlineData(
        "experiment.json",
        "Got \"experiment.json\" for `figure`; expected a Vega-Lite specification, or the name of a file *.vl.json beside the "
            + "experiment that holds one."
    )]
    [InlineData(5, "Got 5 for `figure`; expected a Vega-Lite specification, or the name of a file")]
    public void What_is_no_file_of_the_folder_is_told(object figure, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<ConfigException>(() => Load(figure is int number ? number : (string)figure)).Message);

    [Theory]
    [InlineData("fig.vl.json", "{ \"mark\": }", "fig.vl.json, line 1, column 11: not valid JSON")]
    [InlineData("fig.vl.json", "[]", "fig.vl.json: The file holds no JSON object; expected { \"data\"")]
    [InlineData(
        "fig.vl.json",
        "{ \"layer\": [{ \"panel\": \"line\", \"case\": \"wide\" }] }",
        "Got \"line\" for `figure.layer[0].panel`; expected one of lines. Did you mean `lines`?"
    )]
    [InlineData("fig.vl.json", "{ \"data\": { \"name\": \"curvse\" }, \"mark\": \"line\" }", "Did you mean `curves`?")]
    [InlineData(
        "panels.vl.json",
        "{ \"lines\": { \"title\": \"${case} ${more}\" } }",
        "Got nothing for `figure.hconcat[0].more`; expected a value, which panel \"lines\" needs."
    )]
    [InlineData("panels.vl.json", "{ \"other\": {} }", "Got \"lines\" for `figure.hconcat[0].panel`; expected one of other.")]
    public void Mistakes_within_the_files_are_told_before_any_work(string file, string text, string sentence)
    {
        File.WriteAllText(folder[file], text);
        Assert.Contains(sentence, Assert.Throws<ConfigException>(() => Load("fig.vl.json")).Message);
    }

    [Fact]
    public void Without_a_file_of_panels_a_reference_says_so()
    {
        File.Delete(folder[FigureFile.SharedPanels]);
        var error = Assert.Throws<ConfigException>(() => Load("fig.vl.json"));
        Assert.Contains("expected the name of a panel, but neither the figure nor panels.vl.json has any", error.Message);
    }

    [Fact]
    public void Other_mistakes_are_told_beside_those_of_the_figure()
    {
        var error = Assert.Throws<ConfigException>(() => Load("fgi.vl.json", "training.steps=0", "claims[0].quantity=ned"));
        Assert.Equal(["figure", "training.steps"], error.Problems.Select(p => p.Path).Order());
        Assert.Contains("claims.C1.quantity", Assert.Throws<ConfigException>(() => Load("fgi.vl.json", "claims[0].quantity=ned")).Message);
    }

    [Fact]
    public void A_run_stands_alone()
    {
        var run = folder["run"];
        ExperimentRunner.Run(Load("fig.vl.json"), new RunOptions(run));
        File.Delete(folder["fig.vl.json"]);
        File.Delete(folder[FigureFile.SharedPanels]);

        var drawn = File.ReadAllText(Path.Combine(run, "figure.vl.json"));
        Assert.DoesNotContain("\"panel\"", drawn);
        Assert.NotEmpty(JsonNode.Parse(drawn)!["datasets"]!["curves"]!.AsArray());
        FigureRenderer.Render(run);
        Assert.Equal(drawn, File.ReadAllText(Path.Combine(run, "figure.vl.json")));
        Assert.NotNull(ExperimentFile.Load(Path.Combine(run, "experiment.json")).Experiment.Figure);
    }
}
