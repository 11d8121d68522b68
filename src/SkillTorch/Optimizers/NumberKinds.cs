using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>Components in one 512-bit register.</summary>
internal readonly struct Lanes<T>(Vector512<T> values) : INumbers<Lanes<T>>
    where T : unmanaged
{
    public Vector512<T> Values { get; } = values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator +(Lanes<T> a, Lanes<T> b) => new(a.Values + b.Values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator -(Lanes<T> a, Lanes<T> b) => new(a.Values - b.Values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator *(Lanes<T> a, Lanes<T> b) => new(a.Values * b.Values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator /(Lanes<T> a, Lanes<T> b) => new(a.Values / b.Values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Sqrt(Lanes<T> a) => new(Vector512.Sqrt(a.Values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Abs(Lanes<T> a) => new(Vector512.Abs(a.Values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Sign(Lanes<T> a) =>
        new(
            (Vector512.GreaterThan(a.Values, Vector512<T>.Zero) & Vector512<T>.One)
                - (Vector512.LessThan(a.Values, Vector512<T>.Zero) & Vector512<T>.One)
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Max(Lanes<T> a, Lanes<T> b) => new(Vector512.Max(a.Values, b.Values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Min(Lanes<T> a, Lanes<T> b) => new(Vector512.Min(a.Values, b.Values));
}

/// <summary>All components of a stack, [R, n], or one coefficient of every trial, [R, 1].</summary>
internal readonly struct TensorNumbers(Tensor values) : INumbers<TensorNumbers>
{
    public Tensor Values { get; } = values;

    public static TensorNumbers operator +(TensorNumbers a, TensorNumbers b) => new(a.Values.Plus(b.Values));

    public static TensorNumbers operator -(TensorNumbers a, TensorNumbers b) => new(a.Values - b.Values);

    public static TensorNumbers operator *(TensorNumbers a, TensorNumbers b) => new(a.Values * b.Values);

    public static TensorNumbers operator /(TensorNumbers a, TensorNumbers b) => new(a.Values / b.Values);

    public static TensorNumbers Sqrt(TensorNumbers a) => new(a.Values.sqrt());

    public static TensorNumbers Abs(TensorNumbers a) => new(a.Values.abs());

    public static TensorNumbers Sign(TensorNumbers a) => new(a.Values.sign());

    public static TensorNumbers Max(TensorNumbers a, TensorNumbers b) => new(a.Values.maximum(b.Values));

    public static TensorNumbers Min(TensorNumbers a, TensorNumbers b) => new(a.Values.minimum(b.Values));
}
