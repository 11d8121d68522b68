using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <content>What lies between the passes: outputs, and the loss's derivative by them.</content>
internal sealed unsafe partial class BinaryMlpPasses<T>
{
    private void ComputeAllOutputs() =>
        Workers.For(shape.Replicates * chunks, ThreadsBetween, item => ComputeOutputsOfChunk(item / chunks, item % chunks));

    /// <summary>Adds the slabs' parts of the outputs; leaves them in the caller's order.</summary>
    private void ComputeOutputsOfChunk(int r, int chunk)
    {
        var (first, count) = Range(chunk);
        var width = shape.Outputs;
        var order = Order(r);
        var bias = parameters + (nint)r * shape.Parameters + shape.OutputBias;
        var sum = sums.Pointer + (nint)r * plan.Slabs * width * padded + first;
        var all = OutputsOf(r);
        for (var o = 0; o < width; o++)
        {
            var part = sum + (nint)o * padded;
            kernels.SumParts(part, plan.Slabs, (nint)width * padded, bias[o], count);
            if (order != null)
            {
                for (var b = 0; b < count; b++)
                    all[(nint)order[first + b] * width + o] = part[b];
            }
            else if (width == 1)
            {
                new Span<T>(part, count).CopyTo(new Span<T>(all + first, count));
            }
            else
            {
                var result = all + (nint)first * width + o;
                for (var b = 0; b < count; b++)
                    result[b * width] = part[b];
            }
        }
    }

    /// <summary>Lets the loss of a replicate's outputs be differentiated, and puts the slopes in the passes' order.</summary>
    private void Differentiate(int r, OutputDerivative<T> loss)
    {
        var each = Count * shape.Outputs;
        loss(r, new ReadOnlySpan<T>(OutputsOf(r), each), new Span<T>(SlopesOf(r), each));
        for (var chunk = 0; chunk < chunks; chunk++)
            FinishSlopes(r, chunk);
    }

    /// <summary>Brings a chunk's slopes in order, sums them for dL/db2, and makes those of samples beyond the batch's end zero.</summary>
    private void FinishSlopes(int r, int chunk)
    {
        var (first, count) = Range(chunk);
        var width = shape.Outputs;
        var order = Order(r);
        T* slope = Derivative(r, first),
            values = SlopesOf(r);
        for (var b = 0; b < count && order != null; b++)
        {
            var own = values + (nint)order[first + b] * width;
            for (var o = 0; o < width; o++)
                slope[b * width + o] = own[o];
        }

        var total = chunkSlopes.Pointer + ((nint)r * chunks + chunk) * width;
        if (width == 1)
            *total = kernels.Sum(slope, count);
        for (var o = 0; o < width && width > 1; o++)
        {
            double s0 = 0,
                s1 = 0,
                s2 = 0,
                s3 = 0;
            var b = 0;
            for (; b + 4 <= count; b += 4)
            {
                var d = slope + b * width + o;
                s0 += double.CreateTruncating(d[0]);
                s1 += double.CreateTruncating(d[width]);
                s2 += double.CreateTruncating(d[2 * width]);
                s3 += double.CreateTruncating(d[3 * width]);
            }

            for (; b < count; b++)
                s0 += double.CreateTruncating(slope[b * width + o]);
            total[o] = s0 + s1 + (s2 + s3);
        }

        if (first + count == Count)
            new Span<T>(slope + count * width, (padded + 1 - Count) * width).Clear();
    }

    private int* Order(int r) => inputs.Order(SetOf(r));

    /// <summary>
    /// [B, O] A replicate's outputs in the caller's order: in the caller's memory if it wants them, else where their slopes will be.
    /// </summary>
    private T* OutputsOf(int r) => outputs == null ? SlopesOf(r) : outputs + (nint)r * Count * shape.Outputs;

    /// <summary>
    /// [B, O] A replicate's slopes in the caller's order; in the passes' own, if that is another, they are <see cref="Derivative"/>.
    /// </summary>
    private T* SlopesOf(int r) => Order(r) == null ? Derivative(r, 0) : given.Pointer + (nint)r * Count * shape.Outputs;
}
