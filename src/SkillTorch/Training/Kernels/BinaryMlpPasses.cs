using System.Collections.Concurrent;
using System.Numerics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The passes over replicates, hidden units and samples. Work is cut at fixed places (a replicate's slab of hidden units, or
/// its chunk of samples), each piece is computed by one thread, and pieces are added in their order: hence equal bits however
/// many threads there are.
/// </summary>
internal sealed unsafe partial class BinaryMlpPasses<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Chunk = 1024, PartSamples = 2 * Chunk, FewChunks = 8, SlabBlocks = 4, MostSlabs = 16;

    /// <summary>Multiplications of a dense pass that take a core as long as several wakings of another (about 100 µs).</summary>
    private const long WorthThread = 4_000_000;

    private readonly BinaryMlpShape shape;
    private readonly BlockKernels<T> kernels;
    private readonly InputPlanes inputs;
    private readonly PermuteForward? permute; // null: tables in memory
    private readonly PermuteBackward? permuteBackward; // null, and no samples sorted: tables in memory
    private readonly GroupedBackward<T>? grouped;
    private readonly TableForward<T>? tables; // null: permutations do
    private readonly TableLayout? layout; // of the backward pass; null: no tables in memory
    private readonly HiddenBlocks<T> blocks;
    private readonly int mostThreads, slabs, slabBlocks;
    private readonly ConcurrentBag<BlockScratch<T>> scratch = [];
    private readonly AlignedBuffer<ushort> rows = new();
    private readonly AlignedBuffer<uint> active = new();
    private readonly AlignedBuffer<T> sums = new(), derivatives = new(), partGradients = new(), given = new();
    private readonly AlignedBuffer<double> chunkSlope = new();

    private uint* words;
    private int* controls;
    private T* parameters, outputs, gradients;
    private int threads, sets, padded, chunks, parts;
    private bool copied, prepared; // what the passes read of the inputs is in place
    private bool forwardTables; // the forward pass takes tables in memory

    public BinaryMlpPasses(BinaryMlpShape shape, int threads, BlockKernels<T> kernels)
    {
        this.shape = shape;
        mostThreads = threads;
        this.kernels = kernels;
        inputs = new InputPlanes(shape);
        int vectors = (shape.Width + kernels.Lanes - 1) / kernels.Lanes, stride = Math.Min(vectors, 2) * kernels.Lanes;
        blocks = new HiddenBlocks<T>(shape, kernels, stride);
        slabBlocks = Math.Max(SlabBlocks, (blocks.Count + MostSlabs - 1) / MostSlabs);
        bool fewOutputs = shape.Outputs <= GroupedBackward<T>.MostOutputs;
        if (PermuteForward.Supports<T>(shape, kernels.Lanes))
        {
            permute = new PermuteForward(shape, inputs);
            permuteBackward = fewOutputs && shape.Width <= PermuteBackward.MostUnits ? new PermuteBackward(shape, inputs) : null;
        }

        if (fewOutputs && vectors > 2 && permuteBackward == null)
        {
            if (SubsetBackward<T>.Supports(kernels))
            {
                var subsets = new SubsetBackward<T>(shape, kernels, inputs);
                int tile = subsets.TakenUnits / stride;
                slabBlocks = (slabBlocks + tile - 1) / tile * tile;
                grouped = subsets;
            }
            else
            {
                grouped = new SortedBackward<T>(shape, kernels, inputs);
            }
        }

        slabs = (blocks.Count + slabBlocks - 1) / slabBlocks;
        tables = permuteBackward == null ? new TableForward<T>(shape, kernels, inputs, stride) : null;
        layout = permuteBackward == null && grouped == null ? TableLayout.ForCaches(shape, stride, sizeof(T)) : null;
    }

    /// <summary>B of the current inputs; 0 before any.</summary>
    public int Count { get; private set; }

    /// <summary>Names the inputs of the next pass, unless they are still those of the last.</summary>
    public void Inputs(uint* words, int* controls, int sets, int count, bool same)
    {
        if (same && sets == this.sets && count == Count)
        {
            return;
        }

        this.words = words;
        this.controls = controls;
        this.sets = sets;
        Count = count;
        // A wide layer makes up for the tables of many samples; its samples are sorted by control index, which then costs nothing.
        forwardTables = tables != null && (permute == null || (grouped != null && count >= TableForward<T>.ManySamples));
        inputs.Reserve(sets, count, sorted: forwardTables && grouped != null);
        padded = inputs.Padded;
        chunks = (count + Chunk - 1) / Chunk;
        parts = slabs == 1 ? (count + PartSamples - 1) / PartSamples : 1;
        copied = prepared = false;
        int replicates = shape.Replicates;
        threads = (int)Math.Clamp((long)replicates * count * shape.Parameters / WorthThread, 1, mostThreads);
        tables?.Reserve(sets, count);
        rows.Reserve(layout == null ? 0 : (long)sets * padded * layout.Groups.Length);
        active.Reserve((long)replicates * blocks.Count * padded);
        grouped?.ReserveActive(padded);
        sums.Reserve((long)replicates * slabs * shape.Outputs * padded);
        derivatives.Reserve((long)replicates * (padded + 1) * shape.Outputs);
        given.Reserve(inputs.Order(0) == null ? 0 : (long)replicates * count * shape.Outputs);
        chunkSlope.Reserve((long)replicates * chunks * shape.Outputs);
    }

    public void Gradient(T* parameters, OutputDerivative<T> loss, T* gradients, T* outputs)
    {
        this.parameters = parameters;
        this.outputs = outputs;
        this.gradients = gradients;
        ReserveBackward();
        int replicates = shape.Replicates;
        if (threads == 1 || replicates >= 4 * threads)
        {
            // Enough replicates: each stays on one core from input to gradient.
            if (sets == 1 && !prepared)
            {
                PrepareShared();
            }

            For(replicates, r => WholeReplicate(r, loss));
            copied = prepared = true;
        }
        else
        {
            ForwardAll(withPreparation: true);
            ForSamples(OutputsOfChunk);
            For(replicates, r => Derive(r, loss), serial: replicates * chunks <= FewChunks);
            BackwardAll();
        }
    }

    public void Forward(T* parameters, T* outputs)
    {
        this.parameters = parameters;
        this.outputs = outputs;
        ForwardAll(withPreparation: false);
        ForSamples(OutputsOfChunk);
    }

    public void Dispose()
    {
        inputs.Dispose();
        grouped?.Dispose();
        tables?.Dispose();
        rows.Dispose();
        active.Dispose();
        sums.Dispose();
        derivatives.Dispose();
        partGradients.Dispose();
        given.Dispose();
        chunkSlope.Dispose();
        foreach (BlockScratch<T> each in scratch)
        {
            each.Dispose();
        }
    }

    private void WholeReplicate(int r, OutputDerivative<T> loss)
    {
        if (sets > 1 && !prepared)
        {
            CopyInputs(r);
            for (int item = 0; item < Preparations; item++)
            {
                Prepare(r, item);
            }
        }

        for (int slab = 0; slab < slabs; slab++)
        {
            ForwardSlab(r, slab, 0, padded);
        }

        for (int chunk = 0; chunk < chunks; chunk++)
        {
            OutputsOfChunk(r, chunk);
        }

        Derive(r, loss);
        for (int item = 0; item < BackwardItems; item++)
        {
            BackwardItem(r, item);
        }

        FinishGradient(r);
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

    private SampleRows Rows(int set, int first, int count) =>
        new(rows.Pointer + ((nint)set * padded + first) * layout!.Groups.Length, layout.Groups.Length, (count + SampleRows.Tile - 1) / SampleRows.Tile);

    private T* Derivative(int r, int first) => derivatives.Pointer + ((nint)r * (padded + 1) + first) * shape.Outputs; // one more sample, whose derivative is 0

    private uint* Active(int r, int block) => active.Pointer + ((nint)r * blocks.Count + block) * padded;

    private BlockScratch<T> Rent() => scratch.TryTake(out BlockScratch<T>? work) ? work : new BlockScratch<T>(
        shape, blocks.Stride, Math.Max(tables?.ScratchLength ?? 0, (layout?.Rows ?? 0) * blocks.Stride), Math.Max(permute?.ScratchLength ?? 0, permuteBackward?.ScratchLength ?? 0));

    /// <summary>Every chunk of every replicate; so little work that a few of them are done before another core is awake.</summary>
    private void ForSamples(Action<int, int> body) =>
        For(shape.Replicates * chunks, item => body(item / chunks, item % chunks), serial: shape.Replicates * chunks <= FewChunks);

    /// <summary>Whoever is free takes the next item: few and long as they are, shares handed out beforehand would end at different times.</summary>
    private void For(int items, Action<int> body, bool serial = false)
    {
        int workers = serial ? 1 : Math.Min(threads, items), next = -1;
        if (workers <= 1)
        {
            Work(0);
        }
        else
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, Work);
        }

        void Work(int worker)
        {
            for (int item; (item = Interlocked.Increment(ref next)) < items;)
            {
                body(item);
            }
        }
    }
}
