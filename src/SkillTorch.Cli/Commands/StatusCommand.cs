using System.CommandLine;
using System.Globalization;
using SkillTorch.Experiments;
using Spectre.Console;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch status RUN…</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN") { Description = "Run directories.", Arity = ArgumentArity.OneOrMore };
        var command = new CommandWithExamples(
            "status",
            "Says how far runs are, and who trains what of them, on whatever machine. Exit code 1 if a trial failed.",
            "skilltorch status runs/psl-fig02"
        )
        {
            runs,
        };
        command.SetAction(parsed =>
        {
            var exit = ExitCode.Done;
            foreach (var directory in parsed.GetValue(runs)!)
            {
                var status = RunStatus.Read(directory);
                Print(directory, status);
                exit = status.Failed > 0 ? ExitCode.Failed : exit;
            }
            return exit;
        });
        return command;
    }

    private static void Print(string directory, RunStatus status)
    {
        string[] parts =
        [
            $"{status.Finished} of {status.Trials} trials done",
            .. new[] { (status.Failed, "failed"), (status.Running, "running"), (status.Stale, "stale"), (status.Waiting, "waiting") }
                .Where(part => part.Item1 > 0)
                .Select(part => $"{part.Item1} {part.Item2}"),
        ];
        Console.WriteLine($"{directory}: {string.Join(", ", parts)}.");
        if (status.Workers.Count == 0)
            return;
        var table = RunSummary.NewTable("Worker", "Trials", "Step", "Steps/s", "Time left", "Last seen");
        foreach (var worker in status.Workers)
        {
            var who = worker.Job is null ? $"process {worker.Process}" : $"job {worker.Job}";
            table.AddRow(
                Markup.Escape($"{worker.Host}, {who}"),
                worker.Trials.ToString(CultureInfo.InvariantCulture),
                worker.Steps > 0 ? string.Create(CultureInfo.InvariantCulture, $"{worker.Step} of {worker.Steps}") : "",
                worker.StepsPerSecond is { } rate ? RunProgressBar.FormatRate(rate) : "",
                worker.IsAlive && worker.TimeLeft is { } left ? RunProgressBar.FormatTime(left) : "",
                $"{RunProgressBar.FormatTime(worker.Silent)} ago{(worker.IsAlive ? "" : ", stale")}"
            );
        }
        AnsiConsole.Write(table);
    }
}
