using System.Text.Json.Nodes;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Reporting;

public sealed class HtmlReportTests
{
    [Fact]
    public void A_report_says_what_was_run_and_found()
    {
        using var run = new SampleRun();
        FigureRenderer.Render(run.Path);
        HtmlReport.Write(run["report.html"], run.Path);
        var html = File.ReadAllText(run["report.html"]);

        Assert.All(
            [
                "<h1>Skills &amp; dominoes &lt;in order&gt;</h1>",
                "<a href=\"https://arxiv.org/abs/2501.12391\">arXiv:2501.12391</a> Fig. 2",
                "two-layer-mlp, width 50",
                "commit abc1234",
                "libtorch 1.13.1",
                "1 min 23 s",
                "The quick profile trains 3,000",
                "Claims: 1 of 3 hold",
                "✓ holds",
                "✗ fails",
                "– not measured",
                "<td class=\"n\">2.031</td><td class=\"n\">[1.5, 3.2]</td>",
                "≤ 1.6",
                "≥ 0",
                "4 seeds &lt;only&gt;",
                "N0 = 0.003120 <span class=\"soft\">[0.002900, 0.003400]</span>",
                "0.01890 <span class=\"soft\">not fitted</span>",
                "0.9931",
                "t2/t1",
                "3 of 4",
                "&quot;frequencyExponent&quot;: 1.6",
            ],
            text => Assert.Contains(text, html, StringComparison.Ordinal)
        );
        var start = html.IndexOf("id=\"spec-0\">", StringComparison.Ordinal) + "id=\"spec-0\">".Length;
        var spec = JsonNode.Parse(html[start..html.IndexOf("</script>", start, StringComparison.Ordinal)]);
        Assert.Equal(16, spec!["datasets"]!["analyses"]!.AsArray().Count);
    }

    [SkippableFact]
    public void A_report_needs_no_network_and_holds_vega_once()
    {
        Skip.If(FigureTools.Problem is not null, FigureTools.Problem);
        using var run = new SampleRun();
        FigureRenderer.Render(run.Path);
        Assert.Empty(HtmlReport.Write(run["report.html"], run.Path, run.Path));
        var html = File.ReadAllText(run["report.html"]);
        Assert.DoesNotContain(" src=\"http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<link", html, StringComparison.Ordinal);
        // Three scripts of Vega and one that embeds; two specs.
        Assert.Equal(4, html.Split("<script>").Length - 1);
        Assert.Equal(2, html.Split("<script type=\"application/json\"").Length - 1);
        Assert.Equal(6, html.Split("</script>").Length - 1);
    }

    [Fact]
    public void A_folder_that_is_no_run_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            $"Got `{folder.Path}`; expected a run directory, but it has no experiment.json.",
            Assert.Throws<InvalidDataException>(() => HtmlReport.Write(folder["report.html"], folder.Path)).Message
        );
    }

    [Theory]
    [InlineData(2.0312, "2.031")]
    [InlineData(-0.5, "−0.5000")]
    [InlineData(3000, "3000")]
    [InlineData(2280000, "2.28·10<sup>6</sup>")]
    [InlineData(3e-4, "3·10<sup>−4</sup>")]
    [InlineData(0, "0")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void Numbers_have_four_digits(double value, string text) => Assert.Equal(text, HtmlText.FormatNumber(value));
}
