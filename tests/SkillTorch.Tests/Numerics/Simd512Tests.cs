using System.Runtime.Intrinsics;
using SkillTorch.Numerics;

namespace SkillTorch.Tests.Numerics;

public unsafe class Simd512Tests
{
    [Fact]
    public void Rows_are_padded_to_whole_vectors()
    {
        Assert.Equal([0, 16, 16, 32], ((int[])[0, 1, 16, 17]).Select(n => Simd512<float>.Padded(n)));
        Assert.Equal([8, 16, 64], [Simd512<double>.Padded(8), Simd512<double>.Padded(9), Simd512<double>.Padded(33, 4)]);
    }

    [Fact]
    public void A_part_of_a_vector_leaves_the_rest_alone()
    {
        double[] numbers = [1, 2, 3, 4, 5, 6, 7, 8],
            others = [.. numbers.Select(x => -x)];
        fixed (
            double* p = numbers,
                q = others
        )
        {
            Assert.Equal(Vector512.Create(1.0, 2, 3, 0, 0, 0, 0, 0), Simd512<double>.LoadFirst(p, 3));
            Assert.Equal(Vector512.Create(1.0, 2, 3, -4, -5, -6, -7, -8), Simd512<double>.First(3, Vector512.Load(p), Vector512.Load(q)));
            Simd512<double>.StoreFirst(Vector512.Load(p), q, 3);
        }

        Assert.Equal([1, 2, 3, -4, -5, -6, -7, -8], others);
    }

    [Fact]
    public void Sums_are_exact_and_exponentials_stay_finite()
    {
        Assert.Equal(36, Simd512<double>.Sum(Vector512<double>.Indices + Vector512<double>.One));
        Assert.Equal(136, Simd512<float>.Sum(Vector512<float>.Indices + Vector512<float>.One));
        foreach (var x in (double[])[-1000, -3.5, 0, 1, 20, 1000])
        {
            var value = Simd512<double>.Exp(Vector512.Create(x))[0];
            Assert.Equal(1, value / Math.Exp(Math.Clamp(x, -600, 600)), 1e-14);
        }

        Assert.True(float.IsNaN(Simd512<float>.Exp(Vector512.Create(float.NaN))[3]));
    }
}
