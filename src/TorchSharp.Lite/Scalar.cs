using System.Numerics;
using TorchSharp.Lite;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A number whose type is known at run time: what libtorch's operators take where Python passes a number.</summary>
public sealed class Scalar : IDisposable
{
    internal Scalar(ScalarType type, long bits)
    {
        Type = type;
        Bits = bits;
    }

    internal Scalar(ScalarType type, double value) : this(type, BitConverter.DoubleToInt64Bits(value)) { }

    internal long Bits { get; }

    internal ValueKind Kind => Type switch
    {
        ScalarType.Bool => ValueKind.Bool,
        ScalarType.Float64 => ValueKind.Double,
        _ => ValueKind.Int,
    };

    internal bool IsIntegral => Kind == ValueKind.Int;

    internal double AsDouble => Kind == ValueKind.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    /// <summary>The type of the number as libtorch sees it: Int64, Float64 or Bool.</summary>
    public ScalarType Type { get; }

    /// <summary>Does nothing: the number owns no native memory. Present because TorchSharp's does.</summary>
    public void Dispose() { }

    /// <inheritdoc/>
    public override string ToString() => Kind == ValueKind.Double
        ? BitConverter.Int64BitsToDouble(Bits).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : Kind == ValueKind.Bool ? (Bits != 0).ToString() : Bits.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A scalar of the value.</summary>
    public static implicit operator Scalar(byte value) => value.ToScalar();
    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator Scalar(sbyte value) => value.ToScalar();
    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator Scalar(short value) => value.ToScalar();
    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator Scalar(int value) => value.ToScalar();
    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator Scalar(long value) => value.ToScalar();
    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator Scalar(float value) => value.ToScalar();
    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator Scalar(double value) => value.ToScalar();
    /// <inheritdoc cref="op_Implicit(byte)"/>
    public static implicit operator Scalar(bool value) => value.ToScalar();
}

/// <summary>Conversions from .NET numbers to <see cref="Scalar"/>.</summary>
public static class ScalarExtensionMethods
{
    /// <summary>A scalar of the value.</summary>
    public static Scalar ToScalar(this byte value) => new(ScalarType.Int64, (long)value);
    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this sbyte value) => new(ScalarType.Int64, (long)value);
    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this short value) => new(ScalarType.Int64, (long)value);
    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this int value) => new(ScalarType.Int64, (long)value);
    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this long value) => new(ScalarType.Int64, value);
    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this float value) => new(ScalarType.Float64, (double)value);
    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this double value) => new(ScalarType.Float64, value);
    /// <inheritdoc cref="ToScalar(byte)"/>
    public static Scalar ToScalar(this bool value) => new(ScalarType.Bool, value ? 1L : 0L);

    /// <summary>The scalar as a float.</summary>
    public static float ToSingle(this Scalar value) => (float)value.AsDouble;
    /// <summary>The scalar as a double.</summary>
    public static double ToDouble(this Scalar value) => value.AsDouble;
    /// <summary>The scalar as a 64-bit integer, truncated towards zero.</summary>
    public static long ToInt64(this Scalar value) => value.Kind == ValueKind.Double ? (long)value.AsDouble : value.Bits;
    /// <summary>The scalar as a 32-bit integer, truncated towards zero.</summary>
    public static int ToInt32(this Scalar value) => (int)value.ToInt64();
    /// <summary>Whether the scalar is not zero.</summary>
    public static bool ToBoolean(this Scalar value) => value.AsDouble != 0;
}
