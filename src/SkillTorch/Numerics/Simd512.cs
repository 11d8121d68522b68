using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Numerics;

/// <summary>
/// Vectors of 512 bits. On machines without them .NET makes two operations of one: sums whose bits must not depend on the machine
/// run in these vectors everywhere.
/// </summary>
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
    public static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> addend) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), addend.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), addend.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Relu(Vector512<T> a) => Vector512.MaxNative(Vector512<T>.Zero, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> NegativePart(Vector512<T> a) => Vector512.MinNative(Vector512<T>.Zero, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PositiveBits(Vector512<T> a) => (uint)Vector512.GreaterThan(a, Vector512<T>.Zero).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint NegativeBits(Vector512<T> a) => (uint)a.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Spread(uint bits) => Vector512.Create(bits).As<uint, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> UnitBit(int first) =>
        typeof(T) == typeof(float)
            ? Vector512.Create(UnitBits.Of32[first..]).As<uint, T>()
            : Vector512.Create(UnitBits.Of64[first..]).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AddWhere(Vector512<T> sum, Vector512<T> a, Vector512<T> spread, Vector512<T> unitBit)
    {
        if (Avx512F.IsSupported)
        {
            // In this form the compiler makes one addition under a mask of it.
            return typeof(T) == typeof(float)
                ? Vector512.ConditionalSelect(
                    Avx512F.CompareNotEqual(spread.AsUInt32() & unitBit.AsUInt32(), Vector512<uint>.Zero).As<uint, T>(),
                    sum + a,
                    sum
                )
                : Vector512.ConditionalSelect(
                    Avx512F.CompareNotEqual(spread.AsUInt64() & unitBit.AsUInt64(), Vector512<ulong>.Zero).As<ulong, T>(),
                    sum + a,
                    sum
                );
        }

        return sum + Select(a, spread, unitBit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Select(Vector512<T> a, Vector512<T> spread, Vector512<T> unitBit) =>
        typeof(T) == typeof(float)
            ? (a.AsUInt32() & Vector512.Equals(spread.AsUInt32() & unitBit.AsUInt32(), unitBit.AsUInt32())).As<uint, T>()
            : (a.AsUInt64() & Vector512.Equals(spread.AsUInt64() & unitBit.AsUInt64(), unitBit.AsUInt64())).As<ulong, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Blend(Vector512<T> mask, Vector512<T> a, Vector512<T> b) => Vector512.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Fold(Vector512<T> a) => Simd256<T>.Fold(a.GetLower() + a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> FoldParts(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d)
    {
        if (!Avx512F.IsSupported)
            return Vector512.Create(Vector256.Create(Fold(a), Fold(b)), Vector256.Create(Fold(c), Fold(d)));
        var ab =
            Avx512F.Shuffle4x128(a.AsDouble(), b.AsDouble(), 0x44).As<double, T>()
            + Avx512F.Shuffle4x128(a.AsDouble(), b.AsDouble(), 0xEE).As<double, T>();
        var cd =
            Avx512F.Shuffle4x128(c.AsDouble(), d.AsDouble(), 0x44).As<double, T>()
            + Avx512F.Shuffle4x128(c.AsDouble(), d.AsDouble(), 0xEE).As<double, T>();
        return Avx512F.Shuffle4x128(ab.AsDouble(), cd.AsDouble(), 0x88).As<double, T>()
            + Avx512F.Shuffle4x128(ab.AsDouble(), cd.AsDouble(), 0xDD).As<double, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> SumParts(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d)
    {
        if (!Avx512F.IsSupported)
        {
            return Vector512.Create(
                Simd256<T>.SumParts(a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower()),
                Simd256<T>.SumParts(a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper())
            );
        }

        if (typeof(T) == typeof(double))
            return SumPairs(a, b);
        var ab = Avx512F.UnpackLow(a.AsSingle(), b.AsSingle()) + Avx512F.UnpackHigh(a.AsSingle(), b.AsSingle());
        var cd = Avx512F.UnpackLow(c.AsSingle(), d.AsSingle()) + Avx512F.UnpackHigh(c.AsSingle(), d.AsSingle());
        return SumPairs(ab.As<float, T>(), cd.As<float, T>());

        static Vector512<T> SumPairs(Vector512<T> a, Vector512<T> b) =>
            Avx512F.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>() + Avx512F.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>();
    }

    /// <summary>Length of a row of <paramref name="count"/> elements that is filled up to a multiple of so many vectors.</summary>
    public static int Padded(int count, int vectors = 1) => (count + vectors * Count - 1) / (vectors * Count) * (vectors * Count);

    /// <summary>The same number in every element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Broadcast(double value) =>
        typeof(T) == typeof(float) ? Vector512.Create((float)value).As<float, T>() : Vector512.Create(value).As<double, T>();

    /// <summary>The first <paramref name="count"/> elements of a vector, and 0 for the others, which are not read.</summary>
    public static Vector512<T> LoadFirst(T* source, int count)
    {
        Span<T> part = stackalloc T[Count];
        part.Clear();
        new ReadOnlySpan<T>(source, count).CopyTo(part);
        return Vector512.Create<T>(part);
    }

    /// <summary>Stores the first <paramref name="count"/> elements; what lies behind them is not touched.</summary>
    public static void StoreFirst(Vector512<T> value, T* destination, int count)
    {
        Span<T> part = stackalloc T[Count];
        value.CopyTo(part);
        part[..count].CopyTo(new Span<T>(destination, count));
    }

    /// <summary>The first <paramref name="count"/> elements of one vector, and the others of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> First(int count, Vector512<T> values, Vector512<T> others) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512<T>.Indices, Broadcast((double)count)), values, others);

    /// <summary>The sum of all elements, halves added to halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector512<T> a)
    {
        var four = Fold(a);
        return typeof(T) == typeof(double)
            ? four.AsDouble()[0] + four.AsDouble()[1]
            : (four.AsSingle()[0] + four.AsSingle()[2]) + (four.AsSingle()[1] + four.AsSingle()[3]);
    }

    /// <summary>e^a; beyond what is told from 0 or counts as infinite, where the vector function leaves its fast path, as at its
    /// end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exp(Vector512<T> a)
    {
        var end = Broadcast(typeof(T) == typeof(double) ? 600.0 : 70.0);
        a = Vector512.Min(Vector512.Max(a, -end), end); // a NaN stays one
        return typeof(T) == typeof(double) ? Vector512.Exp(a.AsDouble()).As<double, T>() : Vector512.Exp(a.AsSingle()).As<float, T>();
    }
}
