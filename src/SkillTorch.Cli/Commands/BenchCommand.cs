using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SkillTorch.Benchmarks;
using SkillTorch.Experiments;
using Spectre.Console;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch bench [NAME …]</summary>
internal static class BenchCommand
{
    private const string Nobody = "none";

    private static readonly Argument<string[]> Names = new("NAME")
    {
        Description = "Benchmarks under bench/ by name, tags of shipped experiments, or experiment files. Default: all benchmarks.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON: one object a stack." };

    private static readonly Option<string[]> Against = new("--against")
    {
        HelpName = string.Join(',', [.. Competitor.Keys, Nobody]),
        Description = "What to compare with, separated by commas. Each is tried with one thread and with --threads, and the best counts.",
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(','))],
        DefaultValueFactory = _ => [.. Competitor.Keys],
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int> Rounds = new("--rounds")
    {
        HelpName = "N",
        Description = "How often each program takes its turn; medians of the rounds count.",
        DefaultValueFactory = _ => 3,
    };

    private static readonly Option<double> Seconds = new("--seconds")
    {
        HelpName = "S",
        Description = "Time for each program in a round.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string?> Figure = new("--figure")
    {
        HelpName = "FILE.png",
        Description = "Draw a figure of the benchmark, by the Vega-Lite file beside it, e.g. bench/figures/kernel-scaling.vl.json.",
    };

    public static Command Create()
    {
        var options = new LayerOptions();
        var settings = new RunSettings();
        var command = new CommandWithExamples(
            "bench",
            "Times the training steps of experiments' stacks beside PyTorch and a plain TorchSharp program of the same work, by turns, "
                + "without storing anything.",
            "skilltorch bench                                                     all benchmarks",
            "skilltorch bench wide-mlp transformer --json",
            "skilltorch bench psl-fig07-top --against none --seconds 5             an experiment's stacks alone",
            "skilltorch bench kernel-scaling --against none --threads 1 --figure kernel-scaling.png"
        )
        {
            Names,
            Json,
            Against,
            Rounds,
            Seconds,
            Figure,
        };
        Rounds.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var n) || n < 1))
                result.AddError($"Got \"{result.Tokens[0].Value}\" for `--rounds`; expected an integer of at least 1.");
        });
        Seconds.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var s) || !(s > 0)))
                result.AddError($"Got \"{result.Tokens[0].Value}\" for `--seconds`; expected a number above 0.");
        });
        Against.Validators.Add(result =>
        {
            string[] known = [.. Competitor.Keys, Nobody];
            if (result.Tokens.SelectMany(token => token.Value.Split(',')).FirstOrDefault(name => !known.Contains(name)) is { } other)
                result.AddError($"Got \"{other}\" for `--against`; expected {string.Join(", ", known[..^1])} or {Nobody}.");
        });
        options.AddTo(command);
        settings.AddTo(command);
        command.SetAction(parsed => Run(parsed, options, settings));
        return command;
    }

    private static int Run(ParseResult parsed, LayerOptions options, RunSettings settings)
    {
        BenchmarkCase[] cases =
        [
            .. parsed.GetValue(Names) is { Length: > 0 } names ? names.Select(BenchmarkLibrary.Find) : BenchmarkLibrary.ListDefault(),
        ];
        var configs = cases.Select(benchmark => options.Load(parsed, benchmark.File, isOptional: cases.Length > 1)).ToArray();
        var run = settings.For(parsed, "");
        run.ApplyThreads();
        var device = RunEnvironment.Choose(run.Device);
        Competitor[] competitors =
        [
            .. parsed
                .GetValue(Against)!
                .Where(key => key != Nobody)
                .Distinct()
                .Select(key => Competitor.Start(key, Comparison.Threads, device)),
        ];
        try
        {
            var comparison = new Comparison(competitors, parsed.GetValue(Rounds), TimeSpan.FromSeconds(parsed.GetValue(Seconds)), device);
            BenchmarkRow[] rows =
            [
                .. cases
                    .Zip(configs)
                    .SelectMany(pair => comparison.Run(pair.First, pair.Second, name => Console.Error.WriteLine($"Timing {name} …"))),
            ];
            var json = new JsonArray([.. rows.Select(row => row.ToJson(competitors.Select(competitor => competitor.Key)))]);
            if (parsed.GetValue(Json))
                Console.WriteLine(json.ToJsonString(new JsonSerializerOptions(JsonSerializerOptions.Default) { WriteIndented = true }));
            else
                Print(rows, competitors);
            if (parsed.GetValue(Figure) is { } file)
                BenchmarkFigure.Draw(cases[0].FigureFile, json, file);
            return ExitCode.Done;
        }
        finally
        {
            foreach (var competitor in competitors)
                competitor.Dispose();
        }
    }

    private static void Print(BenchmarkRow[] rows, Competitor[] competitors)
    {
        var table = RunSummary.NewTable([
            "Microseconds a step of one network",
            "Networks",
            "SkillTorch",
            .. competitors.Select(competitor => competitor.Name),
        ]);
        var reasons = new List<string>();
        foreach (var row in rows)
        {
            var title = row.Experiment.Title is { } text ? $"{text}\n  {row.Name}" : row.Name;
            string[] cells =
            [
                title,
                $"{row.Trials.Count}",
                Cell("SkillTorch", row, row.Ours),
                .. competitors.Zip(row.Theirs, (competitor, subject) => Cell(competitor.Name, row, subject)),
            ];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }

        AnsiConsole.Write(table);
        Console.WriteLine(
            $"Medians, with the least in "
                + $"brackets{(competitors.Length > 0 ? "; competitors train one network at a time, in the setting that is their best" : "")}."
        );
        foreach (var reason in reasons.Distinct())
            Console.WriteLine(reason);

        string Cell(string name, BenchmarkRow row, Subject subject)
        {
            if (subject.Time is not { } time)
            {
                reasons.Add($"Not measured: {name} on {row.Experiment.Tag}: {subject.NotMeasured}.");
                return "not measured";
            }

            var text = $"{RunSummary.FormatNumber(time.Median)} ({RunSummary.FormatNumber(time.Minimum)})";
            return subject.Ratio is { } ratio
                ? $"{text}\n{ratio.ToString(ratio < 10 ? "F1" : "F0", CultureInfo.InvariantCulture)} times, {subject.Setting}"
                : text;
        }
    }
}
