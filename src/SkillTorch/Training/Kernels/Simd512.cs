using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
    public static Vector512<T> Spread(uint bits) => Vector512.Create(bits).As<uint, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> UnitBit(int first) => typeof(T) == typeof(float)
        ? Vector512.Create(UnitBits.Of32[first..]).As<uint, T>()
        : Vector512.Create(UnitBits.Of64[first..]).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AddWhere(Vector512<T> sum, Vector512<T> a, Vector512<T> spread, Vector512<T> unitBit)
    {
        if (Avx512F.IsSupported)
        {
            // In this form the compiler makes one addition under a mask of it.
            return typeof(T) == typeof(float)
                ? Vector512.ConditionalSelect(Avx512F.CompareNotEqual(spread.AsUInt32() & unitBit.AsUInt32(), Vector512<uint>.Zero).As<uint, T>(), sum + a, sum)
                : Vector512.ConditionalSelect(Avx512F.CompareNotEqual(spread.AsUInt64() & unitBit.AsUInt64(), Vector512<ulong>.Zero).As<ulong, T>(), sum + a, sum);
        }

        return sum + Select(a, spread, unitBit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Select(Vector512<T> a, Vector512<T> spread, Vector512<T> unitBit) => typeof(T) == typeof(float)
        ? (a.AsUInt32() & Vector512.Equals(spread.AsUInt32() & unitBit.AsUInt32(), unitBit.AsUInt32())).As<uint, T>()
        : (a.AsUInt64() & Vector512.Equals(spread.AsUInt64() & unitBit.AsUInt64(), unitBit.AsUInt64())).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Fold(Vector512<T> a) => Simd256<T>.Fold(a.GetLower() + a.GetUpper());
}
