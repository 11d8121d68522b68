using System.CommandLine;
using SkillTorch.Experiments;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch validate FILE…</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Experiment files.", Arity = ArgumentArity.OneOrMore };
        var options = new LayerOptions();
        var command = new CommandWithExamples(
            "validate",
            "Checks experiment files without running them: every case, sweep value and profile, and the budget; says how much work "
                + "they are. Exit code 2 if something is wrong.",
            "skilltorch validate configs/my-experiment.json",
            "skilltorch validate experiments/*/*.json"
        )
        {
            files,
        };
        options.AddTo(command);
        options.AddRepeatTo(command);
        command.SetAction(parsed =>
        {
            var exit = ExitCode.Done;
            // `experiments/*/*.json` matches figures too; those are checked with the experiments that name them.
            var given = parsed.GetValue(files)!;
            var isFigure = (string file) => given.Length > 1 && file.EndsWith(ExperimentFile.FigureEnding, StringComparison.Ordinal);
            foreach (var file in given.Where(file => !isFigure(file)))
            {
                try
                {
                    var named = ExperimentFile.ReadProfiles(file);
                    // Without a default profile, what runs by default is the experiment itself.
                    var profiles =
                        options.Profile(parsed) is { } asked ? [asked]
                        : named.Contains(ExperimentFile.DefaultProfile) ? named
                        : named.Prepend(null);
                    foreach (var profile in profiles)
                    {
                        var loaded = options.Load(parsed, file, profile);
                        Console.WriteLine($"{file}{(profile is null ? "" : $" ({profile})")}: valid, {RunSummary.FormatSize(loaded)}");
                    }
                }
                catch (Exception e) when (e is ConfigException or FileNotFoundException)
                {
                    foreach (var sentence in e is ConfigException config ? config.Problems.Select(p => p.ToString()) : [e.Message])
                        Console.Error.WriteLine($"{file}: {sentence}");
                    exit = ExitCode.BadInput;
                }
            }
            return exit;
        });
        return command;
    }
}
