using System.CommandLine;
using System.Globalization;
using SkillTorch.Analysis;
using SkillTorch.Experiments;
using SkillTorch.Reporting;
using Spectre.Console;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch forecast RUN --at STEP</summary>
internal static class ForecastCommand
{
    private const string Report = "report.html";

    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "Run directory; its training may still go on." };
        var at = new Option<double>("--at")
        {
            HelpName = "STEP",
            Description = "The step, or with --over the size, up to which the curves are known.",
            Required = true,
        };
        var threshold = new Option<double>("--threshold")
        {
            HelpName = "STRENGTH",
            Description = "A skill is mastered where its strength first lies above this. Default: 0.5.",
            DefaultValueFactory = _ => 0.5,
        };
        var over = new Option<string?>("--over")
        {
            HelpName = "KEY",
            Description =
                "training.datasetSize or model.width: forecast over that sweep, from the ends of the networks' trainings. Default: over "
                + "the steps.",
        };
        var json = new Option<bool>("--json") { Description = "Print every network's forecast as JSON." };
        var command = new CommandWithExamples(
            "forecast",
            "Forecasts when the skills are mastered that are not yet, from the curves up to a step, by every theory that applies.",
            "skilltorch forecast runs/psl-fig02 --at 300",
            "skilltorch forecast runs/nam-fig01b --over training.datasetSize --at 5000"
        )
        {
            run,
            at,
            threshold,
            over,
            json,
        };
        command.SetAction(parsed =>
        {
            var directory = parsed.GetValue(run)!;
            var options = new ForecastOptions(parsed.GetValue(at)) { Threshold = parsed.GetValue(threshold), Over = parsed.GetValue(over) };
            var forecasts = Forecast.Run(StoredRun.Read(directory, unfinished: true).Trials, options);
            ForecastFile.Write(directory, forecasts, options);
            if (File.Exists(Path.Combine(directory, Report)))
                HtmlReport.Write(Path.Combine(directory, Report), directory);
            if (parsed.GetValue(json))
                Console.WriteLine(ForecastFile.ToJson(forecasts, options).ToJsonString());
            else
                Print(forecasts, directory);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<SkillForecast> forecasts, string directory)
    {
        var table = RunSummary.NewTable("Case", "Skill", "Frequency", "Networks", "Mastered at", "Forecast", "95 % interval", "Theories");
        foreach (var row in Forecast.Summarise(forecasts))
        {
            var weights = row.Weights.Where(w => w.Value >= 0.005).OrderByDescending(w => w.Value);
            table.AddRow(
                Markup.Escape($"{row.Place}"),
                $"{row.Skill}",
                RunSummary.FormatNumber(row.Frequency),
                $"{row.Networks}",
                row.Mastered ? RunSummary.FormatNumber(row.Time) : "",
                row.Mastered ? "" : RunSummary.FormatNumber(row.Time),
                row.Mastered || double.IsNaN(row.Time) ? "" : $"{RunSummary.FormatNumber(row.Low)} … {RunSummary.FormatNumber(row.High)}",
                string.Join(", ", weights.Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Key} {w.Value:P0}")))
            );
        }
        AnsiConsole.Write(table);
        if (forecasts.Any(f => f.Replicate > 1))
            Console.WriteLine("Medians over networks.");
        if (forecasts.Any(f => double.IsNaN(f.Time)))
            Console.WriteLine("No forecast of a network that has not mastered any skill.");
        Console.WriteLine($"Every network: {Path.Combine(directory, ForecastFile.Name)}");
    }
}
