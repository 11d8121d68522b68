namespace SkillTorch.Numerics;

/// <summary>
/// Multinomial counts of a fixed number of trials over fixed weights. Frequent categories are drawn by conditional binomials,
/// whose cost does not depend on the number of trials; what falls to the rare ones together is dealt by an alias table, whose
/// cost does not depend on their number. Both are exact.
/// </summary>
internal sealed class MultinomialTable
{
    /// <summary>Expected count from which a binomial draw is cheaper than as many draws from the alias table.</summary>
    private const double Frequent = 10;

    /// <summary>First 64-bit word of the alias table's draws in the stream, far beyond what binomials consume.</summary>
    private const long TailWords = 1L << 30;

    private const int Chunk = 256;

    private readonly int[] head; // frequent categories
    private readonly double[] conditional; // probability of head[j] among what head[..j] has left over
    private readonly int[] tail; // rare categories that can occur at all
    private readonly AliasTable? alias;

    /// <summary>Prepares the draws.</summary>
    /// <param name="trials">Number of trials n, at least 0.</param>
    /// <param name="weights">[K] Weights ≥ 0, not all 0; they need not sum to 1.</param>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public MultinomialTable(int trials, ReadOnlySpan<double> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        var total = 0.0;
        for (var i = 0; i < weights.Length; i++)
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
            throw new ArgumentException("Got no weight above 0 for `weights`; expected at least one.", nameof(weights));

        Trials = trials;
        Count = weights.Length;
        List<int> frequent = [],
            rare = [];
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] > 0)
                (trials * (weights[i] / total) >= Frequent ? frequent : rare).Add(i);
        }

        head = [.. frequent];
        tail = [.. rare];

        // Sums from the end: the share of the last head category comes out as exactly 1 where there is no tail.
        double[] rest = [.. rare.Select(Weight(weights))];
        var left = rest.Sum();
        conditional = new double[head.Length];
        for (var j = head.Length - 1; j >= 0; j--)
        {
            left += weights[head[j]];
            conditional[j] = Math.Min(1, weights[head[j]] / left);
        }

        alias = tail.Length > 1 ? new AliasTable(rest) : null;
    }

    /// <summary>Number of trials n.</summary>
    public int Trials { get; }

    /// <summary>Number of categories K.</summary>
    public int Count { get; }

    /// <summary>Draws the counts.</summary>
    /// <param name="stream">Where the random words come from; one draw a stream.</param>
    /// <param name="counts">[K] Receives the counts, which sum to <see cref="Trials"/>.</param>
    public void Draw(RandomStream stream, Span<int> counts)
    {
        if (counts.Length != Count)
            throw new ArgumentException($"Got {counts.Length} `counts` for {Count} categories; expected as many.", nameof(counts));
        counts.Clear();
        var left = Trials;
        var random = stream.Sequence();
        for (var j = 0; j < head.Length && left > 0; j++)
        {
            var drawn = random.Binomial(left, conditional[j]);
            counts[head[j]] = drawn;
            left -= drawn;
        }

        if (alias is null)
        {
            if (left > 0)
                counts[tail[0]] = left;
            return;
        }

        Span<int> drawnPlaces = stackalloc int[Chunk];
        for (var from = 0; from < left; from += Chunk)
        {
            var places = drawnPlaces[..Math.Min(Chunk, left - from)];
            alias.Fill(stream, places, TailWords + from);
            foreach (var place in places)
                counts[tail[place]]++;
        }
    }

    private static Func<int, double> Weight(ReadOnlySpan<double> weights)
    {
        var copy = weights.ToArray();
        return i => copy[i];
    }
}
