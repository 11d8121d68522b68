using System.Text;
using System.Text.Json.Nodes;
using SkillTorch.Experiments;
using SkillTorch.Tests.Reporting;

namespace SkillTorch.Tests.Experiments;

public sealed class FitStudyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_theory_that_made_the_curves_explains_them_best()
    {
        // Two skills one after another, 60 steps each: the Domino model with t0 = 60.
        var csv = new StringBuilder("step,skill,strength,replicate\n");
        for (var replicate = 1; replicate <= 2; replicate++)
        {
            for (var t = 0; t < 200; t += 5)
                csv.Append($"{t},2,{Math.Clamp((t - 60) / 60.0, 0, 1):R},{replicate}\n{t},1,{Math.Min(1, t / 60.0):R},{replicate}\n");
        }

        File.WriteAllText(folder["mine.csv"], csv.ToString());

        var trials = MeasuredCurves.Read(folder["mine.csv"]);
        Assert.Equal([1, 2], trials.Select(t => t.Replicate));
        var theories = new[] { "resource", "domino" }.Select(kind => FitStudy.CreateDefault(kind, trials[0])).ToArray();
        var fits = FitStudy.Run("mine", trials, theories, folder["fit"]);

        Assert.Equal(["domino", "resource"], fits.Select(f => f.Theory));
        Assert.Equal(60, fits[0].Parameters.Single().Value, 0.01);
        Assert.Equal("domino", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(folder["fit"], "fits.json")))![0]!["theory"]);
        Assert.Contains("overlay", File.ReadAllText(Path.Combine(folder["fit"], "figure.vl.json")));
        Assert.True(File.Exists(Path.Combine(folder["fit"], "report.html")));
    }

    [Theory]
    [InlineData("step,strength\n0,1\n", "Got no column `skill`")]
    [InlineData("step,skill,strength\n0,1,0\n0,2,0\n1,1,0\n", "expected every skill, numbered from 1, once at every step")]
    [InlineData("step,skill,strength\n0,0,0\n", "numbered from 1")]
    public void An_incomplete_table_is_a_sentence(string csv, string sentence)
    {
        File.WriteAllText(folder["mine.csv"], csv);
        Assert.Contains(sentence, Assert.Throws<InvalidDataException>(() => MeasuredCurves.Read(folder["mine.csv"])).Message);
    }
}
