using System.CommandLine;
using SkillTorch.Experiments;
using Spectre.Console;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch list WHAT [KIND]</summary>
internal static class ListCommand
{
    private const string Experiments = "experiments";
    private const string Schema = "schema";

    public static Command Create()
    {
        var what = new Argument<string>("WHAT")
        {
            Description = "What to list; schema prints the JSON schema of experiment files, for editors.",
        };
        what.AcceptOnlyFromAmong([.. Catalog.Families.Select(f => f.Plural), Experiments, Schema]);
        var kind = new Argument<string?>("KIND")
        {
            Description = "One of them, e.g. adam: shows its options.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new CommandWithExamples(
            "list",
            "Lists what an experiment can name, and the experiments that there are.",
            "skilltorch list optimizers",
            "skilltorch list optimizers adam",
            "skilltorch list experiments"
        )
        {
            what,
            kind,
        };
        command.SetAction(parsed =>
        {
            switch (parsed.GetValue(what))
            {
                case Experiments:
                    ListExperiments();
                    break;
                case Schema:
                    Console.Write(ExperimentSchema.WriteText());
                    break;
                case var family when parsed.GetValue(kind) is { } name:
                    ListOptions(Catalog.Kind(family!, name));
                    break;
                case var family:
                    ListKinds(Catalog.Kinds(family!));
                    break;
            }
        });
        return command;
    }

    private static void ListKinds(IReadOnlyList<KindInfo> kinds)
    {
        var table = RunSummary.NewTable("Kind", "What it is", "Options");
        foreach (var kind in kinds)
        {
            table.AddRow(
                Markup.Escape(kind.Kind),
                Markup.Escape(kind.Summary),
                Markup.Escape(string.Join(", ", kind.Options.Select(o => o.Name)))
            );
        }

        AnsiConsole.Write(table);
    }

    private static void ListOptions(KindInfo kind)
    {
        AnsiConsole.MarkupLineInterpolated($"[bold]{kind.Kind}[/]: {kind.Summary}");
        var table = RunSummary.NewTable("Option", "Takes", "Default", "What it is");
        foreach (var option in kind.Options)
        {
            table.AddRow(
                Markup.Escape(option.Name),
                Markup.Escape(option.Type),
                Markup.Escape(option.Required ? "required" : option.Default?.ToJsonString() ?? "null"),
                Markup.Escape(option.Description)
            );
        }
        AnsiConsole.Write(table);
    }

    private static void ListExperiments()
    {
        var table = RunSummary.NewTable("Tag", "Title", "Source", "Profiles", "File");
        foreach (var e in ExperimentLibrary.All())
        {
            table.AddRow([
                .. new[]
                {
                    e.Tag,
                    e.Title,
                    e.Source,
                    string.Join(", ", e.Profiles),
                    Path.GetRelativePath(Directory.GetCurrentDirectory(), e.File),
                }.Select(Markup.Escape),
            ]);
        }
        AnsiConsole.Write(table);
    }
}
