namespace SkillTorch.Training.Kernels;

/// <content>What the passes need to know of the inputs, and the forward pass.</content>
internal sealed unsafe partial class BinaryMlpPasses<T>
{
    /// <summary>Pieces of what the tables in memory, or the backward pass, need to know of a set: encoded rows or sorted samples.</summary>
    private int Preparations => (layout == null ? 0 : chunks) + (grouped?.Groups ?? 0);

    private void CopyInputs()
    {
        if (copied)
        {
            return;
        }

        for (int set = 0; set < sets; set++)
        {
            CopyInputs(set);
        }

        copied = true;
    }

    private void CopyInputs(int set) =>
        inputs.Copy(set, words + (nint)set * Count * shape.WordsPerSample, controls + (shape.Controls > 0 ? (nint)set * Count : 0));

    private void PrepareShared()
    {
        CopyInputs();
        For(Preparations, item => Prepare(0, item));
    }

    private void Prepare(int set, int item)
    {
        if (layout != null && item < chunks)
        {
            Encode(set, item);
        }
        else
        {
            grouped!.Samples.Sort(set, item - (layout == null ? 0 : chunks));
        }
    }

    private void Encode(int set, int chunk)
    {
        (int first, int count) = Range(chunk);
        SampleEncoder.Encode(layout!, inputs, set, first, (count + SampleRows.Tile - 1) / SampleRows.Tile, Rows(set, first, count).Rows);
    }

    /// <summary>Forward passes of all replicates, cut by samples too where there are few hidden units: no output knows of the cuts.</summary>
    private void ForwardAll(bool withPreparation)
    {
        CopyInputs();
        int first = 0;
        if (permute == null && !prepared)
        {
            For(sets * chunks, item => Encode(item / chunks, item % chunks));
            first = chunks;
        }

        int preparations = withPreparation && !prepared ? Preparations - first : 0;
        int slabItems = shape.Replicates * slabs, cuts = Math.Clamp((4 * threads + slabItems - 1) / slabItems, 1, chunks), forward = slabItems * cuts;
        For(forward + sets * preparations, item =>
        {
            if (item >= forward)
            {
                Prepare((item - forward) / preparations, first + (item - forward) % preparations);
                return;
            }

            int cut = item % cuts, slab = item / cuts;
            ForwardSlab(slab / slabs, slab % slabs, cut * chunks / cuts * Chunk, cut == cuts - 1 ? padded : (cut + 1) * chunks / cuts * Chunk);
        });
        prepared |= withPreparation;
    }

    private void ForwardSlab(int r, int slab, int from, int to)
    {
        BlockScratch<T> work = Rent();
        T* own = parameters + (nint)r * shape.Parameters, sum = sums.Pointer + ((nint)r * slabs + slab) * shape.Outputs * padded;
        int first = slab * slabBlocks, last = Math.Min(first + slabBlocks, blocks.Count), set = sets == 1 ? 0 : r;
        for (int block = first; block < last; block++)
        {
            if (permute != null)
            {
                int unit = block * blocks.Stride;
                permute.Run((float*)own, unit, Math.Min(blocks.Stride, shape.Width - unit), set, from, to, (float*)sum, block > first, Active(r, block), work.Permute);
                continue;
            }

            blocks.Load(work, own, block);
            bool pair = blocks.IsPair(block);
            kernels.BuildTable(layout!, work.Weights, work.Bias, work.Table, pair);
            kernels.Forward(Rows(set, from, to - from), work.Table, work.OutputWeights, blocks.Stride, shape.Outputs, sum + from, padded, block > first, Active(r, block) + from, pair);
        }

        scratch.Add(work);
        grouped?.TakeActive(r, Active(r, 0), first, last, from, to);
    }
}
