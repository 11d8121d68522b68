using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SkillTorch.Models;
using SkillTorch.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>What happens to single rows of a transformer's activations. Rows are whole vectors, with zeros behind their
/// elements.</summary>
internal static unsafe class RowOperations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Epsilon = 1e-5; // PyTorch's default for LayerNorm
    private static int Lanes => Vector512<T>.Count;

    /// <summary>y ← (x − mean x)·inside, y may be x.</summary>
    /// <param name="x">[padded]</param>
    /// <param name="inside">[padded] 1 for elements of the row, 0 behind them.</param>
    /// <param name="width">Elements.</param>
    /// <param name="y">[padded]</param>
    public static void Center(T* x, T* inside, int width, T* y)
    {
        var mean = Mean(x, width);
        for (var i = 0; i < width; i += Lanes)
            ((Vector512.Load(x + i) - mean) * Vector512.Load(inside + i)).Store(y + i);
    }

    /// <summary>1/√(mean x² + ε): what LayerNorm scales a centred row by.</summary>
    public static T InverseDeviation(T* x, int width)
    {
        var squares = Vector512<T>.Zero;
        for (var i = 0; i < width; i += Lanes)
            squares = Simd512<T>.MultiplyAdd(Vector512.Load(x + i), Vector512.Load(x + i), squares);
        return T.CreateTruncating(1 / Math.Sqrt(Simd512<T>.Sum(squares) / width + Epsilon));
    }

    /// <summary>LayerNorm without weight and bias.</summary>
    /// <returns>What the centred row was scaled by.</returns>
    public static T Normalize(T* x, T* inside, int width, T* y)
    {
        Center(x, inside, width, y);
        var inverse = InverseDeviation(y, width);
        Scale(y, inverse, width);
        return inverse;
    }

    /// <summary>dx ← dx + the gradient that goes back through LayerNorm.</summary>
    /// <param name="dy">[padded] Gradient of the normalised row.</param>
    /// <param name="y">[padded] The normalised row.</param>
    /// <param name="inverse">What the centred row was scaled by.</param>
    /// <param name="inside">[padded] 1 for elements of the row, 0 behind them.</param>
    /// <param name="width">Elements.</param>
    /// <param name="dx">[padded]</param>
    public static void AddNormalizeGradient(T* dy, T* y, T inverse, T* inside, int width, T* dx)
    {
        var (mean, along) = (Mean(dy, width), Vector512.Create(T.CreateTruncating(double.CreateTruncating(Dot(dy, y, width)) / width)));
        var scale = Vector512.Create(inverse);
        for (var i = 0; i < width; i += Lanes)
        {
            var change = (Vector512.Load(dy + i) - mean - Vector512.Load(y + i) * along) * Vector512.Load(inside + i);
            Simd512<T>.MultiplyAdd(change, scale, Vector512.Load(dx + i)).Store(dx + i);
        }
    }

    /// <summary>x ← scale·x.</summary>
    public static void Scale(T* x, T scale, int width)
    {
        var factor = Vector512.Create(scale);
        for (var i = 0; i < width; i += Lanes)
            (Vector512.Load(x + i) * factor).Store(x + i);
    }

    /// <summary>x ← scale·x + bias.</summary>
    public static void Scale(T* x, T scale, T* bias, int width)
    {
        var factor = Vector512.Create(scale);
        for (var i = 0; i < width; i += Lanes)
            Simd512<T>.MultiplyAdd(Vector512.Load(x + i), factor, Vector512.Load(bias + i)).Store(x + i);
    }

    /// <summary>Σ dx·(x − bias), what the gradient of x says of its scale.</summary>
    public static T DotWithout(T* dx, T* x, T* bias, int width)
    {
        var sum = Vector512<T>.Zero;
        for (var i = 0; i < width; i += Lanes)
            sum = Simd512<T>.MultiplyAdd(Vector512.Load(dx + i), Vector512.Load(x + i) - Vector512.Load(bias + i), sum);
        return T.CreateTruncating(Simd512<T>.Sum(sum));
    }

    /// <summary>Σ x·y, of any number of elements.</summary>
    public static T Dot(T* x, T* y, int count)
    {
        var sum = Vector512<T>.Zero;
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
            sum = Simd512<T>.MultiplyAdd(Vector512.Load(x + i), Vector512.Load(y + i), sum);
        var total = T.CreateTruncating(Simd512<T>.Sum(sum));
        for (; i < count; i++)
            total = T.FusedMultiplyAdd(x[i], y[i], total);
        return total;
    }

    /// <summary>y ← y + scale·x, of any number of elements.</summary>
    public static void AddScaled(T scale, T* x, T* y, int count)
    {
        var factor = Vector512.Create(scale);
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
            Simd512<T>.MultiplyAdd(Vector512.Load(x + i), factor, Vector512.Load(y + i)).Store(y + i);
        for (; i < count; i++)
            y[i] = T.FusedMultiplyAdd(x[i], scale, y[i]);
    }

    /// <summary>z ← z + x·y, element by element, of any number of them.</summary>
    public static void AddProducts(T* x, T* y, T* z, int count)
    {
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
            Simd512<T>.MultiplyAdd(Vector512.Load(x + i), Vector512.Load(y + i), Vector512.Load(z + i)).Store(z + i);
        for (; i < count; i++)
            z[i] = T.FusedMultiplyAdd(x[i], y[i], z[i]);
    }

    /// <summary>y ← φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Activate(Activation activation, T* x, T* y, nint count)
    {
        for (nint i = 0; i < count; i += Lanes)
        {
            var v = Vector512.Load(x + i);
            (activation == Activation.Silu ? v / (Vector512<T>.One + Simd512<T>.Exp(-v)) : Vector512.Max(v, Vector512<T>.Zero)).Store(
                y + i
            );
        }
    }

    /// <summary>dy ← dy·φ'(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplySlope(Activation activation, T* x, T* dy, nint count)
    {
        for (nint i = 0; i < count; i += Lanes)
        {
            var (v, d) = (Vector512.Load(x + i), Vector512.Load(dy + i));
            if (activation == Activation.Silu)
            {
                var sigmoid = Vector512<T>.One / (Vector512<T>.One + Simd512<T>.Exp(-v));
                (d * Simd512<T>.MultiplyAdd(v * sigmoid, Vector512<T>.One - sigmoid, sigmoid)).Store(dy + i);
            }
            else
            {
                (d & Vector512.GreaterThan(v, Vector512<T>.Zero)).Store(dy + i);
            }
        }
    }

    /// <summary>Softmax over the positions, for each head by itself.</summary>
    /// <param name="x">[count, heads] Logits, replaced by probabilities.</param>
    /// <param name="count">Positions.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="work">[heads]</param>
    public static void Softmax(T* x, int count, int heads, T* work)
    {
        new Span<T>(x, heads).CopyTo(new Span<T>(work, heads));
        for (var i = heads; i < count * heads; i += heads)
        {
            for (var h = 0; h < heads; h++)
                work[h] = T.Max(work[h], x[i + h]);
        }

        for (var i = 0; i < count * heads; i += heads)
        {
            for (var h = 0; h < heads; h++)
                x[i + h] -= work[h];
        }

        for (var i = 0; i < count * heads; i += Lanes) // also what lies behind, up to a whole vector
            Simd512<T>.Exp(Vector512.Load(x + i)).Store(x + i);
        new Span<T>(work, heads).Clear();
        for (var i = 0; i < count * heads; i += heads)
        {
            for (var h = 0; h < heads; h++)
                work[h] += x[i + h];
        }

        for (var h = 0; h < heads; h++)
            work[h] = T.One / work[h];
        for (var i = 0; i < count * heads; i += heads)
        {
            for (var h = 0; h < heads; h++)
                x[i + h] *= work[h];
        }
    }

    /// <summary>Gradient of the logits, dx ← y·(dy − Σ y·dy).</summary>
    /// <param name="y">[count, heads] Probabilities.</param>
    /// <param name="step">From position to position and head to head of <paramref name="y"/>.</param>
    /// <param name="dy">[count, heads] Their gradient, replaced by the logits'.</param>
    /// <param name="count">Positions.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="work">[heads]</param>
    public static void SoftmaxGradient(T* y, int step, T* dy, int count, int heads, T* work)
    {
        new Span<T>(work, heads).Clear();
        for (var i = 0; i < count * heads; i += heads)
        {
            for (var h = 0; h < heads; h++)
                work[h] += y[(i + h) * step] * dy[i + h];
        }

        for (var i = 0; i < count * heads; i += heads)
        {
            for (var h = 0; h < heads; h++)
                dy[i + h] = y[(i + h) * step] * (dy[i + h] - work[h]);
        }
    }

    private static Vector512<T> Mean(T* x, int width)
    {
        var sum = Vector512<T>.Zero;
        for (var i = 0; i < width; i += Lanes)
            sum += Vector512.Load(x + i);
        return Vector512.Create(T.CreateTruncating(Simd512<T>.Sum(sum) / width));
    }
}
