using System.Numerics;
using FsCheck.Xunit;
using SkillTorch.Tasks;
using SkillTorch.Training;
using SkillTorch.Training.Kernels;

namespace SkillTorch.Tests.Training.Kernels;

public class BinaryMlpGradientTests
{
    private static readonly int[] Widths = [128, 256, 512];

    private static readonly (int Replicates, int Controls, int Bits, int Width, int Outputs, int Count)[] OddShapes =
    [
        (1, 0, 1, 1, 1, 1),
        (1, 1, 0, 1, 1, 5),
        (2, 3, 0, 7, 2, 9),
        (1, 5, 32, 63, 1, 50),
        (2, 5, 32, 65, 2, 50),
        (3, 0, 64, 17, 4, 33),
        (1, 0, 33, 64, 3, 2),
        (2, 2, 31, 129, 1, 1030),
        (1, 7, 70, 260, 1, 21),
        (4, 1, 8, 10, 1, 1025),
        (1, 2, 40, 20, 2, 2500), // more samples than one part of a narrow gradient
        (1, 20, 40, 70, 2, 300), // more skills than a register's elements
        (1, 70, 10, 90, 1, 60), // more skills than are looked up in registers
        (2, 3, 32, 100, 6, 40), // more outputs than have sums of their own
        (2, 5, 32, 530, 1, 1100), // samples sorted by skill; active units of more than one cache line
        (1, 3, 40, 130, 2, 1500), // sorted, two words a sample
        (1, 2, 12, 90, 20, 1100), // sorted, more outputs than sums in registers
        (1, 0, 6, 70, 1, 1030), // many samples of few bits
    ];

    public static TheoryData<int> VectorBits => new(Widths);

    public static TheoryData<int, int> ShapesAndVectors()
    {
        var data = new TheoryData<int, int>();
        for (var i = 0; i < OddShapes.Length; i++)
        {
            foreach (var bits in Widths)
            {
                data.Add(i, bits);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(ShapesAndVectors))]
    public void Gradient_is_that_of_the_definition(int index, int vectorBits)
    {
        (var replicates, var controls, var bits, var width, var outputs, var count) = OddShapes[index];
        var shape = new BinaryMlpShape(replicates, controls, bits, width, outputs);
        foreach (var shared in (bool[])[true, false])
        {
            var problem = new ReferenceMlp(shape, count, shared, masked: !shared, seed: (ulong)index);
            AssertBothPrecisions(problem, vectorBits);
        }
    }

    [Property(MaxTest = 60)]
    public void Gradient_is_that_of_the_definition_for_random_shapes(
        byte replicates,
        byte controls,
        byte bits,
        byte width,
        byte outputs,
        byte count,
        bool shared,
        bool masked,
        ulong seed
    )
    {
        var shape = new BinaryMlpShape(1 + replicates % 3, controls % 9, 1 + bits % 64, 1 + width % 80, 1 + outputs % 4);
        AssertBothPrecisions(new ReferenceMlp(shape, 1 + count % 100, shared, masked, seed), Widths[seed % 3]);
    }

    private static void AssertBothPrecisions(ReferenceMlp problem, int vectorBits)
    {
        foreach (var loss in Enum.GetValues<LossKind>())
        {
            (var losses, var outputs, var gradients, var magnitudes) = problem.Solve(problem.Parameters, loss);
            var wide = Run<double>(problem, loss, 2, vectorBits);
            AssertClose(losses, wide.Losses, 1e-12);
            AssertClose(outputs, wide.Outputs, 1e-12);
            AssertParts(problem.Shape, gradients, magnitudes, wide.Gradients, 1e-12);
            var narrow = Run<float>(problem, loss, 2, vectorBits);
            AssertClose(losses, narrow.Losses, 1e-5);
            AssertClose(outputs, [.. narrow.Outputs.Select(v => (double)v)], 1e-5);
            AssertParts(problem.Shape, gradients, magnitudes, [.. narrow.Gradients.Select(v => (double)v)], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(VectorBits))]
    public void Gradient_takes_any_derivative(int vectorBits)
    {
        foreach ((var outputs, var width, var count) in ((int, int, int)[])[(1, 35, 77), (3, 35, 77), (1, 70, 1100), (3, 70, 1100)])
        {
            var problem = new ReferenceMlp(new BinaryMlpShape(2, 4, 20, width, outputs), count, shared: false, masked: false, seed: 5);
            var each = problem.Count * outputs;
            (var expectedOutputs, var expected, var magnitudes) = problem.Solve(
                problem.Parameters,
                (r, i, _) => problem.Derivatives[r * each + i]
            );
            using var kernel = new BinaryMlpGradient<double>(problem.Shape, 2, vectorBits);
            double[] f = new double[expectedOutputs.Length],
                gradients = new double[expected.Length];
            kernel.Forward(problem.Parameters, problem.Batch, f);
            AssertClose(expectedOutputs, f, 1e-12);
            kernel.ComputeGradient(problem.Parameters, problem.Batch, Given, gradients);
            AssertParts(problem.Shape, expected, magnitudes, gradients, 1e-12);
            kernel.ComputeGradient(problem.Parameters, problem.Batch, Given, gradients, f, sameInputs: true);
            AssertClose(expectedOutputs, f, 1e-12);
            AssertParts(problem.Shape, expected, magnitudes, gradients, 1e-12);

            void Given(int r, ReadOnlySpan<double> own, Span<double> derivatives)
            {
                AssertClose(expectedOutputs[(r * each)..((r + 1) * each)], own.ToArray(), 1e-12);
                problem.Derivatives.AsSpan(r * each, each).CopyTo(derivatives);
            }
        }
    }

    [Fact]
    public void Gradient_is_the_loss_differentiated_numerically()
    {
        const double Step = 1e-5;
        foreach (var loss in Enum.GetValues<LossKind>())
        {
            var problem = new ReferenceMlp(new BinaryMlpShape(1, 2, 6, 9, 2), 40, shared: true, masked: true, seed: 8);
            var gradient = Run<double>(problem, loss, 1, 0).Gradients;
            for (var i = 0; i < gradient.Length; i++)
            {
                var centre = problem.Parameters[i];
                problem.Parameters[i] = centre + Step;
                var above = Run<double>(problem, loss, 1, 0).Losses[0];
                problem.Parameters[i] = centre - Step;
                var below = Run<double>(problem, loss, 1, 0).Losses[0];
                problem.Parameters[i] = centre;
                Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-8);
            }
        }
    }

    [Fact]
    public void Output_weights_of_zero_do_not_stop_their_own_gradient()
    {
        var problem = new ReferenceMlp(new BinaryMlpShape(1, 0, 10, 20, 1), 64, shared: true, masked: false, seed: 9);
        Array.Clear(problem.Parameters, 20 * 11, 21);
        (_, _, var expected, var magnitudes) = problem.Solve(problem.Parameters, LossKind.Mse);
        var gradient = Run<double>(problem, LossKind.Mse, 1, 0).Gradients;
        Assert.Contains(gradient.Skip(20 * 11), g => g != 0);
        AssertParts(problem.Shape, expected, magnitudes, gradient, 1e-12);
    }

    [Theory]
    [InlineData(40, 1)]
    [InlineData(-40, 0)]
    [InlineData(700, 1)]
    public void Cross_entropy_keeps_the_digits_of_a_sure_answer(double logit, double label)
    {
        using var kernel = new BinaryMlpGradient<double>(new BinaryMlpShape(1, 0, 1, 1, 1));
        double[] gradient = new double[4],
            outputs = new double[1];
        var loss = new OutputLoss(LossKind.CrossEntropy, null, 1);
        using var batch = Batch.FromBits(1, 1, 1, 1, [1u], [label]);
        kernel.ComputeGradient(
            [0, 0, 0, logit],
            new BinaryBatch(1, [1u]),
            (r, f, slopes) => loss.FillSlopes(batch, r, f, slopes),
            gradient,
            outputs
        );
        // ln(1 + e) and e/(1 + e) are both e as far as a double goes.
        var tail = Math.Exp(-Math.Abs(logit));
        Assert.Equal(1, LossKind.CrossEntropy.Value(outputs[0], label) / tail, 1e-15);
        Assert.Equal(-Math.Sign(logit), gradient[3] / tail, 1e-15);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(50, 3)]
    [InlineData(700, 1)]
    [InlineData(300, 2)]
    public void Threads_and_neighbours_do_not_change_a_bit(int width, int outputs)
    {
        var stack = new ReferenceMlp(new BinaryMlpShape(5, 3, 20, width, outputs), 2500, shared: false, masked: true, seed: 3);
        var one = Run<float>(stack, LossKind.Mse, 1, 0);
        foreach (var threads in (int[])[2, 3, 8])
        {
            var many = Run<float>(stack, LossKind.Mse, threads, 0);
            Assert.Equal(one.Losses, many.Losses);
            Assert.Equal(one.Outputs, many.Outputs);
            Assert.Equal(one.Gradients, many.Gradients);
        }

        int samples = stack.Count,
            n = stack.Shape.Parameters;
        var parameters = ToPrecision<float>(stack.Parameters);
        var loss = stack.Derivative<float>(LossKind.Mse);
        using var kernel = new BinaryMlpGradient<float>(stack.Shape with { Replicates = 1 }, 2);
        float[] gradient = new float[n],
            output = new float[samples * outputs];
        for (var r = 0; r < 5; r++)
        {
            var batch = new BinaryBatch(samples, stack.Words.AsSpan(r * samples, samples), stack.Controls.AsSpan(r * samples, samples));
            kernel.ComputeGradient(parameters.AsSpan(r * n, n), batch, (_, f, slopes) => loss(r, f, slopes), gradient, output);
            Assert.Equal(one.Outputs.AsSpan(r * output.Length, output.Length).ToArray(), output);
            Assert.Equal(one.Gradients.AsSpan(r * n, n).ToArray(), gradient);
        }
    }

    [Theory]
    [InlineData(0, 12, 30)]
    [InlineData(3, 32, 70)]
    public void Batches_of_any_size_may_follow_each_other(int controls, int bits, int width)
    {
        var shape = new BinaryMlpShape(1, controls, bits, width, 1);
        using var wide = new BinaryMlpGradient<double>(shape);
        using var narrow = new BinaryMlpGradient<float>(shape);
        foreach (var count in (int[])[7, 2000, 3, 1025, 1])
        {
            var problem = new ReferenceMlp(shape, count, shared: true, masked: false, seed: (ulong)count);
            var gradient = new double[shape.Parameters];
            var gradientOfFloats = new float[shape.Parameters];
            wide.ComputeGradient(problem.Parameters, problem.Batch, problem.Derivative<double>(LossKind.Mse), gradient);
            narrow.ComputeGradient(
                ToPrecision<float>(problem.Parameters),
                problem.Batch,
                problem.Derivative<float>(LossKind.Mse),
                gradientOfFloats
            );
            (_, _, var expected, var magnitudes) = problem.Solve(problem.Parameters, LossKind.Mse);
            AssertParts(shape, expected, magnitudes, gradient, 1e-12);
            AssertParts(shape, expected, magnitudes, [.. gradientOfFloats.Select(v => (double)v)], 1e-5);
        }
    }

    [Fact]
    public void Skills_may_be_too_many_to_sort_by() =>
        AssertBothPrecisions(new ReferenceMlp(new BinaryMlpShape(1, 2100, 3, 40, 1), 1030, shared: true, masked: false, seed: 2), 0);

    [Theory]
    [MemberData(nameof(ShapesAndVectors))]
    public void Inputs_that_stay_need_no_second_preparation(int index, int vectorBits)
    {
        (var replicates, var controls, var bits, var width, var outputs, var count) = OddShapes[index];
        foreach (var shared in (bool[])[true, false])
        {
            var problem = new ReferenceMlp(
                new BinaryMlpShape(replicates, controls, bits, width, outputs),
                count,
                shared,
                masked: false,
                seed: 4
            );
            var expected = Run<double>(problem, LossKind.Mse, 2, vectorBits);
            foreach (var threads in (int[])[1, 2])
            {
                using var kernel = new BinaryMlpGradient<double>(problem.Shape, threads, vectorBits);
                double[] outputsOf = new double[expected.Outputs.Length],
                    gradients = new double[expected.Gradients.Length];
                // Other parameters first, by each way into the kernel: nothing of theirs may stay.
                kernel.Forward(gradients, problem.Batch, outputsOf);
                for (var i = 0; i < 2; i++)
                {
                    Array.Fill(gradients, double.NaN);
                    kernel.ComputeGradient(
                        problem.Parameters,
                        problem.Batch,
                        problem.Derivative<double>(LossKind.Mse),
                        gradients,
                        outputsOf,
                        sameInputs: true
                    );
                    Assert.Equal(expected.Outputs, outputsOf);
                    Assert.Equal(expected.Gradients, gradients);
                }
            }
        }
    }

    [Fact]
    public void A_parameter_that_is_not_a_number_shows_in_its_own_loss_only()
    {
        var problem = new ReferenceMlp(new BinaryMlpShape(2, 0, 12, 30, 1), 100, shared: true, masked: false, seed: 1);
        problem.Parameters[5] = double.NaN;
        var result = Run<double>(problem, LossKind.Mse, 2, 0);
        Assert.True(double.IsNaN(result.Losses[0]));
        Assert.True(double.IsFinite(result.Losses[1]));
    }

    [Fact]
    public void Wrong_lengths_and_indices_are_named()
    {
        var shape = new BinaryMlpShape(2, 3, 10, 4, 1);
        using var kernel = new BinaryMlpGradient<float>(shape);
        float[] parameters = new float[2 * shape.Parameters],
            gradients = new float[parameters.Length],
            outputs = new float[16];
        var words = new uint[8];
        var controls = new int[8];
        string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
        void Call(int p = 0, int w = 0, int c = 0, int g = 0, int f = 0) =>
            kernel.ComputeGradient(
                parameters.AsSpan(p),
                new BinaryBatch(8, words.AsSpan(w), controls.AsSpan(c)),
                (_, _, slopes) => slopes.Clear(),
                gradients.AsSpan(g),
                outputs.AsSpan(f)
            );
        Call();
        Assert.Contains("`parameters`", Message(() => Call(p: 1)));
        Assert.Contains("`batch.words`", Message(() => Call(w: 1)));
        Assert.Contains("`batch.controls`", Message(() => Call(c: 1)));
        Assert.Contains("`gradients`", Message(() => Call(g: 1)));
        Assert.Contains("`outputs`", Message(() => Call(f: 1)));
        controls[6] = 3;
        Assert.Contains("Got 3 for `batch.controls[6]`", Message(() => Call()));
        Assert.Contains("`shape.width`", Message(() => new BinaryMlpGradient<float>(shape with { Width = 0 })));
        Assert.Contains("`T`", Message(() => new BinaryMlpGradient<Half>(shape)));
    }

    private sealed record Result<T>(double[] Losses, T[] Outputs, T[] Gradients);

    private static Result<T> Run<T>(ReferenceMlp problem, LossKind loss, int threads, int vectorBits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = problem.Shape;
        using var kernel = new BinaryMlpGradient<T>(shape, threads, vectorBits);
        T[] outputs = new T[shape.Replicates * problem.Count * shape.Outputs],
            gradients = new T[shape.Replicates * shape.Parameters];
        Array.Fill(gradients, T.NaN); // overwritten, never added to
        kernel.ComputeGradient(ToPrecision<T>(problem.Parameters), problem.Batch, problem.Derivative<T>(loss), gradients, outputs);
        return new Result<T>(problem.Losses(loss, outputs), outputs, gradients);
    }

    private static T[] ToPrecision<T>(double[] values)
        where T : INumberBase<T> => [.. values.Select(T.CreateTruncating)];

    /// <summary>Compares W1, b1, W2 and b2 of each replicate, each on the scale of the largest sum of magnitudes in it.</summary>
    private static void AssertParts(BinaryMlpShape shape, double[] expected, double[] magnitudes, double[] actual, double tolerance)
    {
        int[] lengths = [shape.Inputs * shape.Width, shape.Width, shape.Width * shape.Outputs, shape.Outputs];
        var start = 0;
        for (var r = 0; r < shape.Replicates; r++)
        {
            foreach (var length in lengths)
            {
                var scale = magnitudes.AsSpan(start, length).ToArray().Max();
                for (var i = start; i < start + length; i++)
                {
                    Assert.Equal(expected[i], actual[i], tolerance * scale);
                }

                start += length;
            }
        }
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        var scale = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance * scale);
        }
    }
}
