using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>Operations on bits that parities need, on words in the low halves of 64-bit integers.</summary>
internal static class ParityTensors
{
    /// <summary>Whether an odd number of the bits is 1.</summary>
    /// <param name="words">Words [.., W] of what belongs together.</param>
    /// <returns>0 or 1 as integers [..].</returns>
    public static Tensor ComputeParity(Tensor words)
    {
        using var scope = NewDisposeScope();
        var last = words.dim() - 1;
        var folded = words.select(last, 0);
        for (var w = 1L; w < words.shape[last]; w++)
            folded = folded.bitwise_xor(words.select(last, w));
        for (var bits = 16; bits > 0; bits /= 2)
            folded = folded.bitwise_xor(folded.ShiftRight(bits));
        return folded.And(1).MoveToOuterDisposeScope();
    }

    /// <summary>Words without the bits beyond the last.</summary>
    /// <param name="words">Words [.., W].</param>
    /// <param name="bits">Number of bits.</param>
    public static Tensor Cut(Tensor words, int bits)
    {
        if (bits % 32 == 0)
            return words;
        using var masks = Masks(
            [
                [.. Enumerable.Range(0, bits)],
            ],
            (int)words.shape[^1],
            words.device
        );
        return words.bitwise_and(masks.view(-1));
    }

    /// <summary>Words in which some bits are 1.</summary>
    /// <param name="bits">The bits, from 0, of each row.</param>
    /// <param name="words">Words of a row, W.</param>
    /// <param name="device">Device.</param>
    /// <returns>Integers [rows, W].</returns>
    public static Tensor Masks(IReadOnlyList<IReadOnlyList<int>> bits, int words, Device device)
    {
        var masks = new long[bits.Count * words];
        for (var row = 0; row < bits.Count; row++)
        {
            foreach (var bit in bits[row])
                masks[row * words + bit / 32] |= 1L << (bit % 32);
        }

        return Transfer.Copy(masks, [bits.Count, words], device);
    }
}
