using SkillTorch.Numerics;

namespace SkillTorch.Models;

/// <summary>
/// Which skills each step's batch shows, and with which weight: n_i/B for multinomial counts n of B samples, or p_i for the
/// exact distribution.
/// </summary>
internal sealed class SkillBatches
{
    private readonly double[][] frequencies; // normalised, [R][K]
    private readonly IReadOnlyList<ulong> seeds;
    private readonly MultinomialTable[] tables; // empty for the exact distribution

    /// <summary>Prepares the draws.</summary>
    /// <param name="frequencies">Frequencies of every trial, not necessarily normalised; R arrays of length K.</param>
    /// <param name="seeds">The trials' seeds; length R.</param>
    /// <param name="batchSize">B; 0 for the exact distribution.</param>
    public SkillBatches(IReadOnlyList<double[]> frequencies, IReadOnlyList<ulong> seeds, int batchSize)
    {
        this.seeds = seeds;
        this.frequencies = [.. frequencies.Select(p => p.Select(value => value / p.Sum()).ToArray())];
        BatchSize = batchSize;
        tables = batchSize == 0 ? [] : [.. this.frequencies.Select(p => new MultinomialTable(batchSize, p))];
    }

    /// <summary>B; 0 for the exact distribution.</summary>
    public int BatchSize { get; }

    /// <summary>The most skills that a batch can show.</summary>
    public int MaxSkills => BatchSize == 0 ? frequencies[0].Length : Math.Min(frequencies[0].Length, BatchSize);

    /// <summary>The batch of one trial at one step.</summary>
    /// <param name="row">Index of the trial in the stack.</param>
    /// <param name="step">Number of the update, from 1.</param>
    /// <param name="skills">[K] Receives the shown skills (from 0) in ascending order.</param>
    /// <param name="weights">[K] Receives their weights, which sum to 1.</param>
    /// <returns>How many skills are shown.</returns>
    public int Draw(int row, int step, Span<int> skills, Span<double> weights)
    {
        if (BatchSize > 0)
            tables[row].Draw(new RandomStream(seeds[row], RandomPurpose.Data, (ulong)step), skills);
        var shown = 0;
        for (var k = 0; k < skills.Length; k++)
        {
            var weight = BatchSize > 0 ? (double)skills[k] / BatchSize : frequencies[row][k];
            weights[shown] = weight; // written in any case, so that the loop has no unpredictable branch
            skills[shown] = k; // the count at this place has been read
            shown += weight > 0 ? 1 : 0;
        }

        return shown;
    }
}
