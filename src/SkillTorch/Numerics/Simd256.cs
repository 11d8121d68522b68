using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Numerics;

/// <summary>Vectors of 256 bits.</summary>
internal readonly unsafe struct Simd256<T> : ISimd<Vector256<T>, T>
    where T : unmanaged
{
    public static int Count => Vector256<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Multiply(Vector256<T> a, Vector256<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> addend) =>
        typeof(T) == typeof(float)
            ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), addend.AsSingle()).As<float, T>()
            : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), addend.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Relu(Vector256<T> a) => Vector256.MaxNative(Vector256<T>.Zero, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> NegativePart(Vector256<T> a) => Vector256.MinNative(Vector256<T>.Zero, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PositiveBits(Vector256<T> a) => (uint)Vector256.GreaterThan(a, Vector256<T>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NegativeBits(Vector256<T> a) => (uint)a.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Spread(uint bits) => Vector256.Create(bits).As<uint, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> UnitBit(int first) =>
        typeof(T) == typeof(float)
            ? Vector256.Create(UnitBits.Of32[first..]).As<uint, T>()
            : Vector256.Create(UnitBits.Of64[first..]).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> AddWhere(Vector256<T> sum, Vector256<T> a, Vector256<T> spread, Vector256<T> unitBit) =>
        sum + Select(a, spread, unitBit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Select(Vector256<T> a, Vector256<T> spread, Vector256<T> unitBit) =>
        typeof(T) == typeof(float)
            ? (a.AsUInt32() & Vector256.Equals(spread.AsUInt32() & unitBit.AsUInt32(), unitBit.AsUInt32())).As<uint, T>()
            : (a.AsUInt64() & Vector256.Equals(spread.AsUInt64() & unitBit.AsUInt64(), unitBit.AsUInt64())).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Blend(Vector256<T> mask, Vector256<T> a, Vector256<T> b) => Vector256.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Fold(Vector256<T> a) => a.GetLower() + a.GetUpper();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> FoldParts(Vector256<T> a, Vector256<T> b, Vector256<T> c, Vector256<T> d) =>
        Avx.IsSupported
            ? Avx.Permute2x128(a.AsDouble(), b.AsDouble(), 0x20).As<double, T>()
                + Avx.Permute2x128(a.AsDouble(), b.AsDouble(), 0x31).As<double, T>()
            : Vector256.Create(Fold(a), Fold(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> SumParts(Vector256<T> a, Vector256<T> b, Vector256<T> c, Vector256<T> d)
    {
        if (!Avx.IsSupported)
        {
            return Vector256.Create(
                Simd128<T>.SumParts(a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower()),
                Simd128<T>.SumParts(a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper())
            );
        }

        if (typeof(T) == typeof(double))
            return SumPairs(a, b);
        var ab = Avx.UnpackLow(a.AsSingle(), b.AsSingle()) + Avx.UnpackHigh(a.AsSingle(), b.AsSingle());
        var cd = Avx.UnpackLow(c.AsSingle(), d.AsSingle()) + Avx.UnpackHigh(c.AsSingle(), d.AsSingle());
        return SumPairs(ab.As<float, T>(), cd.As<float, T>());

        static Vector256<T> SumPairs(Vector256<T> a, Vector256<T> b) =>
            Avx.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>() + Avx.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>();
    }
}
