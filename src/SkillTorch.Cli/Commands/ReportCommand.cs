using System.CommandLine;
using SkillTorch.Experiments;
using SkillTorch.Reporting;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch report RUN…</summary>
internal static class ReportCommand
{
    private const string FileName = "report.html";

    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN") { Description = "Run directories.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string?>("--out")
        {
            HelpName = "FILE",
            Description = "The HTML file. Default: report.html in the run directory, or here if there are several.",
        };
        var tensorBoard = new Option<bool>("--tensorboard")
        {
            Description = "Also write every skill's curves for TensorBoard, to tensorboard/ in each run directory.",
        };
        var follow = new Option<bool>("--follow")
        {
            Description =
                "Of a run that is training: write its curves for TensorBoard and go on adding to them until all trials have ended. No report.",
        };
        var command = new CommandWithExamples(
            "report",
            "Draws the figures of runs again and writes one report over all of them; nothing is trained.",
            "skilltorch report runs/psl-fig02",
            "skilltorch report runs/* --out all.html",
            "skilltorch report runs/psl-fig02 --tensorboard",
            "skilltorch report runs/psl-fig02 --follow"
        )
        {
            runs,
            output,
            tensorBoard,
            follow,
        };
        command.SetAction(parsed =>
        {
            var directories = parsed.GetValue(runs)!;
            if (parsed.GetValue(follow))
            {
                using var session = new RunSession();
                return session.Follow(directories);
            }

            var file = parsed.GetValue(output) ?? (directories.Length == 1 ? Path.Combine(directories[0], FileName) : FileName);
            foreach (
                var note in directories
                    .SelectMany(d => FigureRenderer.Render(d).Notes)
                    .Concat(HtmlReport.Write(file, directories))
                    .Distinct()
            )
            {
                Console.WriteLine(note);
            }

            Console.WriteLine($"Report: {file}");
            if (parsed.GetValue(tensorBoard))
            {
                foreach (var directory in directories)
                    Console.WriteLine($"TensorBoard: tensorboard --logdir {TensorBoardExport.Write(directory)}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
