using System.Globalization;
using SkillTorch.Experiments;
using Spectre.Console;

namespace SkillTorch.Cli;

/// <summary>Shows how far a run has come: a bar on a terminal, now and then a line elsewhere.</summary>
internal static class RunProgressBar
{
    /// <summary>Runs with an observer.</summary>
    public static T Follow<T>(Func<IRunObserver, T> run)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
            return run(new Lines());
        return AnsiConsole
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .Start(context => run(new Bar(context)));
    }

    /// <summary>Steps a second, with three digits.</summary>
    public static string FormatRate(double rate) =>
        rate >= 100 ? rate.ToString("N0", CultureInfo.InvariantCulture) : rate.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>A time with its two largest units.</summary>
    public static string FormatTime(TimeSpan time) =>
        time switch
        {
            { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} d {time.Hours} h"),
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Hours} h {time.Minutes} min"),
            { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{time.Seconds} s"),
        };

    /// <summary>Prints notes alone.</summary>
    public sealed class Notes : IRunObserver
    {
        public void OnProgress(RunProgress progress) { }

        public void OnNote(string sentence) => Console.WriteLine(sentence);
    }

    private static string Speed(RunProgress progress) =>
        (progress.StepsPerSecond is { } rate ? $", {FormatRate(rate)} steps/s" : "")
        + (progress.TimeLeft is { } left ? $", {FormatTime(left)} left" : "");

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
            task!.Description = $"{progress.Stage} ({progress.TrialsDone}/{progress.Trials} trials{Speed(progress)})";
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
                        $"{stage}: {progress.Fraction:P0}, {progress.TrialsDone} of {progress.Trials} trials are done{Speed(progress)}"
                    )
            );
        }

        public void OnNote(string sentence) => Console.WriteLine(sentence);
    }
}
