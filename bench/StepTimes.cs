using System.Diagnostics;

namespace SkillTorch.Benchmarks;

/// <summary>Microseconds of a step of one network.</summary>
/// <param name="Median">The median of the windows of a segment, or of several segments.</param>
/// <param name="Minimum">The least.</param>
internal sealed record StepTime(double Median, double Minimum)
{
    /// <summary>Of several segments: the median of their medians, and the least of all.</summary>
    public static StepTime From(IReadOnlyCollection<StepTime> segments) =>
        new(MedianOf(segments.Select(s => s.Median)), segments.Min(s => s.Minimum));

    /// <summary>The mean over several trials.</summary>
    public static StepTime MeanOf(IReadOnlyCollection<StepTime> trials) =>
        new(trials.Average(t => t.Median), trials.Average(t => t.Minimum));

    internal static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>Times windows of steps for a while.</summary>
/// <param name="duration">For how long, of which the first fifth is warm-up.</param>
internal sealed class StepTimes(TimeSpan duration)
{
    private const int LeastWindows = 3;
    private readonly List<double> times = [];
    private long? began;
    private long last;

    /// <summary>Steps within the windows that count.</summary>
    public int Steps { get; private set; }

    /// <summary>Whether there are enough of them.</summary>
    public bool IsEnough => began is { } start && Stopwatch.GetElapsedTime(start, last) >= duration && times.Count >= LeastWindows;

    /// <summary>A window has ended.</summary>
    /// <param name="steps">Its steps; 0 where one only begins.</param>
    public void Mark(int steps)
    {
        var now = Stopwatch.GetTimestamp();
        began ??= now;
        if (steps > 0 && Stopwatch.GetElapsedTime(began.Value, now) > duration / 5)
        {
            times.Add(Stopwatch.GetElapsedTime(last, now).TotalMicroseconds / steps);
            Steps += steps;
        }

        last = now;
    }

    /// <summary>A step's time, shared among the networks of a stack.</summary>
    /// <param name="networks">R.</param>
    public StepTime ToStepTime(int networks) => new(StepTime.MedianOf(times) / networks, times.Min() / networks);
}
