using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Numerics;

/// <summary>
/// Arithmetic between a tensor and a number, and sums of tensors. TorchSharp's own operators make a temporary <see cref="Scalar"/> of
/// the number (and, for a sum, of its factor 1), to which nothing refers while libtorch reads it: a garbage collection at that
/// moment frees it, and libtorch computes with something else, or fails. Here it lives until libtorch is done.
/// </summary>
#pragma warning disable RS0030 // the one place where a Scalar is made, and kept
internal static class TensorArithmetic
{
    private static readonly Scalar One = 1.ToScalar();

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a ← a + b.</summary>
    /// <returns>a.</returns>
    public static Tensor PlusInPlace(this Tensor a, Tensor b) => a.add_(b, One);

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, double b)
    {
        using var scalar = b.ToScalar();
        return a.add(scalar, One);
    }

    /// <summary>1 − a.</summary>
    public static Tensor OneMinus(this Tensor a) => a.neg().add(One, One);

    /// <summary>a·b.</summary>
    public static Tensor Times(this Tensor a, double b)
    {
        using var scalar = b.ToScalar();
        return a.mul(scalar);
    }

    /// <summary>a ← a·b.</summary>
    /// <returns>a.</returns>
    public static Tensor TimesInPlace(this Tensor a, double b)
    {
        using var scalar = b.ToScalar();
        return a.mul_(scalar);
    }

    /// <summary>a/b.</summary>
    public static Tensor DividedBy(this Tensor a, double b)
    {
        using var scalar = b.ToScalar();
        return a.div(scalar);
    }

    /// <summary>a².</summary>
    public static Tensor Squared(this Tensor a) => a * a;

    /// <summary>NaN in every place of a.</summary>
    public static Tensor Undefined(this Tensor a) => zeros_like(a).Times(double.NaN);

    /// <summary>1 where a &gt; 0, else 0, as truth values.</summary>
    public static Tensor IsPositive(this Tensor a) => a.gt(zeros_like(a));

    /// <summary>The greater of a and b.</summary>
    public static Tensor AtLeast(this Tensor a, double b)
    {
        using var scalar = b.ToScalar();
        return a.clamp_min(scalar);
    }

    /// <summary>A matrix [n, n] of a number above the diagonal, and of 0 elsewhere.</summary>
    public static Tensor AboveDiagonal(long n, double value, ScalarType dtype, Device device) =>
        ones(n, n, dtype: dtype, device: device).triu(1).Times(value);
}
