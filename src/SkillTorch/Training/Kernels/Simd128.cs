using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SkillTorch.Training.Kernels;

/// <summary>Vectors of 128 bits.</summary>
internal readonly unsafe struct Simd128<T> : ISimd<Vector128<T>, T>
    where T : unmanaged
{
    public static int Count => Vector128<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(T* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Broadcast(T value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add(Vector128<T> a, Vector128<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Subtract(Vector128<T> a, Vector128<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Multiply(Vector128<T> a, Vector128<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> a, Vector128<T> b, Vector128<T> addend) => typeof(T) == typeof(float)
        ? Vector128.MultiplyAddEstimate(a.AsSingle(), b.AsSingle(), addend.AsSingle()).As<float, T>()
        : Vector128.MultiplyAddEstimate(a.AsDouble(), b.AsDouble(), addend.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Relu(Vector128<T> a) => Vector128.MaxNative(Vector128<T>.Zero, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PositiveBits(Vector128<T> a) => (uint)Vector128.GreaterThan(a, Vector128<T>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Select(uint bits, Vector128<T> a)
    {
        Vector128<T> chosen;
        if (typeof(T) == typeof(float))
        {
            Vector128<uint> lane = Vector128.Create(1u, 2, 4, 8);
            chosen = Vector128.Equals(Vector128.Create(bits) & lane, lane).As<uint, T>();
        }
        else
        {
            Vector128<ulong> lane = Vector128.Create(1ul, 2);
            chosen = Vector128.Equals(Vector128.Create((ulong)bits) & lane, lane).As<ulong, T>();
        }

        return Vector128.ConditionalSelect(chosen, a, Vector128<T>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Fold(Vector128<T> a) => a;
}
