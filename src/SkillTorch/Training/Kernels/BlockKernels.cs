using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>The table rows of a run of samples: four samples at a time, [tile, group, 4] offsets in elements.</summary>
internal readonly unsafe struct SampleRows(ushort* rows, int groups, int tiles)
{
    /// <summary>Samples in a tile.</summary>
    public const int Tile = 4;

    public readonly ushort* Rows = rows;
    public readonly int Groups = groups;
    public readonly int Tiles = tiles;
}

/// <summary>
/// The inner loops for one block of hidden units: one or two vectors of them, against every sample. Nothing here knows of
/// replicates, threads or parameter order.
/// </summary>
internal abstract unsafe class BlockKernels<T>
    where T : unmanaged
{
    /// <summary>Elements in a vector.</summary>
    public abstract int Lanes { get; }

    /// <summary>Vectors in a row of the forward pass's tables, at most: a row fills a cache line where it can.</summary>
    public abstract int RowVectors { get; }

    /// <summary>The widest vectors that this machine runs well.</summary>
    /// <param name="vectorBits">512, 256 or 128 to choose, 0 for the best.</param>
    public static BlockKernels<T> Create(int vectorBits = 0)
    {
        var evex = Vector512.IsHardwareAccelerated && Avx512F.IsSupported;
        return vectorBits switch
        {
            512 => new BlockKernels<Simd512<T>, Vector512<T>, T>(),
            256 => new BlockKernels<Simd256<T>, Vector256<T>, T>(),
            128 => new BlockKernels<Simd128<T>, Vector128<T>, T>(),
            0 => Create(
                evex ? 512
                : Vector256.IsHardwareAccelerated ? 256
                : 128
            ),
            _ => throw new ArgumentException($"Got {vectorBits} for `vectorBits`; expected 512, 256, 128 or 0."),
        };
    }

    /// <summary>Every pattern's sum of weights: a row is made of an earlier one by one addition.</summary>
    /// <param name="weights">[bits, stride] W1's columns for a vector of units.</param>
    /// <param name="bits">Bits of the pattern.</param>
    /// <param name="stride">Elements from column to column.</param>
    /// <param name="table">[2^bits, row] Receives the sums.</param>
    /// <param name="row">Elements from row to row.</param>
    public abstract void BuildTable(T* weights, int bits, int stride, T* table, int row);

    /// <summary>rows[i] ← start + weights[i], or one row of the start alone.</summary>
    /// <param name="weights">[count, stride]</param>
    /// <param name="start">[Lanes]</param>
    /// <param name="count">How many.</param>
    /// <param name="stride">Elements from one to the next.</param>
    /// <param name="rows">[max(1, count), row]</param>
    /// <param name="row">Elements from row to row.</param>
    public abstract void AddToRows(T* weights, T* start, int count, int stride, T* rows, int row);

    /// <summary>Whether <see cref="Forward"/> wants all weights and biases with their signs turned.</summary>
    /// <param name="outputs">O.</param>
    public abstract bool TurnsSigns(int outputs);

    /// <summary>Outputs that one or two vectors of hidden units contribute, and which of them are active.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="table">Every pattern's sum of weights, group by group.</param>
    /// <param name="bases">[controls, row] Where sums begin.</param>
    /// <param name="weights">[O, stride] W2 for the units.</param>
    /// <param name="stride">Elements from output to output.</param>
    /// <param name="outputs">O.</param>
    /// <param name="sums">[O, sumStride] Receives the contributions.</param>
    /// <param name="sumStride">Samples, rounded up.</param>
    /// <param name="add">Whether to add to the sums or to overwrite them.</param>
    /// <param name="active">[samples] Zeros at first; receives one bit for each unit.</param>
    /// <param name="firstBit">The first unit's; a multiple of Lanes.</param>
    /// <param name="pair">Whether rows have two vectors.</param>
    public abstract void Forward(
        SampleQuads samples,
        T* table,
        T* bases,
        T* weights,
        int stride,
        int outputs,
        T* sums,
        nint sumStride,
        bool add,
        uint* active,
        int firstBit,
        bool pair
    );

    /// <summary>Accumulates Σ_b dL/df_b [z_b > 0] by pattern, for each group.</summary>
    /// <param name="rows">The samples.</param>
    /// <param name="table">[Rows, Stride] Zeros at first.</param>
    /// <param name="derivative">[samples] dL/df of the one output.</param>
    /// <param name="active">From <see cref="Forward"/>.</param>
    /// <param name="pair">Whether the block has two vectors.</param>
    public abstract void Backward(SampleRows rows, T* table, T* derivative, uint* active, bool pair);

    /// <summary>From a table by pattern to sums by input: Σ_b dL/df_b [z_b > 0] x_bj, and the sum over all samples.</summary>
    /// <param name="layout">The groups.</param>
    /// <param name="table">[Rows, Stride] From <see cref="Backward"/>; destroyed.</param>
    /// <param name="gradient">[I, Stride] Receives the sums by input.</param>
    /// <param name="total">[Stride] Receives the sum over all samples.</param>
    /// <param name="pair">Whether the block has two vectors.</param>
    public abstract void ReduceTable(TableLayout layout, T* table, T* gradient, T* total, bool pair);

    /// <summary>
    /// Σ_b dL/df_b [z_b > 0] over the runs of samples that have the same pattern of a group, then over the patterns that share
    /// their low or their high bits.
    /// </summary>
    /// <param name="order">Samples sorted by pattern.</param>
    /// <param name="starts">[patterns + 1] Where each pattern's run starts in them.</param>
    /// <param name="lows">Patterns of the low bits.</param>
    /// <param name="highs">Patterns of the high bits.</param>
    /// <param name="derivative">dL/df of sample b at b·<paramref name="step"/>.</param>
    /// <param name="step">Distance of derivatives.</param>
    /// <param name="active">[blocks, activeStride] One bit for each unit of a block of two vectors.</param>
    /// <param name="activeStride">Samples, rounded up.</param>
    /// <param name="blocks">1 or 2 blocks side by side.</param>
    /// <param name="low">[lows, 2·blocks·Lanes] Receives the sums by low bits.</param>
    /// <param name="high">[highs, 2·blocks·Lanes] Receives the sums by high bits.</param>
    public abstract void SumRuns(
        int* order,
        int* starts,
        int lows,
        int highs,
        T* derivative,
        nint step,
        uint* active,
        nint activeStride,
        int blocks,
        T* low,
        T* high
    );

    /// <summary>From sums by pattern to sums by bit.</summary>
    /// <param name="rows">[2^bits, stride] Sums by pattern; the first row becomes the sum of all, the others are destroyed.</param>
    /// <param name="bits">Bits of the pattern.</param>
    /// <param name="stride">Elements from row to row.</param>
    /// <param name="columns">[bits, stride] Receives the sums.</param>
    /// <param name="elements">Elements of a row to sum, a multiple of Lanes.</param>
    public abstract void SumByBit(T* rows, int bits, int stride, T* columns, int elements);

    /// <summary>From G_j, the sums of a group of inputs for a vector of units, to the gradients of both layers' weights.</summary>
    /// <param name="sums">[columns, stride] G_j.</param>
    /// <param name="stride">Elements from input to input.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="weights">[columns, Lanes] W1.</param>
    /// <param name="factor">[Lanes] W2.</param>
    /// <param name="scaled">[columns, Lanes] Receives factor·G_j.</param>
    /// <param name="add">Whether to add to it or to overwrite it.</param>
    /// <param name="part">[Lanes] Σ_j weights_j·G_j is added to it.</param>
    public abstract void Finish(T* sums, int stride, int columns, T* weights, T* factor, T* scaled, bool add, T* part);

    /// <summary>sums[0, i] ← bias + Σ_k sums[k, i].</summary>
    /// <param name="sums">[parts, stride]</param>
    /// <param name="parts">How many to add.</param>
    /// <param name="stride">Elements from one part to the next.</param>
    /// <param name="bias">Added to each.</param>
    /// <param name="count">Elements.</param>
    public abstract void SumParts(T* sums, int parts, nint stride, T bias, int count);

    /// <summary>Σ values, in lanes first.</summary>
    public abstract double Sum(T* values, int count);

    /// <summary>Whether a block has one vector or two, known to the just-in-time compiler.</summary>
    protected interface IBlock
    {
        static abstract bool Pair { get; }
    }

    /// <summary>One vector.</summary>
    protected readonly struct Single : IBlock
    {
        public static bool Pair => false;
    }

    /// <summary>Two vectors.</summary>
    protected readonly struct Double : IBlock
    {
        public static bool Pair => true;
    }
}
