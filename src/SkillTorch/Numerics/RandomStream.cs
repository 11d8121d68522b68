using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SkillTorch.Numerics;

/// <summary>
/// The random numbers of one (trial seed, purpose, step). Every element is a pure function of these three and of its offset:
/// filling a span at once, in pieces, or backwards gives the same values, and the vector width of the machine does not matter.
/// </summary>
/// <param name="Seed">The trial's seed: Philox's key.</param>
/// <param name="Purpose">What the numbers are for: counter word c1.</param>
/// <param name="Step">Training step, or any index: counter words c2 (low) and c3 (high). Word c0 counts the stream's blocks,
/// so that a stream holds 2³⁴ words.</param>
/// <example><code>
/// var data = new RandomStream(trialSeed, RandomPurpose.Data, step);
/// data.FillBits(words);
/// </code></example>
public readonly record struct RandomStream(ulong Seed, RandomPurpose Purpose, ulong Step = 0)
{
    private const int Chunk = 512;
    internal const double Unit = 1.0 / (1ul << 53);

    /// <summary>A seed for part <paramref name="index"/> (a replicate, a trial) of what <paramref name="seed"/> stands for.</summary>
    /// <param name="seed">The parent's seed.</param>
    /// <param name="index">The part's index.</param>
    /// <returns>64 random bits.</returns>
    public static ulong DeriveSeed(ulong seed, ulong index) =>
        Philox.DrawBlock(Vector128.Create(0u, (uint)RandomPurpose.Seed, (uint)index, (uint)(index >> 32)), seed).AsUInt64()[0];

    /// <summary>Sequential draws from this stream, for algorithms that consume an unknown number of words.</summary>
    /// <returns>A new sequence at the stream's start.</returns>
    public RandomSequence Sequence() => new(this);

    /// <summary>Uniform 32-bit words.</summary>
    /// <param name="destination">Receives the words.</param>
    /// <param name="offset">Index of the first word in the stream.</param>
    public void FillBits(Span<uint> destination, long offset = 0)
    {
        var head = (int)(offset % Philox.BlockWords);
        Span<uint> block = stackalloc uint[Philox.BlockWords];
        if (head != 0 && destination.Length > 0)
        {
            FillBlocks(block, offset / Philox.BlockWords);
            var count = Math.Min(Philox.BlockWords - head, destination.Length);
            block.Slice(head, count).CopyTo(destination);
            destination = destination[count..];
            offset += count;
        }

        var whole = destination.Length / Philox.BlockWords * Philox.BlockWords;
        FillBlocks(destination[..whole], offset / Philox.BlockWords);
        if (whole < destination.Length)
        {
            FillBlocks(block, (offset + whole) / Philox.BlockWords);
            block[..(destination.Length - whole)].CopyTo(destination[whole..]);
        }
    }

    /// <summary>Uniform 64-bit words: word j is made of 32-bit words 2j (low) and 2j + 1 (high).</summary>
    /// <param name="destination">Receives the words.</param>
    /// <param name="offset">Index of the first 64-bit word in the stream.</param>
    public void FillBits(Span<ulong> destination, long offset = 0) => FillBits(MemoryMarshal.Cast<ulong, uint>(destination), 2 * offset);

    /// <summary>Uniform numbers from <paramref name="low"/> to, up to rounding, below <paramref name="high"/>, with 53 random bits
    /// each.</summary>
    /// <param name="destination">Receives the numbers; number j uses 64-bit word j.</param>
    /// <param name="low">Lower bound.</param>
    /// <param name="high">Upper bound.</param>
    /// <param name="offset">Index of the first number in the stream.</param>
    public void FillUniform(Span<double> destination, double low = 0, double high = 1, long offset = 0)
    {
        var words = MemoryMarshal.Cast<double, ulong>(destination);
        FillBits(words, offset);
        for (var i = 0; i < words.Length; i++)
        {
            destination[i] = low + (high - low) * ((words[i] >> 11) * Unit);
        }
    }

    /// <summary>
    /// Uniform numbers from <paramref name="low"/> to, up to rounding, below <paramref name="high"/>, with 24 random bits each: number j
    /// has the leading
    /// bits of the <see cref="double"/> fill's number j, so that a trial in float32 starts where one in float64 does.
    /// </summary>
    /// <param name="destination">Receives the numbers.</param>
    /// <param name="low">Lower bound.</param>
    /// <param name="high">Upper bound.</param>
    /// <param name="offset">Index of the first number in the stream.</param>
    public void FillUniform(Span<float> destination, float low = 0, float high = 1, long offset = 0)
    {
        Span<ulong> words = stackalloc ulong[Math.Min(Chunk, destination.Length)];
        for (; destination.Length > 0; destination = destination[words.Length..], offset += words.Length)
        {
            words = words[..Math.Min(words.Length, destination.Length)];
            FillBits(words, offset);
            for (var i = 0; i < words.Length; i++)
            {
                destination[i] = low + (high - low) * ((words[i] >> 40) * (1f / (1 << 24)));
            }
        }
    }

    /// <summary>Normal numbers by the Box–Muller transform; the tail reaches 8.5 standard deviations.</summary>
    /// <param name="destination">Receives the numbers; numbers 2j and 2j + 1 use Philox block j.</param>
    /// <param name="mean">Mean.</param>
    /// <param name="standardDeviation">Standard deviation.</param>
    /// <param name="offset">Index of the first number in the stream.</param>
    public void FillNormal(Span<double> destination, double mean = 0, double standardDeviation = 1, long offset = 0)
    {
        Span<double> chunk = stackalloc double[Chunk];
        while (destination.Length > 0)
        {
            int skip = (int)(offset & 1),
                count = NormalChunk(chunk, skip, destination.Length, offset);
            for (var i = 0; i < count; i++)
            {
                destination[i] = mean + standardDeviation * chunk[skip + i];
            }

            destination = destination[count..];
            offset += count;
        }
    }

    /// <summary>Normal numbers: those of the <see cref="double"/> fill, rounded.</summary>
    /// <param name="destination">Receives the numbers.</param>
    /// <param name="mean">Mean.</param>
    /// <param name="standardDeviation">Standard deviation.</param>
    /// <param name="offset">Index of the first number in the stream.</param>
    public void FillNormal(Span<float> destination, double mean = 0, double standardDeviation = 1, long offset = 0)
    {
        Span<double> chunk = stackalloc double[Chunk];
        while (destination.Length > 0)
        {
            int skip = (int)(offset & 1),
                count = NormalChunk(chunk, skip, destination.Length, offset);
            for (var i = 0; i < count; i++)
            {
                destination[i] = (float)(mean + standardDeviation * chunk[skip + i]);
            }

            destination = destination[count..];
            offset += count;
        }
    }

    /// <summary>Fills as much of the chunk as is wanted from the pair that holds <paramref name="offset"/>; returns how many numbers after
    /// the first <paramref name="skip"/> are valid.</summary>
    private int NormalChunk(Span<double> chunk, int skip, int wanted, long offset)
    {
        var length = (int)Math.Min(chunk.Length, ((long)wanted + skip + 1) & ~1L);
        var words = MemoryMarshal.Cast<double, ulong>(chunk[..length]);
        FillBits(words, offset - skip);
        BoxMuller.Transform(words);
        return Math.Min(length - skip, wanted);
    }

    private void FillBlocks(Span<uint> destination, long firstBlock)
    {
        if (firstBlock is < 0 or > uint.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(firstBlock),
                $"Got block {firstBlock} of a random stream; expected 0 to {uint.MaxValue}."
            );
        }

        Philox.Fill(destination, Seed, (uint)firstBlock, (uint)Purpose, (uint)Step, (uint)(Step >> 32));
    }
}
