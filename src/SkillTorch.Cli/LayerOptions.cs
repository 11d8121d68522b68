using System.CommandLine;
using System.Globalization;
using SkillTorch.Experiments;

namespace SkillTorch.Cli;

/// <summary>The options that change an experiment: --set, --profile and --repeat.</summary>
internal sealed class LayerOptions
{
    private readonly Option<string[]> set = new("--set")
    {
        HelpName = "path=value",
        Description =
            $"Set an option, e.g. training.steps=500 or theories[0].fit=[\"n0\"]. The value is JSON, or else text. May be given "
            + $"several times. Environment variables such as {ExperimentFile.EnvironmentPrefix}TRAINING__STEPS=500 do the same and "
            + $"yield to --set.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> profile = new("--profile")
    {
        HelpName = "NAME",
        Description = "One of the file's profiles, e.g. quick or paper. Default: quick where the file has it.",
    };

    private readonly Option<int?> repeat = new("--repeat")
    {
        HelpName = "N",
        Description =
            "Judge each claim at N seeds: the experiment's own and those after it, each with replicates, fits and analyses of its own. "
            + "Tables and figure are those of the first. The same as --set repeats=N.",
    };

    public void AddTo(Command command)
    {
        command.Add(set);
        command.Add(profile);
    }

    /// <summary>Adds --repeat, where claims are judged.</summary>
    public void AddRepeatTo(Command command)
    {
        repeat.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var n) || n < 1))
                result.AddError($"Got \"{result.Tokens[0].Value}\" for `--repeat`; expected an integer of at least 1.");
        });
        command.Add(repeat);
    }

    /// <summary>Reads an experiment with all layers, and prints what is allowed but may not be meant.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="file">The experiment file.</param>
    /// <param name="isOptional">Whether a file without the profile is taken as it is.</param>
    public ExperimentConfig Load(ParseResult parsed, string file, bool isOptional = false)
    {
        var name = parsed.GetValue(profile);
        if (isOptional && name is not null && !ExperimentFile.ReadProfiles(file).Contains(name))
            name = null;
        return Load(parsed, file, name);
    }

    /// <summary>Reads an experiment with a given profile.</summary>
    public ExperimentConfig Load(ParseResult parsed, string file, string? name)
    {
        string[] seeds = parsed.GetValue(repeat) is { } repeats ? [$"repeats={repeats}"] : [];
        var config = ExperimentFile.Load(
            file,
            name,
            ExperimentFile.ReadEnvironment(),
            ExperimentFile.ReadSettings([.. parsed.GetValue(set)!, .. seeds])
        );
        foreach (var warning in config.Warnings)
            Console.Error.WriteLine($"Warning: {warning}");
        return config;
    }

    /// <summary>The profile that was asked for; null if none was.</summary>
    public string? Profile(ParseResult parsed) => parsed.GetValue(profile);

    /// <summary>The run directory that an experiment has by default.</summary>
    public static string DirectoryOf(ExperimentConfig config, string folder) =>
        Path.Combine(
            folder,
            config.Profile is null or ExperimentFile.DefaultProfile ? config.Experiment.Tag : $"{config.Experiment.Tag}-{config.Profile}"
        );
}
