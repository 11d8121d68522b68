using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>Data that are drawn on the device.</summary>
/// <param name="seeds">The trials' seeds; length R.</param>
/// <param name="plan">How many samples, in which batches, and the device.</param>
internal abstract class DrawnData(IReadOnlyList<ulong> seeds, DataPlan plan) : DeviceData(seeds, plan)
{
    private readonly Dictionary<RandomPurpose, RandomStreams> streams = [];

    /// <summary>The trials' random numbers for a purpose.</summary>
    protected RandomStreams Streams(RandomPurpose purpose) =>
        streams.TryGetValue(purpose, out var known) ? known : streams[purpose] = new RandomStreams(Seeds, purpose, Device);

    /// <summary>Draws the samples of consecutive updates.</summary>
    /// <param name="size">Samples of a trial and update, B.</param>
    /// <param name="purpose">What they are for.</param>
    /// <param name="first">Number of the first update.</param>
    /// <param name="steps">Number of updates T.</param>
    /// <returns>Tensors of the current dispose scope.</returns>
    protected abstract Samples Draw(int size, RandomPurpose purpose, int first, int steps);

    /// <inheritdoc/>
    protected override BatchBlock Create(int size, RandomPurpose purpose, int first, int steps, bool same)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var samples = Draw(size, purpose, first, steps);
        return new BatchBlock(Form, first)
        {
            Same = same,
            Words = samples.Words?.contiguous(),
            Tokens = samples.Tokens?.contiguous(),
            Values = samples.Values?.contiguous(),
            Targets = samples.Targets.contiguous(),
            Weights = samples.Weights?.contiguous(),
        }.Kept();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        foreach (var stream in streams.Values)
            stream.Dispose();
    }

    /// <summary>What is drawn, of T updates, R trials and B samples.</summary>
    /// <param name="Targets">Targets, float64 [T, R, B, O].</param>
    /// <param name="Words">Bits, 32-bit integers [T, R, B, W].</param>
    /// <param name="Tokens">One-hot inputs that are 1, 32-bit integers [T, R, B, C].</param>
    /// <param name="Values">Numbers, float64 [T, R, B, I].</param>
    /// <param name="Weights">Weights, float64 [T, R, B, O].</param>
    internal sealed record Samples(
        Tensor Targets,
        Tensor? Words = null,
        Tensor? Tokens = null,
        Tensor? Values = null,
        Tensor? Weights = null
    );
}
