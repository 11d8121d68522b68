using System.Collections.Concurrent;
using System.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The passes over replicates, hidden units and samples. Work is cut at fixed places (a replicate's slab of hidden units, or
/// its chunk of samples), each piece is computed by one thread, and pieces are added in their order: hence equal bits however
/// many threads there are.
/// </summary>
internal sealed unsafe partial class BinaryMlpPasses<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Padding = 16, Chunk = 1024, SlabBlocks = 4, MostSlabs = 16;

    private readonly BinaryMlpShape shape;
    private readonly BlockKernels<T> kernels;
    private readonly TableLayout layout;
    private readonly HiddenBlocks<T> blocks;
    private readonly int threads, slabs, slabBlocks;
    private readonly ConcurrentBag<BlockScratch<T>> scratch = [];
    private readonly AlignedBuffer<ushort> rows = new(), active = new();
    private readonly AlignedBuffer<T> sums = new(), derivatives = new();
    private readonly AlignedBuffer<double> chunkLoss = new(), chunkSlope = new();

    private uint* words;
    private int* controls;
    private T* parameters, outputs, gradients, targets, weights;
    private nint targetStride, weightStride;
    private BinaryMlpLoss loss;
    private int sets, padded, chunks;

    public BinaryMlpPasses(BinaryMlpShape shape, int threads, BlockKernels<T> kernels)
    {
        this.shape = shape;
        this.threads = threads;
        this.kernels = kernels;
        int vectors = (shape.Width + kernels.Lanes - 1) / kernels.Lanes;
        layout = new TableLayout(shape, Math.Min(vectors, 2) * kernels.Lanes, sizeof(T));
        blocks = new HiddenBlocks<T>(shape, kernels, layout);
        slabBlocks = Math.Max(SlabBlocks, (blocks.Count + MostSlabs - 1) / MostSlabs);
        slabs = (blocks.Count + slabBlocks - 1) / slabBlocks;
    }

    /// <summary>B of the current inputs; 0 before any.</summary>
    public int Count { get; private set; }

    /// <summary>Names the inputs of the next pass.</summary>
    public void Inputs(uint* words, int* controls, int sets, int count)
    {
        this.words = words;
        this.controls = controls;
        this.sets = sets;
        Count = count;
        padded = (count + Padding - 1) / Padding * Padding;
        chunks = (count + Chunk - 1) / Chunk;
        int replicates = shape.Replicates;
        rows.Reserve((long)sets * padded * layout.Groups.Length);
        active.Reserve((long)replicates * blocks.Count * padded * 2);
        sums.Reserve((long)replicates * slabs * shape.Outputs * padded);
        derivatives.Reserve((long)replicates * padded * shape.Outputs);
        chunkLoss.Reserve((long)replicates * chunks);
        chunkSlope.Reserve((long)replicates * chunks * shape.Outputs);
    }

    /// <summary>Names the loss of the next gradient.</summary>
    public void Loss(BinaryMlpLoss loss, T* targets, nint targetStride, T* weights, nint weightStride)
    {
        this.loss = loss;
        this.targets = targets;
        this.targetStride = targetStride;
        this.weights = weights;
        this.weightStride = weightStride;
    }

    public void Gradient(T* parameters, T* outputs, T* gradients, Span<double> losses)
    {
        this.parameters = parameters;
        this.outputs = outputs;
        this.gradients = gradients;
        int replicates = shape.Replicates;
        if (slabs == 1 || replicates >= 4 * threads)
        {
            // Enough replicates: each stays on one core from input to gradient.
            if (sets == 1)
            {
                For(chunks, chunk => Encode(0, chunk));
            }

            For(replicates, WholeReplicate);
        }
        else
        {
            EncodeAndForward();
            For(replicates * chunks, item => LossOfChunk(item / chunks, item % chunks));
            For(replicates * slabs, item => BackwardSlab(item / slabs, item % slabs));
        }

        double scale = 1.0 / ((double)Count * shape.Outputs);
        for (int r = 0; r < replicates; r++)
        {
            losses[r] = scale * Sum(chunkLoss.Pointer + r * chunks, chunks, 1);
            StoreBiasGradient(r);
        }
    }

    public void Forward(T* parameters, T* outputs)
    {
        this.parameters = parameters;
        this.outputs = outputs;
        EncodeAndForward();
        For(shape.Replicates * chunks, item => OutputsOfChunk(item / chunks, item % chunks));
    }

    public void Backward(T* parameters, T* slopes, T* gradients)
    {
        this.parameters = parameters;
        this.gradients = gradients;
        nint each = (nint)Count * shape.Outputs;
        For(shape.Replicates * chunks, item =>
        {
            int r = item / chunks, chunk = item % chunks;
            (int first, int count) = Range(chunk);
            T* own = Derivative(r, first);
            new Span<T>(slopes + r * each + (nint)first * shape.Outputs, count * shape.Outputs).CopyTo(new Span<T>(own, count * shape.Outputs));
            FinishSlopes(r, chunk);
        });
        For(shape.Replicates * slabs, item => BackwardSlab(item / slabs, item % slabs));
        for (int r = 0; r < shape.Replicates; r++)
        {
            StoreBiasGradient(r);
        }
    }

    public void Dispose()
    {
        rows.Dispose();
        active.Dispose();
        sums.Dispose();
        derivatives.Dispose();
        chunkLoss.Dispose();
        chunkSlope.Dispose();
        foreach (BlockScratch<T> each in scratch)
        {
            each.Dispose();
        }
    }

    private void WholeReplicate(int r)
    {
        for (int chunk = 0; chunk < chunks && sets > 1; chunk++)
        {
            Encode(r, chunk);
        }

        for (int slab = 0; slab < slabs; slab++)
        {
            ForwardSlab(r, slab);
        }

        for (int chunk = 0; chunk < chunks; chunk++)
        {
            LossOfChunk(r, chunk);
        }

        for (int slab = 0; slab < slabs; slab++)
        {
            BackwardSlab(r, slab);
        }
    }

    private void EncodeAndForward()
    {
        For(sets * chunks, item => Encode(item / chunks, item % chunks));
        For(shape.Replicates * slabs, item => ForwardSlab(item / slabs, item % slabs));
    }

    private void Encode(int set, int chunk)
    {
        (int first, int count) = Range(chunk);
        nint start = (nint)set * Count + first;
        SampleEncoder.Encode(layout, words + start * shape.WordsPerSample, shape.WordsPerSample, controls + (shape.Controls > 0 ? start : 0), count, Rows(set, first).Rows);
    }

    private void ForwardSlab(int r, int slab)
    {
        BlockScratch<T> work = Rent();
        SampleRows samples = Rows(sets == 1 ? 0 : r, 0);
        T* sum = sums.Pointer + ((nint)r * slabs + slab) * shape.Outputs * padded;
        int first = slab * slabBlocks, last = Math.Min(first + slabBlocks, blocks.Count);
        for (int block = first; block < last; block++)
        {
            blocks.Load(work, parameters + (nint)r * shape.Parameters, block);
            bool pair = blocks.IsPair(block);
            kernels.BuildTable(layout, work.Weights, work.Bias, work.Table, pair);
            kernels.Forward(samples, work.Table, work.OutputWeights, layout.Stride, shape.Outputs, sum, padded, block > first, Active(r, block), pair);
        }

        scratch.Add(work);
    }

    private void BackwardSlab(int r, int slab)
    {
        BlockScratch<T> work = Rent();
        SampleRows samples = Rows(sets == 1 ? 0 : r, 0);
        T* slope = Derivative(r, 0);
        bool single = shape.Outputs == 1;
        for (int block = slab * slabBlocks; block < Math.Min((slab + 1) * slabBlocks, blocks.Count); block++)
        {
            blocks.Load(work, parameters + (nint)r * shape.Parameters, block);
            bool pair = blocks.IsPair(block);
            if (!single)
            {
                kernels.BuildTable(layout, work.Weights, work.Bias, work.Table, pair);
                work.ClearOutputWeightsGradient();
                kernels.OutputWeights(samples, work.Table, slope, layout.Stride, shape.Outputs, work.OutputWeightsGradient, work.Partial, pair);
            }

            work.ClearTable();
            kernels.Backward(samples, work.Table, slope, single ? null : work.OutputWeights, layout.Stride, shape.Outputs, Active(r, block), pair);
            kernels.ReduceTable(layout, work.Table, work.WeightsGradient, work.BiasGradient, pair);
            blocks.StoreGradient(work, gradients + (nint)r * shape.Parameters, block);
        }

        scratch.Add(work);
    }

    private void StoreBiasGradient(int r)
    {
        int width = shape.Outputs;
        for (int o = 0; o < width; o++)
        {
            double sum = Sum(chunkSlope.Pointer + r * chunks * width + o, chunks, width);
            gradients[(nint)r * shape.Parameters + shape.OutputBias + o] = T.CreateTruncating(sum);
        }
    }

    private static double Sum(double* values, int count, int stride)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += values[i * stride];
        }

        return sum;
    }

    private (int First, int Count) Range(int chunk) => (chunk * Chunk, Math.Min(Chunk, Count - chunk * Chunk));

    private SampleRows Rows(int set, int first) =>
        new(rows.Pointer + ((nint)set * padded + first) * layout.Groups.Length, layout.Groups.Length, (Count + SampleRows.Tile - 1) / SampleRows.Tile);

    private T* Derivative(int r, int first) => derivatives.Pointer + ((nint)r * padded + first) * shape.Outputs;

    private ushort* Active(int r, int block) => active.Pointer + ((nint)r * blocks.Count + block) * padded * 2;

    private BlockScratch<T> Rent() => scratch.TryTake(out BlockScratch<T>? work) ? work : new BlockScratch<T>(shape, layout);

    private void For(int items, Action<int> body)
    {
        if (threads == 1 || items == 1)
        {
            for (int i = 0; i < items; i++)
            {
                body(i);
            }
        }
        else
        {
            Parallel.For(0, items, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
        }
    }
}
