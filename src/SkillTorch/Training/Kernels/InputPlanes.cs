namespace SkillTorch.Training.Kernels;

/// <summary>
/// A batch's inputs as the passes read them: word k of neighbouring samples side by side, and zeros up to a whole number of
/// vectors of samples.
/// </summary>
internal sealed unsafe class InputPlanes(BinaryMlpShape shape) : IDisposable
{
    private const int Padding = PermuteForward.Pair;
    private readonly AlignedBuffer<uint> memory = new();
    private readonly int words = Math.Max(1, shape.WordsPerSample);

    /// <summary>Samples in a set.</summary>
    public int Count { get; private set; }

    /// <summary>Samples in a plane.</summary>
    public int Padded { get; private set; }

    /// <summary>Planes of words; one of zeros if the network reads no bits.</summary>
    public int Words => words;

    /// <summary>Makes room for the sets of a batch.</summary>
    public void Reserve(int sets, int count)
    {
        Count = count;
        Padded = (count + Padding - 1) / Padding * Padding;
        memory.Reserve((long)sets * (words + 1) * Padded);
    }

    /// <summary>[Padded] A word of every sample.</summary>
    public uint* Plane(int set, int word) => memory.Pointer + ((nint)set * (words + 1) + word) * Padded;

    /// <summary>[Padded] The control index of every sample, 0 without a control part.</summary>
    public uint* Controls(int set) => Plane(set, words);

    /// <summary>Copies a set in.</summary>
    /// <param name="set">Which.</param>
    /// <param name="source">[Count, WordsPerSample]</param>
    /// <param name="controls">[Count] if there is a control part.</param>
    public void Copy(int set, uint* source, int* controls)
    {
        int perSample = shape.WordsPerSample;
        for (int word = 0; word < words; word++)
        {
            uint* plane = Plane(set, word);
            if (perSample == 1)
            {
                new Span<uint>(source, Count).CopyTo(new Span<uint>(plane, Count));
            }

            for (int b = 0; b < Count && perSample > 1; b++)
            {
                plane[b] = source[b * perSample + word];
            }

            new Span<uint>(plane + (perSample > 0 ? Count : 0), Padded - (perSample > 0 ? Count : 0)).Clear();
        }

        uint* index = Controls(set);
        int copied = shape.Controls > 0 ? Count : 0;
        new Span<uint>(controls, copied).CopyTo(new Span<uint>(index, copied));
        new Span<uint>(index + copied, Padded - copied).Clear();
    }

    public void Dispose() => memory.Dispose();
}
