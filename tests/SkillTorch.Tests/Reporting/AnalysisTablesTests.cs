using System.Text.Json.Nodes;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Reporting;

public sealed class AnalysisTablesTests
{
    private const string Header = "case,optimizer.learningRate,replicate,name,value,skill,low,high\n";

    [Fact]
    public void A_best_setting_stands_between_its_neighbours_and_an_edge_is_flagged()
    {
        var html = Html(
            """[{ "name": "best", "kind": "best-setting", "of": "t" }]""",
            "adam,0.001,1,t,9,,,",
            "adam,0.001,2,t,7,,,",
            "adam,0.01,1,t,4,,,",
            "adam,0.01,2,t,5,,,",
            "adam,0.1,1,t,6,,,",
            "adam,0.1,2,t,,,,",
            "sgd,0.1,1,t,3,,,",
            "sgd,1,1,t,2,,,",
            "lion,0.1,1,t,∞,,,",
            "lion,1,1,t,∞,,,",
            "adam,0.01,,best,4.5,,,",
            "sgd,1,,best,2,,,",
            "lion,0.1,,best,∞,,,"
        );
        Assert.Contains("<h3>Best settings by t, which stands below each</h3>", html, StringComparison.Ordinal);
        Assert.Contains(
            "<tr><td>adam</td><td>learning rate</td><td class=\"n\">0.001<br><span class=\"soft\">8</span></td><td "
                + "class=\"n\"><b>0.01</b><br><b>4.500</b></td>"
                + "<td class=\"n\">0.1<br><span class=\"soft\">–</span></td><td class=\"n\">3<br><span class=\"soft\">0.001 … "
                + "0.1</span></td></tr>",
            html,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "<td>sgd</td><td>learning rate</td><td class=\"n\">0.1<br><span class=\"soft\">3</span></td><td "
                + "class=\"n\"><b>1</b><br><b>2</b></td><td class=\"fails n\">edge: nothing<br>beyond tried</td>",
            html,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "edge",
            html[html.IndexOf("<td>lion</td>", StringComparison.Ordinal)..html.IndexOf("</table>", StringComparison.Ordinal)],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Only_the_replicates_that_chose_are_beside_the_best() =>
        Assert.Contains(
            "<td class=\"n\">0.1<br><span class=\"soft\">3</span></td><td class=\"n\"><b>1</b><br><b>2</b></td>",
            Html(
                """[{ "name": "best", "kind": "best-setting", "of": "t", "toReplicate": 1 }]""",
                "sgd,0.1,1,t,3,,,",
                "sgd,0.1,2,t,50,,,",
                "sgd,1,1,t,2,,,",
                "sgd,1,,best,2,,,"
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Quantities_of_cases_stand_side_by_side_and_those_of_skills_in_columns()
    {
        var html = Html(
            "[]",
            "adam,,1,all,4,,,",
            "adam,,2,all,8,,,",
            "sgd,,1,all,∞,,,",
            "sgd,,2,all,,,,",
            "adam,,,gain,2,,1.5,3",
            "sgd,,,gain,1,,,",
            "adam,,1,skill,4,1,,",
            "adam,,1,skill,9,2,,",
            "sgd,,1,skill,5,1,,",
            "adam,0.1,1,raw,7,,,"
        );
        Assert.Contains("<th>Case</th><th class=\"n\">all</th><th class=\"n\">gain</th>", html, StringComparison.Ordinal);
        Assert.Contains(
            "<tr><td>adam</td><td class=\"n\">6<br><span class=\"soft\">[5, 7]</span></td><td class=\"n\">2<br><span "
                + "class=\"soft\">[1.500, 3]</span></td></tr>",
            html,
            StringComparison.Ordinal
        );
        Assert.Contains("<tr><td>sgd</td><td class=\"n\">–</td><td class=\"n\">1</td></tr>", html, StringComparison.Ordinal);
        Assert.Contains("<h3>skill, by skill</h3>", html, StringComparison.Ordinal);
        Assert.Contains("<tr><td>sgd</td><td class=\"n\">5</td><td></td></tr>", html, StringComparison.Ordinal);
        Assert.Contains("<h3>Further values</h3>", html, StringComparison.Ordinal);
        Assert.Contains("<td>raw</td><td>adam, learningRate = 0.1</td>", html, StringComparison.Ordinal);
        Assert.Equal(1, html.Split("<td>raw</td>").Length - 1);
        Assert.DoesNotContain("<td>all</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void An_analysis_that_is_not_known_any_more_is_shown_by_its_values() =>
        Assert.Contains(
            "<td>t</td><td>sgd, learningRate = 0.1</td>",
            Html("""[{ "name": "t", "kind": "of-another-version" }, { "name": "u", "kind": "value", "former": 1 }]""", "sgd,0.1,1,t,3,,,"),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_median_with_its_interval_stands_in_for_its_replicates() =>
        Assert.DoesNotContain(
            "<td>t</td>",
            Html("""[{ "name": "m", "kind": "median-interval", "of": "t" }]""", "sgd,0.1,1,t,3,,,", "sgd,0.1,,m,3,,1,4"),
            StringComparison.Ordinal
        );

    private static string Html(string analyses, params string[] rows)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["analyses.csv"], Header + string.Join('\n', rows).Replace("∞", "inf", StringComparison.Ordinal) + "\n");
        return AnalysisTables.Format(folder["analyses.csv"], JsonNode.Parse(analyses)!.AsArray());
    }
}
