using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SkillTorch.Numerics;

/// <summary>
/// Float64 numbers, in a vector register or a tensor, with the operations that IEEE 754 defines to the last bit: what is written over
/// them gives the same bits on every device.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal interface IDoubles<TSelf>
    where TSelf : struct, IDoubles<TSelf>
{
    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>A constant.</summary>
    static abstract TSelf Of(double value);

    static abstract TSelf Sqrt(TSelf a);

    static abstract TSelf Floor(TSelf a);

    /// <summary>x = 2^k·m with m from √½ to √2, of normal positive numbers.</summary>
    static abstract (TSelf Exponent, TSelf Mantissa) Split(TSelf x);

    /// <summary>Sine and cosine of an angle, from those of what is left of it after a whole number of quarter turns, 0 to 4.</summary>
    static abstract (TSelf Sine, TSelf Cosine) Turned(TSelf quarters, TSelf sine, TSelf cosine);
}

/// <summary>Eight numbers in a register.</summary>
internal readonly struct VectorDoubles(Vector512<double> values) : IDoubles<VectorDoubles>
{
    private const long RootHalf = 0x3FE6A09E667F3BCD; // the bits of √½

    public Vector512<double> Values { get; } = values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorDoubles operator +(VectorDoubles a, VectorDoubles b) => new(a.Values + b.Values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorDoubles operator -(VectorDoubles a, VectorDoubles b) => new(a.Values - b.Values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorDoubles operator *(VectorDoubles a, VectorDoubles b) => new(a.Values * b.Values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorDoubles operator /(VectorDoubles a, VectorDoubles b) => new(a.Values / b.Values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorDoubles Of(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorDoubles Sqrt(VectorDoubles a) => new(Vector512.Sqrt(a.Values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorDoubles Floor(VectorDoubles a) => new(Vector512.Floor(a.Values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (VectorDoubles Exponent, VectorDoubles Mantissa) Split(VectorDoubles x)
    {
        // Adding 1 − √½ in units of the exponent moves the split from 1 to √½ … √2.
        var shifted = x.Values.AsInt64() + Vector512.Create(0x3FF0000000000000L - RootHalf);
        var exponent = (shifted >>> 52) - Vector512.Create(1023L);
        var mantissa = (shifted & Vector512.Create(0x000FFFFFFFFFFFFFL)) + Vector512.Create(RootHalf);
        return (new(Vector512.ConvertToDouble(exponent)), new(mantissa.AsDouble()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (VectorDoubles Sine, VectorDoubles Cosine) Turned(VectorDoubles quarters, VectorDoubles sine, VectorDoubles cosine)
    {
        var quadrant = Vector512.ConvertToInt64(quarters.Values);
        var swap = Vector512.Equals(quadrant & Vector512<long>.One, Vector512<long>.One).AsDouble();
        var sineSign = ((quadrant & Vector512.Create(2L)) << 62).AsDouble();
        var cosineSign = (((quadrant + Vector512<long>.One) & Vector512.Create(2L)) << 62).AsDouble();
        return (
            new(Vector512.ConditionalSelect(swap, cosine.Values, sine.Values) ^ sineSign),
            new(Vector512.ConditionalSelect(swap, sine.Values, cosine.Values) ^ cosineSign)
        );
    }
}

/// <summary>Numbers in a tensor; constants have no dimensions. Tensors are owned by the current dispose scope.</summary>
internal readonly struct TensorDoubles(Tensor values) : IDoubles<TensorDoubles>
{
    public Tensor Values { get; } = values;

    public static TensorDoubles operator +(TensorDoubles a, TensorDoubles b) => new(a.Values.Plus(b.Values));

    public static TensorDoubles operator -(TensorDoubles a, TensorDoubles b) => new(a.Values - b.Values);

    public static TensorDoubles operator *(TensorDoubles a, TensorDoubles b) => new(a.Values * b.Values);

    public static TensorDoubles operator /(TensorDoubles a, TensorDoubles b) => new(a.Values / b.Values);

    public static TensorDoubles Of(double value) => new(tensor(value, ScalarType.Float64));

    /// <remarks>On the CPU libtorch's square root is MKL's, which may err in the last bit: a step of Newton's method mends it, with the
    /// remainder a − s² in twice the digits (Dekker's product, Numer. Math. 18 (1971) 224).</remarks>
    public static TensorDoubles Sqrt(TensorDoubles a)
    {
        var s = new TensorDoubles(a.Values.sqrt());
        var shifted = s * Of((1 << 27) + 1);
        var high = shifted - (shifted - s);
        var low = s - high;
        var square = s * s;
        var rounding = high * high - square + Of(2) * high * low + low * low; // s² is this more than the rounded square
        var step = (a - square - rounding) / (s + s);
        return s + new TensorDoubles(where(s.Values.IsPositive(), step.Values, zeros_like(s.Values)));
    }

    public static TensorDoubles Floor(TensorDoubles a) => new(a.Values.floor());

    public static (TensorDoubles Exponent, TensorDoubles Mantissa) Split(TensorDoubles x)
    {
        var (mantissa, exponent) = x.Values.frexp(); // ½ to 1
        using var rootHalf = tensor(0.70710678118654757, ScalarType.Float64);
        var small = mantissa.lt(rootHalf).to(ScalarType.Float64); // 1 where the mantissa is to be doubled
        return (new(exponent.to(ScalarType.Float64) - small), new(mantissa * small.Plus(1)));
    }

    public static (TensorDoubles Sine, TensorDoubles Cosine) Turned(TensorDoubles quarters, TensorDoubles sine, TensorDoubles cosine)
    {
        var quadrant = quarters.Values.to(ScalarType.Int64);
        var swap = quadrant.And(1).to(ScalarType.Bool);
        return (
            new(where(swap, cosine.Values, sine.Values) * Sign(quadrant)),
            new(where(swap, sine.Values, cosine.Values) * Sign(quadrant.PlusInteger(1)))
        );

        static Tensor Sign(Tensor quadrant) => quadrant.And(2).neg().PlusInteger(1).to(ScalarType.Float64);
    }
}
