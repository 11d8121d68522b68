using System.CommandLine;
using SkillTorch.Experiments;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch fit RUN --theory NAME</summary>
internal static class FitCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN")
        {
            Description =
                "Run directory, or a CSV table with the columns step, skill, strength (and case, replicate, frequency, loss, if there "
                + "are).",
        };
        var theory = new Option<string[]>("--theory")
        {
            HelpName = "NAME",
            Description = "A theory, e.g. resource; may be given several times. Default: every theory that applies.",
            DefaultValueFactory = _ => [],
        };
        var fit = new Option<string[]>("--fit")
        {
            HelpName = "PARAMETER",
            Description =
                "A parameter to fit, e.g. n0; may be given several times. Default: as the run's experiment says, else all of the theory's.",
            DefaultValueFactory = _ => [],
        };
        var output = new Option<string?>("--out")
        {
            HelpName = "DIR",
            Description =
                "Where tables, figure and report are written. Default: fit in the run directory, or <table>-fit beside the table.",
        };
        var command = new CommandWithExamples(
            "fit",
            "Fits theories to the measured skill strengths of a run or of a table of your own; nothing is trained. The best (smallest "
                + "AIC) comes first.",
            "skilltorch fit runs/psl-fig02 --theory resource",
            "skilltorch fit runs/psl-fig02 --theory resource --fit n0 --theory domino",
            "skilltorch fit my-curves.csv"
        )
        {
            run,
            theory,
            fit,
            output,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(run)!;
            var isTable = File.Exists(path);
            var stored = isTable ? null : StoredRun.Read(path);
            var trials = stored?.Trials ?? MeasuredCurves.Read(path);
            var names = parsed.GetValue(theory)!;
            var theories = Theories(names, trials, stored?.Config.Experiment.Theories ?? [], parsed.GetValue(fit)!);
            var directory = parsed.GetValue(output) ?? (isTable ? Path.ChangeExtension(path, null) + "-fit" : Path.Combine(path, "fit"));
            new RunOptions(directory).ApplyThreads();
            RunSummary.Print(FitStudy.Run(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), trials, theories, directory));
            Console.WriteLine($"Files: {directory}{Path.DirectorySeparatorChar}");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The theories as the experiment lays them, or else at their defaults; unless they are named, those that apply.</summary>
    private static List<SkillTheory> Theories(
        string[] names,
        IReadOnlyList<TrialResult> trials,
        IReadOnlyList<SkillTheory> configured,
        string[] fit
    )
    {
        var theories = new List<SkillTheory>();
        foreach (var name in names.Length > 0 ? names : FitStudy.ListApplicable(trials[0]))
        {
            var of = configured.Where(t => Catalog.KindOf(t) == name).ToList();
            if (of.Count == 0)
                of.Add(FitStudy.CreateDefault(name, trials[0]));
            theories.AddRange(fit.Length == 0 ? of : of.Select(t => t with { Fit = fit }));
        }
        return theories;
    }
}
