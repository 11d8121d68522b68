namespace TorchSharp;

public static partial class torch
{
    /// <summary>The element types of tensors; values are libtorch's.</summary>
    public enum ScalarType : sbyte
    {
        /// <summary>Unsigned 8-bit integer.</summary>
        Byte = 0,
        /// <summary>Signed 8-bit integer.</summary>
        Int8 = 1,
        /// <summary>16-bit integer.</summary>
        Int16 = 2,
        /// <summary>32-bit integer.</summary>
        Int32 = 3,
        /// <summary>64-bit integer.</summary>
        Int64 = 4,
        /// <summary>IEEE half precision.</summary>
        Float16 = 5,
        /// <summary>IEEE single precision.</summary>
        Float32 = 6,
        /// <summary>IEEE double precision.</summary>
        Float64 = 7,
        /// <summary>Two single-precision numbers.</summary>
        ComplexFloat32 = 9,
        /// <summary>Two double-precision numbers.</summary>
        ComplexFloat64 = 10,
        /// <summary>True or false, one byte each.</summary>
        Bool = 11,
        /// <summary>Brain floating point: single precision's range in 16 bits.</summary>
        BFloat16 = 15,
    }

    private static ScalarType defaultDtype = ScalarType.Float32;

#pragma warning disable CS1591 // Python's names for the members of ScalarType, which are documented.
    public static ScalarType @bool = ScalarType.Bool;
    public static ScalarType uint8 = ScalarType.Byte;
    public static ScalarType int8 = ScalarType.Int8;
    public static ScalarType int16 = ScalarType.Int16;
    public static ScalarType int32 = ScalarType.Int32;
    public static ScalarType int64 = ScalarType.Int64;
    public static ScalarType float16 = ScalarType.Float16;
    public static ScalarType float32 = ScalarType.Float32;
    public static ScalarType float64 = ScalarType.Float64;
    public static ScalarType bfloat16 = ScalarType.BFloat16;
    public static ScalarType @short = ScalarType.Int16;
    public static ScalarType @int = ScalarType.Int32;
    public static ScalarType @long = ScalarType.Int64;
    public static ScalarType half = ScalarType.Float16;
    public static ScalarType @float = ScalarType.Float32;
    public static ScalarType @double = ScalarType.Float64;
#pragma warning restore CS1591

    /// <summary>Sets the floating-point type that factories use when none is given.</summary>
    public static void set_default_dtype(ScalarType dtype) => defaultDtype = dtype.IsFloatingPoint() ? dtype
        : throw new ArgumentException($"Got {dtype} for the default type; expected a floating-point type.");

    /// <summary>The floating-point type that factories use when none is given; Float32 at first.</summary>
    public static ScalarType get_default_dtype() => defaultDtype;

    /// <summary>The type that arithmetic between the two types yields.</summary>
    public static ScalarType promote_types(ScalarType type1, ScalarType type2) => (ScalarType)Lite.Native.tl_promote((int)type1, (int)type2);

    internal static ScalarType ToScalarType(Type type) => type switch
    {
        _ when type == typeof(float) => ScalarType.Float32,
        _ when type == typeof(double) => ScalarType.Float64,
        _ when type == typeof(long) => ScalarType.Int64,
        _ when type == typeof(int) => ScalarType.Int32,
        _ when type == typeof(bool) => ScalarType.Bool,
        _ when type == typeof(byte) => ScalarType.Byte,
        _ when type == typeof(sbyte) => ScalarType.Int8,
        _ when type == typeof(short) => ScalarType.Int16,
        _ when type == typeof(Half) => ScalarType.Float16,
        _ => throw new NotSupportedException($"Got {type.Name} for an element type; expected a .NET number or bool."),
    };
}
