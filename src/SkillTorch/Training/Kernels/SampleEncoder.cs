using System.Runtime.Intrinsics;

namespace SkillTorch.Training.Kernels;

/// <summary>From packed bits to the rows of the tables that a sample adds up.</summary>
internal static unsafe class SampleEncoder
{
    private const int Tile = SampleRows.Tile;

    /// <summary>Writes the rows' offsets, four samples side by side; samples that fill up the last tile read like zeros.</summary>
    /// <param name="layout">The groups.</param>
    /// <param name="words">[count, wordsPerSample]</param>
    /// <param name="wordsPerSample">Words of a sample.</param>
    /// <param name="controls">[count] if the layout has a control index.</param>
    /// <param name="count">Samples.</param>
    /// <param name="rows">[tiles, groups, 4] Receives the offsets in elements.</param>
    public static void Encode(TableLayout layout, uint* words, int wordsPerSample, int* controls, int count, ushort* rows)
    {
        uint* tail = stackalloc uint[Tile * wordsPerSample + Tile];
        for (int first = 0; first < count; first += Tile, words += Tile * wordsPerSample, controls += Tile)
        {
            if (count - first < Tile)
            {
                int rest = count - first;
                new Span<uint>(tail, Tile * wordsPerSample + Tile).Clear();
                new Span<uint>(words, rest * wordsPerSample).CopyTo(new Span<uint>(tail, rest * wordsPerSample));
                if (layout.Groups[0].Bits == 0)
                {
                    new Span<uint>(controls, rest).CopyTo(new Span<uint>(tail + Tile * wordsPerSample, rest));
                }

                words = tail;
                controls = (int*)(tail + Tile * wordsPerSample);
            }

            int loaded = -1;
            Vector128<uint> four = default;
            foreach (TableGroup group in layout.Groups)
            {
                Vector128<uint> pattern;
                if (group.Bits == 0)
                {
                    pattern = Vector128.Load((uint*)controls);
                }
                else
                {
                    if (group.Word != loaded)
                    {
                        loaded = group.Word;
                        four = wordsPerSample == 1
                            ? Vector128.Load(words)
                            : Vector128.Create(words[loaded], words[wordsPerSample + loaded], words[2 * wordsPerSample + loaded], words[3 * wordsPerSample + loaded]);
                    }

                    pattern = (four >>> group.Shift) & Vector128.Create((uint)group.Rows - 1);
                }

                Vector128<uint> offset = (pattern + Vector128.Create((uint)group.FirstRow)) * Vector128.Create((uint)layout.Stride);
                Vector128.Narrow(offset, offset).GetLower().Store(rows);
                rows += Tile;
            }
        }
    }
}
