using System.Numerics;
using System.Runtime.Intrinsics;
using SkillTorch.Models;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>What happens to single elements of whole vectors between a perceptron's products.</summary>
internal static unsafe class MlpElements<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>z ← φ(z), slope ← φ'(z).</summary>
    /// <param name="activation">φ.</param>
    /// <param name="z">[count] Pre-activations, replaced by activations.</param>
    /// <param name="slope">[count] Receives the derivatives.</param>
    /// <param name="count">Elements, whole vectors.</param>
    public static void Activate(Activation activation, T* z, T* slope, nint count)
    {
        var one = Vector512<T>.One;
        for (nint i = 0; i < count; i += Vector512<T>.Count)
        {
            var x = Vector512.Load(z + i);
            if (activation == Activation.Silu)
            {
                var sigmoid = one / (one + Simd512<T>.Exp(-x));
                var y = x * sigmoid;
                y.Store(z + i);
                Simd512<T>.MultiplyAdd(y, one - sigmoid, sigmoid).Store(slope + i); // σ + xσ(1 − σ)
            }
            else
            {
                Vector512.Max(x, Vector512<T>.Zero).Store(z + i); // a NaN stays one
                (Vector512.GreaterThan(x, Vector512<T>.Zero) & one).Store(slope + i);
            }
        }
    }

    /// <summary>y ← y·x.</summary>
    public static void Multiply(T* y, T* x, nint count)
    {
        for (nint i = 0; i < count; i += Vector512<T>.Count)
            (Vector512.Load(y + i) * Vector512.Load(x + i)).Store(y + i);
    }

    /// <summary>y ← y + x.</summary>
    public static void Add(T* y, T* x, nint count)
    {
        for (nint i = 0; i < count; i += Vector512<T>.Count)
            (Vector512.Load(y + i) + Vector512.Load(x + i)).Store(y + i);
    }
}
