using System.CommandLine;
using System.Diagnostics;
using SkillTorch.Experiments;
using SkillTorch.Reporting;

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
        var engine = new EngineOption();
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
        engine.AddTo(command);
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(tags)!;
            var experiments = named.Contains("all") ? ExperimentLibrary.All() : [.. named.Select(ExperimentLibrary.Find)];
            // All are read before the first one trains: a mistake in the last must not wait for hours.
            var configs = experiments.Select(e => options.Load(parsed, e.File, isOptional: experiments.Count > 1)).ToArray();
            var folder = parsed.GetValue(output)!;
            using var session = new RunSession();
            var exit = ExitCode.Done;
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < configs.Length && exit != ExitCode.Interrupted; i++)
            {
                if (configs.Length > 1)
                    Console.WriteLine($@"Figure {i + 1} of {configs.Length}, after {clock.Elapsed:h\:mm\:ss}:");
                var run = settings.For(parsed, LayerOptions.DirectoryOf(configs[i], folder));
                int Start() => engine.Run(parsed, session, configs[i], run);
                exit = Math.Max(exit, configs.Length == 1 ? Start() : RunOneOfSeveral(Start, parsed));
            }

            if (configs.Length > 1)
                Console.WriteLine($@"{clock.Elapsed:h\:mm\:ss} for all.");
            if (Directory.Exists(folder))
            {
                Ledger.CollectIn(folder).Write(folder);
                Console.WriteLine($"Ledger of all runs in {folder}: {Path.Combine(folder, Ledger.PageName)}, {Ledger.JsonName}");
            }

            return exit;
        });
        return command;
    }

    // One that fails does not stop the others.
    private static int RunOneOfSeveral(Func<int> start, ParseResult parsed)
    {
        try
        {
            return start();
        }
        catch (Exception e)
        {
            return CommandLine.Explain(e, parsed);
        }
    }
}
