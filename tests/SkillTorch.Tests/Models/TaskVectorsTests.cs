using SkillTorch.Models;

namespace SkillTorch.Tests.Models;

public class TaskVectorsTests
{
    [Theory]
    [InlineData(2, 1000)]
    [InlineData(30, 31)]
    [InlineData(17, 17)]
    public void Orthonormal_vectors_are(int skills, int dimensions)
    {
        var correlations = TaskVectors.Draw(TaskVectorKind.Orthonormal, skills, dimensions, 3).Correlations();
        for (var i = 0; i < skills; i++)
        {
            for (var j = 0; j < skills; j++)
                Assert.Equal(i == j ? 1 : 0, correlations[i, j], 1e-14);
        }
    }

    [Fact]
    public void Unit_vectors_have_length_1_and_correlate_like_random_directions()
    {
        const int K = 60,
            D = 50;
        var correlations = new GeometryOptions { Dimensions = D, TaskVectors = TaskVectorKind.Unit }.Correlations(K, 8);
        var squares = 0.0;
        for (var i = 0; i < K; i++)
        {
            Assert.Equal(1, correlations[i, i], 1e-14);
            for (var j = 0; j < i; j++)
                squares += correlations[i, j] * correlations[i, j];
        }

        // E[(t_i·t_j)²] = 1/d; the mean of the 1770 squares spreads by about √2/d/√1770.
        Assert.Equal(1.0 / D, squares / (K * (K - 1) / 2), 5 * Math.Sqrt(2) / D / Math.Sqrt(K * (K - 1) / 2));
    }

    [Fact]
    public void Gaussian_components_have_variance_1_over_d()
    {
        const int K = 200,
            D = 33;
        var vectors = TaskVectors.Draw(TaskVectorKind.Gaussian, K, D, 8);
        var all = Enumerable.Range(0, K).SelectMany(k => vectors.Row(k).ToArray()).ToList();
        Assert.Equal(0, all.Average(), 5 / Math.Sqrt(D) / Math.Sqrt(K * D));
        Assert.Equal(1.0 / D, all.Average(t => t * t), 5 * Math.Sqrt(2) / D / Math.Sqrt(K * D));
    }

    [Fact]
    public void Modular_vectors_are_axes_until_the_dimensions_run_out()
    {
        var vectors = TaskVectors.Draw(TaskVectorKind.Modular, 5, 3, 8);
        for (var k = 0; k < 5; k++)
        {
            for (var j = 0; j < 3; j++)
                Assert.Equal(k == j ? 1 : 0, vectors.Row(k)[j]);
        }
    }

    [Theory]
    [InlineData(TaskVectorKind.Orthonormal)]
    [InlineData(TaskVectorKind.Unit)]
    [InlineData(TaskVectorKind.Gaussian)]
    public void More_skills_leave_the_first_as_they_are_and_another_seed_does_not(TaskVectorKind kind)
    {
        var few = TaskVectors.Draw(kind, 3, 20, 1);
        var many = TaskVectors.Draw(kind, 12, 20, 1);
        var other = TaskVectors.Draw(kind, 3, 20, 2);
        for (var k = 0; k < 3; k++)
        {
            Assert.Equal(few.Row(k).ToArray(), many.Row(k).ToArray());
            Assert.NotEqual(few.Row(k).ToArray(), other.Row(k).ToArray());
        }
    }
}
