using System.CommandLine;
using SkillTorch.Experiments;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch reproduce TAG…|all</summary>
internal static class ReproduceCommand
{
    public static Command Create()
    {
        var tags = new Argument<string[]>("TAG")
        {
            Description = "Tags of shipped experiments, e.g. psl-fig02, or all. `skilltorch list experiments` shows them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var options = new LayerOptions();
        var settings = new RunSettings();
        var output = new Option<string>("--out")
        {
            HelpName = "DIR",
            Description = "Folder of the run directories, each named by its tag (and profile, where that is not quick).",
            DefaultValueFactory = _ => "runs",
        };
        var command = new CommandWithExamples(
            "reproduce",
            "Runs shipped experiments by tag: a paper's figure, from training to report.",
            "skilltorch reproduce psl-fig02",
            "skilltorch reproduce psl-fig04 --repeat 10",
            "skilltorch reproduce all --profile quick",
            "skilltorch reproduce psl-fig10 --profile paper --device cuda"
        )
        {
            tags,
        };
        options.AddTo(command);
        options.AddRepeatTo(command);
        command.Add(output);
        settings.AddTo(command);
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(tags)!;
            var experiments = named.Contains("all") ? ExperimentLibrary.All() : [.. named.Select(ExperimentLibrary.Find)];
            // All are read before the first one trains: a mistake in the last must not wait for hours.
            var configs = experiments.Select(e => options.Load(parsed, e.File, isOptional: experiments.Count > 1)).ToArray();
            using var session = new RunSession();
            var exit = ExitCode.Done;
            foreach (var config in configs)
            {
                exit = Math.Max(
                    exit,
                    session.Run(config, settings.For(parsed, LayerOptions.DirectoryOf(config, parsed.GetValue(output)!)))
                );
                if (exit == ExitCode.Interrupted)
                    break;
            }
            return exit;
        });
        return command;
    }
}
