using System.Runtime.InteropServices;
using SkillTorch.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// What happens to a stack's gradient before any optimizer sees it: clipping by value, then by norm, then noise. A
/// trial's gradient depends on nothing but its own row, seed and update.
/// </summary>
internal sealed class GradientTransform : IDisposable
{
    private readonly IReadOnlyList<OptimizerOptions> options;
    private readonly IReadOnlyList<ulong> seeds;
    private readonly Tensor? largestValue,
        largestNorm; // [R, 1], infinite where a trial has none
    private readonly Tensor? noise; // [R, n] on the host
    private readonly DeviceNoise? onDevice;

    private GradientTransform(OptimizerSetup setup)
    {
        options = setup.Options;
        seeds = setup.Seeds;
        largestValue = Limits(o => o.GradientClipValue, setup.Parameters);
        largestNorm = Limits(o => o.GradientClipNorm, setup.Parameters);
        if (options.All(o => o.GradientNoise is null))
            return;
        if (seeds.Count != options.Count)
        {
            throw new ArgumentException(
                $"Got {seeds.Count} seeds for {options.Count} trials with gradient noise; expected one a trial.",
                nameof(setup)
            );
        }

        if (setup.Parameters.device_type != DeviceType.CPU)
            onDevice = new DeviceNoise(seeds, setup.Parameters.shape[1], DeviationAt, setup.Parameters);
        else
            noise = zeros(setup.Parameters.shape, dtype: setup.Parameters.dtype).DetachFromDisposeScope();
    }

    /// <summary>The transform of a stack; null where its options leave the gradient alone.</summary>
    public static GradientTransform? Create(OptimizerSetup setup) =>
        setup.Options.Any(o => o.GradientClipValue is not null || o.GradientClipNorm is not null || o.GradientNoise is not null)
            ? new GradientTransform(setup)
            : null;

    /// <summary>Changes a gradient in place.</summary>
    /// <param name="gradient">[R, n]</param>
    /// <param name="step">Number of the update, from 1.</param>
    public void Apply(Tensor gradient, int step)
    {
        if (largestValue is not null)
            gradient.copy_(gradient.minimum(largestValue).maximum(-largestValue));
        if (largestNorm is not null)
        {
            var norms = Optimizer.RowSums(gradient * gradient).sqrt(); // [R, 1]
            gradient.mul_(where(norms > largestNorm, largestNorm / norms, ones_like(norms)));
        }

        if (onDevice is not null)
            gradient.PlusInPlace(onDevice.At(step));
        if (noise is null)
            return;
        DrawNoise(step);
        gradient.PlusInPlace(noise);
    }

    private void DrawNoise(int step)
    {
        var n = (int)noise!.shape[1];
        for (var r = 0; r < options.Count; r++)
        {
            var stream = new RandomStream(seeds[r], RandomPurpose.Noise, (ulong)step);
            var standardDeviation = DeviationAt(r, step);
            if (noise.dtype == ScalarType.Float64)
                stream.FillNormal(MemoryMarshal.Cast<byte, double>(noise.bytes).Slice(r * n, n), 0, standardDeviation);
            else
                stream.FillNormal(MemoryMarshal.Cast<byte, float>(noise.bytes).Slice(r * n, n), 0, standardDeviation);
        }
    }

    private double DeviationAt(int trial, int step) => options[trial].GradientNoise?.StandardDeviationAt(step) ?? 0;

    private Tensor? Limits(Func<OptimizerOptions, double?> limit, Tensor like) =>
        options.All(o => limit(o) is null)
            ? null
            : Optimizer.ColumnOf(options.Select(o => limit(o) ?? double.PositiveInfinity), like).DetachFromDisposeScope();

    public void Dispose()
    {
        largestValue?.Dispose();
        largestNorm?.Dispose();
        noise?.Dispose();
        onDevice?.Dispose();
    }
}
