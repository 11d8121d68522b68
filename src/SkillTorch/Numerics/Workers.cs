namespace SkillTorch.Numerics;

/// <summary>
/// The threads that do a run's work. libtorch itself computes on one thread, so that its sums do not depend on how many there
/// are; what can be split is split here, into pieces that do not depend on it either.
/// </summary>
internal static class Workers
{
    /// <summary>Threads a loop may use; as many as processors, unless OMP_NUM_THREADS says otherwise.</summary>
    public static int Threads { get; set; } = Usual;

    /// <summary>The number of threads that nobody has chosen.</summary>
    public static int Usual =>
        int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), out var asked) && asked > 0 ? asked : Environment.ProcessorCount;

    /// <summary>For loops that need more than <see cref="For(int, Action{int})"/>.</summary>
    public static ParallelOptions Options => new() { MaxDegreeOfParallelism = Threads };

    /// <summary>Does each of some independent pieces.</summary>
    /// <param name="count">How many.</param>
    /// <param name="body">Does the piece of a number from 0.</param>
    public static void For(int count, Action<int> body) => For(count, Threads, body);

    /// <summary>Does each of some independent pieces; a single one, or those of a single thread, without waking anybody.</summary>
    /// <param name="count">How many.</param>
    /// <param name="threads">Threads to do them at most.</param>
    /// <param name="body">Does the piece of a number from 0.</param>
    public static void For(int count, int threads, Action<int> body)
    {
        if (count == 1 || threads <= 1)
        {
            for (var i = 0; i < count; i++)
                body(i);
        }
        else
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
        }
    }
}
