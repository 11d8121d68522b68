using System.Numerics;
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
    public void Fill(RandomStream stream, int first, int each, Span<int> skills, Span<uint> bits, Span<double> targets)
    {
        var words = (skillBits + 31) / 32;
        var last = skillBits % 64 == 0 ? ulong.MaxValue : (1ul << (skillBits % 64)) - 1;
        var stride = 1 + drawnWords;
        Span<double> answers = [-Scale, Scale];
        Span<ulong> drawn = new ulong[Math.Min(Chunk, targets.Length) * stride];
        for (var start = 0; start < targets.Length; start += Chunk)
        {
            var count = Math.Min(Chunk, targets.Length - start);
            stream.FillBits(drawn[..(count * stride)], (long)(first + start) * stride);
            for (var i = 0; i < count; i++)
            {
                var sample = drawn.Slice(i * stride, stride);
                sample[^1] &= last;
                var skill = each > 0 ? (first + start + i) / each : Ids.Pick(sample[0]);
                var mask = masks.AsSpan(skill * drawnWords, drawnWords);
                var packed = bits.Slice((start + i) * words, words);
                var ones = 0;
                for (var v = 0; v < mask.Length; v++)
                {
                    var word = sample[1 + v];
                    ones += BitOperations.PopCount(word & mask[v]);
                    packed[2 * v] = (uint)word;
                    if (2 * v + 1 < packed.Length)
                        packed[2 * v + 1] = (uint)(word >> 32);
                }

                skills[start + i] = skill;
                targets[start + i] = answers[ones & 1];
            }
        }
    }
}
