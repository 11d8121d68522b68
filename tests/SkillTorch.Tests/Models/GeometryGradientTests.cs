using SkillTorch.Models;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Models;

public class GeometryGradientTests
{
    private static readonly AbstractSkillsOptions Skills = new() { Count = 11, FrequencyExponent = 1.3 };

    public static TheoryData<TaskVectorKind, LossKind, GeometryGradient, int> Forms
    {
        get
        {
            var forms = new TheoryData<TaskVectorKind, LossKind, GeometryGradient, int>();
            foreach (var kind in Enum.GetValues<TaskVectorKind>())
            {
                foreach (var loss in Enum.GetValues<LossKind>())
                {
                    foreach (var form in Enum.GetValues<GeometryGradient>())
                    {
                        foreach (var batch in (int[])[0, 37])
                        {
                            if (form == GeometryGradient.Full || loss == LossKind.Mse)
                                forms.Add(kind, loss, form, batch);
                        }
                    }
                }
            }

            return forms;
        }
    }

    /// <summary>The batch's mean loss by its definition, differentiated numerically.</summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public void Gradient_is_that_of_the_batch_loss(TaskVectorKind kind, LossKind loss, GeometryGradient form, int batch)
    {
        const int D = 13,
            Step = 3;
        const ulong Seed = 5;
        var options = new GeometryOptions
        {
            Dimensions = D,
            TaskVectors = kind,
            Gradient = form,
        };
        using var model = Create(options, loss, batch, [Seed]);
        double[] theta = [.. Enumerable.Range(0, D).Select(j => 0.3 * Math.Sin(1 + j))];
        using var gradient = Place(model, theta);
        model.ComputeGradient(Step, gradient);
        var actual = gradient.data<double>().ToArray();

        var vectors = TaskVectors.Draw(kind, Skills.Count, D, Seed);
        var weights = Weights(batch, Seed, Step);
        double Loss(double[] at)
        {
            var sum = 0.0;
            for (var k = 0; k < Skills.Count; k++)
            {
                var overlap = 0.0;
                for (var j = 0; j < D; j++)
                    overlap += vectors.Row(k)[j] * at[j];
                sum += weights[k] * (loss == LossKind.Mse ? (1 - overlap) * (1 - overlap) : Math.Log(1 + Math.Exp(-overlap)));
            }

            return form == GeometryGradient.Half ? sum / 2 : sum;
        }

        for (var j = 0; j < D; j++)
        {
            double[] up = [.. theta],
                down = [.. theta];
            up[j] += 1e-5;
            down[j] -= 1e-5;
            Assert.Equal((Loss(up) - Loss(down)) / 2e-5, actual[j], 1e-9);
        }
    }

    /// <summary>The CPU's rows and the tensors of other devices are the same model.</summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public void Rows_and_tensors_agree(TaskVectorKind kind, LossKind loss, GeometryGradient form, int batch)
    {
        var plan = Plan(kind, loss, form == GeometryGradient.Half ? 1 : 2, batch, 45, [3, 8, 3, 8, 3]);
        AssertAgree(new GeometryRows<double>(plan), new GeometryTensors(plan, ScalarType.Float64, CPU), plan, ScalarType.Float64, 1e-14);
        AssertAgree(new GeometryRows<float>(plan), new GeometryTensors(plan, ScalarType.Float32, CPU), plan, ScalarType.Float32, 3e-6);
    }

    [Fact]
    public void Gradient_after_a_measurement_is_bitwise_the_one_without()
    {
        foreach (var aligned in (bool[])[false, true])
        {
            var options = new GeometryOptions
            {
                Dimensions = 40,
                TaskVectors = TaskVectorKind.Unit,
                AlignedDimensions = aligned,
                GradientNoise = 0.1,
            };
            using var model = Create(options, LossKind.CrossEntropy, 50, [1, 2]);
            using var gradient = Place(model, [.. Enumerable.Range(0, 80).Select(j => Math.Cos(j))]);
            model.ComputeGradient(8, gradient);
            var without = gradient.data<double>().ToArray();
            model.Measure(7, new SkillMeasurement(2, Skills.Count, model.ExtraQuantities));
            model.ComputeGradient(8, gradient);
            Assert.Equal(without, gradient.data<double>().ToArray());
            model.ComputeGradient(9, gradient);
            Assert.NotEqual(without, gradient.data<double>().ToArray());
        }
    }

    [Fact]
    public void Noise_has_mean_0_and_the_given_deviation_and_is_new_at_every_step()
    {
        const int D = 999,
            Steps = 40;
        const double Sigma = 0.3;
        using var noisy = Create(new() { Dimensions = D, GradientNoise = Sigma }, LossKind.Mse, 0, [4]);
        using var quiet = Create(new() { Dimensions = D }, LossKind.Mse, 0, [4]);
        using var a = zeros_like(noisy.Parameters);
        using var b = zeros_like(noisy.Parameters);
        quiet.ComputeGradient(1, b);
        var clean = b.data<double>().ToArray();
        double sum = 0,
            square = 0,
            lag = 0;
        double[]? previous = null;
        for (var step = 1; step <= Steps; step++)
        {
            noisy.ComputeGradient(step, a);
            double[] noise = [.. a.data<double>().ToArray().Select((g, j) => g - clean[j])];
            sum += noise.Sum();
            square += noise.Sum(x => x * x);
            lag += previous is null ? 0 : noise.Zip(previous, (x, y) => x * y).Sum();
            previous = noise;
        }

        var n = (double)D * Steps;
        Assert.Equal(0, sum / n, 5 * Sigma / Math.Sqrt(n));
        Assert.Equal(Sigma * Sigma, square / n, 5 * Sigma * Sigma * Math.Sqrt(2 / n));
        Assert.Equal(0, lag / n, 5 * Sigma * Sigma / Math.Sqrt(n));
    }

    [Theory]
    [InlineData(TaskVectorKind.Unit)]
    [InlineData(TaskVectorKind.Modular)]
    public void Aligned_dimensions_are_counted_by_their_definition(TaskVectorKind kind)
    {
        var plan = Plan(kind, LossKind.Mse, 2, 0, 21, [6, 7]);
        using var theta = Sines(plan, ScalarType.Float64);
        using var gradient = zeros_like(theta);
        foreach (
            var arithmetic in (GeometryArithmetic[])[new GeometryRows<double>(plan), new GeometryTensors(plan, ScalarType.Float64, CPU)]
        )
        {
            arithmetic.ComputeGradient(1, theta, null, gradient);
            var g = gradient.data<double>().ToArray();
            var counts = new double[2, plan.Skills];
            arithmetic.CountAlignedDimensions(gradient, counts);
            for (var r = 0; r < 2; r++)
            {
                for (var k = 0; k < plan.Skills; k++)
                {
                    Assert.Equal(
                        plan.Groups.Single(group => group.Rows.Contains(r))
                            .Vectors.Row(k)
                            .ToArray()
                            .Where((t, j) => t * -g[r * plan.Dimensions + j] > 0)
                            .Count(),
                        counts[r, k]
                    );
                }
            }

            arithmetic.Dispose();
        }
    }

    [Fact]
    public void A_single_skill_commands_every_dimension_until_it_is_learned()
    {
        var model = new GeometryOptions { Dimensions = 50, AlignedDimensions = true };
        using var objective = model.Create(
            new([model], [new AbstractSkillsOptions { Count = 1 }], [1], LossKind.Mse, 16, ScalarType.Float32, CPU)
        );
        var measurement = new SkillMeasurement(1, 1, objective.ExtraQuantities);
        objective.Measure(0, measurement);
        Assert.Equal(50, measurement.Extra["alignedDimensions"][0, 0]);
        Assert.Equal((1, 0), (measurement.Loss[0, 0], measurement.Strength[0, 0]));
    }

    [Fact]
    public void Batch_weights_sum_to_1_and_average_to_the_frequencies()
    {
        double[] p = [.. Skills.GetSkills().Select(skill => skill.Frequency)];
        var mean = new double[p.Length];
        const int Steps = 4000,
            B = 37;
        for (var step = 1; step <= Steps; step++)
        {
            var weights = Weights(B, 9, step);
            Assert.Equal(1, weights.Sum(), 1e-12);
            for (var k = 0; k < p.Length; k++)
                mean[k] += weights[k] / Steps;
        }

        for (var k = 0; k < p.Length; k++)
            Assert.Equal(p[k], mean[k], 5 * Math.Sqrt(p[k] * (1 - p[k]) / B / Steps));
    }

    private static double[] Weights(int batch, ulong seed, int step)
    {
        var batches = new SkillBatches(
            [
                [.. Skills.GetSkills().Select(skill => skill.Frequency)],
            ],
            [seed],
            batch
        );
        var (skills, shown, weights) = (new int[Skills.Count], new double[Skills.Count], new double[Skills.Count]);
        var count = batches.Draw(0, step, skills, shown);
        for (var i = 0; i < count; i++)
            weights[skills[i]] = shown[i];
        return weights;
    }

    private static Objective Create(GeometryOptions options, LossKind loss, int batch, ulong[] seeds) =>
        options.Create(new([.. seeds.Select(_ => options)], [.. seeds.Select(_ => Skills)], seeds, loss, batch, ScalarType.Float64, CPU));

    /// <summary>Sets the parameters and returns a gradient buffer.</summary>
    private static Tensor Place(Objective model, double[] theta)
    {
        using var values = tensor(theta);
        using var shaped = values.view(model.Parameters.shape);
        model.Parameters.copy_(shaped);
        return zeros_like(model.Parameters);
    }

    private static GeometryPlan Plan(TaskVectorKind kind, LossKind loss, double factor, int batch, int dimensions, ulong[] seeds)
    {
        double[] p = [.. Skills.GetSkills().Select(skill => skill.Frequency)];
        return new(
            Skills.Count,
            dimensions,
            loss,
            factor,
            [
                .. Enumerable
                    .Range(0, seeds.Length)
                    .GroupBy(r => seeds[r])
                    .Select(rows => new TaskVectorGroup([.. rows], TaskVectors.Draw(kind, Skills.Count, dimensions, rows.Key))),
            ],
            new SkillBatches([.. seeds.Select(_ => p)], seeds, batch),
            [.. seeds.Select(_ => 0.01)],
            seeds
        );
    }

    private static Tensor Sines(GeometryPlan plan, ScalarType dtype)
    {
        using var values = tensor(
            [.. Enumerable.Range(0, plan.Replicates * plan.Dimensions).Select(j => 0.2 * Math.Sin(j))],
            [plan.Replicates, plan.Dimensions],
            dtype: dtype
        );
        return values.clone();
    }

    private static void AssertAgree(GeometryArithmetic a, GeometryArithmetic b, GeometryPlan plan, ScalarType dtype, double tolerance)
    {
        using var theta = Sines(plan, dtype);
        using var first = zeros_like(theta);
        using var second = zeros_like(theta);
        a.ComputeGradient(2, theta, null, first);
        b.ComputeGradient(2, theta, null, second);
        using var difference = (first - second).abs().max().to(ScalarType.Float64);
        Assert.InRange(difference.item<double>(), 0, tolerance);
        Assert.NotEqual(0, first.abs().sum().to(ScalarType.Float64).item<double>());
        double[] x = new double[plan.Replicates * plan.Skills],
            y = [.. x];
        a.ComputeOverlaps(theta, x);
        b.ComputeOverlaps(theta, y);
        Assert.All(x.Zip(y), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        a.Dispose();
        b.Dispose();
    }
}
