using System.Numerics;
using System.Runtime.CompilerServices;
using SkillTorch.Numerics;

namespace SkillTorch.Tasks;

/// <summary>
/// Draws the samples of one trial of multitask sparse parity. Sample i uses the stream's 64-bit words from i·(1 + V) on: one for
/// its skill, V = ⌈n_b/64⌉ for its skill bits. So the first samples of a large dataset are those of a small one.
/// </summary>
internal sealed class MultitaskSampler
{
    private const int Chunk = 256;
    private readonly int skills;
    private readonly int skillBits;
    private readonly int drawnWords; // V
    private readonly ulong[] masks; // [K, V] the skills' bits

    public MultitaskSampler(MultitaskSparseParityOptions options, ulong seed)
    {
        skills = options.Skills;
        skillBits = options.SkillBits;
        Scale = options.TargetScale;
        drawnWords = (skillBits + 63) / 64;
        Frequencies = SkillFrequencies.PowerLaw(skills, options.FrequencyExponent);
        Ids = new AliasTable(Frequencies);
        masks = new ulong[skills * drawnWords];
        var bits = options.BitsOfSkills(seed);
        for (var k = 0; k < skills; k++)
        {
            foreach (var bit in bits[k])
                masks[k * drawnWords + (bit - 1) / 64] |= 1ul << ((bit - 1) % 64);
        }
    }

    /// <summary>Frequency P(k) of each skill; length K.</summary>
    public double[] Frequencies { get; }

    /// <summary>Draws a sample's skill.</summary>
    public AliasTable Ids { get; }

    /// <summary>Target scale S.</summary>
    public double Scale { get; }

    /// <summary>Counts the skills of the first samples of a stream.</summary>
    /// <param name="stream">The samples' stream.</param>
    /// <param name="size">Number of samples.</param>
    /// <param name="counts">Receives the counts [K]; zero before.</param>
    public void CountSkills(RandomStream stream, int size, Span<int> counts)
    {
        Span<ulong> word = stackalloc ulong[1];
        for (var i = 0; i < size; i++)
        {
            stream.FillBits(word, (long)i * (1 + drawnWords));
            counts[Ids.Pick(word[0])]++;
        }
    }

    /// <summary>Draws consecutive samples.</summary>
    /// <param name="stream">Where the random words come from.</param>
    /// <param name="first">Number of the first sample in the stream.</param>
    /// <param name="each">Where every skill has as many samples, skill by skill: how many; 0 draws skills by frequency.</param>
    /// <param name="skills">Receives the samples' skills, from 0 [B].</param>
    /// <param name="bits">Receives the skill bits [B, ⌈n_b/32⌉], packed.</param>
    /// <param name="targets">Receives the targets ±S [B].</param>
    public unsafe void Fill(RandomStream stream, int first, int each, Span<int> skills, Span<uint> bits, Span<double> targets)
    {
        int words = (skillBits + 31) / 32,
            vectors = drawnWords,
            stride = 1 + vectors;
        var last = skillBits % 64 == 0 ? ulong.MaxValue : (1ul << (skillBits % 64)) - 1;
        var answers = stackalloc double[] { -Scale, Scale };
        var differences = stackalloc ulong[Chunk];
        Span<ulong> drawn = new ulong[Math.Min(Chunk, targets.Length) * stride];
        for (var start = 0; start < targets.Length; start += Chunk)
        {
            var count = Math.Min(Chunk, targets.Length - start);
            stream.FillBits(drawn[..(count * stride)], (long)(first + start) * stride);
            var ids = skills.Slice(start, count);
            if (each == 0)
                Ids.Pick(drawn, stride, ids);
            for (var i = 0; each > 0 && i < count; i++)
                ids[i] = (first + start + i) / each;
            fixed (ulong* samples = drawn)
            fixed (ulong* parities = masks)
            fixed (int* skill = ids)
            fixed (uint* packed = bits.Slice(start * words, count * words))
            {
                new Span<ulong>(differences, count).Clear();
                for (var v = 0; v < vectors; v++)
                {
                    var valid = v == vectors - 1 ? last : ulong.MaxValue;
                    ulong* sample = samples + 1 + v,
                        mask = parities + v;
                    Pack(sample, stride, valid, count, packed + 2 * v, words, 2 * v + 1 < words);
                    Mask(sample, stride, skill, mask, vectors, count, differences);
                }
            }

            var answered = targets.Slice(start, count);
            for (var i = 0; i < count; i++)
                answered[i] = answers[BitOperations.PopCount(differences[i]) & 1];
        }
    }

    /// <summary>One 64-bit word of every sample, in one or two of 32 bits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void Pack(ulong* words, nint stride, ulong valid, int count, uint* packed, nint packedStride, bool pair)
    {
        for (var i = 0; i < count; i++, words += stride, packed += packedStride)
        {
            var word = *words & valid;
            packed[0] = (uint)word;
            if (pair)
                packed[1] = (uint)(word >> 32);
        }
    }

    /// <summary>The bits of a word that are those of each sample's skill, in which differences from others are of no matter.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void Mask(ulong* words, nint stride, int* skills, ulong* masks, nint maskStride, int count, ulong* differences)
    {
        for (var i = 0; i < count; i++, words += stride)
            differences[i] ^= *words & masks[skills[i] * maskStride];
    }
}
