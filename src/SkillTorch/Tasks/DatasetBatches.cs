using SkillTorch.Numerics;

namespace SkillTorch.Tasks;

/// <summary>
/// Batches of a fixed dataset: each trial visits its samples in an order that is drawn anew for every epoch. An epoch has
/// ⌊D/B⌋ batches; where B does not divide D, the D mod B last samples of the epoch's order wait for another epoch.
/// </summary>
/// <param name="dataset">D samples of each trial; owned by the caller.</param>
/// <param name="batchSize">Samples of a batch B, at most D.</param>
/// <param name="seeds">The trials' seeds; length R.</param>
internal sealed class DatasetBatches(Batch dataset, int batchSize, IReadOnlyList<ulong> seeds) : IDisposable
{
    private readonly int[][] orders = new int[seeds.Count][]; // of the current epoch, a pure function of its number
    private int ordered = -1;
    private Batch? current;

    /// <summary>The batch of an update.</summary>
    /// <param name="step">Number of the update, from 1; steps may be asked for in any order.</param>
    /// <returns>The batch; it stays valid until the next call.</returns>
    public Batch At(int step)
    {
        var perEpoch = dataset.Size / batchSize;
        Order((step - 1) / perEpoch);
        current?.Dispose();
        var first = (step - 1) % perEpoch * batchSize;
        return current = dataset.Select([.. orders.Select(order => order.AsMemory(first, batchSize))]);
    }

    public void Dispose() => current?.Dispose();

    private void Order(int epoch)
    {
        if (epoch == ordered)
            return;
        Workers.For(
            orders.Length,
            r => orders[r] = new RandomStream(seeds[r], RandomPurpose.Shuffle, (ulong)epoch).Sequence().Permutation(dataset.Size)
        );
        ordered = epoch;
    }
}
