using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using SkillTorch.Experiments;
using Spectre.Console;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch bench [NAME]</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Description = "Tag of an experiment, or an experiment file. Default: every shipped experiment.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "Print JSON: one object a stack." };
        var seconds = new Option<double>("--seconds") { HelpName = "S", Description = "Time for each stack.", DefaultValueFactory = _ => 2 };
        var options = new LayerOptions();
        var settings = new RunSettings();
        var command = new CommandWithExamples("bench", "Measures how many steps a second the stacks of experiments train, without storing anything.",
            "skilltorch bench psl-fig02",
            "skilltorch bench psl-fig02 --json --seconds 5")
        { name, json, seconds };
        options.AddTo(command);
        settings.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] files = parsed.GetValue(name) switch
            {
                null => [.. ExperimentLibrary.All().Select(e => e.File)],
                var file when File.Exists(file) => [file],
                var tag => [ExperimentLibrary.Find(tag).File],
            };
            var run = settings.For(parsed, "");
            run.ApplyThreads();
            var device = RunEnvironment.Choose(run.Device);
            var table = RunSummary.NewTable("Experiment", "Case", "Trials in the stack", "Steps a second", "Trial steps a second");
            var lines = new JsonArray();
            foreach (var file in files)
            {
                var config = options.Load(parsed, file, isOptional: files.Length > 1);
                foreach (var speed in Benchmark.Run(config, device, TimeSpan.FromSeconds(parsed.GetValue(seconds))))
                {
                    table.AddRow([.. new[] { config.Experiment.Tag, speed.Case, $"{speed.Trials}", RunSummary.Number(speed.StepsPerSecond), RunSummary.Number(speed.StepsPerSecond * speed.Trials) }.Select(Markup.Escape)]);
                    lines.Add(new JsonObject
                    {
                        ["experiment"] = config.Experiment.Tag,
                        ["case"] = speed.Case,
                        ["trials"] = speed.Trials,
                        ["steps"] = speed.Steps,
                        ["seconds"] = speed.Seconds,
                        ["device"] = device.ToString(),
                    });
                }
            }
            if (parsed.GetValue(json))
                Console.WriteLine(lines.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
            else
                AnsiConsole.Write(table);
            return ExitCode.Done;
        });
        return command;
    }
}
