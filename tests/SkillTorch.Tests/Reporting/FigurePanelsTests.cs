using System.Text.Json;
using System.Text.Json.Nodes;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Reporting;

public sealed class FigurePanelsTests
{
    private const string Shared = """
        {
          // a comment
          "lines": {
            "defaults": { "title": null, "steps": 100 },
            "title": "${title}", "mark": "line",
            "transform": [{ "filter": "datum.case == '${case}' && datum.step <= ${steps}" }],
            "encoding": { "x": { "panel": "axis", "domain": [0, "${steps}"] } }
          },
          "axis": { "field": "step", "scale": { "domain": "${domain}" } },
          "own": { "mark": "shared" },
          "endless": { "layer": [{ "panel": "endless" }] }
        }
        """;

    private static JsonObject Object(string text) =>
        JsonNode.Parse(text, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip })!.AsObject();

    private static (JsonObject Figure, string[] Problems) DrawIn(string figure)
    {
        var problems = new List<ConfigProblem>();
        var result = FigurePanels.DrawIn(Object(figure), () => Object(Shared), "figure", problems);
        return (result, [.. problems.Select(p => p.ToString())]);
    }

    [Theory]
    [InlineData(
        """{ "hconcat": [{ "panel": "lines", "case": "hard", "title": "a" }] }""",
        """
            {"hconcat":[{"title":"a","mark":"line","transform":[{"filter":"datum.case == 'hard' && datum.step <= 100"}],
            "encoding":{"x":{"field":"step","scale":{"domain":[0,100]}}}}]}
            """
    )]
    [InlineData(
        """{ "panel": "lines", "case": "b", "steps": 5e3 }""",
        """
            {"title":null,"mark":"line","transform":[{"filter":"datum.case == 'b' && datum.step <= 5e3"}],
            "encoding":{"x":{"field":"step","scale":{"domain":[0,5e3]}}}}
            """
    )]
    [InlineData(
        """{ "layer": [{ "panel": "own" }, { "panel": "axis", "domain": { "list": [1, null] } }] }""",
        """{"layer":[{"mark":"shared"},{"field":"step","scale":{"domain":{"list":[1,null]}}}]}"""
    )]
    [InlineData("""{ "panels": { "own": { "mark": "mine" } }, "layer": [{ "panel": "own" }] }""", """{"layer":[{"mark":"mine"}]}""")]
    [InlineData(
        """{ "panels": { "stack": { "vconcat": ["${one}", "${one}"] } }, "hconcat": [{ "panel": "stack", "one": { "panel": "own" } }] }""",
        """{"hconcat":[{"vconcat":[{"mark":"shared"},{"mark":"shared"}]}]}"""
    )]
    [InlineData(
        """{ "data": { "values": [{ "panel": "lines" }] }, "mark": "${case}" }""",
        """{"data":{"values":[{"panel":"lines"}]},"mark":"${case}"}"""
    )]
    public void A_panel_comes_in_place_of_its_name(string figure, string expected)
    {
        var (drawn, problems) = DrawIn(figure);
        Assert.Empty(problems);
        Assert.Equal(expected.Replace("\n", "", StringComparison.Ordinal), drawn.ToJsonString(OptionText.Relaxed));
    }

    [Theory]
    [InlineData(
        """{ "hconcat": [{ "panel": "linse", "case": "a" }] }""",
        "Got \"linse\" for `figure.hconcat[0].panel`; expected one of lines, axis, own, endless. Did you mean `lines`?"
    )]
    [InlineData(
        """{ "panel": "lines", "case": "a", "step": 5 }""",
        "Got an unknown parameter of panel \"lines\" for `figure.step`; expected one of title, case, steps. Did you mean `steps`?"
    )]
    [InlineData(
        """{ "panel": "own", "x": 5 }""",
        "Got an unknown parameter of panel \"own\" for `figure.x`; expected none, for the panel has no parameters."
    )]
    [InlineData(
        """{ "layer": [{ "panel": "lines" }] }""",
        "Got nothing for `figure.layer[0].case`; expected a value, which panel \"lines\" needs."
    )]
    [InlineData(
        """{ "panel": "endless" }""",
        "Got \"endless\" within itself for `figure.layer[0].panel`; expected one of lines, axis, own."
    )]
    [InlineData(
        """{ "panels": { "a": { "defaults": { "titel": 1 }, "title": "${title}" } }, "panel": "a", "title": "x" }""",
        "Got a parameter that the panel does not use for `panel a.defaults.titel`; expected one of title. Did you mean `title`?"
    )]
    public void A_mistake_is_a_sentence(string figure, string sentence) => Assert.Equal([sentence], DrawIn(figure).Problems);

    [Fact]
    public void The_file_of_panels_is_read_only_if_it_is_needed()
    {
        var figure = Object("""{ "panels": { "a": { "mark": "line" } }, "layer": [{ "panel": "a" }] }""");
        var drawn = FigurePanels.DrawIn(figure, () => throw new InvalidOperationException(), "figure", []);
        Assert.Equal("""{"layer":[{"mark":"line"}]}""", drawn.ToJsonString());
        Assert.True(figure.ContainsKey("panels"));
    }
}
