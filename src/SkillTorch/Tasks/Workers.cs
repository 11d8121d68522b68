using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>Work on as many threads as the run may use: those that libtorch was given.</summary>
internal static class Workers
{
    /// <summary>For loops that need more than <see cref="For(int, Action{int})"/>.</summary>
    public static ParallelOptions Options => new() { MaxDegreeOfParallelism = Math.Max(1, get_num_threads()) };

    /// <summary>Does each of some independent pieces.</summary>
    /// <param name="count">How many.</param>
    /// <param name="body">Does the piece of a number from 0.</param>
    public static void For(int count, Action<int> body) => For(count, get_num_threads(), body);

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
