using System.Numerics.Tensors;

namespace SkillTorch.Training.Kernels;

/// <content>The backward pass.</content>
internal sealed unsafe partial class BinaryMlpPasses<T>
{
    private int BackwardItems => grouped == null ? slabs * parts : grouped.Tiles * grouped.Groups;

    private void ReserveBackward()
    {
        grouped?.Reserve(sets, Count);
        partGradients.Reserve(grouped == null && parts > 1 ? (long)shape.Replicates * parts * shape.Parameters : 0);
    }

    private void BackwardAll()
    {
        int items = BackwardItems;
        For(shape.Replicates * items, item => BackwardItem(item / items, item % items));
        for (int r = 0; r < shape.Replicates; r++)
        {
            FinishGradient(r);
        }
    }

    private void BackwardItem(int r, int item)
    {
        if (grouped == null)
        {
            BackwardSlab(r, item / parts, item % parts);
            return;
        }

        int tiles = grouped.Tiles; // neighbouring items go to different cores: each stays with the tiles that it has at hand
        nint start = (nint)r * shape.Parameters;
        grouped.Run(r, sets == 1 ? 0 : r, item % tiles, item / tiles, parameters + start, Derivative(r, 0), Active(r, 0), gradients + start);
    }

    private void BackwardSlab(int r, int slab, int part)
    {
        BlockScratch<T> work = Rent();
        int from = part * PartSamples, count = parts == 1 ? padded : Math.Min(PartSamples, padded - from);
        T* own = parameters + (nint)r * shape.Parameters, gradient = parts == 1 ? gradients + (nint)r * shape.Parameters : PartGradient(r, part);
        if (permuteBackward != null)
        {
            permuteBackward.Run((float*)own, sets == 1 ? 0 : r, from, from + count, (float*)Derivative(r, 0), Active(r, 0), blocks.Stride, (float*)gradient, work.Permute);
            scratch.Add(work);
            return;
        }

        int set = sets == 1 ? 0 : r;
        SampleRows samples = Rows(set, from, count);
        T* slope = Derivative(r, from);
        bool single = shape.Outputs == 1;
        for (int block = slab * slabBlocks; block < Math.Min((slab + 1) * slabBlocks, blocks.Count); block++)
        {
            blocks.Load(work, own, block);
            bool pair = blocks.IsPair(block);
            if (!single)
            {
                work.ClearOutputWeightsGradient();
                SampleQuads quads = tables!.Samples(set, from, count);
                for (int offset = 0; offset < blocks.Units(block); offset += tables.Row)
                {
                    T* bases = tables.Build(work.Weights + offset, work.Bias + offset, work.Table);
                    kernels.OutputWeights(quads, work.Table, bases, slope, blocks.Stride, shape.Outputs, work.OutputWeightsGradient + offset, work.Partial, tables.Row > kernels.Lanes);
                }
            }

            work.ClearTable(layout!.Rows * blocks.Stride);
            kernels.Backward(samples, work.Table, slope, single ? null : work.OutputWeights, blocks.Stride, shape.Outputs, Active(r, block) + from, pair);
            kernels.ReduceTable(layout, work.Table, work.WeightsGradient, work.BiasGradient, pair);
            blocks.StoreGradient(work, gradient, block);
        }

        scratch.Add(work);
    }

    /// <summary>What is left when the pieces of a replicate's gradient are there.</summary>
    private void FinishGradient(int r)
    {
        T* own = gradients + (nint)r * shape.Parameters;
        grouped?.Finish(r, own);
        if (grouped == null && parts > 1)
        {
            var sum = new Span<T>(own, shape.OutputBias);
            new Span<T>(PartGradient(r, 0), shape.OutputBias).CopyTo(sum);
            for (int part = 1; part < parts; part++)
            {
                TensorPrimitives.Add(sum, new ReadOnlySpan<T>(PartGradient(r, part), shape.OutputBias), sum);
            }
        }

        int width = shape.Outputs;
        for (int o = 0; o < width; o++)
        {
            own[shape.OutputBias + o] = T.CreateTruncating(Sum(chunkSlope.Pointer + r * chunks * width + o, chunks, width));
        }
    }

    private T* PartGradient(int r, int part) => partGradients.Pointer + ((nint)r * parts + part) * shape.Parameters;
}
