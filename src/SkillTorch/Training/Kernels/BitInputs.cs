using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// Packed binary inputs: bit j of a sample is bit j mod 32 of its word j / 32 (cast 64-bit words to see them so), and samples
/// follow each other in whole words.
/// </summary>
public static class BitInputs
{
    private const int WordBits = 32, Step = 8, Block = 256;

    /// <summary>Words of one sample.</summary>
    /// <param name="bits">Bits of one sample.</param>
    /// <returns>⌈bits / 32⌉</returns>
    public static int WordsPerSample(int bits) => (bits + WordBits - 1) / WordBits;

    /// <summary>Writes samples as rows of zeros and ones, for networks that multiply matrices.</summary>
    /// <param name="words">[B, WordsPerSample]</param>
    /// <param name="bits">Bits of a sample.</param>
    /// <param name="dense">[B, bits] Receives the rows.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static void Unpack<T>(ReadOnlySpan<uint> words, int bits, Span<T> dense)
        where T : unmanaged, INumberBase<T> => Unpack(words, bits, default, 0, dense);

    /// <summary>Writes samples as rows of a one-hot control part followed by zeros and ones.</summary>
    /// <param name="words">[B, WordsPerSample]</param>
    /// <param name="bits">Bits of a sample.</param>
    /// <param name="controls">[B] Index of the control input that is 1.</param>
    /// <param name="controlCount">Width of the control part.</param>
    /// <param name="dense">[B, controlCount + bits] Receives the rows.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">The lengths do not fit each other, or an index is out of range.</exception>
    public static void Unpack<T>(ReadOnlySpan<uint> words, int bits, ReadOnlySpan<int> controls, int controlCount, Span<T> dense)
        where T : unmanaged, INumberBase<T>
    {
        int columns = controlCount + bits, count = dense.Length / columns;
        RequireLength(dense.Length, count * columns, nameof(dense));
        RequireLength(words.Length, count * WordsPerSample(bits), nameof(words));
        RequireLength(controls.Length, controlCount > 0 ? count : 0, nameof(controls));
        int wordsPerSample = WordsPerSample(bits);
        for (int b = 0; b < count; b++)
        {
            Span<T> row = dense.Slice(b * columns, columns);
            if (controlCount > 0)
            {
                if ((uint)controls[b] >= (uint)controlCount)
                {
                    throw new ArgumentException($"Got {controls[b]} for `controls[{b}]`; expected 0 to {controlCount - 1}.", nameof(controls));
                }

                row[..controlCount].Clear();
                row[controls[b]] = T.One;
                row = row[controlCount..];
            }

            UnpackRow(words.Slice(b * wordsPerSample, wordsPerSample), row);
        }
    }

    /// <summary>The inverse of unpacking: a bit is set where the number is not 0.</summary>
    /// <param name="dense">[B, bits]</param>
    /// <param name="bits">Bits of a sample.</param>
    /// <param name="words">[B, WordsPerSample] Receives the words.</param>
    /// <typeparam name="T">A number.</typeparam>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static void Pack<T>(ReadOnlySpan<T> dense, int bits, Span<uint> words)
        where T : unmanaged, INumberBase<T>
    {
        int count = dense.Length / bits, wordsPerSample = WordsPerSample(bits);
        RequireLength(dense.Length, count * bits, nameof(dense));
        RequireLength(words.Length, count * wordsPerSample, nameof(words));
        words.Clear();
        for (int b = 0; b < count; b++)
        {
            for (int j = 0; j < bits; j++)
            {
                words[b * wordsPerSample + j / WordBits] |= T.IsZero(dense[b * bits + j]) ? 0u : 1u << (j % WordBits);
            }
        }
    }

    /// <summary>The parity of one skill's bits in every sample.</summary>
    /// <param name="words">[B, WordsPerSample]</param>
    /// <param name="mask">[WordsPerSample] The bits that the skill reads.</param>
    /// <param name="even">Label where an even number of them is set.</param>
    /// <param name="odd">Label where an odd number is.</param>
    /// <param name="labels">Receives label b at b·<paramref name="stride"/>.</param>
    /// <param name="stride">Distance of labels, such as the number of outputs.</param>
    /// <typeparam name="T">A number.</typeparam>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static void Parity<T>(ReadOnlySpan<uint> words, ReadOnlySpan<uint> mask, T even, T odd, Span<T> labels, int stride = 1)
        where T : unmanaged
    {
        int count = (labels.Length + stride - 1) / stride;
        RequireLength(words.Length, count * mask.Length, nameof(words));
        ReadOnlySpan<T> choices = [even, odd]; // looked up: no predictor would guess a jump
        Span<uint> masked = stackalloc uint[Block];
        for (int first = 0; first < count; first += Block)
        {
            masked = masked[..Math.Min(Block, count - first)];
            for (int i = 0; i < masked.Length; i++)
            {
                masked[i] = Fold(words.Slice((first + i) * mask.Length, mask.Length), mask);
            }

            Parities(masked);
            for (int i = 0; i < masked.Length; i++)
            {
                labels[(first + i) * stride] = choices[(int)masked[i]];
            }
        }
    }

    /// <summary>The parity, in every sample, of the bits of that sample's own skill.</summary>
    /// <param name="words">[B, wordsPerSample]</param>
    /// <param name="masks">[K, wordsPerSample] The bits that each skill reads.</param>
    /// <param name="wordsPerSample">Words of a sample.</param>
    /// <param name="skills">[B] Index of each sample's skill.</param>
    /// <param name="even">Label where an even number of them is set.</param>
    /// <param name="odd">Label where an odd number is.</param>
    /// <param name="labels">[B] Receives the labels.</param>
    /// <typeparam name="T">A number.</typeparam>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static void Parity<T>(ReadOnlySpan<uint> words, ReadOnlySpan<uint> masks, int wordsPerSample, ReadOnlySpan<int> skills, T even, T odd, Span<T> labels)
        where T : unmanaged
    {
        RequireLength(words.Length, labels.Length * wordsPerSample, nameof(words));
        RequireLength(skills.Length, labels.Length, nameof(skills));
        ReadOnlySpan<T> choices = [even, odd];
        Span<uint> masked = stackalloc uint[Block];
        for (int first = 0; first < labels.Length; first += Block)
        {
            masked = masked[..Math.Min(Block, labels.Length - first)];
            for (int i = 0; i < masked.Length; i++)
            {
                int b = first + i;
                masked[i] = wordsPerSample == 1
                    ? words[b] & masks[skills[b]]
                    : Fold(words.Slice(b * wordsPerSample, wordsPerSample), masks.Slice(skills[b] * wordsPerSample, wordsPerSample));
            }

            Parities(masked);
            for (int i = 0; i < masked.Length; i++)
            {
                labels[first + i] = choices[(int)masked[i]];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Fold(ReadOnlySpan<uint> words, ReadOnlySpan<uint> mask)
    {
        uint folded = 0;
        for (int i = 0; i < mask.Length; i++)
        {
            folded ^= words[i] & mask[i];
        }

        return folded;
    }

    /// <summary>Replaces words by the parities of their bits.</summary>
    private static void Parities(Span<uint> words)
    {
        ref uint first = ref MemoryMarshal.GetReference(words);
        int i = 0;
        for (; i + Vector512<uint>.Count <= words.Length; i += Vector512<uint>.Count)
        {
            Vector512<uint> x = Vector512.LoadUnsafe(ref first, (nuint)i);
            x ^= x >>> 16;
            x ^= x >>> 8;
            x ^= x >>> 4;
            x ^= x >>> 2;
            x ^= x >>> 1;
            (x & Vector512.Create(1u)).StoreUnsafe(ref first, (nuint)i);
        }

        for (; i < words.Length; i++)
        {
            words[i] = (uint)BitOperations.PopCount(words[i]) & 1;
        }
    }

    private static void UnpackRow<T>(ReadOnlySpan<uint> words, Span<T> row)
        where T : unmanaged, INumberBase<T>
    {
        ref T first = ref MemoryMarshal.GetReference(row);
        int j = 0;
        for (; j + Step <= row.Length; j += Step)
        {
            uint bits = words[j / WordBits] >> (j % WordBits);
            if (typeof(T) == typeof(float))
            {
                Vector256<uint> lane = Vector256.Create(1u, 2, 4, 8, 16, 32, 64, 128);
                Vector256<uint> set = Vector256.Equals(Vector256.Create(bits) & lane, lane);
                (set & Vector256.Create(1f).AsUInt32()).AsSingle().StoreUnsafe(ref Unsafe.As<T, float>(ref first), (nuint)j);
            }
            else if (typeof(T) == typeof(double))
            {
                Vector512<ulong> lane = Vector512.Create(1ul, 2, 4, 8, 16, 32, 64, 128);
                Vector512<ulong> set = Vector512.Equals(Vector512.Create((ulong)bits) & lane, lane);
                (set & Vector512.Create(1d).AsUInt64()).AsDouble().StoreUnsafe(ref Unsafe.As<T, double>(ref first), (nuint)j);
            }
            else
            {
                break;
            }
        }

        for (; j < row.Length; j++)
        {
            row[j] = ((words[j / WordBits] >> (j % WordBits)) & 1) == 0 ? T.Zero : T.One;
        }
    }

    private static void RequireLength(int length, int expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"Got {length} elements for `{name}`; expected {expected}.", name);
        }
    }
}
