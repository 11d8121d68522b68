using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SkillTorch.Training.Kernels;

/// <summary>Vectors of 512 bits.</summary>
internal readonly unsafe struct Simd512<T> : ISimd<Vector512<T>, T>
    where T : unmanaged
{
    public static int Count => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Subtract(Vector512<T> a, Vector512<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> addend) => typeof(T) == typeof(float)
        ? Vector512.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), addend.AsSingle()).As<float, T>()
        : Vector512.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), addend.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Relu(Vector512<T> a) => Vector512.MaxNative(Vector512<T>.Zero, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PositiveBits(Vector512<T> a) => (uint)Vector512.GreaterThan(a, Vector512<T>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Select(uint bits, Vector512<T> a)
    {
        Vector512<T> chosen;
        if (typeof(T) == typeof(float))
        {
            Vector512<uint> lane = Vector512.Create(1u, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
            chosen = Vector512.Equals(Vector512.Create(bits) & lane, lane).As<uint, T>();
        }
        else
        {
            Vector512<ulong> lane = Vector512.Create(1ul, 2, 4, 8, 16, 32, 64, 128);
            chosen = Vector512.Equals(Vector512.Create((ulong)bits) & lane, lane).As<ulong, T>();
        }

        return Vector512.ConditionalSelect(chosen, a, Vector512<T>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Fold(Vector512<T> a) => Simd256<T>.Fold(a.GetLower() + a.GetUpper());
}
