namespace SkillTorch.Numerics;

/// <summary>
/// Sequential draws from a <see cref="RandomStream"/>: bounded integers, permutations, binomial counts. Not
/// thread-safe; two sequences of one stream draw the same values.
/// </summary>
/// <param name="stream">The stream to read from its start.</param>
public sealed class RandomSequence(RandomStream stream)
{
    private readonly uint[] buffer = new uint[64];
    private long drawn;

    /// <summary>A uniform 32-bit word.</summary>
    /// <returns>0 to 2³² − 1.</returns>
    public uint NextUInt()
    {
        var index = (int)(drawn % buffer.Length);
        if (index == 0)
        {
            stream.FillBits(buffer, drawn);
        }

        drawn++;
        return buffer[index];
    }

    /// <summary>A uniform integer below <paramref name="bound"/>, without bias (Lemire, arXiv:1805.10941, algorithm 5).</summary>
    /// <param name="bound">How many values there are; at least 1.</param>
    /// <returns>0 to <paramref name="bound"/> − 1.</returns>
    public uint NextUInt(uint bound)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bound);
        var product = (ulong)NextUInt() * bound;
        if ((uint)product < bound)
        {
            var reject = (0u - bound) % bound;
            while ((uint)product < reject)
            {
                product = (ulong)NextUInt() * bound;
            }
        }

        return (uint)(product >> 32);
    }

    /// <summary>A uniform number with 53 random bits.</summary>
    /// <returns>At least 0, below 1.</returns>
    public double NextDouble()
    {
        ulong low = NextUInt();
        return ((low | ((ulong)NextUInt() << 32)) >> 11) * RandomStream.Unit;
    }

    /// <summary>Puts the items into uniformly random order (Fisher–Yates).</summary>
    /// <param name="items">Reordered in place.</param>
    /// <typeparam name="T">Type of an item.</typeparam>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = (int)NextUInt((uint)i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A uniformly random permutation of 0 … <paramref name="count"/> − 1.</summary>
    /// <param name="count">Number of items.</param>
    /// <returns>[count]</returns>
    public int[] Permutation(int count)
    {
        var items = new int[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = i;
        }

        Shuffle<int>(items);
        return items;
    }

    /// <summary>A uniformly random subset of 0 … <paramref name="population"/> − 1, without replacement, in increasing order (Floyd's
    /// algorithm).</summary>
    /// <param name="population">How many there are.</param>
    /// <param name="count">How many to draw.</param>
    /// <returns>[count] distinct values.</returns>
    public int[] Sample(int population, int count)
    {
        if (count < 0 || count > population)
        {
            throw new ArgumentOutOfRangeException(nameof(count), $"Got {count} for `count`; expected 0 to the population, {population}.");
        }

        var chosen = new SortedSet<int>();
        for (var last = population - count; last < population; last++)
        {
            var candidate = (int)NextUInt((uint)last + 1);
            if (!chosen.Add(candidate))
            {
                chosen.Add(last);
            }
        }

        return [.. chosen];
    }

    /// <summary>How many of <paramref name="trials"/> succeed, each with the given probability.</summary>
    /// <param name="trials">Number of trials n ≥ 0.</param>
    /// <param name="probability">Probability of success p in [0, 1].</param>
    /// <returns>0 to n.</returns>
    public int Binomial(int trials, double probability)
    {
        if (trials < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(trials), $"Got {trials} for `trials`; expected 0 or more.");
        }

        if (!(probability is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), $"Got {probability} for `probability`; expected 0 to 1.");
        }

        return BinomialSampler.Draw(this, trials, probability);
    }
}
