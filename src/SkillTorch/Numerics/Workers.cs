using System.Globalization;

namespace SkillTorch.Numerics;

/// <summary>
/// The threads that do a run's work. libtorch itself computes on one thread, so that its sums do not depend on how many there
/// are; what can be split is split here, into pieces that do not depend on it either.
/// </summary>
internal static class Workers
{
    /// <summary>
    /// Nanoseconds of work for which another thread is worth waking: that takes it some microseconds, and far longer on a busy
    /// machine.
    /// </summary>
    private const double WorthWaking = 50_000;

    /// <summary>Threads a loop may use; as many as processors, unless OMP_NUM_THREADS says otherwise.</summary>
    public static int Threads { get; set; } = Usual;

    /// <summary>The number of threads that nobody has chosen.</summary>
    public static int Usual =>
        int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), CultureInfo.InvariantCulture, out var asked) && asked > 0
            ? asked
            : Environment.ProcessorCount;

    /// <summary>For loops that need more than <see cref="For(int, Action{int})"/>.</summary>
    public static ParallelOptions Options => new() { MaxDegreeOfParallelism = Threads };

    /// <summary>Threads that are worth waking for an amount of work: each finds as much as its waking costs, and more.</summary>
    /// <param name="nanoseconds">What the work takes one thread, or as much of it as others can save it.</param>
    /// <param name="most">Threads to use at most.</param>
    /// <returns>1 or more.</returns>
    public static int WorthFor(double nanoseconds, int most) => Math.Max(1, (int)Math.Min(nanoseconds / WorthWaking, most));

    /// <summary>Does each of some independent pieces.</summary>
    /// <param name="count">How many.</param>
    /// <param name="body">Does the piece of a number from 0.</param>
    public static void For(int count, Action<int> body) => For(count, Threads, body);

    /// <summary>
    /// Does each of some independent pieces; a single one, or those of a single thread, without waking anybody. Who is free takes the
    /// next: shares that are handed out beforehand end at different times.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="threads">Threads to do them at most.</param>
    /// <param name="body">Does the piece of a number from 0.</param>
    public static void For(int count, int threads, Action<int> body)
    {
        var (workers, next) = (Math.Min(threads, count), -1);
        if (workers <= 1)
        {
            for (var i = 0; i < count; i++)
                body(i);
            return;
        }

        Parallel.For(
            0,
            workers,
            new ParallelOptions { MaxDegreeOfParallelism = workers },
            _ =>
            {
                for (int i; (i = Interlocked.Increment(ref next)) < count; )
                    body(i);
            }
        );
    }
}
