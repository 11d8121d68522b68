using System.Text.Json.Nodes;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Reporting;

public sealed class FigureTests
{
    private static JsonObject Spec(string text) => JsonNode.Parse(text)!.AsObject();

    [SkippableFact]
    public void A_figure_is_drawn_with_its_titles_and_legible_size()
    {
        Skip.If(FigureTools.Problem is not null, FigureTools.Problem);
        using var run = new SampleRun();
        var result = FigureRenderer.Render(run.Path);

        Assert.True(result.IsDrawn);
        Assert.Empty(result.Notes);
        var svg = File.ReadAllText(run["figure.svg"]);
        Assert.All(
            [
                "training step",
                "skill strength",
                "t₂ ∕ t₁",
                "learning rate η",
                "Skills are learned one after another",
                "The quick profile trains 3,000",
            ],
            text => Assert.Contains(text, svg, StringComparison.Ordinal)
        );
        var png = File.ReadAllBytes(run["figure.png"]);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        var width = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        Assert.InRange(width, 2 * 500, 2 * 900);
        Assert.True(png.Length > 30_000, $"Got a picture of {png.Length} bytes, which cannot hold this figure.");
    }

    [Fact]
    public void A_spec_holds_the_data_it_names_and_no_more()
    {
        using var run = new SampleRun();
        FigureRenderer.Render(run.Path);
        var spec = Spec(File.ReadAllText(run["figure.vl.json"]));
        var datasets = spec["datasets"]!.AsObject();

        Assert.Equal(["analyses", "curves", "theory"], datasets.Select(dataset => dataset.Key));
        Assert.Equal(16, datasets["analyses"]!.AsArray().Count);
        // Two cases × two learning rates × five skills at no more than 300 of 501 steps.
        Assert.InRange(datasets["curves"]!.AsArray().Count, 20 * 200, 20 * 300);
        var row = datasets["curves"]![0]!.AsObject();
        Assert.Equal(0.01, row["optimizer"]!["learningRate"]!.GetValue<double>());
        Assert.False(row.ContainsKey("lossMean"));
        Assert.Null(datasets["analyses"]!.AsArray()[3]!["value"]);
        Assert.Equal("white", spec["config"]!["background"]!.ToString());
    }

    [Fact]
    public void The_specs_own_config_wins_over_the_theme()
    {
        using var run = new SampleRun(
            """{ "data": { "name": "claims" }, "mark": "point", "encoding": { "x": { "field": "value", "type": "quantitative" } }, "config": { "axis": { "grid": true }, "background": "beige" } }"""
        );
        FigureRenderer.Render(run.Path);
        var config = Spec(File.ReadAllText(run["figure.vl.json"]))["config"]!;
        Assert.Equal("beige", config["background"]!.ToString());
        Assert.True(config["axis"]!["grid"]!.GetValue<bool>());
        Assert.NotNull(config["axis"]!["labelFontSize"]);
    }

    [Fact]
    public void Fits_are_one_row_a_parameter()
    {
        using var run = new SampleRun(
            """{ "data": { "name": "fits" }, "mark": "point", "encoding": { "x": { "field": "optimizer.learningRate" }, "y": { "field": "value", "type": "quantitative" }, "color": { "field": "parameter" }, "tooltip": [{ "field": "r2" }] } }"""
        );
        FigureRenderer.Render(run.Path);
        var rows = Spec(File.ReadAllText(run["figure.vl.json"]))["datasets"]!["fits"]!.AsArray();
        Assert.Equal(["N0", "effectiveRate", ""], rows.Select(row => row!["parameter"]!.ToString()));
        Assert.Equal([0.00312, 0.0189, null], rows.Select(row => row!["value"]?.GetValue<double>()));
        Assert.Equal([0.9931, 0.9931, 0.87], rows.Select(row => row!["r2"]!.GetValue<double>()));
    }

    [Fact]
    public void Large_tables_are_thinned_and_the_spec_says_so()
    {
        using var run = new SampleRun(
            """{ "data": { "name": "metrics" }, "mark": "line", "encoding": { "x": { "field": "step", "type": "quantitative" }, "y": { "field": "loss", "type": "quantitative" }, "detail": { "field": "replicate" } } }"""
        );
        using (var metrics = new CsvWriter(run["metrics.csv"], "case", "replicate", "step", "skill", "loss"))
        {
            for (var row = 0; row < 60_000; row++)
            {
                metrics.Write("a");
                metrics.Write(row % 2);
                metrics.Write(row / 6);
                metrics.Write(row / 2 % 3);
                metrics.Write(1.0 / (row + 1));
                metrics.EndRow();
            }
            metrics.Complete();
        }
        var notes = FigureRenderer.Render(run.Path).Notes;
        var spec = Spec(File.ReadAllText(run["figure.vl.json"]));
        var rows = spec["datasets"]!["metrics"]!.AsArray();

        Assert.InRange(rows.Count, 30_000, FigureData.LargestDataset);
        var note = FormattableString.Invariant(
            $"The figure shows {rows.Count:N0} of the 60,000 rows of `metrics`: fewer steps of each curve."
        );
        Assert.Contains(note, notes);
        Assert.Equal(note, spec["usermeta"]!["notes"]![0]!.ToString());
        Assert.Equal(6, rows.Count(row => row!["step"]!.GetValue<long>() == 9_999));
    }

    [Fact]
    public void A_table_that_the_run_lacks_is_said()
    {
        using var run = new SampleRun();
        File.Delete(run["theory.csv"]);
        Assert.Contains("The figure names the dataset `theory`, but the run has no theory.csv.", FigureRenderer.Render(run.Path).Notes);
    }

    [SkippableFact]
    public void A_mark_that_shows_nothing_is_said()
    {
        Skip.If(FigureTools.Problem is not null, FigureTools.Problem);
        using var run = new SampleRun(
            """{ "data": { "name": "curves" }, "encoding": { "x": { "field": "step", "type": "quantitative" } }, "layer": [ { "mark": "point", "encoding": { "y": { "field": "lossMean", "type": "quantitative" } } }, { "transform": [{ "filter": "datum.skill > 9" }], "mark": "point", "encoding": { "y": { "field": "lossMean", "type": "quantitative" } } } ] }"""
        );
        Assert.Equal(
            ["Nothing is drawn by `figure.layer[1]`: its data has no rows, or no number in the fields it shows."],
            FigureRenderer.Render(run.Path).Notes
        );
    }

    [SkippableFact]
    public void Zeros_on_a_logarithmic_scale_are_said()
    {
        Skip.If(FigureTools.Problem is not null, FigureTools.Problem);
        using var run = new SampleRun(
            """{ "data": { "values": [{ "x": 0 }, { "x": 5 }] }, "mark": "point", "encoding": { "x": { "field": "x", "type": "quantitative", "scale": { "type": "log" } } } }"""
        );
        Assert.StartsWith(
            "A logarithmic scale has zeros in its data",
            FigureRenderer.Render(run.Path).Notes.Single(),
            StringComparison.Ordinal
        );
    }

    [SkippableFact]
    public void A_misspelt_property_is_named()
    {
        Skip.If(FigureTools.Problem is not null, FigureTools.Problem);
        using var run = new SampleRun(
            """{ "data": { "name": "claims" }, "mark": "point", "encoding": { "x": { "field": "value", "tpye": "quantitative" } } }"""
        );
        File.WriteAllText(run["figure.svg"], "of a former run");
        var error = Assert.Throws<FigureException>(() => FigureRenderer.Render(run.Path));
        Assert.EndsWith(
            "Got the property `tpye` at `figure.encoding.x`; expected one that Vega-Lite knows. Did you mean `type`?",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(run["figure.svg"]));
    }

    [Theory]
    [InlineData(
        """{ "data": { "name": "metric" }, "mark": "line" }""",
        "Got the dataset `metric` at `figure.data.name`; expected one of metrics, curves, theory, overlay, draw, losses, analyses, "
            + "fits, claims. Did you mean `metrics`?"
    )]
    [InlineData(
        """{ "data": { "name": "theory" }, "mark": "line", "encoding": { "y": { "field": "strenght" } } }""",
        "Got the field `strenght` at `figure.encoding.y.field`; expected a column of `theory`: case, optimizer.learningRate, theory, "
            + "replicate, step, skill, loss, strength. Did you mean `strength`?"
    )]
    [InlineData(
        """{ "mark": "line", "encoding": { "y": { "field": "loss" } } }""",
        "Got the field `loss` at `figure.encoding.y.field` without data; expected { \"data\": { \"name\": … } } with one of metrics, "
            + "curves, theory, overlay, draw, losses, analyses, fits, claims."
    )]
    [InlineData(
        """{ "data": { "url": "a.csv" }, "mark": "line" }""",
        "Got `a.csv` for `figure.data.url`; expected a dataset by name (metrics, curves, theory, overlay, draw, losses, analyses, "
            + "fits, claims) or inline values: a figure holds its data."
    )]
    [InlineData(
        """{ "data": { "name": "analyses" }, "transform": [{ "filter": "datum.nmae == 't'" }], "mark": "line" }""",
        "Got the field `nmae` at `figure.transform[0].filter`; expected a column of `analyses`: case, optimizer.learningRate, "
            + "replicate, name, value, skill, low, high. Did you mean `name`?"
    )]
    [InlineData(
        """{ "data": { "name": "analyses" }, "transform": [{ "aggregate": [{ "op": "mean", "field": "value", "as": "m" }], "groupby": ["case"] }], "mark": "bar", "encoding": { "y": { "field": "value" } } }""",
        "Got the field `value` at `figure.encoding.y.field`; expected a column of `analyses`: case, m."
    )]
    [InlineData(
        """{ "data": { "name": "analyses" }, "repeat": ["value", "step"], "spec": { "mark": "bar", "encoding": { "y": { "field": { "repeat": "repeat" } } } } }""",
        "Got the field `step` at `figure.spec.encoding.y.field`; expected a column of `analyses`: case, optimizer.learningRate, "
            + "replicate, name, value, skill, low, high."
    )]
    [InlineData(
        """{ "data": { "name": "analyses" }, "facet": { "row": { "field": "step" } }, "spec": { "mark": "bar" } }""",
        "Got the field `step` at `figure.facet.row.field`; expected a column of `analyses`: case, optimizer.learningRate, replicate, "
            + "name, value, skill, low, high."
    )]
    public void Mistakes_are_sentences(string spec, string sentence) =>
        Assert.Equal([sentence], FigureRenderer.Check(Spec(spec), ["optimizer.learningRate"]));

    [Theory]
    [InlineData(SampleRun.Figure)]
    [InlineData(
        """{ "datasets": { "published": [{ "x": 1 }] }, "data": { "name": "published" }, "mark": "point", "encoding": { "x": { "field": "x" } } }"""
    )]
    [InlineData(
        """{ "data": { "name": "curves" }, "transform": [{ "calculate": "datum['lossMean'] * datum.frequency", "as": "part" }, { "pivot": "skill", "value": "part", "groupby": ["step"] }], "mark": "point", "encoding": { "x": { "field": "anything" } } }"""
    )]
    [InlineData(
        """{ "data": { "name": "metrics" }, "transform": [{ "fold": ["loss", "entropy"], "as": ["q", "v"] }, { "lookup": "case", "from": { "data": { "name": "fits" }, "key": "case", "fields": ["r2"] } }], "mark": "point", "encoding": { "x": { "field": "q" }, "y": { "field": "r2" } } }"""
    )]
    [InlineData(
        """{ "data": { "name": "metrics" }, "encoding": { "y": { "field": "loss" } }, "layer": [{ "data": { "values": [{ "limit": 1 }] }, "mark": "rule", "encoding": { "y": { "field": "limit" } } }, { "mark": "line", "encoding": { "x": { "field": "optimizer\\.learningRate" } } }] }"""
    )]
    [InlineData(
        """{ "data": { "sequence": { "start": 0, "stop": 9, "as": "t" } }, "transform": [{ "calculate": "exp(-datum.t)", "as": "y" }], "mark": "line", "encoding": { "x": { "field": "t" }, "y": { "field": "y" } } }"""
    )]
    [InlineData("""{ "data": { "values": [] }, "mark": "point", "encoding": { "x": { "field": "a" } } }""")]
    public void Good_specs_pass(string spec) => Assert.Empty(FigureRenderer.Check(Spec(spec), ["optimizer.learningRate"], "entropy"));
}
