using SkillTorch.Experiments;
using Spectre.Console;

namespace SkillTorch.Cli;

/// <summary>Shows how far a run has come: a bar on a terminal, now and then a line elsewhere.</summary>
internal static class RunProgressBar
{
    /// <summary>Runs with an observer.</summary>
    public static RunResult Follow(Func<IRunObserver, RunResult> run)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
            return run(new Lines());
        return AnsiConsole
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => run(new Bar(context)));
    }

    private sealed class Bar(ProgressContext context) : IRunObserver
    {
        private string stage = "";
        private ProgressTask? task;

        public void OnProgress(RunProgress progress)
        {
            if (progress.Stage != stage)
            {
                if (task is not null)
                    task.Value = task.MaxValue;
                task = context.AddTask(stage = progress.Stage, maxValue: 1);
            }
            task!.Description = $"{progress.Stage} ({progress.TrialsDone}/{progress.Trials} trials)";
            task.Value = progress.Fraction;
        }

        public void OnNote(string sentence) => AnsiConsole.WriteLine(sentence);
    }

    private sealed class Lines : IRunObserver
    {
        private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
        private string stage = "";
        private DateTime next = DateTime.UtcNow + TimeSpan.FromSeconds(2);

        public void OnProgress(RunProgress progress)
        {
            var isNew = progress.Stage != stage;
            if (DateTime.UtcNow < next && !isNew)
                return;
            stage = progress.Stage;
            next = DateTime.UtcNow + Every;
            Console.WriteLine(
                isNew
                    ? $"{stage} …"
                    : FormattableString.Invariant(
                        $"{stage}: {progress.Fraction:P0}, {progress.TrialsDone} of {progress.Trials} trials are done"
                    )
            );
        }

        public void OnNote(string sentence) => Console.WriteLine(sentence);
    }
}
