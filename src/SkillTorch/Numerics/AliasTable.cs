using System.Runtime.CompilerServices;

namespace SkillTorch.Numerics;

/// <summary>
/// Draws of a category in constant time, whatever the number of categories (Walker's alias method, table built as in Vose,
/// IEEE Trans. Softw. Eng. 17 (1991) 972).
/// </summary>
internal sealed class AliasTable
{
    private const int Chunk = 512;
    private readonly ulong[] threshold;
    private readonly int[] alias;

    /// <summary>Builds the table.</summary>
    /// <param name="weights">[K] Weights ≥ 0, not all 0; they need not sum to 1.</param>
    public AliasTable(ReadOnlySpan<double> weights)
    {
        var count = weights.Length;
        threshold = new ulong[count];
        alias = new int[count];
        double total = 0;
        for (var i = 0; i < count; i++)
        {
            if (!(weights[i] >= 0) || double.IsInfinity(weights[i]))
            {
                throw new ArgumentException(
                    $"Got {weights[i]} for `weights[{i}]`; expected a finite number of 0 or more.",
                    nameof(weights)
                );
            }

            total += weights[i];
        }

        if (total == 0)
        {
            throw new ArgumentException("Got no weight above 0 for `weights`; expected at least one.", nameof(weights));
        }

        var scaled = new double[count];
        Stack<int> small = new(),
            large = new();
        for (var i = 0; i < count; i++)
        {
            scaled[i] = weights[i] * count / total;
            (scaled[i] < 1 ? small : large).Push(i);
        }

        while (small.Count > 0 && large.Count > 0)
        {
            int low = small.Pop(),
                high = large.Pop();
            threshold[low] = (ulong)(scaled[low] * 18446744073709551616.0);
            alias[low] = high;
            scaled[high] -= 1 - scaled[low];
            (scaled[high] < 1 ? small : large).Push(high);
        }

        foreach (var rest in small.Concat(large))
        {
            // What is left has weight 1 but for rounding: it keeps its own column.
            threshold[rest] = ulong.MaxValue;
            alias[rest] = rest;
        }
    }

    /// <summary>Number of categories K.</summary>
    public int Count => alias.Length;

    /// <summary>Of each column, the fractions that are its own: those below, as 64-bit words.</summary>
    internal ReadOnlySpan<ulong> Thresholds => threshold;

    /// <summary>Of each column, the category that has its other fractions.</summary>
    internal ReadOnlySpan<int> Aliases => alias;

    /// <summary>The category that a uniform 64-bit word stands for.</summary>
    /// <param name="word">64 random bits.</param>
    /// <returns>0 to K − 1.</returns>
    public int Pick(ulong word) => Pick(word, threshold, alias);

    /// <summary>The categories that uniform 64-bit words stand for.</summary>
    /// <param name="words">64 random bits at each multiple of the stride.</param>
    /// <param name="stride">From one word to the next.</param>
    /// <param name="destination">Receives the categories.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Pick(ReadOnlySpan<ulong> words, int stride, Span<int> destination)
    {
        var thresholds = threshold;
        var others = alias;
        for (var i = 0; i < destination.Length; i++)
            destination[i] = Pick(words[i * stride], thresholds, others);
    }

    /// <summary>Independent categories: element j uses 64-bit word j of the stream.</summary>
    /// <param name="stream">Where the random words come from.</param>
    /// <param name="destination">Receives the categories.</param>
    /// <param name="offset">Index of the first element in the stream.</param>
    public void Fill(RandomStream stream, Span<int> destination, long offset = 0)
    {
        Span<ulong> words = stackalloc ulong[Math.Min(Chunk, destination.Length)];
        for (; destination.Length > 0; destination = destination[words.Length..], offset += words.Length)
        {
            words = words[..Math.Min(words.Length, destination.Length)];
            stream.FillBits(words, offset);
            Pick(words, 1, destination[..words.Length]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pick(ulong word, ulong[] threshold, int[] alias)
    {
        var column = (int)Math.BigMul(word, (ulong)threshold.Length, out var fraction);
        var other = alias[column];
        var own = -(fraction < threshold[column] ? 1 : 0); // a choice that no predictor guesses: it must not become a jump
        return other ^ ((other ^ column) & own);
    }
}
