using System.Text.RegularExpressions;
using SkillTorch.Experiments;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Experiments;

/// <summary>Every experiment under experiments/ is ready to run, in each of its profiles.</summary>
public class ShippedExperimentsTests
{
    private static readonly Dictionary<string, string> TagOfFolder = new()
    {
        ["physics-of-skill-learning"] = "psl",
        ["solvable-model"] = "nam",
    };

    public static TheoryData<string> Tags => [.. ExperimentLibrary.All().Select(e => e.Tag)];

    public static TheoryData<string, string> TagsAndProfiles
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var experiment in ExperimentLibrary.All())
            {
                foreach (var profile in experiment.Profiles.DefaultIfEmpty(""))
                    data.Add(experiment.Tag, profile);
            }

            return data;
        }
    }

    [Fact]
    public void Tags_are_unique() => Assert.Distinct(ExperimentLibrary.All().Select(e => e.Tag));

    [Theory]
    [MemberData(nameof(Tags))]
    public void A_tag_is_the_papers_and_the_start_of_the_file_name(string tag)
    {
        var file = ExperimentLibrary.Find(tag).File;
        var paper = TagOfFolder[Path.GetFileName(Path.GetDirectoryName(file)!)];
        Assert.StartsWith($"{paper}-", tag);
        Assert.Matches($"^{Regex.Escape(tag[(paper.Length + 1)..])}(-[a-z0-9-]+)?\\.json$", Path.GetFileName(file));
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public void It_can_be_read(string tag)
    {
        // 120 lines a file of 140 characters, without the figure, which stands beside it under the experiment's own name.
        var file = ExperimentLibrary.Find(tag).File;
        var lines = File.ReadAllLines(file);
        Assert.InRange(lines.Length, 1, 120);
        var figure = $"{tag[(tag.IndexOf('-') + 1)..]}{FigureFile.Ending}";
        Assert.Equal(figure, ExperimentFile.Read(file)["figure"]!.ToString());
        Assert.All(
            [.. lines, .. File.ReadAllLines(Path.Combine(Path.GetDirectoryName(file)!, figure))],
            line => Assert.InRange(line.Length, 0, 140)
        );
    }

    [Fact]
    public void Every_figure_is_some_experiments_and_every_shared_panel_is_used_twice()
    {
        foreach (var folder in ExperimentLibrary.All().GroupBy(e => Path.GetDirectoryName(e.File)!))
        {
            var figures = folder.Select(e => Path.Combine(folder.Key, ExperimentFile.Read(e.File)["figure"]!.ToString())).ToArray();
            var shared = Path.Combine(folder.Key, FigureFile.SharedPanels);
            Assert.Equal(Directory.GetFiles(folder.Key, "*" + FigureFile.Ending).Order(), figures.Append(shared).Order());
            var texts = figures.Append(shared).Select(File.ReadAllText).ToArray();
            Assert.All(
                JsonFile.Read(shared, ""),
                panel => Assert.NotInRange(texts.Sum(t => Regex.Count(t, $"\"panel\": \"{panel.Key}\"")), 0, 1)
            );
        }
    }

    [Theory]
    [MemberData(nameof(TagsAndProfiles))]
    public void It_loads_and_validates(string tag, string profile)
    {
        // Analyses, claims, theories and the figure's datasets and fields are checked on loading.
        var config = ExperimentFile.Load(ExperimentLibrary.Find(tag).File, profile == "" ? null : profile);
        Assert.NotEmpty(config.Trials);
        Assert.Empty(config.Warnings);
        Assert.Equal(tag, config.Experiment.Tag);
        Assert.False(string.IsNullOrEmpty(config.Experiment.Title));
        Assert.StartsWith("arXiv:", config.Experiment.Source);
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public void It_has_a_figure_and_both_profiles(string tag)
    {
        var shipped = ExperimentLibrary.Find(tag);
        Assert.Superset(new HashSet<string> { "quick", "paper" }, shipped.Profiles.ToHashSet());
        var config = ExperimentFile.Load(shipped.File);
        Assert.NotNull(config.Experiment.Figure);
        string[] quantities = [.. config.Trials.SelectMany(t => t.Trial.Model.ExtraQuantities).Distinct()];
        Assert.Empty(
            FigureRenderer.Check(
                config.Experiment.Figure,
                [.. config.Trials.SelectMany(t => t.Sweep.Select(s => s.Key)).Distinct()],
                quantities
            )
        );
    }
}
