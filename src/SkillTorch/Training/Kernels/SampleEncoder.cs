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
        Vector128<uint> copy = copies == Tile ? Vector128.Create(0u, 1, 2, 3) : default,
            length = Vector128.Create((uint)layout.Stride);
        var step = Tile * layout.Groups.Length;
        foreach (var group in layout.Groups)
        {
            var bits = group.Bits > 0;
            var source = (bits ? inputs.Plane(set, group.Word) : inputs.Controls(set)) + first;
            var shift = group.Shift;
            Vector128<uint> mask = Vector128.Create(bits ? (uint)group.Rows - 1 : uint.MaxValue),
                factor = (bits ? Vector128<uint>.One : Vector128.Create((uint)copies)) * length,
                start = (Vector128.Create((uint)group.FirstRow) + (bits ? default : copy)) * length;
            var own = rows;
            for (var tile = 0; tile < tiles; tile++, source += Tile, own += step)
            {
                var offset = ((Vector128.Load(source) >>> shift) & mask) * factor + start;
                *(ulong*)own = Vector128.Narrow(offset, offset).AsUInt64()[0];
            }

            rows += Tile;
        }
    }
}
