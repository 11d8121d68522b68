using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Numerics;

/// <summary>Normal noise of every update of a stack of trials on a device, drawn for some updates at a time: that of
/// <see cref="RandomStream.FillNormal(Span{double}, double, double, long)"/> for <see cref="RandomPurpose.Noise"/>.</summary>
/// <param name="seeds">The trials' seeds; length R.</param>
/// <param name="count">Numbers of a trial and update, n.</param>
/// <param name="deviation">Standard deviation of a trial (its index) at an update.</param>
/// <param name="like">Gives number format and device.</param>
internal sealed class DeviceNoise(IReadOnlyList<ulong> seeds, long count, Func<int, int, double> deviation, Tensor like) : IDisposable
{
    private const int MaxSteps = 64;
    private const long MaxNumbers = 1L << 22; // drawn at once: a dozen float64 numbers each, while they are

    private readonly RandomStreams streams = new(seeds, RandomPurpose.Noise, like.device);
    private readonly ScalarType dtype = like.dtype;
    private readonly Device device = like.device;
    private Tensor? block; // [T, R, n]
    private int first;

    /// <summary>The noise of an update.</summary>
    /// <param name="step">Its number, from 1.</param>
    /// <returns>[R, n], owned by the current dispose scope.</returns>
    public Tensor At(int step)
    {
        if (block is null || step < first || step >= first + block.shape[0])
            Draw(step);
        return block!.select(0, step - first);
    }

    public void Dispose()
    {
        streams.Dispose();
        block?.Dispose();
    }

    private void Draw(int step)
    {
        using var scope = NewDisposeScope();
        block?.Dispose();
        block = null;
        var steps = (int)Math.Clamp(MaxNumbers / (seeds.Count * count), 1, MaxSteps);
        double[] deviations =
        [
            .. Enumerable.Range(step, steps).SelectMany(t => Enumerable.Range(0, seeds.Count).Select(r => deviation(r, t))),
        ];
        var scales = Transfer.Copy(deviations, [steps, seeds.Count, 1], ScalarType.Float64, device);
        block = (streams.Normal((ulong)step, steps, count) * scales).to(dtype).DetachFromDisposeScope();
        first = step;
    }
}
