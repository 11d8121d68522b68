using System.Runtime.Intrinsics;

namespace SkillTorch.Training.Kernels;

/// <summary>From packed bits to the rows of the tables that a sample adds up.</summary>
internal static unsafe class SampleEncoder
{
    private const int Tile = SampleRows.Tile;

    /// <summary>Writes the rows' offsets, four samples side by side.</summary>
    /// <param name="layout">The groups.</param>
    /// <param name="inputs">The samples.</param>
    /// <param name="set">Which set of them.</param>
    /// <param name="first">The first sample.</param>
    /// <param name="tiles">How many times four.</param>
    /// <param name="rows">[tiles, groups, 4] Receives the offsets in elements.</param>
    public static void Encode(TableLayout layout, InputPlanes inputs, int set, int first, int tiles, ushort* rows)
    {
        // Neighbours of one skill would wait for each other's sum in the skill's row: where it has copies, each takes its own.
        var copies = layout.Groups[0].Copies;
        var copy = copies == Tile ? Vector128.Create(0u, 1, 2, 3) : default;
        for (var tile = 0; tile < tiles; tile++, first += Tile)
        {
            foreach (var group in layout.Groups)
            {
                var row =
                    group.Bits == 0
                        ? Vector128.Load(inputs.Controls(set) + first) * Vector128.Create((uint)copies) + copy
                        : (Vector128.Load(inputs.Plane(set, group.Word) + first) >>> group.Shift) & Vector128.Create((uint)group.Rows - 1);
                var offset = (row + Vector128.Create((uint)group.FirstRow)) * Vector128.Create((uint)layout.Stride);
                Vector128.Narrow(offset, offset).GetLower().Store(rows);
                rows += Tile;
            }
        }
    }
}
