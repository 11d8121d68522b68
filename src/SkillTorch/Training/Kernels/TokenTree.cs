using SkillTorch.Tasks;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// The rows of activations that a causal decoder transformer computes of some samples on bits. A token sees itself and what came
/// before, so that samples that begin alike share all that is computed of their beginning: rows are the nodes of the tree of
/// beginnings. They are in the order of its branches: what a row sees comes before it, and most rows are followed by the next
/// position of the same sample.
/// </summary>
internal sealed class TokenTree
{
    /// <summary>Rows of a tile at most.</summary>
    public const int TileRows = 4;

    private const int ChunkRows = 96;
    private readonly byte[] bits; // [B, I], samples in the tree's order
    private readonly int[] rowOf; // [B, I]
    private readonly List<int> firstOfChunk = [0]; // tiles

    /// <summary>The tree of some samples.</summary>
    /// <param name="batch">Samples on bits.</param>
    /// <param name="set">Their set.</param>
    /// <param name="order">Which samples; neighbours in <see cref="SortSamples"/>'s order share most.</param>
    public TokenTree(Batch batch, int set, ReadOnlySpan<int> order)
    {
        (Samples, Inputs) = (order.Length, batch.Inputs);
        bits = new byte[Samples * Inputs];
        rowOf = new int[bits.Length];
        List<int> position = [],
            sample = [];
        var firstRow = 0; // of the chunk
        for (var s = 0; s < Samples; s++)
        {
            batch.Unpack(set * batch.Size + order[s], OfSample(bits, s));
            var shared = s == 0 ? 0 : OfSample(bits, s).CommonPrefixLength(OfSample(bits, s - 1));
            if (s > 0)
                OfSample(rowOf, s - 1)[..shared].CopyTo(OfSample(rowOf, s));
            for (var i = shared; i < Inputs; i++)
            {
                if ((i - shared) % TileRows == 0)
                {
                    if (position.Count - firstRow >= ChunkRows)
                    {
                        firstOfChunk.Add(Tiles.Count);
                        firstRow = position.Count;
                    }

                    Tiles.Add(new(position.Count, Math.Min(TileRows, Inputs - i), s, Math.Min(i + TileRows, Inputs)));
                }

                rowOf[s * Inputs + i] = position.Count;
                position.Add(i);
                sample.Add(s);
            }
        }

        firstOfChunk.Add(Tiles.Count);
        (Position, Sample) = ([.. position], [.. sample]);
        ByPosition = new int[Position.Length];
        FirstOfPosition = new int[Inputs + 1];
        foreach (var i in Position)
            FirstOfPosition[i + 1]++;
        for (var i = 0; i < Inputs; i++)
            FirstOfPosition[i + 1] += FirstOfPosition[i];
        var next = FirstOfPosition.AsSpan(0, Inputs).ToArray();
        for (var row = 0; row < Position.Length; row++)
            ByPosition[next[Position[row]]++] = row;
    }

    /// <summary>Samples B.</summary>
    public int Samples { get; }

    /// <summary>Tokens of a sample, I.</summary>
    public int Inputs { get; }

    /// <summary>Rows U.</summary>
    public int Rows => Position.Length;

    /// <summary>Position of each row [U], from 0.</summary>
    public int[] Position { get; }

    /// <summary>A sample of each row [U].</summary>
    public int[] Sample { get; }

    /// <summary>The rows in the order of their positions [U].</summary>
    public int[] ByPosition { get; }

    /// <summary>Where a position's rows begin there [I + 1].</summary>
    public int[] FirstOfPosition { get; }

    /// <summary>Consecutive rows of one sample, which see the same tokens.</summary>
    public List<Tile> Tiles { get; } = [];

    /// <summary>Number of chunks: consecutive tiles, the work that one thread takes at a time.</summary>
    public int Chunks => firstOfChunk.Count - 1;

    /// <summary>The tiles of a chunk.</summary>
    public (int First, int End) TilesOf(int chunk) => (firstOfChunk[chunk], firstOfChunk[chunk + 1]);

    /// <summary>The first row of a chunk, and their number.</summary>
    public (int First, int Count) RowsOf(int chunk)
    {
        var last = Tiles[firstOfChunk[chunk + 1] - 1];
        var first = Tiles[firstOfChunk[chunk]].First;
        return (first, last.First + last.Count - first);
    }

    /// <summary>The bits of a sample [I].</summary>
    public ReadOnlySpan<byte> BitsOf(int sample) => OfSample(bits, sample);

    /// <summary>The row of each of a sample's positions [I].</summary>
    public ReadOnlySpan<int> RowsOfSample(int sample) => OfSample(rowOf, sample);

    /// <summary>The token of a row: position i as 0 is 2i, as 1 it is 2i + 1.</summary>
    public int TokenOf(int row) => 2 * Position[row] + bits[Sample[row] * Inputs + Position[row]];

    /// <summary>The samples of a set in an order in which those that begin alike are neighbours.</summary>
    public static int[] SortSamples(Batch batch, int set)
    {
        var order = new int[batch.Size];
        var keys = new ulong[batch.Size];
        var own = new byte[batch.Inputs];
        for (var s = 0; s < batch.Size; s++)
        {
            order[s] = s;
            batch.Unpack(set * batch.Size + s, own.AsSpan());
            for (var i = 0; i < Math.Min(64, own.Length); i++)
                keys[s] |= (ulong)own[i] << (63 - i);
        }

        Array.Sort(keys, order);
        return order;
    }

    private Span<TItem> OfSample<TItem>(TItem[] all, int sample) => all.AsSpan(sample * Inputs, Inputs);

    /// <summary>Consecutive rows of one sample.</summary>
    /// <param name="First">The first row.</param>
    /// <param name="Count">Number of rows.</param>
    /// <param name="Sample">The sample.</param>
    /// <param name="Seen">Positions that its last row sees.</param>
    public readonly record struct Tile(int First, int Count, int Sample, int Seen);
}
