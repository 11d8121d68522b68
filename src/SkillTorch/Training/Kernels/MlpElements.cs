using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkillTorch.Models;

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
                var sigmoid = one / (one + Exp(-x));
                var y = x * sigmoid;
                y.Store(z + i);
                RowKernels.MultiplyAdd(y, one - sigmoid, sigmoid).Store(slope + i); // σ + xσ(1 − σ)
            }
            else
            {
                Vector512.Max(x, Vector512<T>.Zero).Store(z + i); // a NaN stays one
                (Vector512.GreaterThan(x, Vector512<T>.Zero) & one).Store(slope + i);
            }
        }
    }

    /// <summary>y ← factor·(softmax(y) − 1[label]) over the first <paramref name="classes"/> elements; the rest become 0.</summary>
    /// <param name="y">Logits, in whole vectors.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="label">The sample's class.</param>
    /// <param name="factor">The sample's share of the loss.</param>
    public static void SoftmaxSlopes(T* y, int classes, int label, T factor)
    {
        var lanes = Vector512<T>.Count;
        var last = (classes - 1) / lanes * lanes;
        var valid = Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(classes - last)));
        Vector512.ConditionalSelect(valid, Vector512.Load(y + last), Vector512.Create(T.NegativeInfinity)).Store(y + last);
        var largest = Vector512.Load(y);
        for (var i = lanes; i <= last; i += lanes)
            largest = Vector512.Max(largest, Vector512.Load(y + i));
        var most = largest[0];
        for (var i = 1; i < lanes; i++)
            most = T.Max(most, largest[i]);
        var top = Vector512.Create(most);
        var sum = Vector512<T>.Zero;
        for (var i = 0; i <= last; i += lanes)
        {
            var e = Exp(Vector512.Load(y + i) - top);
            e = i < last ? e : Vector512.ConditionalSelect(valid, e, Vector512<T>.Zero);
            e.Store(y + i);
            sum += e;
        }

        var scale = Vector512.Create(factor) / Vector512.Create(Vector512.Sum(sum));
        for (var i = 0; i <= last; i += lanes)
            (Vector512.Load(y + i) * scale).Store(y + i);
        y[label] -= factor;
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

    /// <summary>e^x; beyond what is told from 0 or counts as infinite, where the vector function leaves its fast path, as at its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Exp(Vector512<T> x)
    {
        var end = Vector512.Create(T.CreateTruncating(typeof(T) == typeof(double) ? 600 : 70));
        x = Vector512.Min(Vector512.Max(x, -end), end); // a NaN stays one
        return typeof(T) == typeof(double) ? Vector512.Exp(x.AsDouble()).As<double, T>() : Vector512.Exp(x.AsSingle()).As<float, T>();
    }
}
