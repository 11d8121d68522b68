using System.CommandLine;
using SkillTorch.Analysis;
using SkillTorch.Reporting;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch claims RUN…</summary>
internal static class ClaimsCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN") { Description = "Run directories.", Arity = ArgumentArity.OneOrMore };
        var command = new CommandWithExamples(
            "claims",
            "Shows what runs say of their claims. Exit code 1 if a claim fails.",
            "skilltorch claims runs/*"
        )
        {
            runs,
        };
        command.SetAction(parsed =>
        {
            var claims = parsed.GetValue(runs)!.SelectMany(ClaimsFile.Read).ToArray();
            if (claims.Length == 0)
                Console.WriteLine("No claims.");
            RunSummary.Print(claims);
            return claims.Any(c => c.Verdict == Verdict.Fails) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }
}
