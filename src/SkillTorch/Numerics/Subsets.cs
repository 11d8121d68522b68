using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SkillTorch.Numerics;

/// <summary>The 16 subsets of four things, one an element: thing k is in subset p where bit k of p is set.</summary>
internal static class Subsets
{
    private const uint All = uint.MaxValue;
    private const ulong AllLong = ulong.MaxValue;

    /// <summary>The value in those subsets that have thing <paramref name="k"/>, else +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Select(int k, float value) =>
        (
            Vector512.Create(value).AsUInt32()
            & k switch
            {
                0 => Vector512.Create(0u, All, 0, All, 0, All, 0, All, 0, All, 0, All, 0, All, 0, All),
                1 => Vector512.Create(0u, 0, All, All, 0, 0, All, All, 0, 0, All, All, 0, 0, All, All),
                2 => Vector512.Create(0u, 0, 0, 0, All, All, All, All, 0, 0, 0, 0, All, All, All, All),
                _ => Vector512.Create(0u, 0, 0, 0, 0, 0, 0, 0, All, All, All, All, All, All, All, All),
            }
        ).AsSingle();

    /// <summary>The value in those of the first eight subsets that have thing <paramref name="k"/>, else +0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Select(int k, double value) =>
        (
            Vector512.Create(value).AsUInt64()
            & k switch
            {
                0 => Vector512.Create(0ul, AllLong, 0, AllLong, 0, AllLong, 0, AllLong),
                1 => Vector512.Create(0ul, 0, AllLong, AllLong, 0, 0, AllLong, AllLong),
                _ => Vector512.Create(0ul, 0, 0, 0, AllLong, AllLong, AllLong, AllLong),
            }
        ).AsDouble();
}
