namespace SkillTorch.Training.Kernels;

/// <content>What the passes need to know of the inputs, and the forward pass.</content>
internal sealed unsafe partial class BinaryMlpPasses<T>
{
    /// <summary>Pieces that a thread should find at least; with tables each costs their building once more.</summary>
    private int ItemsPerThread => forwardTables ? 2 : 4;

    /// <summary>Chunks whose rows in the tables in memory must be known.</summary>
    private int Encodings => forwardTables || layout != null ? chunks : 0;

    /// <summary>Pieces of what the tables in memory, or the backward pass, need to know of a set: encoded rows or sorted samples.</summary>
    private int Preparations => Encodings + (grouped?.Groups ?? 0);

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
        if (item < Encodings)
        {
            Encode(set, item);
        }
        else
        {
            grouped!.Samples.Sort(set, item - Encodings);
        }
    }

    private void Encode(int set, int chunk)
    {
        int first = chunk * Chunk, count = Math.Min(Chunk, padded - first);
        tables!.Encode(set, first, count);
        if (layout != null)
        {
            SampleEncoder.Encode(layout, inputs, set, first, count / SampleRows.Tile, Rows(set, first, count).Rows);
        }
    }

    /// <summary>Forward passes of all replicates, cut by samples too where there are few hidden units: no output knows of the cuts.</summary>
    private void ForwardAll(bool withPreparation)
    {
        CopyInputs();
        int first = 0;
        if (forwardTables && !prepared)
        {
            For(sets * chunks, item => Encode(item / chunks, item % chunks));
            first = chunks;
        }

        int preparations = withPreparation && !prepared ? Preparations - first : 0;
        int slabItems = shape.Replicates * slabs, cuts = Math.Clamp((ItemsPerThread * threads + slabItems - 1) / slabItems, 1, chunks), forward = slabItems * cuts;
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
            if (!forwardTables)
            {
                int unit = block * blocks.Stride;
                permute!.Run((float*)own, unit, Math.Min(blocks.Stride, shape.Width - unit), set, from, to, (float*)sum, block > first, Active(r, block), work.Permute);
                continue;
            }

            blocks.Load(work, own, block);
            new Span<uint>(Active(r, block) + from, to - from).Clear();
            SampleQuads samples = tables!.Samples(set, from, to - from);
            for (int offset = 0; offset < blocks.Units(block); offset += tables.Row)
            {
                T* bases = tables.Build(work.Weights + offset, work.Bias + offset, work.Table);
                kernels.Forward(
                    samples, work.Table, bases, work.OutputWeights + offset, blocks.Stride, shape.Outputs,
                    sum + from, padded, block > first || offset > 0, Active(r, block) + from, offset, tables.Row > kernels.Lanes);
            }
        }

        scratch.Add(work);
        grouped?.TakeActive(r, Active(r, 0), first, last, from, to);
    }
}
