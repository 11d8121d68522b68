using System.CommandLine;
using SkillTorch.Analysis;
using SkillTorch.Reporting;
using Spectre.Console;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch claims RUN…</summary>
internal static class ClaimsCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN")
        {
            Description = $"Run directories, or a ledger that `reproduce` wrote ({Ledger.JsonName}).",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = new Option<bool>("--json") { Description = "Print the ledger of the runs as JSON." };
        var markdown = new Option<bool>("--markdown")
        {
            Description = "Print two tables in Markdown: the verdicts of each figure, and each claim that does not hold.",
        };
        var command = new CommandWithExamples(
            "claims",
            "Shows what runs say of their claims. Exit code 1 if a claim fails.",
            "skilltorch claims runs/*",
            "skilltorch claims docs/ledger.json --markdown"
        )
        {
            runs,
            json,
            markdown,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(markdown))
                result.AddError("Got --json and --markdown; expected one of them.");
        });
        command.SetAction(parsed =>
        {
            var ledger = Ledger.Collect(parsed.GetValue(runs)!);
            if (parsed.GetValue(json))
                Console.Write(ledger.FormatJson());
            else if (parsed.GetValue(markdown))
                Console.Write(ledger.FormatMarkdown());
            else
                Print(ledger);
            return ledger.Claims.Any(c => c.Verdict == Verdict.Fails) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static void Print(Ledger ledger)
    {
        if (!ledger.Claims.Any())
            Console.WriteLine("No claims.");
        foreach (var figure in ledger.Figures.Where(figure => figure.Claims.Count > 0))
        {
            if (ledger.Figures.Count > 1)
                AnsiConsole.MarkupLineInterpolated($"[bold]{figure.Run}[/]: {figure.Title}");
            RunSummary.Print(figure.Claims);
        }
    }
}
