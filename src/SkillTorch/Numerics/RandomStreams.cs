using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Numerics;

/// <summary>
/// The random numbers of several seeds for one purpose as tensors, of many steps at a time: <see cref="RandomStream"/>'s, bit for bit,
/// computed on the device on which they are needed. 32-bit words are the low halves of 64-bit integers, whose products wrap around.
/// </summary>
internal sealed class RandomStreams : IDisposable
{
    private const long Low = uint.MaxValue;

    private readonly Device device;
    private readonly RandomPurpose purpose;
    private IDeviceKernel? kernel;
    private readonly Tensor low,
        high; // halves of the seeds [N, 1]

    /// <summary>Prepares the draws.</summary>
    /// <param name="seeds">One a stream; length N.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="device">Where they are computed.</param>
    public RandomStreams(IReadOnlyList<ulong> seeds, RandomPurpose purpose, Device device)
    {
        this.device = device;
        this.purpose = purpose;
        low = Transfer.Copy([.. seeds.Select(seed => (long)(uint)seed)], [seeds.Count, 1], device).DetachFromDisposeScope();
        high = Transfer.Copy([.. seeds.Select(seed => (long)(seed >> 32))], [seeds.Count, 1], device).DetachFromDisposeScope();
    }

    /// <summary>The generator in CUDA C++.</summary>
    public static string Source =>
        KernelSource.Read(
            "philox.cu",
            ("ROUNDS", Philox.Rounds),
            ("MULTIPLIER0", Philox.Multiplier0),
            ("MULTIPLIER1", Philox.Multiplier1),
            ("WEYL0", $"{Philox.Weyl0}u"),
            ("WEYL1", $"{Philox.Weyl1}u")
        );

    /// <summary>Where the halves of the seeds lie, 64-bit integers [N] each.</summary>
    public (long Low, long High) Addresses => (LibTorch.AddressOf(low), LibTorch.AddressOf(high));

    /// <summary>Blocks that are drawn at once at most: each takes about a hundred bytes while it is.</summary>
    public long MaxBlocks { get; init; } = 1L << 22;

    /// <summary>Number of streams N.</summary>
    public long Count => low.shape[0];

    /// <summary>Uniform 32-bit words from the start of every stream.</summary>
    /// <param name="step">The first of consecutive steps.</param>
    /// <param name="steps">Number of steps T.</param>
    /// <param name="count">Words of a stream.</param>
    /// <returns>Integers [T, N, count] from 0 to 2³² − 1, owned by the current dispose scope.</returns>
    public Tensor Words(ulong step, int steps, long count)
    {
        var blocks = (count + Philox.BlockWords - 1) / Philox.BlockWords;
        var together = Math.Clamp(MaxBlocks / Math.Max(1, steps * blocks), 1, Count); // streams
        if (together == Count)
            return Words(low, high, step, steps, blocks, count);
        var parts = new List<Tensor>();
        for (var first = 0L; first < Count; first += together)
        {
            var part = Math.Min(together, Count - first);
            parts.Add(Words(low.narrow(0, first, part), high.narrow(0, first, part), step, steps, blocks, count));
        }

        return cat(parts, 1);
    }

    /// <summary>Uniform 64-bit words, as <see cref="RandomStream.FillBits(Span{ulong}, long)"/>.</summary>
    /// <param name="step">The first of consecutive steps.</param>
    /// <param name="steps">Number of steps T.</param>
    /// <param name="count">Words of a stream.</param>
    /// <returns>The low and the high half of each word, [T, N, count] each, owned by the current dispose scope.</returns>
    public (Tensor Low, Tensor High) LongWords(ulong step, int steps, long count)
    {
        var halves = Words(step, steps, 2 * count).view(steps, Count, count, 2);
        return (halves.select(3, 0), halves.select(3, 1));
    }

    /// <summary>Uniform numbers with 53 random bits, as
    /// <see cref="RandomStream.FillUniform(Span{double}, double, double, long)"/>.</summary>
    /// <param name="step">The first of consecutive steps.</param>
    /// <param name="steps">Number of steps T.</param>
    /// <param name="count">Numbers of a stream.</param>
    /// <param name="least">Lower bound.</param>
    /// <param name="most">Upper bound.</param>
    /// <returns>Float64 numbers [T, N, count], owned by the current dispose scope.</returns>
    public Tensor Uniform(ulong step, int steps, long count, double least, double most)
    {
        using var scope = NewDisposeScope();
        var (lows, highs) = LongWords(step, steps, count);
        var unit = Leading53(lows, highs).to(ScalarType.Float64).Times(RandomStream.Unit);
        return unit.Times(most - least).Plus(least).MoveToOuterDisposeScope();
    }

    /// <summary>Standard normal numbers, as <see cref="RandomStream.FillNormal(Span{double}, double, double, long)"/>.</summary>
    /// <param name="step">The first of consecutive steps.</param>
    /// <param name="steps">Number of steps T.</param>
    /// <param name="count">Numbers of a stream.</param>
    /// <returns>Float64 numbers [T, N, count], owned by the current dispose scope.</returns>
    public Tensor Normal(ulong step, int steps, long count)
    {
        using var scope = NewDisposeScope();
        var (lows, highs) = LongWords(step, steps, (count + 1) / 2 * 2);
        var words = Leading53(lows, highs).view(steps, Count, -1, 2);
        var radius = words.select(3, 0).PlusInteger(1).to(ScalarType.Float64).Times(RandomStream.Unit);
        var angle = words.select(3, 1).to(ScalarType.Float64).Times(RandomStream.Unit);
        var (first, second) = BoxMuller.Pair(new TensorDoubles(radius), new TensorDoubles(angle));
        return stack([first.Values, second.Values], 3).view(steps, Count, -1).narrow(2, 0, count).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Uniformly random permutations, as <see cref="RandomSequence.Permutation"/> at the start of every stream. A rejected word, which
    /// is rare, is looked for with a synchronisation.
    /// </summary>
    /// <param name="step">The first of consecutive steps.</param>
    /// <param name="steps">Number of steps T.</param>
    /// <param name="count">Number of items n.</param>
    /// <returns>Integers [T, N, n], owned by the current dispose scope.</returns>
    /// <remarks>
    /// Fisher–Yates swaps item i with item j_i ≤ i, for i = n − 1, …, 1. What ends at i is what is at j_i before the swap: what the
    /// last swap before it that reached j_i, of the item m &gt; i with j_m = j_i, put there, which is what was at m before. So what is
    /// at k before its own swap is k itself, or what was at m, the least m &gt; k with j_m = k: a chain that ends after log₂ n
    /// doublings.
    /// </remarks>
    public Tensor Permutations(ulong step, int steps, int count)
    {
        using var scope = NewDisposeScope();
        var n = (long)count;
        var items = IntegerArithmetic.Range(n, device).expand(steps, Count, n);
        if (n < 2)
            return items.clone().MoveToOuterDisposeScope();
        var partner = Partners(step, steps, n); // j [T, N, n]

        // Swaps in the order of their partners, and of items among equal ones.
        var key = partner.TimesInteger(n).Plus(items).sort(-1).Values;
        var item = key.Modulo(n);
        var of = key.Quotient(n);
        var none = IntegerArithmetic.Filled([steps, Count, 1], n, device); // [T, N, 1]; n is no item
        var same = of.narrow(2, 0, n - 1).eq(of.narrow(2, 1, n - 1));
        var after = cat([where(same, item.narrow(2, 1, n - 1), none), none], 2); // next item with the same partner
        var next = items.clone().scatter_(2, item, after); // of each item: next m > i with j_m = j_i, or n

        // The least m > k with j_m = k: the first of those whose partner is k, or, if that is k itself, the next.
        var first = IntegerArithmetic.Filled([steps, Count, n], n, device);
        var isFirst = cat([ones_like(same.narrow(2, 0, 1)), same.logical_not()], 2);
        var wide = cat([first, none], 2).scatter_(2, where(isFirst, of, none), item); // [T, N, n + 1]; n is waste
        first = wide.narrow(2, 0, n);
        first = where(first.eq(items), next, first);
        var chain = cat([where(first.eq(none), items, first), none], 2); // [T, N, n + 1]: what k holds before its swap, in the end
        for (var reach = 1L; reach < n; reach *= 2)
            chain = chain.gather(2, chain);
        return where(next.eq(none), partner, chain.gather(2, next)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        low.Dispose();
        high.Dispose();
    }

    /// <summary>The item with which each is swapped, 0 with itself: j_i, [T, N, n], by Lemire's bounded integers.</summary>
    private Tensor Partners(ulong step, int steps, long n)
    {
        for (var spare = 16L; ; spare *= 4)
        {
            var drawn = n - 1 + spare;
            var words = Words(step, steps, drawn);
            var place = IntegerArithmetic.Range(drawn, device); // [D]
            var rejected = zeros_like(words);
            for (; ; )
            {
                // A rejected word leaves its item to the next one.
                var before = rejected.cumsum(2) - rejected;
                var item = (before - place).PlusInteger(n - 1); // [T, N, D]; below 1 all are done
                var bound = item.AtLeastInteger(1).PlusInteger(1);
                var product = words.mul(bound); // below 2⁶³
                var remainder = bound.neg().PlusInteger(1L << 32).remainder(bound); // 2³² mod bound
                var now = product.And(Low).lt(remainder).logical_and(item.IsBelow(1).logical_not()).to(ScalarType.Int64);
                if (now.ne(rejected).any().item<bool>())
                {
                    rejected = now;
                    continue;
                }

                if (item.narrow(2, drawn - 1, 1).IsBelow(2).logical_not().any().item<bool>())
                    break; // more were rejected than there are to spare
                var partner = product.ShiftRight(32);
                var target = where(
                    rejected.IsInteger(0).logical_and(item.IsBelow(1).logical_not()),
                    item,
                    IntegerArithmetic.Filled([steps, Count, drawn], n, device)
                ); // n is waste
                return zeros([steps, Count, n + 1], ScalarType.Int64, device).scatter_(2, target, partner).narrow(2, 0, n);
            }
        }
    }

    private Tensor Words(Tensor k0, Tensor k1, ulong step, int steps, long blocks, long count)
    {
        if (device.type == DeviceType.CUDA && CudaCompiler.Shared is { } compiler)
            return WordsByKernel(compiler, k0, k1, step, steps, blocks, count);
        using var scope = NewDisposeScope();
        var c0 = IntegerArithmetic.Range(blocks, device); // [blocks]
        var c1 = IntegerArithmetic.Filled([1, 1, 1], (long)purpose, device);
        var at = IntegerArithmetic.Range(steps, device).view(steps, 1, 1); // [T, 1, 1]
        var c2 = at.PlusInteger((long)step).And(Low);
        var c3 = at.PlusInteger((long)step).ShiftRight(32).And(Low);
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var p0 = c0.TimesInteger(Philox.Multiplier0);
            var p1 = c2.TimesInteger(Philox.Multiplier1);
            // High halves that are not masked do no harm: products are taken of masked words only.
            (c0, c1, c2, c3) = (Half(p1, c1, k0), p1, Half(p0, c3, k1), p0);
            k0 = k0.PlusInteger(Philox.Weyl0).And(Low);
            k1 = k1.PlusInteger(Philox.Weyl1).And(Low);
        }

        return stack([c0, c1.And(Low), c2, c3.And(Low)], 3)
            .view(steps, -1, Philox.BlockWords * blocks)
            .narrow(2, 0, count)
            .MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Words(ulong, int, long)"/>, by a kernel of the device.</summary>
    internal Tensor WordsByKernel(IKernelCompiler compiler, ulong step, int steps, long count) =>
        WordsByKernel(compiler, low, high, step, steps, (count + Philox.BlockWords - 1) / Philox.BlockWords, count);

    private Tensor WordsByKernel(IKernelCompiler compiler, Tensor k0, Tensor k1, ulong step, int steps, long blocks, long count)
    {
        const int Threads = 128;
        kernel ??= compiler.Compile(Source, "words");
        var drawn = empty([steps, k0.shape[0], count], ScalarType.Int64, device);
        kernel.Launch(
            new(GridSize.For(blocks, Threads), (int)k0.shape[0], steps),
            Threads,
            [
                LibTorch.AddressOf(k0),
                LibTorch.AddressOf(k1),
                (long)purpose,
                (long)step,
                blocks,
                count,
                k0.shape[0],
                LibTorch.AddressOf(drawn),
            ]
        );
        return drawn;
    }

    /// <summary>(product ≫ 32) ⊕ word ⊕ key, in 32 bits.</summary>
    private static Tensor Half(Tensor product, Tensor word, Tensor key)
    {
        using var shifted = product.ShiftRight(32);
        using var mixed = shifted.bitwise_xor(word);
        return mixed.bitwise_xor(key).And(Low);
    }

    /// <summary>The leading 53 bits of 64-bit words.</summary>
    private static Tensor Leading53(Tensor lows, Tensor highs) => highs.ShiftLeft(21).bitwise_or(lows.ShiftRight(11));
}
