using System.Text.RegularExpressions;
using SkillTorch.Analysis;
using SkillTorch.Experiments;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Reporting;

public sealed partial class LedgerTests
{
    private static readonly string Root = Path.GetDirectoryName(ExperimentLibrary.Folder)!;

    private static ClaimVerdict Claim(string id, Verdict verdict, double? value = 1.25) =>
        new(id, $"Statement of {id}, |x| < 2.", "quantity", value, null, 1.5, verdict, "quick", null);

    private static Ledger Example() =>
        new([
            new(
                "b",
                "Second <b>",
                "arXiv:2501.12391 Fig. 4",
                "quick",
                10,
                ["Quick: 3 of 10 & more."],
                "SkillTorch 1, libtorch 2",
                "b",
                [
                    Claim("P5.sgd", Verdict.Holds),
                    Claim("P5.adam", Verdict.Fails) with
                    {
                        Published = 1.5,
                        ValueInterval = new(1.2, 1.3),
                        Seeds = new(10, 1, 9, [1.25, 1, 2, 3, 4, 5, 6, 7, 8, null]),
                    },
                    Claim("P6", Verdict.Holds),
                    Claim("P7", Verdict.Uncertain),
                    Claim("P8", Verdict.NotMeasured, value: null),
                ]
            ),
            new("none", "", "", null, 1, [], "SkillTorch 1, libtorch 2", "none", []),
        ]);

    [Fact]
    public void A_ledger_is_read_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        Example().Write(folder.Path);
        Assert.Equal(Example().FormatJson(), Ledger.Read(folder[Ledger.JsonName]).FormatJson());
        Assert.Equal(Example().Figures[0].Claims, Ledger.Collect([folder[Ledger.JsonName]]).Figures[0].Claims);
    }

    [Fact]
    public void A_ledger_collects_the_finished_runs_of_a_folder()
    {
        using var run = new SampleRun();
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "b", "a" })
        {
            Directory.CreateDirectory(folder[name]);
            foreach (var file in new[] { "experiment.json", ClaimsFile.Name })
                File.Copy(run[file], folder[$"{name}/{file}"]);
        }

        Directory.CreateDirectory(folder["unfinished"]);
        var ledger = Ledger.CollectIn(folder.Path);
        Assert.Equal(["a", "b"], ledger.Figures.Select(figure => figure.Run));
        Assert.All(
            ledger.Figures,
            figure =>
            {
                Assert.Equal(
                    ("sample", "Skills & dominoes <in order>", "quick", 1),
                    (figure.Tag, figure.Title, figure.Profile, figure.Seeds)
                );
                Assert.Equal(["The quick profile trains 3,000 of the published 20,000 steps, with 4 of 10 seeds."], figure.Notes);
                Assert.Equal(["P1", "P2", "P3"], figure.Claims.Select(claim => claim.Id));
            }
        );
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{ "figures": [ {} ] }""")]
    [InlineData("no JSON")]
    public void What_is_no_ledger_is_refused(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["x.json"], text);
        var e = Assert.Throws<InvalidDataException>(() => Ledger.Collect([folder["x.json"]]));
        Assert.Equal($"Got `{folder["x.json"]}`; expected a run directory or a ledger (ledger.json).", e.Message);
    }

    [Fact]
    public void Markdown_has_the_verdicts_of_each_figure_and_what_does_not_hold() =>
        Assert.Equal(
            """
            | figure | seeds | holds | fails | uncertain | not measured |
            |---|---|---|---|---|---|
            | b | 10 | P5 1 of 2, P6 | P5 1 of 2 | P7 | P8 |

            | figure | claim | expected | published | measured | holds at | verdict |
            |---|---|---|---|---|---|---|
            | b | P5.adam: Statement of P5.adam, \|x\| < 2. | ≤ 1.5 | 1.5 | 1.25 (1.2 … 1.3) | 1 of 10 seeds | **fails** |
            | b | P7: Statement of P7, \|x\| < 2. | ≤ 1.5 |  | 1.25 |  | uncertain |
            | b | P8: Statement of P8, \|x\| < 2. | ≤ 1.5 |  |  |  | not measured |

            """,
            Example().FormatMarkdown()
        );

    [Fact]
    public void The_page_shows_every_claim_and_what_was_shortened()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["b"]);
        File.WriteAllText(folder["b/report.html"], "");
        Example().Write(folder.Path);
        var html = File.ReadAllText(folder[Ledger.PageName]);
        Assert.All(
            [
                "5 claims of 2 figures: 2 hold, 1 fails, 1 uncertain, 1 not measured.",
                "<a href=\"b/report.html\">b</a>: Second &lt;b&gt;",
                "<a href=\"https://arxiv.org/abs/2501.12391\">arXiv:2501.12391</a> Fig. 4 · profile quick · 10 seeds",
                "Quick: 3 of 10 &amp; more.",
                "<td class=\"n\">1 of 10",
                "<td>P5.sgd</td>",
                "<td>P8</td>",
                "No claims.",
            ],
            text => Assert.Contains(text, html, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_readme_has_the_ledger()
    {
        var ledger = Ledger.Read(Path.Combine(Root, "docs", Ledger.JsonName));
        Assert.Contains(ledger.FormatMarkdown(), File.ReadAllText(Path.Combine(Root, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_ledger_has_the_claims_of_every_shipped_experiment_or_the_readme_says_which_were_not_run()
    {
        var ledger = Ledger.Read(Path.Combine(Root, "docs", Ledger.JsonName));
        var notRun = Tag().Matches(NotRun().Match(File.ReadAllText(Path.Combine(Root, "README.md"))).Value).Select(tag => tag.Value);
        Assert.All(
            ExperimentLibrary.All(),
            shipped =>
            {
                var profiles = ledger.Figures.Where(figure => figure.Tag == shipped.Tag).ToArray();
                if (notRun.Contains(shipped.Tag))
                {
                    Assert.Empty(profiles);
                    return;
                }

                var claims = ExperimentFile.Load(shipped.File).Experiment.Claims.SelectMany(ClaimParts.Split);
                Assert.Equal(
                    claims.Select(claim => (claim.Id, claim.Statement, claim.Within![0], claim.Within[1])),
                    profiles
                        .FirstOrDefault(figure => figure.Run == shipped.Tag)
                        ?.Claims.Select(claim => (claim.Id, claim.Statement, claim.Low, claim.High))
                        ?? []
                );
            }
        );
    }

    [GeneratedRegex("Not run: [^.]*")]
    private static partial Regex NotRun();

    [GeneratedRegex(@"(psl|nam)-[\w-]+")]
    private static partial Regex Tag();
}
