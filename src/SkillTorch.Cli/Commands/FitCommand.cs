using System.CommandLine;
using SkillTorch.Experiments;
using SkillTorch.Fitting;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch fit RUN --theory NAME</summary>
internal static class FitCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "Run directory." };
        var theory = new Option<string[]>("--theory") { HelpName = "NAME", Description = "A theory, e.g. resource; may be given several times. Default: every theory that applies.", DefaultValueFactory = _ => [] };
        var fit = new Option<string[]>("--fit") { HelpName = "PARAMETER", Description = "A parameter to fit, e.g. n0; may be given several times. Default: as the run's experiment says, else all of the theory's.", DefaultValueFactory = _ => [] };
        var command = new CommandWithExamples("fit", "Fits theories to the measured skill strengths of a run; nothing is trained. The best (smallest AIC) comes first.",
            "skilltorch fit runs/psl-fig02 --theory resource",
            "skilltorch fit runs/psl-fig02 --theory resource --fit n0 --theory domino")
        { run, theory, fit };
        command.SetAction(parsed =>
        {
            var stored = StoredRun.Read(parsed.GetValue(run)!);
            var names = parsed.GetValue(theory)!;
            var kinds = names.Length > 0 ? names.Select(n => Catalog.Kind("theory", n)) : Catalog.Kinds("theory");
            var fits = new List<FitResult>();
            foreach (var kind in kinds)
            {
                try
                {
                    fits.AddRange(FitRunner.Run(TheoriesOf(kind, stored, parsed.GetValue(fit)!), stored.Trials).Fits);
                }
                catch (Exception e) when (e is InvalidOptionException or ArgumentException && names.Length == 0)
                {
                    Console.Error.WriteLine($"{kind.Kind} does not apply: {e.Message}");
                }
            }
            RunSummary.Print([.. fits.GroupBy(f => (f.Case, string.Join('\n', f.Sweep))).SelectMany(g => g.OrderBy(f => f.Aic))]);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The theory as the experiment lays it, or else at its defaults.</summary>
    private static IReadOnlyList<TheoryOptions> TheoriesOf(KindInfo kind, StoredRun run, string[] fit)
    {
        TheoryOptions[] configured = [.. run.Config.Experiment.Theories.Where(t => Catalog.KindOf(t) == kind.Kind)];
        if (configured.Length == 0)
        {
            var options = (TheoryOptions)Activator.CreateInstance(kind.Type)!;
            configured = [options with { Fit = [.. options.Bind(run.Trials[0].Trial).Parameters.Select(p => p.Name)] }];
        }
        return fit.Length == 0 ? configured : [.. configured.Select(t => t with { Fit = fit })];
    }
}
