using System.Globalization;
using SkillTorch.Analysis;
using SkillTorch.Experiments;
using SkillTorch.Fitting;
using SkillTorch.Reporting;
using Spectre.Console;
using Table = Spectre.Console.Table;

namespace SkillTorch.Cli;

/// <summary>What a run found, in short.</summary>
internal static class RunSummary
{
    /// <param name="config">The experiment.</param>
    /// <param name="run">What was found.</param>
    /// <param name="count">A sentence on how many trials it has; null says how many were trained.</param>
    public static void Print(ExperimentConfig config, RunResult run, string? count = null)
    {
        foreach (var failed in run.Failed)
            AnsiConsole.MarkupLineInterpolated($"[red]Failed:[/] {failed.Trial.Name}: {failed.Message}");
        Print(run.Fits);
        Print(run.Claims);
        foreach (var note in config.Experiment.Notes)
            AnsiConsole.WriteLine($"Note: {note}");
        var stored = config.Trials.Count - run.Failed.Count - run.Trained;
        Console.WriteLine(
            count
                ?? $"{run.Trained} trials "
                    + $"trained{(stored > 0 ? $", {stored} were there already" : "")}{(run.Failed.Count > 0 ? $", {run.Failed.Count} failed" : "")}."
        );
        Console.WriteLine($"Files: {run.Directory}{Path.DirectorySeparatorChar} ({string.Join(", ", ListFiles(run.Directory))})");
    }

    public static void Print(IReadOnlyList<ClaimVerdict> claims)
    {
        if (claims.Count == 0)
            return;
        var several = claims.Any(c => c.Seeds is not null);
        var table = NewTable(["Claim", "Statement", "Measured", "Expected", .. several ? ["Seeds"] : Array.Empty<string>(), "Verdict"]);
        foreach (var claim in claims)
        {
            var color = claim.Verdict switch
            {
                Verdict.Holds => "green",
                Verdict.Fails => "red",
                _ => "yellow",
            };
            table.AddRow([
                Markup.Escape(claim.Id),
                Markup.Escape(claim.Statement + (claim.Note is null ? "" : $" ({claim.Note})")),
                FormatNumber(claim.Value)
                    + (claim.ValueInterval is { } interval ? $" ({FormatNumber(interval.Low)} … {FormatNumber(interval.High)})" : ""),
                Expected(claim),
                .. several ? [claim.Seeds is { } seeds ? $"{seeds.Hold} of {seeds.Of}" : ""] : Array.Empty<string>(),
                $"[{color}]{ClaimsFile.InWords(claim.Verdict)}[/]",
            ]);
        }
        AnsiConsole.Write(table);
    }

    public static void Print(IReadOnlyList<FitResult> fits)
    {
        if (fits.Count == 0)
            return;
        var table = NewTable("Case", "Theory", "Fitted parameters (95 % interval)", "R²", "RMSE");
        foreach (var fit in fits)
        {
            var parameters = fit
                .Parameters.Where(p => p.Fitted)
                .Select(p => $"{p.Name} = {FormatNumber(p.Value)} ({FormatNumber(p.Low)} … {FormatNumber(p.High)})");
            table.AddRow(
                Markup.Escape($"{fit.Place.OverReplicates}"),
                Markup.Escape(fit.Theory),
                Markup.Escape(string.Join("\n", parameters)),
                FormatNumber(fit.R2),
                FormatNumber(fit.Rmse)
            );
        }
        AnsiConsole.Write(table);
    }

    /// <summary>How much work an experiment is.</summary>
    public static string FormatSize(ExperimentConfig config)
    {
        PlannedTrial[] trials = [.. config.Trials.DistinctBy(t => t.Hash)];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{trials.Length} trials in {trials.DistinctBy(t => t.StackKey).Count()} stacks, "
                + $"{trials.Sum(t => (long)t.Trial.Training.Steps):N0} steps together"
        );
    }

    public static Table NewTable(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
            table.AddColumn(column);
        return table;
    }

    public static string FormatNumber(double? value) =>
        value is null || double.IsNaN(value.Value) ? "–" : value.Value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Expected(ClaimVerdict claim) =>
        (claim.Low, claim.High) switch
        {
            (null, _) => $"at most {FormatNumber(claim.High)}",
            (_, null) => $"at least {FormatNumber(claim.Low)}",
            _ => $"{FormatNumber(claim.Low)} … {FormatNumber(claim.High)}",
        };

    private static IEnumerable<string> ListFiles(string directory) =>
        Directory.EnumerateFiles(directory).Select(f => Path.GetFileName(f)!).Where(f => f[0] != '.').Order(StringComparer.Ordinal);
}
