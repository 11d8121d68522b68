using SkillTorch.Numerics;

namespace SkillTorch.Models;

/// <summary>The task vectors t_i of the Geometry model, one padded row (see <see cref="RowKernels"/>) a skill.</summary>
internal sealed unsafe class TaskVectors
{
    private readonly double[] rows; // [K, stride], zeros beyond d

    private TaskVectors(int skills, int dimensions)
    {
        Skills = skills;
        Dimensions = dimensions;
        Stride = Simd512<float>.Padded(dimensions); // whole vectors of either number format
        rows = new double[(long)skills * Stride];
    }

    /// <summary>K.</summary>
    public int Skills { get; }

    /// <summary>d.</summary>
    public int Dimensions { get; }

    /// <summary>Distance between rows.</summary>
    public int Stride { get; }

    /// <summary>Draws task vectors. Skill i's numbers depend on the seed, i and d alone: more skills leave the first ones as they
    /// are.</summary>
    public static TaskVectors Draw(TaskVectorKind kind, int skills, int dimensions, ulong seed)
    {
        var vectors = new TaskVectors(skills, dimensions);
        var stream = new RandomStream(seed, RandomPurpose.TaskVectors);
        for (var k = 0; k < skills; k++)
        {
            var row = vectors.Row(k);
            if (kind == TaskVectorKind.Modular)
            {
                if (k < dimensions)
                    row[k] = 1;
                continue;
            }

            stream.FillNormal(row, offset: (long)k * dimensions);
            if (kind == TaskVectorKind.Gaussian)
                Scale(row, 1 / Math.Sqrt(dimensions));
            if (kind == TaskVectorKind.Orthonormal)
                vectors.Orthogonalise(k);
            if (kind is TaskVectorKind.Unit or TaskVectorKind.Orthonormal)
                Scale(row, 1 / Math.Sqrt(Square(row)));
        }

        return vectors;
    }

    /// <summary>t_i, length d.</summary>
    public Span<double> Row(int skill) => rows.AsSpan(skill * Stride, Dimensions);

    /// <summary>All rows with their padding, [K, stride].</summary>
    public ReadOnlySpan<double> Rows => rows;

    /// <summary>C_ij = t_i·t_j, [K, K].</summary>
    public double[,] Correlations()
    {
        var correlations = new double[Skills, Skills];
        for (var i = 0; i < Skills; i++)
        {
            for (var j = 0; j <= i; j++)
                correlations[i, j] = correlations[j, i] = Inner(Row(i), Row(j));
        }

        return correlations;
    }

    /// <summary>
    /// Takes row k's components along the rows above it away. Gram–Schmidt on Gaussian rows gives a uniformly random frame;
    /// a second round removes what rounding left of the first.
    /// </summary>
    private void Orthogonalise(int k)
    {
        fixed (double* all = rows)
        {
            var row = all + (long)k * Stride;
            for (var round = 0; round < 2; round++)
            {
                for (var i = 0; i < k; i += 4)
                {
                    var a = all + (long)i * Stride;
                    var b = all + (long)Math.Min(i + 1, k - 1) * Stride;
                    var c = all + (long)Math.Min(i + 2, k - 1) * Stride;
                    var d = all + (long)Math.Min(i + 3, k - 1) * Stride;
                    var along = RowKernels.FirstOf4(-RowKernels.Dot4(row, a, b, c, d, Stride), k - i);
                    RowKernels.AddScaled4(row, along, a, b, c, d, Stride);
                }
            }
        }
    }

    private static void Scale(Span<double> row, double factor)
    {
        foreach (ref var value in row)
            value *= factor;
    }

    private static double Square(ReadOnlySpan<double> row) => Inner(row, row);

    private static double Inner(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var j = 0; j < a.Length; j++)
            sum += a[j] * b[j];
        return sum;
    }
}
