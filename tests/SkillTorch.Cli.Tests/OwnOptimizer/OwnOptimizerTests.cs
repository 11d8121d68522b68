using System.Text.RegularExpressions;
using MyOptimizers;
using SkillTorch.Experiments;

namespace SkillTorch.Cli.Tests.OwnOptimizer;

/// <summary>The README's optimizer of your own, run. Here, because the registered kind would be in the way of the library's tests of the
/// shipped ones.</summary>
public partial class OwnOptimizerTests
{
    private static readonly string Folder = Path.Combine(Cli.Root, "tests", "SkillTorch.Cli.Tests", "OwnOptimizer");

    private static readonly string[] Blocks =
    [
        .. Block().Matches(Section("## An optimizer of your own\n")).Select(match => match.Groups[1].Value),
    ];

    [Fact]
    public void The_readme_shows_what_is_tested()
    {
        Assert.Equal(3, Blocks.Length);
        Assert.Equal(File.ReadAllText(Path.Combine(Folder, "PowerDescent.cs")), Blocks[0]);
        var test = File.ReadAllText(Path.Combine(Folder, "OwnOptimizerTests.cs"));
        foreach (var line in Blocks[1].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.Contains(
                line.Replace("\"power-descent.json\"", "file", StringComparison.Ordinal)
                    .Replace("\"runs/power-descent\"", "directory", StringComparison.Ordinal),
                test,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void An_experiment_trains_with_it()
    {
        var directory = Directory.CreateTempSubdirectory("own-optimizer").FullName;
        var file = Path.Combine(directory, "power-descent.json");
        File.WriteAllText(file, Blocks[2]);

        Catalog.Register<PowerDescentOptions>();
        var config = ExperimentFile.Load(file);
        var run = ExperimentRunner.Run(config, new RunOptions(directory));

        Assert.Single(config.Trials.Select(trial => trial.StackKey).Distinct());
        Assert.Equal(9, run.Trained);
        var ends = run.Trials.Select(trial => trial.Trajectory.Loss[trial.Trajectory.Steps.Length - 1, 0]).ToArray();
        Assert.Equal(9, ends.Distinct().Count());
        Assert.All(run.Trials, trial => Assert.True(trial.Trajectory.TotalLoss()[^1] < trial.Trajectory.TotalLoss()[0]));

        File.WriteAllText(file, Blocks[2].Replace("\"learningRate\": 0.01", "\"power\": 2", StringComparison.Ordinal));
        Assert.Contains(
            "Got 2 for `optimizer.power`; expected a number from 0 to 1.",
            Assert.Throws<ConfigException>(() => ExperimentFile.Load(file)).Message,
            StringComparison.Ordinal
        );
        Directory.Delete(directory, recursive: true);
    }

    private static string Section(string heading) =>
        File.ReadAllText(Path.Combine(Cli.Root, "README.md")).Split(heading)[1].Split("\n## ")[0];

    [GeneratedRegex("```(?:csharp|json)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
