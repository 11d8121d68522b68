using static TorchSharp.torch;

namespace SkillTorch.Numerics;

/// <summary>Normal noise of every update of a stack of trials on a device, drawn for some updates at a time: that of
/// <see cref="RandomStream.FillNormal(Span{double}, double, double, long)"/> for <see cref="RandomPurpose.Noise"/>.</summary>
internal sealed class DeviceNoise : IDisposable
{
    private const int MaxSteps = 64;
    private const long MaxNumbers = 1L << 22; // drawn at once: a dozen float64 numbers each, while they are

    private readonly RandomStreams streams;
    private readonly StepTensors noise; // [R, n]

    /// <summary>Prepares the draws.</summary>
    /// <param name="seeds">The trials' seeds; length R.</param>
    /// <param name="count">Numbers of a trial and update, n.</param>
    /// <param name="deviation">Standard deviation of a trial (its index) at an update.</param>
    /// <param name="like">Gives number format and device.</param>
    public DeviceNoise(IReadOnlyList<ulong> seeds, long count, Func<int, int, double> deviation, Tensor like)
    {
        var (dtype, device) = (like.dtype, like.device);
        var steps = (int)Math.Clamp(MaxNumbers / (seeds.Count * count), 1, MaxSteps);
        streams = new RandomStreams(seeds, RandomPurpose.Noise, device);
        noise = new StepTensors(first =>
        {
            using var scope = NewDisposeScope();
            double[] deviations =
            [
                .. Enumerable.Range(first, steps).SelectMany(t => Enumerable.Range(0, seeds.Count).Select(r => deviation(r, t))),
            ];
            var scales = Transfer.Copy(deviations, [steps, seeds.Count, 1], ScalarType.Float64, device);
            return (streams.Normal((ulong)first, steps, count) * scales).to(dtype).MoveToOuterDisposeScope();
        });
    }

    /// <summary>The noise of an update.</summary>
    /// <param name="step">Its number, from 1.</param>
    /// <returns>[R, n], owned by the current dispose scope.</returns>
    public Tensor At(int step) => noise.At(step);

    public void Dispose()
    {
        streams.Dispose();
        noise.Dispose();
    }
}
