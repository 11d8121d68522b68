using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SkillTorch.Numerics;

/// <summary>
/// Smooth functions on [−1, 1] by their values at the n Chebyshev nodes t_j = cos(π(j + ½)/n): f(t) = Σ_k c_k T_k(t) with
/// c_k = (2 − δ_k0)/n · Σ_j f(t_j)·cos(πk(j + ½)/n). The error falls like ρ^(−n), ρ &gt; 1 by how far from [−1, 1] in the complex
/// plane f has a singularity, and the last coefficients tell whether it has fallen to rounding.
/// </summary>
internal sealed class ChebyshevNodes
{
    private const int Group = 4; // vectors of points at once, so that their recurrences overlap
    private readonly double[] toCoefficients; // [k, j]
    private readonly double[] toNodes; // [j, k]
    private readonly double[] coefficients; // [n]
    private readonly Vector512<double>[] moments; // [n]

    public ChebyshevNodes(int count)
    {
        Points = new double[count];
        toCoefficients = new double[count * count];
        toNodes = new double[count * count];
        coefficients = new double[count];
        moments = new Vector512<double>[count];
        for (var j = 0; j < count; j++)
        {
            Points[j] = Math.Cos(Math.PI * (j + 0.5) / count);
            for (var k = 0; k < count; k++)
            {
                toCoefficients[k * count + j] = toNodes[j * count + k] =
                    (k == 0 ? 1.0 : 2.0) / count * Math.Cos(Math.PI * k * (j + 0.5) / count);
            }
        }
    }

    /// <summary>t_j.</summary>
    public double[] Points { get; }

    /// <summary>The weights [n] with which a function's values at the nodes make its coefficient k.</summary>
    public ReadOnlySpan<double> Coefficient(int k) => toCoefficients.AsSpan(k * Points.Length, Points.Length);

    /// <summary>Length of an array of <paramref name="count"/> points, which are handled some vectors at a time.</summary>
    public static int Padded(int count) => Simd512<double>.Padded(count, Group);

    /// <summary>A function at many points.</summary>
    /// <param name="nodes">Its values at the nodes [n].</param>
    /// <param name="points">The points, padded.</param>
    /// <param name="values">Receives its values there; as long.</param>
    public unsafe void Evaluate(ReadOnlySpan<double> nodes, ReadOnlySpan<double> points, Span<double> values)
    {
        int n = Points.Length,
            lanes = Vector512<double>.Count;
        for (var k = 0; k < n; k++)
            coefficients[k] = TensorPrimitives.Dot(nodes, Coefficient(k));
        fixed (
            double* x = points,
                y = values
        )
        {
            for (var i = 0; i < points.Length; i += Group * lanes)
            {
                Vector512<double> b0 = Vector512.Load(x + i),
                    b1 = Vector512.Load(x + i + lanes),
                    b2 = Vector512.Load(x + i + 2 * lanes),
                    b3 = Vector512.Load(x + i + 3 * lanes);
                Vector512<double> x0 = b0 + b0,
                    x1 = b1 + b1,
                    x2 = b2 + b2,
                    x3 = b3 + b3;
                Vector512<double> t0 = Vector512<double>.One,
                    t1 = t0,
                    t2 = t0,
                    t3 = t0;
                Vector512<double> y0 = Vector512<double>.Zero,
                    y1 = y0,
                    y2 = y0,
                    y3 = y0;
                foreach (var coefficient in coefficients)
                {
                    var c = Vector512.Create(coefficient);
                    y0 = Vector512.FusedMultiplyAdd(c, t0, y0);
                    y1 = Vector512.FusedMultiplyAdd(c, t1, y1);
                    y2 = Vector512.FusedMultiplyAdd(c, t2, y2);
                    y3 = Vector512.FusedMultiplyAdd(c, t3, y3);
                    (t0, b0) = (Next(x0, t0, b0), t0);
                    (t1, b1) = (Next(x1, t1, b1), t1);
                    (t2, b2) = (Next(x2, t2, b2), t2);
                    (t3, b3) = (Next(x3, t3, b3), t3);
                }

                y0.Store(y + i);
                y1.Store(y + i + lanes);
                y2.Store(y + i + 2 * lanes);
                y3.Store(y + i + 3 * lanes);
            }
        }
    }

    /// <summary>The transpose of <see cref="Evaluate"/>: from derivatives by a function's values at points to those by its values at the
    /// nodes.</summary>
    /// <param name="slopes">Derivatives by the values at the points.</param>
    /// <param name="points">The points, padded; as long.</param>
    /// <param name="nodes">Receives the derivatives by the values at the nodes [n].</param>
    public unsafe void Transpose(ReadOnlySpan<double> slopes, ReadOnlySpan<double> points, Span<double> nodes)
    {
        int n = Points.Length,
            lanes = Vector512<double>.Count;
        moments.AsSpan().Clear();
        fixed (
            double* x = points,
                s = slopes
        )
        {
            for (var i = 0; i < points.Length; i += Group * lanes)
            {
                Vector512<double> b0 = Vector512.Load(x + i),
                    b1 = Vector512.Load(x + i + lanes),
                    b2 = Vector512.Load(x + i + 2 * lanes),
                    b3 = Vector512.Load(x + i + 3 * lanes);
                Vector512<double> x0 = b0 + b0,
                    x1 = b1 + b1,
                    x2 = b2 + b2,
                    x3 = b3 + b3;
                Vector512<double> t0 = Vector512<double>.One,
                    t1 = t0,
                    t2 = t0,
                    t3 = t0;
                Vector512<double> s0 = Vector512.Load(s + i),
                    s1 = Vector512.Load(s + i + lanes),
                    s2 = Vector512.Load(s + i + 2 * lanes),
                    s3 = Vector512.Load(s + i + 3 * lanes);
                for (var k = 0; k < n; k++)
                {
                    moments[k] += Vector512.FusedMultiplyAdd(s0, t0, s1 * t1) + Vector512.FusedMultiplyAdd(s2, t2, s3 * t3);
                    (t0, b0) = (Next(x0, t0, b0), t0);
                    (t1, b1) = (Next(x1, t1, b1), t1);
                    (t2, b2) = (Next(x2, t2, b2), t2);
                    (t3, b3) = (Next(x3, t3, b3), t3);
                }
            }
        }

        for (var k = 0; k < n; k++)
            coefficients[k] = Vector512.Sum(moments[k]);
        for (var j = 0; j < n; j++)
            nodes[j] = TensorPrimitives.Dot(coefficients, toNodes.AsSpan(j * n, n));
    }

    /// <summary>T_(k+1) = 2x·T_k − T_(k−1), with T_(−1) = T_1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Next(Vector512<double> twice, Vector512<double> current, Vector512<double> before) =>
        Vector512.FusedMultiplyAdd(twice, current, -before);
}
