using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>Work on as many threads as the run may use: those that libtorch was given.</summary>
internal static class Workers
{
    /// <summary>For loops that need more than <see cref="For"/>.</summary>
    public static ParallelOptions Options => new() { MaxDegreeOfParallelism = Math.Max(1, get_num_threads()) };

    /// <summary>Does each of some independent pieces; a single one at once, without waking anybody.</summary>
    /// <param name="count">How many.</param>
    /// <param name="body">Does the piece of a number from 0.</param>
    public static void For(int count, Action<int> body)
    {
        if (count == 1)
            body(0);
        else
            Parallel.For(0, count, Options, body);
    }
}
