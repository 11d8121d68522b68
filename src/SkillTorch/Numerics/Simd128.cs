using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Numerics;

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
    public static Vector128<T> Multiply(Vector128<T> a, Vector128<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> a, Vector128<T> b, Vector128<T> addend) =>
        typeof(T) == typeof(float)
            ? Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), addend.AsSingle()).As<float, T>()
            : Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), addend.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Relu(Vector128<T> a) => Vector128.MaxNative(Vector128<T>.Zero, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> NegativePart(Vector128<T> a) => Vector128.MinNative(Vector128<T>.Zero, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PositiveBits(Vector128<T> a) => (uint)Vector128.GreaterThan(a, Vector128<T>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NegativeBits(Vector128<T> a) => (uint)a.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Spread(uint bits) => Vector128.Create(bits).As<uint, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> UnitBit(int first) =>
        typeof(T) == typeof(float)
            ? Vector128.Create(UnitBits.Of32[first..]).As<uint, T>()
            : Vector128.Create(UnitBits.Of64[first..]).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AddWhere(Vector128<T> sum, Vector128<T> a, Vector128<T> spread, Vector128<T> unitBit) =>
        sum + Select(a, spread, unitBit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Select(Vector128<T> a, Vector128<T> spread, Vector128<T> unitBit) =>
        typeof(T) == typeof(float)
            ? (a.AsUInt32() & Vector128.Equals(spread.AsUInt32() & unitBit.AsUInt32(), unitBit.AsUInt32())).As<uint, T>()
            : (a.AsUInt64() & Vector128.Equals(spread.AsUInt64() & unitBit.AsUInt64(), unitBit.AsUInt64())).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Blend(Vector128<T> mask, Vector128<T> a, Vector128<T> b) => Vector128.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Fold(Vector128<T> a) => a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> FoldParts(Vector128<T> a, Vector128<T> b, Vector128<T> c, Vector128<T> d) => a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> SumParts(Vector128<T> a, Vector128<T> b, Vector128<T> c, Vector128<T> d)
    {
        if (typeof(T) == typeof(double))
        {
            return Sse2.IsSupported
                ? Sse2.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>() + Sse2.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>()
                : Vector128.Create(Vector128.Sum(a.AsDouble()), Vector128.Sum(b.AsDouble())).As<double, T>();
        }

        if (Sse.IsSupported)
        {
            var ab = Sse.UnpackLow(a.AsSingle(), b.AsSingle()) + Sse.UnpackHigh(a.AsSingle(), b.AsSingle());
            var cd = Sse.UnpackLow(c.AsSingle(), d.AsSingle()) + Sse.UnpackHigh(c.AsSingle(), d.AsSingle());
            return (Sse.MoveLowToHigh(ab, cd) + Sse.MoveHighToLow(cd, ab)).As<float, T>();
        }

        return Vector128.Create(Sum(a), Sum(b), Sum(c), Sum(d)).As<float, T>();

        static float Sum(Vector128<T> part) => (part.AsSingle()[0] + part.AsSingle()[2]) + (part.AsSingle()[1] + part.AsSingle()[3]);
    }
}
