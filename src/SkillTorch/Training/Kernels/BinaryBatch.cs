namespace SkillTorch.Training.Kernels;

/// <summary>Binary inputs of a batch, one set shared by all replicates or one set for each.</summary>
/// <param name="count">B, samples in a set.</param>
/// <param name="words">[1 or R, B, WordsPerSample] The samples' bits; empty if the network reads none.</param>
/// <param name="controls">[1 or R, B] Index of the one-hot control input, from 0; empty if the network has none.</param>
internal readonly ref struct BinaryBatch(int count, ReadOnlySpan<uint> words, ReadOnlySpan<int> controls = default)
{
    /// <summary>B, samples in a set.</summary>
    public int Count { get; } = count;

    /// <summary>[1 or R, B, WordsPerSample] The samples' bits.</summary>
    public ReadOnlySpan<uint> Words { get; } = words;

    /// <summary>[1 or R, B] Index of the one-hot control input.</summary>
    public ReadOnlySpan<int> Controls { get; } = controls;

    /// <summary>1 if all replicates share the inputs, else R; throws if the lengths fit neither.</summary>
    internal int Sets(BinaryMlpShape shape)
    {
        if (Count < 1)
        {
            throw new ArgumentException($"Got {Count} for `batch.count`; expected at least 1.");
        }

        var each = (long)Count * shape.WordsPerSample;
        var sets = shape.Bits > 0 ? (int)(Words.Length / each) : Controls.Length / Count;
        if (sets != 1 && sets != shape.Replicates || Words.Length != sets * each)
        {
            throw new ArgumentException(
                $"Got {Words.Length} words for `batch.words`; expected {each} (shared) or {each * shape.Replicates} (one set for each "
                    + $"of {shape.Replicates} replicates)."
            );
        }

        var expected = shape.Controls > 0 ? sets * Count : 0;
        return Controls.Length == expected
            ? sets
            : throw new ArgumentException($"Got {Controls.Length} indices for `batch.controls`; expected {expected}.");
    }
}
