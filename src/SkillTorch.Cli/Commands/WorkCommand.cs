using System.CommandLine;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch work RUN</summary>
internal static class WorkCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "Run directory that `skilltorch run … --engine` is at work on." };
        var settings = new RunSettings();
        var attached = new Option<bool>("--attached")
        {
            Description = "End with the process that holds the other end of the standard input, and print nothing but notes.",
            Hidden = true,
        };
        var command = new CommandWithExamples(
            "work",
            "Joins in the training of a run: takes shares of its missing trials, trains and stores them, until nothing is left to take. "
                + "`skilltorch run … --engine` starts such workers by itself; any other machine that sees the run directory can join.",
            "skilltorch work runs/my-experiment"
        )
        {
            run,
        };
        settings.AddTo(command);
        command.Add(attached);
        command.SetAction(parsed =>
        {
            using var session = new RunSession();
            return session.Work(settings.For(parsed, parsed.GetValue(run)!), parsed.GetValue(attached));
        });
        return command;
    }
}
