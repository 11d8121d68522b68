using System.Text.RegularExpressions;
using SkillTorch.Experiments;
using SkillTorch.Reporting;

namespace SkillTorch.Tests.Experiments;

/// <summary>Every experiment under experiments/ is ready to run, in each of its profiles.</summary>
public class ShippedExperimentsTests
{
    private static readonly Dictionary<string, string> TagOfFolder = new() { ["physics-of-skill-learning"] = "psl", ["solvable-model"] = "nam" };

    public static TheoryData<string> Tags => [.. ExperimentLibrary.All().Select(e => e.Tag)];

    public static TheoryData<string, string> TagsAndProfiles
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var experiment in ExperimentLibrary.All())
                foreach (var profile in experiment.Profiles.DefaultIfEmpty(""))
                    data.Add(experiment.Tag, profile);
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
        Assert.Empty(FigureRenderer.Check(config.Experiment.Figure, [.. config.Trials.SelectMany(t => t.Sweep.Select(s => s.Key)).Distinct()], quantities));
    }
}
