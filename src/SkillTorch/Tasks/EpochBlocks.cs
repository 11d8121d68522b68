using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>The batches of <see cref="DatasetBatches"/> on a device, for many updates at a time.</summary>
/// <param name="dataset">D samples of each trial, which serve every update; owned by the caller.</param>
/// <param name="batchSize">Samples of a batch B, below D.</param>
/// <param name="seeds">The trials' seeds; length R.</param>
/// <param name="device">The device.</param>
/// <param name="most">Updates whose batches may be made together.</param>
internal sealed class EpochBlocks(BatchBlock dataset, int batchSize, IReadOnlyList<ulong> seeds, Device device, int most) : IDisposable
{
    private readonly RandomStreams streams = new(seeds, RandomPurpose.Shuffle, device);
    private readonly int perEpoch = dataset.Size / batchSize;
    private Tensor? rows; // of some whole epochs, [steps, R, B]
    private int firstStep; // of these epochs
    private BatchBlock? block;

    /// <summary>The block that has an update's batch.</summary>
    /// <param name="step">Number of the update, from 1; steps may be asked for in any order.</param>
    /// <returns>The block, valid until the next call.</returns>
    public BatchBlock GetBlock(int step)
    {
        if (block?.Has(step) == true)
            return block;
        if (rows is null || step < firstStep || step >= firstStep + rows.shape[0])
            Order((step - 1) / perEpoch, Math.Max(1, most / perEpoch));
        var steps = Math.Min(most, firstStep + rows!.shape[0] - step);
        block?.Dispose();
        block = null;
        using var some = rows.narrow(0, step - firstStep, steps);
        return block = dataset.Select(some, step);
    }

    public void Dispose()
    {
        streams.Dispose();
        rows?.Dispose();
        block?.Dispose();
    }

    private void Order(int epoch, int epochs)
    {
        rows?.Dispose();
        rows = null;
        using var scope = NewDisposeScope();
        rows = streams
            .Permutations((ulong)epoch, epochs, dataset.Size) // [E, R, D]
            .narrow(2, 0, (long)perEpoch * batchSize)
            .view(epochs, seeds.Count, perEpoch, batchSize)
            .transpose(1, 2)
            .reshape((long)epochs * perEpoch, seeds.Count, batchSize)
            .DetachFromDisposeScope();
        firstStep = epoch * perEpoch + 1;
    }
}
