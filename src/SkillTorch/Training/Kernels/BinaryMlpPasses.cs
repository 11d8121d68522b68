using System.Numerics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// Schedules the passes over replicates, hidden units and samples. Work is cut at fixed places (a replicate's slab of hidden units, its
/// chunk of samples, a piece of its gradient), each piece is computed by one thread, and pieces are added in their order: hence
/// equal bits however many threads there are. How a piece is computed the <see cref="BinaryMlpPlan{T}"/> says.
/// </summary>
internal sealed unsafe partial class BinaryMlpPasses<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Chunk = 1024;

    /// <summary>Nanoseconds of a multiplication of the dense passes that these stand for, and of one sample's output between
    /// them.</summary>
    private const double Multiplication = 0.0125,
        Output = 6;

    private readonly BinaryMlpShape shape;
    private readonly BlockKernels<T> kernels;
    private readonly InputPlanes inputs;
    private readonly BinaryMlpPlan<T>?[] plans = new BinaryMlpPlan<T>?[2]; // for few and for many samples
    private readonly int maxThreads;
    private readonly AlignedBuffer<uint> active = new(); // [R, blocks, padded]
    private readonly AlignedBuffer<T> sums = new(); // [R, slabs, O, padded] outputs' parts
    private readonly AlignedBuffer<T> derivatives = new(); // [R, padded + 1, O] dL/df
    private readonly AlignedBuffer<T> given = new(); // [R, B, O] the same in the caller's order, where samples are sorted
    private readonly AlignedBuffer<double> chunkSlopes = new(); // [R, chunks, O]

    private BinaryMlpPlan<T> plan;
    private uint* words;
    private int* controls;
    private T* parameters,
        outputs,
        gradients;
    private int threads,
        sets,
        padded,
        chunks;
    private bool copied,
        encoded,
        prepared; // what the passes read of the inputs is in place

    public BinaryMlpPasses(BinaryMlpShape shape, int threads, BlockKernels<T> kernels)
    {
        this.shape = shape;
        this.kernels = kernels;
        maxThreads = threads;
        inputs = new InputPlanes(shape);
        plan = PlanFor(1); // refuses shapes that it cannot serve
    }

    /// <summary>Samples in a set of the current inputs; 0 before any.</summary>
    private int Count => inputs.Count;

    /// <summary>Names the inputs of the next pass, unless they are still those of the last.</summary>
    public void SetInputs(uint* words, int* controls, int sets, int count, bool same)
    {
        if (same && sets == this.sets && count == Count)
            return;
        this.words = words;
        this.controls = controls;
        this.sets = sets;
        plan = PlanFor(count);
        inputs.Reserve(sets, count, plan.SortsInputs);
        padded = inputs.Padded;
        chunks = (count + Chunk - 1) / Chunk;
        copied = encoded = prepared = false;
        long replicates = shape.Replicates;
        threads = Workers.WorthFor(Multiplication * replicates * count * shape.Parameters, maxThreads);
        plan.Forward.Reserve(sets);
        plan.Backward.Reserve(sets);
        active.Reserve(replicates * plan.Blocks.Count * padded);
        sums.Reserve(replicates * plan.Slabs * shape.Outputs * padded);
        derivatives.Reserve(replicates * (padded + 1) * shape.Outputs);
        given.Reserve(inputs.Order(0) == null ? 0 : replicates * count * shape.Outputs);
        chunkSlopes.Reserve(replicates * chunks * shape.Outputs);
    }

    /// <summary>Gradients, and outputs unless they are null.</summary>
    public void ComputeGradient(T* parameters, OutputDerivative<T> loss, T* gradients, T* outputs)
    {
        this.parameters = parameters;
        this.outputs = outputs;
        this.gradients = gradients;
        int replicates = shape.Replicates,
            pieces = plan.Backward.Pieces;
        if (threads == 1 || replicates >= 4 * threads)
        {
            // Enough replicates: each stays on one core from input to gradient.
            if (sets == 1)
            {
                Copy();
                Encode();
                Prepare();
            }

            Workers.For(replicates, threads, r => PassWholeReplicate(r, loss));
            copied = encoded = prepared = true;
            return;
        }

        ForwardAll(backwards: true);
        ComputeAllOutputs();
        Workers.For(replicates, ThreadsBetween, r => Differentiate(r, loss));
        Workers.For(replicates * pieces, threads, item => BackwardPiece(item / pieces, item % pieces));
        for (var r = 0; r < replicates; r++)
            FinishGradient(r);
    }

    /// <summary>Outputs.</summary>
    public void Forward(T* parameters, T* outputs)
    {
        this.parameters = parameters;
        this.outputs = outputs;
        ForwardAll(backwards: false);
        ComputeAllOutputs();
    }

    public void Dispose()
    {
        inputs.Dispose();
        foreach (var each in plans)
            each?.Dispose();
        active.Dispose();
        sums.Dispose();
        derivatives.Dispose();
        given.Dispose();
        chunkSlopes.Dispose();
    }

    /// <summary>Threads for what lies between the passes, little as it is.</summary>
    private int ThreadsBetween => Workers.WorthFor(Output * shape.Replicates * Count * shape.Outputs, threads);

    private BinaryMlpPlan<T> PlanFor(int count)
    {
        var many = BinaryMlpPlan<T>.AreMany(count);
        return plans[many ? 1 : 0] ??= BinaryMlpPlan<T>.Create(shape, kernels, inputs, many);
    }

    private void PassWholeReplicate(int r, OutputDerivative<T> loss)
    {
        if (sets > 1 && !prepared)
        {
            CopySet(r);
            for (var chunk = 0; plan.Forward.Encodes && chunk < chunks; chunk++)
                EncodeChunk(r, chunk);
            for (var piece = 0; piece < plan.Backward.Preparations; piece++)
                plan.Backward.Prepare(r, piece);
        }

        for (var slab = 0; slab < plan.Slabs; slab++)
            ForwardSlab(r, slab, 0, padded, backwards: true);
        for (var chunk = 0; chunk < chunks; chunk++)
            ComputeOutputsOfChunk(r, chunk);
        Differentiate(r, loss);
        for (var piece = 0; piece < plan.Backward.Pieces; piece++)
            BackwardPiece(r, piece);
        FinishGradient(r);
    }

    private void Copy()
    {
        for (var set = 0; set < sets && !copied; set++)
            CopySet(set);
        copied = true;
    }

    private void CopySet(int set) =>
        inputs.Copy(set, words + (nint)set * Count * shape.WordsPerSample, controls + (shape.Controls > 0 ? (nint)set * Count : 0));

    private void Encode()
    {
        if (plan.Forward.Encodes && !encoded)
            Workers.For(sets * chunks, threads, item => EncodeChunk(item / chunks, item % chunks));
        encoded = true;
    }

    private void EncodeChunk(int set, int chunk) => plan.Forward.Encode(set, chunk * Chunk, Math.Min(Chunk, padded - chunk * Chunk));

    private void Prepare()
    {
        var pieces = plan.Backward.Preparations;
        if (!prepared)
            Workers.For(sets * pieces, threads, item => plan.Backward.Prepare(item / pieces, item % pieces));
        prepared = true;
    }

    /// <summary>
    /// Forward passes of all replicates, cut by samples too where there are few hidden units: no output knows of the cuts. What the
    /// backward pass must know of the samples is found beside them.
    /// </summary>
    private void ForwardAll(bool backwards)
    {
        Copy();
        Encode();
        var preparations = backwards && !prepared ? plan.Backward.Preparations : 0;
        var slabs = shape.Replicates * plan.Slabs;
        var cuts = Math.Clamp((plan.Forward.PiecesPerThread * threads + slabs - 1) / slabs, 1, chunks);
        var forward = slabs * cuts;
        Workers.For(
            forward + sets * preparations,
            threads,
            item =>
            {
                if (item >= forward)
                {
                    plan.Backward.Prepare((item - forward) / preparations, (item - forward) % preparations);
                    return;
                }

                var (slab, cut) = (item / cuts, item % cuts);
                var (from, to) = (cut * chunks / cuts * Chunk, cut == cuts - 1 ? padded : (cut + 1) * chunks / cuts * Chunk);
                ForwardSlab(slab / plan.Slabs, slab % plan.Slabs, from, to, backwards);
            }
        );
        prepared |= backwards;
    }

    private void ForwardSlab(int r, int slab, int from, int to, bool backwards)
    {
        var (first, last) = (slab * plan.BlocksOfSlab, Math.Min((slab + 1) * plan.BlocksOfSlab, plan.Blocks.Count));
        var sum = sums.Pointer + ((nint)r * plan.Slabs + slab) * shape.Outputs * padded;
        for (var block = first; block < last; block++)
            plan.Forward.Run(SetOf(r), block, from, to, parameters + (nint)r * shape.Parameters, sum, block > first, Active(r, block));
        if (backwards)
            plan.Backward.TakeActive(r, Active(r, 0), first, last, from, to);
    }

    private void BackwardPiece(int r, int piece)
    {
        var start = (nint)r * shape.Parameters;
        plan.Backward.Run(r, SetOf(r), piece, parameters + start, Derivative(r, 0), Active(r, 0), gradients + start);
    }

    private void FinishGradient(int r)
    {
        var own = gradients + (nint)r * shape.Parameters;
        plan.Backward.Finish(r, own);
        for (var o = 0; o < shape.Outputs; o++)
        {
            var sum = 0.0;
            for (var chunk = 0; chunk < chunks; chunk++)
                sum += chunkSlopes.Pointer[((nint)r * chunks + chunk) * shape.Outputs + o];
            own[shape.OutputBias + o] = T.CreateTruncating(sum);
        }
    }

    private int SetOf(int r) => sets == 1 ? 0 : r;

    private (int First, int Count) Range(int chunk) => (chunk * Chunk, Math.Min(Chunk, Count - chunk * Chunk));

    /// <summary>[samples, O] dL/df from a sample on, in the passes' order; the sample after the last has 0.</summary>
    private T* Derivative(int r, int first) => derivatives.Pointer + ((nint)r * (padded + 1) + first) * shape.Outputs;

    private uint* Active(int r, int block) => active.Pointer + ((nint)r * plan.Blocks.Count + block) * padded;
}
