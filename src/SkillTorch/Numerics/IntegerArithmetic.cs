using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Numerics;

/// <summary>
/// Arithmetic between a tensor of integers and an integer, which wraps around. The integer goes to the device as an argument: nothing
/// is copied there.
/// </summary>
#pragma warning disable RS0030 // where a Scalar is made, it is kept
internal static class IntegerArithmetic
{
    /// <summary>0, 1, …, n − 1 as 64-bit integers.</summary>
    public static Tensor Range(long n, Device device)
    {
        using var scalar = n.ToScalar();
        return arange(scalar, ScalarType.Int64, device);
    }

    /// <summary>Integers of one value.</summary>
    public static Tensor Filled(ReadOnlySpan<long> shape, long value, Device device)
    {
        using var scalar = value.ToScalar();
        return full(shape, scalar, ScalarType.Int64, device);
    }

    /// <summary>a + b.</summary>
    public static Tensor PlusInteger(this Tensor a, long b) => With(a, b, static (x, y) => x.Plus(y));

    /// <summary>a·b.</summary>
    public static Tensor TimesInteger(this Tensor a, long b) => With(a, b, static (x, y) => x.mul(y));

    /// <summary>a mod b, of the sign of b.</summary>
    public static Tensor Modulo(this Tensor a, long b) => With(a, b, static (x, y) => x.remainder(y));

    /// <summary>⌊a/b⌋.</summary>
    public static Tensor Quotient(this Tensor a, long b) => With(a, b, static (x, y) => x.div(y, RoundingMode.floor));

    /// <summary>The bits that a and b have in common.</summary>
    public static Tensor And(this Tensor a, long b) => With(a, b, static (x, y) => x.bitwise_and(y));

    /// <summary>a ≪ bits.</summary>
    public static Tensor ShiftLeft(this Tensor a, int bits) => With(a, bits, static (x, y) => x.bitwise_left_shift(y));

    /// <summary>a ≫ bits, of the same sign.</summary>
    public static Tensor ShiftRight(this Tensor a, int bits) => With(a, bits, static (x, y) => x.bitwise_right_shift(y));

    /// <summary>The greater of a and b.</summary>
    public static Tensor AtLeastInteger(this Tensor a, long b) => With(a, b, static (x, y) => x.maximum(y));

    /// <summary>Whether a = b.</summary>
    public static Tensor IsInteger(this Tensor a, long b) => With(a, b, static (x, y) => x.eq(y));

    /// <summary>Whether a &lt; b.</summary>
    public static Tensor IsBelow(this Tensor a, long b) => With(a, b, static (x, y) => x.lt(y));

    private static Tensor With(Tensor a, long b, Func<Tensor, Tensor, Tensor> operation)
    {
        using var number = tensor(b); // without dimensions: libtorch takes it from the host as an argument
        return operation(a, number);
    }
}
