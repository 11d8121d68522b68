using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using SkillTorch.Cli.Commands;
using SkillTorch.Reporting;

namespace SkillTorch.Cli;

/// <summary>The commands, and what an exception means to the user.</summary>
internal static class CommandLine
{
    private const string Description =
        "Trains networks on tasks made of known skills, logs every skill, and lays the physicists' toy models over the measurement. An "
        + "experiment is one JSON file.";

    private static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Say more: on an error, where in the program it came from.",
        Recursive = true,
    };

    public static int Run(string[] args)
    {
        Terminal.Prepare();
        // Not RootCommand, whose name is the assembly's.
        var root = new CommandWithExamples(
            "skilltorch",
            Description,
            "skilltorch reproduce psl-fig02              a paper's figure, from training to report",
            "skilltorch run configs/my-experiment.json   your own experiment",
            "skilltorch list optimizers                  what an experiment can name"
        )
        {
            RunCommand.Create(),
            ReproduceCommand.Create(),
            StatusCommand.Create(),
            CollectCommand.Create(),
            WorkCommand.Create(),
            ListCommand.Create(),
            ValidateCommand.Create(),
            FitCommand.Create(),
            ForecastCommand.Create(),
            ReportCommand.Create(),
            ClaimsCommand.Create(),
            DoctorCommand.Create(),
            BenchCommand.Create(),
        };
        root.Add(Verbose);
        root.Add(new HelpOption { Action = new HelpWithExamples(new HelpAction()) });
        root.Add(new VersionOption());
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction error)
        {
            error.ShowHelp = false;
            parsed.Invoke();
            Console.Error.WriteLine($"`{string.Join(' ', Path(parsed.CommandResult))} --help` shows what is expected.");
            return ExitCode.BadInput;
        }
        try
        {
            // Ctrl-C is RunSession's business: it keeps finished trials, however long that takes.
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e)
        {
            return Explain(e, parsed);
        }
    }

    /// <summary>Says in one sentence what went wrong.</summary>
    /// <returns>The exit code.</returns>
    public static int Explain(Exception exception, ParseResult parsed)
    {
        var verbose = parsed.GetValue(Verbose);
        // What the types' initialisers throw comes wrapped.
        exception = exception is TypeInitializationException ? exception.GetBaseException() : exception;
        var isUsers =
            exception
            is ConfigException
                or InvalidOptionException
                or FigureException
                or InvalidDataException
                or IOException
                or UnauthorizedAccessException
                or DllNotFoundException;
        Console.Error.WriteLine(isUsers ? exception.Message : $"SkillTorch failed: {exception.Message}");
        if (verbose)
            Console.Error.WriteLine(exception);
        else if (!isUsers)
            Console.Error.WriteLine("This should not happen; run the command again with --verbose to see where it came from.");
        return isUsers ? ExitCode.BadInput : ExitCode.Failed;
    }

    private static IEnumerable<string> Path(CommandResult command) =>
        [.. command.Parent is CommandResult parent ? Path(parent) : [], command.Command.Name];
}

/// <summary>What the process' exit says.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A claim or a trial failed.</summary>
    public const int Failed = 1;

    /// <summary>Bad input.</summary>
    public const int BadInput = 2;

    /// <summary>Interrupted by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
