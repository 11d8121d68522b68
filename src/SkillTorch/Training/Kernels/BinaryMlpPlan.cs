using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// Which way the passes take, chosen once for a shape of networks, a machine and a size of batches. <c>docs/kernels.md</c> says why
/// each way is fast, and shows the choice as a table.
/// </summary>
internal sealed class BinaryMlpPlan<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MinBlocksOfSlab = 4,
        MaxSlabs = 16;

    /// <summary>Samples from which on tables of 8 bits are worth building.</summary>
    private const int ManySamples = 1024;

    private BinaryMlpPlan(HiddenBlocks<T> blocks, ForwardPass<T> forward, BackwardPass<T> backward, int slabBlocks, bool sortsInputs)
    {
        Blocks = blocks;
        Forward = forward;
        Backward = backward;
        BlocksOfSlab = slabBlocks;
        Slabs = (blocks.Count + slabBlocks - 1) / slabBlocks;
        SortsInputs = sortsInputs;
    }

    /// <summary>Blocks of one or two vectors of hidden units.</summary>
    public HiddenBlocks<T> Blocks { get; }

    /// <summary>From the inputs to outputs and active units.</summary>
    public ForwardPass<T> Forward { get; }

    /// <summary>From dL/df and active units to the gradient.</summary>
    public BackwardPass<T> Backward { get; }

    /// <summary>Blocks of a slab, which one piece of the forward pass computes.</summary>
    public int BlocksOfSlab { get; }

    /// <summary>Slabs of hidden units.</summary>
    public int Slabs { get; }

    /// <summary>Whether samples are sorted by their control index, of which most vectors of samples then share one.</summary>
    public bool SortsInputs { get; }

    /// <summary>Whether batches of a size are many samples; a plan serves one kind or the other.</summary>
    public static bool AreMany(int samples) => samples >= ManySamples;

    /// <summary>Chooses.</summary>
    /// <param name="shape">Sizes of the stack.</param>
    /// <param name="kernels">The inner loops, on the machine's vectors.</param>
    /// <param name="inputs">The samples.</param>
    /// <param name="many">Whether batches have many samples.</param>
    public static BinaryMlpPlan<T> Create(BinaryMlpShape shape, BlockKernels<T> kernels, InputPlanes inputs, bool many)
    {
        var vectors = (shape.Width + kernels.Lanes - 1) / kernels.Lanes;
        bool few = vectors <= 2 && shape.Outputs == 1,
            pairs = !few && kernels.Lanes == Vector256<T>.Count && Avx2.IsSupported;
        var blocks = new HiddenBlocks<T>(
            shape,
            kernels,
            pairs ? PairLookup<T>.ElementUnits(shape.Width) : Math.Min(vectors, 2) * kernels.Lanes
        );
        var slabBlocks = Math.Max(MinBlocksOfSlab, (blocks.Count + MaxSlabs - 1) / MaxSlabs);

        // Registers hold the tables of four bits; a wide layer makes up for building larger ones in memory.
        bool registers = PermuteForward.Supports<T>(shape, kernels.Lanes),
            narrow = registers && shape.Width <= PermuteBackward.MaxUnits;
        var backward =
            narrow ? (BackwardPass<T>)(object)new PermuteBackward(shape, inputs, blocks.Stride)
            : few ? new TableBackward<T>(shape, kernels, inputs, blocks, slabBlocks)
            : pairs ? new SubsetBackward<PairLookup<T>, T>(shape, kernels, inputs, new PairLookup<T>(shape))
            : kernels.Lanes == Vector512<T>.Count && ActiveRows.Supported
                ? new SubsetBackward<OctetLookup<T>, T>(shape, kernels, inputs, new OctetLookup<T>(shape, 2 * kernels.Lanes))
            : new SortedBackward<T>(shape, kernels, inputs);
        var tables = !registers || (many && !narrow);
        var forward = tables
            ? new TableForward<T>(shape, kernels, inputs, blocks, large: many)
            : (ForwardPass<T>)(object)new PermuteForward(shape, inputs, blocks.Stride);
        var together = Math.Max(1, backward.UnitsTogether / blocks.Stride);
        slabBlocks = (slabBlocks + together - 1) / together * together;
        return new BinaryMlpPlan<T>(blocks, forward, backward, slabBlocks, tables && backward is GroupedBackward<T>);
    }

    public void Dispose()
    {
        Forward.Dispose();
        Backward.Dispose();
    }
}
