using System.CommandLine;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch collect RUN</summary>
internal static class CollectCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "Run directory; with --from it may be a new one." };
        var from = new Option<string[]>("--from")
        {
            HelpName = "RUN",
            Description = "Run directories, e.g. copied from other machines, to take missing trials of the same experiment from.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var command = new CommandWithExamples(
            "collect",
            "Makes tables, fits, claims, figure and report of the trials that are stored in a run directory, wherever they were trained.",
            "skilltorch collect runs/my-experiment",
            "skilltorch collect runs/all --from from-machine-a/my-experiment from-machine-b/my-experiment"
        )
        {
            run,
            from,
        };
        command.SetAction(parsed =>
        {
            using var session = new RunSession();
            return session.Collect(parsed.GetValue(run)!, parsed.GetValue(from)!);
        });
        return command;
    }
}
