using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// Two samples at a time on vectors of 256 bits: a register holds the sums of dL/df over all four subsets of the two. A sample's active
/// units lie in the elements of a vector, as many bits in each; bits of two samples side by side are indices, of which a shift brings
/// one after the other to the foot of every element.
/// </summary>
/// <remarks>Three instructions do what takes four for one sample (<see cref="BlockKernels{T}.SumRuns"/>); where numbers have 64 bits, a
/// permutation of 32-bit halves looks them up.</remarks>
internal readonly unsafe struct PairLookup<T> : ISubsetLookup<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxElementUnits = 32,
        ByteUnits = 8,
        SubsetCount = 4,
        Eight = 8, // sums in registers
        Line = 64;
    private const uint Even = 0x55555555;

    /// <summary>Samples whose active units are asked for while those before them are looked up.</summary>
    private const int Ahead = SortedSamples.Readable;

    /// <summary>What a tile costs beside its look-ups, as units of an element.</summary>
    private const int TileOverhead = 6;

    private readonly AlignedBuffer<uint> rows = new(); // [R, tiles, padded + 1, words]
    private readonly int replicates,
        elementUnits,
        words, // of 32 bits, of a sample
        vectors; // of indices: of two bits for each unit or, where sums have 64 bits, four

    /// <summary>For stacks of networks of one shape.</summary>
    public PairLookup(BinaryMlpShape shape)
    {
        replicates = shape.Replicates;
        elementUnits = ElementUnits(shape.Width);
        words = typeof(T) == typeof(double) ? Lanes * elementUnits / ByteUnits : Lanes;
        vectors =
            typeof(T) == typeof(double) ? elementUnits / ByteUnits
            : elementUnits == ByteUnits ? 1
            : 2;
        IndexLength = vectors * Shifts * Line;
        Tiles = (shape.Width + TileUnits - 1) / TileUnits;
    }

    /// <inheritdoc/>
    public static int Together => 2;

    /// <inheritdoc/>
    public static int MaxGroups => 16;

    /// <inheritdoc/>
    public static int RunSamples => 12;

    /// <inheritdoc/>
    public static int SumBudget => 256 * 1024; // measured on Zen 3

    /// <inheritdoc/>
    public int Tiles { get; }

    /// <inheritdoc/>
    public int TileUnits => elementUnits * Lanes;

    /// <inheritdoc/>
    public int TakenUnits => TileUnits;

    /// <inheritdoc/>
    /// <remarks>Vector j has unit j of every element.</remarks>
    public int Interleave => elementUnits;

    /// <inheritdoc/>
    public int IndexLength { get; }

    /// <inheritdoc/>
    public int SubsetLength => SubsetCount;

    private static int Lanes => Vector256<T>.Count;

    /// <summary>
    /// Copies of a vector of indices, each shifted to its next one: all others lie bytes further on, so that nothing is left to shift
    /// where they are looked up. Each has a cache line of its own, which loads of any of its bytes stay in.
    /// </summary>
    private static int Shifts => typeof(T) == typeof(double) ? 2 : 4;

    /// <summary>Hidden units of an element, 8, 16 or 32, and so of a block of the forward pass.</summary>
    /// <param name="width">H, all hidden units.</param>
    public static int ElementUnits(int width)
    {
        var best = MaxElementUnits;
        for (var units = MaxElementUnits / 2; units >= ByteUnits; units /= 2)
        {
            if (Cost(units) < Cost(best))
                best = units;
        }

        return best;

        int Cost(int units) => (width + units * Lanes - 1) / (units * Lanes) * (units + TileOverhead);
    }

    /// <inheritdoc/>
    public int Used(int units) => TileUnits;

    /// <inheritdoc/>
    public void Reserve(int padded) => rows.Reserve((long)replicates * Tiles * (padded + 1) * words);

    /// <inheritdoc/>
    public void* Rows(int r, int tile, int padded) => rows.Pointer + ((nint)r * Tiles + tile) * (padded + 1) * words;

    /// <inheritdoc/>
    /// <remarks>Element i of a tile has block i of it.</remarks>
    public void Take(int r, uint* active, int padded, int firstBlock, int lastBlock, int from, int to)
    {
        const int Chunk = 256;
        var spread = stackalloc uint[Chunk * Vector256<double>.Count];
        for (var block = firstBlock; block < lastBlock; block += Lanes)
        {
            var count = Math.Min(Lanes, lastBlock - block);
            var row = (uint*)Rows(r, block / Lanes, padded) + (nint)from * words;
            var source = active + (nint)block * padded + from;
            if (typeof(T) == typeof(float))
            {
                Transposition.Copy((float*)source, padded, count, to - from, (float*)row, words);
                continue;
            }

            for (var b = 0; b < to - from; b += Chunk)
            {
                var samples = Math.Min(Chunk, to - from - b);
                for (var part = 0; part < elementUnits / ByteUnits; part++)
                {
                    for (var lane = 0; lane < count; lane++)
                        Spread(source + (nint)lane * padded + b, samples, part * ByteUnits, spread + lane * Chunk);
                    Transposition.Copy((float*)spread, Chunk, count, samples, (float*)(row + (nint)b * words + part * Lanes), words);
                }
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FindIndices(void* tile, int* samples, byte* indices)
    {
        uint* first = (uint*)tile + (nint)samples[0] * words,
            second = (uint*)tile + (nint)samples[1] * words;
        if (Sse.IsSupported)
        {
            Sse.Prefetch0((uint*)tile + (nint)samples[Ahead] * words);
            Sse.Prefetch0((uint*)tile + (nint)samples[Ahead + 1] * words);
        }

        if (typeof(T) == typeof(double))
        {
            // Bits 1 and 2 of four are the samples'; bit 0 tells the halves of a number.
            var half = Vector256.Create(0x1111111100000000ul).AsUInt32();
            for (var i = 0; i < words; i += Lanes, indices += 2 * Line)
            {
                Vector256<uint> a = Twice(first + i),
                    b = Twice(second + i);
                a = a | (b + b) | half;
                a.Store((uint*)indices);
                (a >>> 4).Store((uint*)(indices + Line));
            }

            return;
        }

        {
            var even = Vector256.Create(Even);
            Vector256<uint> a = Vector256.Load(first),
                b = Vector256.Load(second);
            Vector256<uint> evens = (a & even) | Vector256.AndNot(b + b, even),
                odds = ((a >>> 1) & even) | Vector256.AndNot(b, even);
            if (elementUnits == ByteUnits)
            {
                StoreShifted(evens | (odds << ByteUnits), indices);
                return;
            }

            StoreShifted(evens, indices);
            StoreShifted(odds, indices + 4 * Line);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddUpSubsets(T* derivatives, int* samples, int outputs, T* subsets, int stride)
    {
        T* a = derivatives + (nint)samples[0] * outputs,
            b = derivatives + (nint)samples[1] * outputs;
        if (Sse.IsSupported && (outputs > 1 || typeof(T) == typeof(double)))
        {
            Sse.Prefetch0(derivatives + (nint)samples[Ahead] * outputs);
            Sse.Prefetch0(derivatives + (nint)samples[Ahead + 1] * outputs);
        }

        for (var o = 0; o < outputs; o++, subsets += stride)
        {
            T first = a[o],
                second = b[o];
            subsets[0] = T.Zero;
            subsets[1] = first;
            subsets[2] = second;
            subsets[3] = first + second;
        }
    }

    /// <inheritdoc/>
    public void Add(byte* indices, int groups, int used, T* subsets, T* sums, bool add)
    {
        var length = IndexLength;
        if (typeof(T) == typeof(double))
        {
            for (var i = 0; i < vectors; i++, indices += 2 * Line, sums += Eight * Lanes)
                AddEight(indices, length, groups, (double*)subsets, (double*)sums, add);
            return;
        }

        float* four = (float*)subsets,
            sum = (float*)sums;
        var step = 2 * Lanes;
        if (vectors == 1)
        {
            AddEight(indices, length, groups, four, sum, sum + Lanes, step, add); // even units, then odd ones
            return;
        }

        for (var i = 0; i < vectors; i++, indices += 4 * Line, sum += Lanes)
        {
            AddEight(indices, length, groups, four, sum, sum + 4 * step, step, add);
            if (elementUnits == MaxElementUnits)
                AddEight(indices + 2, length, groups, four, sum + Eight * step, sum + (Eight + 4) * step, step, add);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => rows.Dispose();

    /// <summary>Four words, each twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Twice(uint* words) =>
        Avx.PermuteVar(Avx.BroadcastVector128ToVector256((float*)words), Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3)).AsUInt32();

    /// <summary>Eight bits of each word, from <paramref name="shift"/> on, become every fourth from bit 1 on.</summary>
    private static void Spread(uint* words, int count, int shift, uint* spread)
    {
        for (var b = 0; b < count; b += Vector256<uint>.Count)
        {
            var x = (Vector256.Load(words + b) >>> shift) & Vector256.Create(0xFFu);
            x = (x | (x << 12)) & Vector256.Create(0x000F000Fu);
            x = (x | (x << 6)) & Vector256.Create(0x03030303u);
            x = (x | (x << 3)) & Vector256.Create(0x11111111u);
            (x + x).Store(spread + b);
        }
    }

    /// <summary>A vector of indices of two bits, shifted by none, two, four and six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreShifted(Vector256<uint> index, byte* indices)
    {
        index.Store((uint*)indices);
        (index >>> 2).Store((uint*)(indices + Line));
        (index >>> 4).Store((uint*)(indices + 2 * Line));
        (index >>> 6).Store((uint*)(indices + 3 * Line));
    }

    /// <summary>Looks up and adds eight vectors of units' sums, by two bits each.</summary>
    /// <param name="indices">At every <paramref name="stride"/>, those of a group, from <see cref="StoreShifted"/>.</param>
    /// <param name="stride">Bytes.</param>
    /// <param name="groups">How many.</param>
    /// <param name="subsets">[groups, 4]</param>
    /// <param name="first">The sums of the first byte's indices, at every <paramref name="step"/>.</param>
    /// <param name="second">Those of the second byte's.</param>
    /// <param name="step">Elements.</param>
    /// <param name="add">Whether to add to the sums or to overwrite them.</param>
    private static void AddEight(byte* indices, nint stride, int groups, float* subsets, float* first, float* second, int step, bool add)
    {
        Vector256<float> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default,
            s4 = default,
            s5 = default,
            s6 = default,
            s7 = default;
        if (add)
        {
            s0 = Vector256.Load(first);
            s1 = Vector256.Load(first + step);
            s2 = Vector256.Load(first + 2 * step);
            s3 = Vector256.Load(first + 3 * step);
            s4 = Vector256.Load(second);
            s5 = Vector256.Load(second + step);
            s6 = Vector256.Load(second + 2 * step);
            s7 = Vector256.Load(second + 3 * step);
        }

        for (var i = 0; i < groups; i++, indices += stride, subsets += SubsetCount)
        {
            var four = Avx.BroadcastVector128ToVector256(subsets);
            s0 += Avx.PermuteVar(four, Vector256.Load((int*)indices));
            s1 += Avx.PermuteVar(four, Vector256.Load((int*)(indices + Line)));
            s2 += Avx.PermuteVar(four, Vector256.Load((int*)(indices + 2 * Line)));
            s3 += Avx.PermuteVar(four, Vector256.Load((int*)(indices + 3 * Line)));
            s4 += Avx.PermuteVar(four, Vector256.Load((int*)(indices + 1)));
            s5 += Avx.PermuteVar(four, Vector256.Load((int*)(indices + Line + 1)));
            s6 += Avx.PermuteVar(four, Vector256.Load((int*)(indices + 2 * Line + 1)));
            s7 += Avx.PermuteVar(four, Vector256.Load((int*)(indices + 3 * Line + 1)));
        }

        s0.Store(first);
        s1.Store(first + step);
        s2.Store(first + 2 * step);
        s3.Store(first + 3 * step);
        s4.Store(second);
        s5.Store(second + step);
        s6.Store(second + 2 * step);
        s7.Store(second + 3 * step);
    }

    /// <summary>Looks up and adds eight vectors of units' sums, by four bits each.</summary>
    private static void AddEight(byte* indices, nint stride, int groups, double* subsets, double* sums, bool add)
    {
        Vector256<double> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default,
            s4 = default,
            s5 = default,
            s6 = default,
            s7 = default;
        if (add)
        {
            s0 = Vector256.Load(sums);
            s1 = Vector256.Load(sums + Lanes);
            s2 = Vector256.Load(sums + 2 * Lanes);
            s3 = Vector256.Load(sums + 3 * Lanes);
            s4 = Vector256.Load(sums + 4 * Lanes);
            s5 = Vector256.Load(sums + 5 * Lanes);
            s6 = Vector256.Load(sums + 6 * Lanes);
            s7 = Vector256.Load(sums + 7 * Lanes);
        }

        for (var i = 0; i < groups; i++, indices += stride, subsets += SubsetCount)
        {
            var four = Vector256.Load((float*)subsets);
            s0 += Look(four, indices);
            s1 += Look(four, indices + Line);
            s2 += Look(four, indices + 1);
            s3 += Look(four, indices + Line + 1);
            s4 += Look(four, indices + 2);
            s5 += Look(four, indices + Line + 2);
            s6 += Look(four, indices + 3);
            s7 += Look(four, indices + Line + 3);
        }

        s0.Store(sums);
        s1.Store(sums + Lanes);
        s2.Store(sums + 2 * Lanes);
        s3.Store(sums + 3 * Lanes);
        s4.Store(sums + 4 * Lanes);
        s5.Store(sums + 5 * Lanes);
        s6.Store(sums + 6 * Lanes);
        s7.Store(sums + 7 * Lanes);
    }

    /// <summary>Half i of the four numbers at the three low bits of element i of the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Look(Vector256<float> four, byte* index) =>
        Avx2.PermuteVar8x32(four, Vector256.Load((int*)index)).AsDouble();
}
