using System.Numerics;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// A batch's inputs as the passes read them: word k of neighbouring samples side by side, and zeros up to a whole number of
/// vectors of samples.
/// </summary>
internal sealed unsafe class InputPlanes(BinaryMlpShape shape) : IDisposable
{
    private const int MaxPlaces = 2048;
    private readonly AlignedBuffer<uint> memory = new();
    private readonly AlignedBuffer<int> order = new();
    private readonly int words = Math.Max(1, shape.WordsPerSample);
    private bool sorted;

    /// <summary>Samples in a set.</summary>
    public int Count { get; private set; }

    /// <summary>Samples in a plane.</summary>
    public int Padded { get; private set; }

    /// <summary>Planes of words; one of zeros if the network reads no bits.</summary>
    public int Words => words;

    /// <summary>Makes room for the sets of a batch.</summary>
    /// <param name="sets">Sets of samples.</param>
    /// <param name="count">Samples of a set.</param>
    /// <param name="sorted">Whether samples change places, so that neighbours read the same rows of tables: in order of their control
    /// index, then of their first bits.</param>
    public void Reserve(int sets, int count, bool sorted)
    {
        Count = count;
        Padded = Simd512<uint>.Padded(count, 2);
        memory.Reserve((long)sets * (words + 1) * Padded);
        this.sorted = sorted && shape.Controls is > 1 and <= MaxPlaces;
        order.Reserve(this.sorted ? (long)sets * Padded : 0);
    }

    /// <summary>[Padded] A word of every sample.</summary>
    public uint* Plane(int set, int word) => memory.Pointer + ((nint)set * (words + 1) + word) * Padded;

    /// <summary>[Padded] The control index of every sample, 0 without a control part.</summary>
    public uint* Controls(int set) => Plane(set, words);

    /// <summary>[Count] Which of the caller's samples each is, or null where all have kept their places.</summary>
    public int* Order(int set) => sorted ? order.Pointer + (nint)set * Padded : null;

    /// <summary>Copies a set in.</summary>
    /// <param name="set">Which.</param>
    /// <param name="source">[Count, WordsPerSample]</param>
    /// <param name="controls">[Count] if there is a control part.</param>
    public void Copy(int set, uint* source, int* controls)
    {
        var index = Controls(set);
        int perSample = shape.WordsPerSample,
            known = shape.Controls > 0 ? Count : 0,
            copied = perSample > 0 ? Count : 0;
        if (sorted)
        {
            CopySorted(set, source, controls);
        }
        else
        {
            new Span<uint>(controls, known).CopyTo(new Span<uint>(index, known));
            if (perSample == 1)
            {
                new Span<uint>(source, Count).CopyTo(new Span<uint>(Plane(set, 0), Count));
            }
            else
            {
                Transposition.Copy(source, perSample, Count, perSample, Plane(set, 0), Padded);
            }
        }

        for (var word = 0; word < words; word++)
        {
            new Span<uint>(Plane(set, word) + copied, Padded - copied).Clear();
        }

        // Those beyond the end are the last one's neighbours: a vector of samples of one control index stays one.
        new Span<uint>(index + known, Padded - known).Fill(known > 0 ? index[known - 1] : 0);
    }

    public void Dispose()
    {
        memory.Dispose();
        order.Dispose();
    }

    /// <summary>By counting, in order of control index and first bits; those that agree in them keep their order.</summary>
    private void CopySorted(int set, uint* source, int* controls)
    {
        int perSample = shape.WordsPerSample,
            bits = Math.Min(shape.Bits, BitOperations.Log2((uint)(MaxPlaces / shape.Controls))),
            places = shape.Controls << bits;
        var mask = (1u << bits) - 1;
        var next = stackalloc int[MaxPlaces];
        new Span<int>(next, places).Clear();
        for (var b = 0; b < Count; b++)
        {
            next[Place(b)]++;
        }

        for (int place = 0, sum = 0; place < places; place++)
        {
            (next[place], sum) = (sum, sum + next[place]);
        }

        var from = Order(set);
        uint* index = Controls(set),
            plane = Plane(set, 0);
        for (var b = 0; b < Count; b++)
        {
            var to = next[Place(b)]++;
            from[to] = b;
            index[to] = (uint)controls[b];
            for (var word = 0; word < perSample; word++)
            {
                plane[(nint)word * Padded + to] = source[(nint)b * perSample + word];
            }
        }

        int Place(int b) => (controls[b] << bits) + (perSample == 0 ? 0 : (int)(source[(nint)b * perSample] & mask));
    }
}
