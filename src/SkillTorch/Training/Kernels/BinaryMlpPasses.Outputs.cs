using System.Numerics;

namespace SkillTorch.Training.Kernels;

/// <content>What lies between the passes: outputs, and the loss's derivative by them.</content>
internal sealed unsafe partial class BinaryMlpPasses<T>
{
    /// <summary>Adds the slabs' parts of the outputs; leaves them in the caller's order.</summary>
    private void OutputsOfChunk(int r, int chunk)
    {
        (int first, int count) = Range(chunk);
        int width = shape.Outputs;
        int* order = Order(r);
        T* bias = parameters + (nint)r * shape.Parameters + shape.OutputBias;
        T* sum = sums.Pointer + (nint)r * slabs * width * padded + first;
        T* all = OutputsOf(r), result = all + (nint)first * width;
        for (int o = 0; o < width; o++)
        {
            T* part = sum + (nint)o * padded;
            kernels.SumParts(part, slabs, (nint)width * padded, bias[o], count);
            for (int b = 0; b < count && order != null; b++)
            {
                all[(nint)order[first + b] * width + o] = part[b];
            }

            for (int b = 0; b < count && order == null && width > 1; b++)
            {
                result[b * width + o] = part[b];
            }
        }

        if (width == 1 && order == null)
        {
            new Span<T>(sum, count).CopyTo(new Span<T>(result, count));
        }
    }

    /// <summary>Lets the loss of a replicate's outputs be differentiated, and puts the slopes in the passes' order.</summary>
    private void Derive(int r, OutputDerivative<T> loss)
    {
        int each = Count * shape.Outputs;
        loss(r, new ReadOnlySpan<T>(OutputsOf(r), each), new Span<T>(SlopesOf(r), each));
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            FinishSlopes(r, chunk);
        }
    }

    private int* Order(int r) => inputs.Order(sets == 1 ? 0 : r);

    /// <summary>[B, O] A replicate's outputs in the caller's order: in the caller's memory if it wants them, else where their slopes will be.</summary>
    private T* OutputsOf(int r) => outputs == null ? SlopesOf(r) : outputs + (nint)r * Count * shape.Outputs;

    /// <summary>[B, O] A replicate's slopes in the caller's order; in the passes' own, if that is another, they are <see cref="Derivative"/>.</summary>
    private T* SlopesOf(int r) => Order(r) == null ? Derivative(r, 0) : given.Pointer + (nint)r * Count * shape.Outputs;

    /// <summary>Brings a chunk's slopes in order, sums them for dL/db2, and makes those of samples beyond the batch's end zero.</summary>
    private void FinishSlopes(int r, int chunk)
    {
        (int first, int count) = Range(chunk);
        int width = shape.Outputs;
        int* order = Order(r);
        T* slope = Derivative(r, first), values = SlopesOf(r);
        for (int b = 0; b < count && order != null; b++)
        {
            T* own = values + (nint)order[first + b] * width;
            for (int o = 0; o < width; o++)
            {
                slope[b * width + o] = own[o];
            }
        }

        if (width == 1)
        {
            chunkSlope.Pointer[r * chunks + chunk] = kernels.Sum(slope, count);
        }

        for (int o = 0; o < width && width > 1; o++)
        {
            double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            int b = 0;
            for (; b + 4 <= count; b += 4)
            {
                T* d = slope + b * width + o;
                s0 += double.CreateTruncating(d[0]);
                s1 += double.CreateTruncating(d[width]);
                s2 += double.CreateTruncating(d[2 * width]);
                s3 += double.CreateTruncating(d[3 * width]);
            }

            for (; b < count; b++)
            {
                s0 += double.CreateTruncating(slope[b * width + o]);
            }

            chunkSlope.Pointer[(r * chunks + chunk) * width + o] = s0 + s1 + (s2 + s3);
        }

        if (first + count == Count)
        {
            new Span<T>(slope + count * width, (padded + 1 - Count) * width).Clear();
        }
    }
}
