using System.Numerics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>One block of hidden units in working memory: its parameters and, for a backward pass of one output, its gradient.</summary>
internal readonly unsafe struct BlockMemory<T>
    where T : unmanaged
{
    /// <summary>Lays out <see cref="Length"/> elements for rows of <paramref name="stride"/>.</summary>
    public BlockMemory(BinaryMlpShape shape, int stride, T* memory)
    {
        Weights = memory;
        WeightsGradient = Weights + shape.Inputs * stride;
        Bias = WeightsGradient + shape.Inputs * stride;
        BiasGradient = Bias + stride;
        OutputWeightsGradient = BiasGradient + stride;
        OutputWeights = OutputWeightsGradient + stride;
    }

    /// <summary>[I, Stride] W1 by input.</summary>
    public T* Weights { get; }

    /// <summary>[I, Stride]</summary>
    public T* WeightsGradient { get; }

    /// <summary>[Stride]</summary>
    public T* Bias { get; }

    /// <summary>[Stride]</summary>
    public T* BiasGradient { get; }

    /// <summary>[Stride]</summary>
    public T* OutputWeightsGradient { get; }

    /// <summary>[O, Stride]</summary>
    public T* OutputWeights { get; }

    /// <summary>Elements.</summary>
    public static int Length(BinaryMlpShape shape, int stride) => (2 * shape.Inputs + 3 + shape.Outputs) * stride;
}

/// <summary>Cuts the hidden units into blocks of one or two vectors, and moves parameters and gradients between PyTorch's order and a
/// block's.</summary>
internal sealed unsafe class HiddenBlocks<T>(BinaryMlpShape shape, BlockKernels<T> kernels, int stride)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Number of blocks.</summary>
    public int Count { get; } = (shape.Width + stride - 1) / stride;

    /// <summary>Hidden units of a block.</summary>
    public int Stride => stride;

    /// <summary>Whether the block fills more than one vector.</summary>
    public bool IsPair(int block) => Units(block) > kernels.Lanes;

    /// <summary>Hidden units that a block really has.</summary>
    public int Units(int block) => Math.Min(stride, shape.Width - block * stride);

    /// <summary>Copies a block of a replicate's parameters; units beyond the width get zeros.</summary>
    public void Load(BlockMemory<T> work, T* parameters, int block)
    {
        int units = Units(block),
            inputs = shape.Inputs,
            first = block * stride;
        Transposition.Copy(parameters + (nint)first * inputs, inputs, units, inputs, work.Weights, stride);

        for (var i = 0; i < inputs && units < stride; i++)
        {
            new Span<T>(work.Weights + i * stride + units, stride - units).Clear();
        }

        CopyPadded(parameters + shape.HiddenBias + first, work.Bias, units);
        for (var o = 0; o < shape.Outputs; o++)
        {
            CopyPadded(parameters + shape.OutputWeights + (nint)o * shape.Width + first, work.OutputWeights + o * stride, units);
        }
    }

    /// <summary>
    /// Puts a block's gradient by one output into a replicate's. What the backward pass has summed is G_j = Σ_b dL/df_b [z_b > 0] x_bj,
    /// without the factor w2, and relu(z) = [z > 0]·(w1·x + b1) is linear in x, so that dL/dw2 = Σ_j w1_j G_j + b1 G_0 needs no
    /// second look at the samples.
    /// </summary>
    public void StoreGradient(BlockMemory<T> work, T* gradient, int block)
    {
        for (var unit = 0; unit < stride; unit++)
        {
            work.OutputWeightsGradient[unit] = work.Bias[unit] * work.BiasGradient[unit];
            work.BiasGradient[unit] *= work.OutputWeights[unit];
        }

        for (var i = 0; i < shape.Inputs; i++)
        {
            T* weight = work.Weights + i * stride,
                sum = work.WeightsGradient + i * stride;
            for (var unit = 0; unit < stride; unit++)
            {
                work.OutputWeightsGradient[unit] += weight[unit] * sum[unit];
                sum[unit] *= work.OutputWeights[unit];
            }
        }

        int units = Units(block),
            inputs = shape.Inputs,
            first = block * stride;
        Transposition.Copy(work.WeightsGradient, stride, inputs, units, gradient + (nint)first * inputs, inputs);
        new Span<T>(work.BiasGradient, units).CopyTo(new Span<T>(gradient + shape.HiddenBias + first, units));
        new Span<T>(work.OutputWeightsGradient, units).CopyTo(new Span<T>(gradient + shape.OutputWeights + first, units));
    }

    private void CopyPadded(T* source, T* destination, int units)
    {
        new Span<T>(source, units).CopyTo(new Span<T>(destination, units));
        new Span<T>(destination + units, stride - units).Clear();
    }
}
