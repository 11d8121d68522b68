using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Numerics;

/// <summary>
/// The counter-based generator Philox4x32-10: a bijection of a 128-bit counter under a 64-bit key. It has no state, so any
/// block of any stream can be drawn at any time, in any order, on any device, with the same bits.
/// </summary>
/// <remarks>Salmon, Moraes, Dror, Shaw, “Parallel random numbers: as easy as 1, 2, 3”, SC11, doi:10.1145/2063384.2063405.</remarks>
public static class Philox
{
    /// <summary>Words in one block.</summary>
    public const int BlockWords = 4;

    internal const int Rounds = 10;
    internal const uint Multiplier0 = 0xD2511F53,
        Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9,
        Weyl1 = 0xBB67AE85;

    /// <summary>One block of four words, by the paper's own definition.</summary>
    /// <param name="counter">The counter (c0, c1, c2, c3), c0 in the lowest element.</param>
    /// <param name="key">The key: k0 in the low, k1 in the high 32 bits.</param>
    /// <returns>The four output words, in the paper's order.</returns>
    public static Vector128<uint> DrawBlock(Vector128<uint> counter, ulong key)
    {
        uint c0 = counter[0],
            c1 = counter[1],
            c2 = counter[2],
            c3 = counter[3];
        uint k0 = (uint)key,
            k1 = (uint)(key >> 32);
        for (var round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0,
                p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return Vector128.Create(c0, c1, c2, c3);
    }

    /// <summary>
    /// Fills whole blocks at consecutive values of c0, from <paramref name="firstBlock"/>; c1, c2 and c3 stay as given.
    /// </summary>
    /// <param name="destination">Receives the words; its length is a multiple of <see cref="BlockWords"/>.</param>
    /// <param name="key">The key.</param>
    /// <param name="firstBlock">c0 of the first block.</param>
    /// <param name="c1">Second counter word.</param>
    /// <param name="c2">Third counter word.</param>
    /// <param name="c3">Fourth counter word.</param>
    /// <exception cref="ArgumentException">The length is not a multiple of four, or c0 would pass 2³².</exception>
    public static void Fill(Span<uint> destination, ulong key, uint firstBlock, uint c1, uint c2, uint c3) =>
        Fill(
            destination,
            key,
            firstBlock,
            c1,
            c2,
            c3,
            Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? 512
                : Avx2.IsSupported ? 256
                : 0
        );

    /// <summary>As the public overload, on vectors of at most <paramref name="vectorBits"/> bits: every width gives the same
    /// words.</summary>
    internal static void Fill(Span<uint> destination, ulong key, uint firstBlock, uint c1, uint c2, uint c3, int vectorBits)
    {
        if (destination.Length % BlockWords != 0)
        {
            throw new ArgumentException(
                $"Got {destination.Length} words for `destination`; expected a multiple of {BlockWords}.",
                nameof(destination)
            );
        }

        var blocks = (uint)(destination.Length / BlockWords);
        if (blocks > 0 && firstBlock > uint.MaxValue - (blocks - 1))
        {
            throw new ArgumentException(
                $"Got `firstBlock` {firstBlock} with {blocks} blocks; expected the last block below 2^32.",
                nameof(firstBlock)
            );
        }

        ref var words = ref MemoryMarshal.GetReference(destination);
        uint done = 0;
        if (vectorBits >= 512 && Avx512F.IsSupported)
        {
            var sixteens = blocks / 16;
            DrawSixteenBlocks(ref words, sixteens, key, firstBlock, c1, c2, c3);
            done = 16 * sixteens;
        }

        if (vectorBits >= 256 && Avx2.IsSupported)
        {
            var eights = (blocks - done) / 8;
            DrawEightBlocks(ref Unsafe.Add(ref words, done * BlockWords), eights, key, firstBlock + done, c1, c2, c3);
            done += 8 * eights;
        }

        for (; done < blocks; done++)
        {
            DrawBlock(Vector128.Create(firstBlock + done, c1, c2, c3), key).StoreUnsafe(ref Unsafe.Add(ref words, done * BlockWords));
        }
    }

    // Each 64-bit lane carries one block's word in its low half: the widening multiply reads that half only, so what the
    // exclusive-ors and the keys' carries leave in the high half does no harm until the words are put together at the end.
    // Blocks are dealt to lanes such that the final unpack of pairs leaves them in order. Two vectors (a, b) go side by side,
    // since one alone would wait for its multiplications.
    private static void DrawSixteenBlocks(
        ref uint destination,
        uint repeats,
        ulong key,
        uint firstBlock,
        uint word1,
        uint word2,
        uint word3
    )
    {
        var block = Vector512.Create((ulong)firstBlock) + Vector512.Create(0ul, 4, 1, 5, 2, 6, 3, 7);
        var low = Vector512.Create((ulong)uint.MaxValue);
        Vector512<uint> m0 = Vector512.Create((ulong)Multiplier0).AsUInt32(),
            m1 = Vector512.Create((ulong)Multiplier1).AsUInt32();
        Vector512<ulong> w0 = Vector512.Create((ulong)Weyl0),
            w1 = Vector512.Create((ulong)Weyl1);
        for (uint i = 0; i < repeats; i++)
        {
            Vector512<ulong> k0 = Vector512.Create(key),
                k1 = Vector512.Create(key >> 32);
            Vector512<ulong> a0 = block,
                b0 = block + Vector512.Create(8ul);
            Vector512<ulong> a1 = Vector512.Create((ulong)word1),
                a2 = Vector512.Create((ulong)word2),
                a3 = Vector512.Create((ulong)word3);
            Vector512<ulong> b1 = a1,
                b2 = a2,
                b3 = a3;
            for (var round = 0; round < Rounds; round++)
            {
                Vector512<ulong> p0 = Avx512F.Multiply(a0.AsUInt32(), m0),
                    p1 = Avx512F.Multiply(a2.AsUInt32(), m1);
                Vector512<ulong> q0 = Avx512F.Multiply(b0.AsUInt32(), m0),
                    q1 = Avx512F.Multiply(b2.AsUInt32(), m1);
                a0 = (p1 >>> 32) ^ a1 ^ k0;
                a2 = (p0 >>> 32) ^ a3 ^ k1;
                b0 = (q1 >>> 32) ^ b1 ^ k0;
                b2 = (q0 >>> 32) ^ b3 ^ k1;
                a1 = p1;
                a3 = p0;
                b1 = q1;
                b3 = q0;
                k0 += w0;
                k1 += w1;
            }

            Vector512<ulong> first = (a0 & low) | (a1 << 32),
                second = (a2 & low) | (a3 << 32);
            Avx512F.UnpackLow(first, second).AsUInt32().StoreUnsafe(ref destination);
            Avx512F.UnpackHigh(first, second).AsUInt32().StoreUnsafe(ref destination, 16);
            first = (b0 & low) | (b1 << 32);
            second = (b2 & low) | (b3 << 32);
            Avx512F.UnpackLow(first, second).AsUInt32().StoreUnsafe(ref destination, 32);
            Avx512F.UnpackHigh(first, second).AsUInt32().StoreUnsafe(ref destination, 48);
            destination = ref Unsafe.Add(ref destination, 64);
            block += Vector512.Create(16ul);
        }
    }

    private static unsafe void DrawEightBlocks(
        ref uint destination,
        uint repeats,
        ulong key,
        uint firstBlock,
        uint word1,
        uint word2,
        uint word3
    )
    {
        // Sixteen registers hold the words and what becomes of them in two rounds, but not the keys beside them.
        var keys = stackalloc Vector256<ulong>[2 * Rounds];
        uint k0 = (uint)key,
            k1 = (uint)(key >> 32);
        for (var round = 0; round < Rounds; round++, k0 += Weyl0, k1 += Weyl1)
            (keys[2 * round], keys[2 * round + 1]) = (Vector256.Create((ulong)k0), Vector256.Create((ulong)k1));

        var block = Vector256.Create((ulong)firstBlock) + Vector256.Create(0ul, 2, 1, 3);
        var low = Vector256.Create((ulong)uint.MaxValue);
        Vector256<uint> m0 = Vector256.Create((ulong)Multiplier0).AsUInt32(),
            m1 = Vector256.Create((ulong)Multiplier1).AsUInt32();
        for (uint i = 0; i < repeats; i++)
        {
            Vector256<ulong> a0 = block,
                b0 = block + Vector256.Create(4ul);
            Vector256<ulong> a1 = Vector256.Create((ulong)word1),
                a2 = Vector256.Create((ulong)word2),
                a3 = Vector256.Create((ulong)word3);
            Vector256<ulong> b1 = a1,
                b2 = a2,
                b3 = a3;
            for (Vector256<ulong>* own = keys, end = keys + 2 * Rounds; own < end; own += 4)
            {
                Vector256<ulong> p0 = Avx2.Multiply(a0.AsUInt32(), m0),
                    p1 = Avx2.Multiply(a2.AsUInt32(), m1);
                Vector256<ulong> q0 = Avx2.Multiply(b0.AsUInt32(), m0),
                    q1 = Avx2.Multiply(b2.AsUInt32(), m1);
                a0 = (p1 >>> 32) ^ a1 ^ own[0];
                a2 = (p0 >>> 32) ^ a3 ^ own[1];
                b0 = (q1 >>> 32) ^ b1 ^ own[0];
                b2 = (q0 >>> 32) ^ b3 ^ own[1];
                a3 = Avx2.Multiply(a0.AsUInt32(), m0);
                a1 = Avx2.Multiply(a2.AsUInt32(), m1);
                b3 = Avx2.Multiply(b0.AsUInt32(), m0);
                b1 = Avx2.Multiply(b2.AsUInt32(), m1);
                a0 = (a1 >>> 32) ^ p1 ^ own[2];
                a2 = (a3 >>> 32) ^ p0 ^ own[3];
                b0 = (b1 >>> 32) ^ q1 ^ own[2];
                b2 = (b3 >>> 32) ^ q0 ^ own[3];
            }

            Vector256<ulong> first = (a0 & low) | (a1 << 32),
                second = (a2 & low) | (a3 << 32);
            Avx2.UnpackLow(first, second).AsUInt32().StoreUnsafe(ref destination);
            Avx2.UnpackHigh(first, second).AsUInt32().StoreUnsafe(ref destination, 8);
            first = (b0 & low) | (b1 << 32);
            second = (b2 & low) | (b3 << 32);
            Avx2.UnpackLow(first, second).AsUInt32().StoreUnsafe(ref destination, 16);
            Avx2.UnpackHigh(first, second).AsUInt32().StoreUnsafe(ref destination, 24);
            destination = ref Unsafe.Add(ref destination, 32);
            block += Vector256.Create(8ul);
        }
    }
}
