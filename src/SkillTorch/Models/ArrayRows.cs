using System.Runtime.InteropServices;

namespace SkillTorch.Models;

internal static class ArrayRows
{
    /// <summary>Row <paramref name="row"/> of a matrix as a span over its memory.</summary>
    public static Span<T> AsRow<T>(this T[,] matrix, int row) =>
        MemoryMarshal.CreateSpan(ref matrix[row, 0], matrix.GetLength(1));
}
