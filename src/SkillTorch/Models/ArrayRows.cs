using System.Runtime.InteropServices;

namespace SkillTorch.Models;

internal static class ArrayRows
{
    /// <summary>Row <paramref name="row"/> of a matrix as a span over its memory.</summary>
    public static Span<T> AsRow<T>(this T[,] matrix, int row) => MemoryMarshal.CreateSpan(ref matrix[row, 0], matrix.GetLength(1));

    /// <summary>All elements of a matrix, row by row, as a span over its memory.</summary>
    public static Span<T> AsFlat<T>(this T[,] matrix) => MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length);
}
