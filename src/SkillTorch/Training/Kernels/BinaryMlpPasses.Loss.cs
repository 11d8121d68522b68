using System.Numerics;
using SkillTorch.Tasks;

namespace SkillTorch.Training.Kernels;

/// <content>What lies between the passes: outputs, loss, and its derivative, by chunks of samples.</content>
internal sealed unsafe partial class BinaryMlpPasses<T>
{
    private T* targets, weights;
    private nint targetStride, weightStride;
    private BinaryMlpLoss loss;

    /// <summary>Names the loss of the next gradient.</summary>
    public void Loss(BinaryMlpLoss loss, T* targets, nint targetStride, T* weights, nint weightStride)
    {
        this.loss = loss;
        this.targets = targets;
        this.targetStride = targetStride;
        this.weights = weights;
        this.weightStride = weightStride;
    }

    /// <summary>Adds the slabs' parts of the outputs; leaves them in [B, O] order in the caller's memory, or in ours.</summary>
    private T* OutputsOfChunk(int r, int chunk)
    {
        (int first, int count) = Range(chunk);
        int width = shape.Outputs;
        int* order = Order(r);
        T* bias = parameters + (nint)r * shape.Parameters + shape.OutputBias;
        T* sum = sums.Pointer + (nint)r * slabs * width * padded + first;
        // Without a caller's memory, or in another order than the caller's, the outputs wait where their derivatives will be.
        T* all = outputs + (nint)r * Count * width, result = outputs == null || order != null ? Derivative(r, first) : all + (nint)first * width;
        for (int o = 0; o < width; o++)
        {
            T* part = sum + (nint)o * padded;
            kernels.SumParts(part, slabs, (nint)width * padded, bias[o], count);
            for (int b = 0; b < count && width > 1; b++)
            {
                result[b * width + o] = part[b];
            }
        }

        if (width == 1)
        {
            new Span<T>(sum, count).CopyTo(new Span<T>(result, count));
        }

        for (int i = 0; i < count * width && order != null && outputs != null; i++)
        {
            all[(nint)order[first + i / width] * width + i % width] = result[i];
        }

        return result;
    }

    private void LossOfChunk(int r, int chunk)
    {
        (int first, int count) = Range(chunk);
        int width = shape.Outputs;
        T* output = OutputsOfChunk(r, chunk), slope = Derivative(r, first);
        T* ordered = given.Pointer + ((nint)r * padded + first) * 2 * width;
        T* target = InOrder(r, chunk, targets + r * targetStride, ordered);
        T* weight = weights == null ? null : InOrder(r, chunk, weights + r * weightStride, ordered + (nint)count * width);
        double scale = 1.0 / ((double)Count * width);
        chunkLoss.Pointer[r * chunks + chunk] = loss == BinaryMlpLoss.MeanSquaredError
            ? kernels.SquaredError(output, target, weight, slope, T.CreateTruncating(2 * scale), count * width)
            : CrossEntropy(output, target, weight, slope, scale, count * width);
        FinishSlopes(r, chunk);
    }

    private int* Order(int r) => inputs.Order(sets == 1 ? 0 : r);

    /// <summary>A chunk of what the caller gives for each sample, in the passes' order: where it is, or copied.</summary>
    private T* InOrder(int r, int chunk, T* values, T* copy)
    {
        (int first, int count) = Range(chunk);
        int width = shape.Outputs;
        int* order = Order(r);
        if (order == null)
        {
            return values + (nint)first * width;
        }

        if (width == 1)
        {
            for (int b = 0; b < count; b++)
            {
                copy[b] = values[order[first + b]];
            }
        }

        for (int i = 0; i < count * width && width > 1; i++)
        {
            copy[i] = values[(nint)order[first + i / width] * width + i % width];
        }

        return copy;
    }

    /// <summary>Σ w·(softplus(f) − y·f), and the slopes scale·w·(sigmoid(f) − y).</summary>
    private static double CrossEntropy(T* output, T* target, T* weight, T* slope, double scale, int count)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            double f = double.CreateTruncating(output[i]), y = double.CreateTruncating(target[i]), w = weight == null ? 1 : double.CreateTruncating(weight[i]);
            double tail = Math.Exp(-Math.Abs(f));
            sum += w * (Math.Max(f, 0) - y * f + Losses.Log1p(tail));
            // sigmoid(f) − y over a common denominator: exact where a sure answer is right and the difference tiny.
            slope[i] = T.CreateTruncating(scale * w * (f >= 0 ? 1 - y - y * tail : tail * (1 - y) - y) / (1 + tail));
        }

        return sum;
    }

    /// <summary>Sums the chunk's slopes for dL/db2, and makes those of samples beyond the batch's end zero.</summary>
    private void FinishSlopes(int r, int chunk)
    {
        (int first, int count) = Range(chunk);
        int width = shape.Outputs;
        T* slope = Derivative(r, first);
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
