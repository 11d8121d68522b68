using System.Reflection;
using SkillTorch.Optimizers;
using SkillTorch.Tests.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Optimizers;

/// <summary>
/// An elementwise optimizer is one rule over vectors on the CPU, which is the only form there, and over tensors elsewhere: both are
/// the same up to <see cref="Ulps"/> units in the last place of the largest number. They are not the same bits, for libtorch
/// takes square roots by MKL's vector functions, which may be one unit off, where the vector registers round them correctly.
/// </summary>
public class ElementwiseOptimizerTests
{
    private const int Steps = 5;
    private const int Ulps = 4;

    public static TheoryData<string> Optimizers => [.. OptimizerTable.Rows.Where(row => IsElementwise(row.Value)).Select(row => row.Key)];

    [Fact]
    public void Most_optimizers_are_elementwise() => Assert.InRange(Optimizers.Count, 20, 100);

    /// <summary>More trials than one launch takes the coefficients of, and more parameters than a block has threads.</summary>
    [SkippableTheory]
    [MemberData(nameof(Optimizers))]
    public void Vectors_and_kernels_give_the_same_numbers(string name)
    {
        var compiler = HostCompiler.Create();
        Compare(
            name,
            [(3, 300), .. name == "adam" ? new[] { (70, 2) } : []],
            name == "adam" ? [ScalarType.Float32, ScalarType.Float64] : [ScalarType.Float64],
            (optimizer, parameters, gradient) => Call(optimizer, "UpdateByKernel", parameters, gradient, compiler)
        );
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Vectors_and_tensors_give_the_same_numbers(string name)
    {
        // Rows that end within a register, with it, and after it; a part of several registers; for one optimizer, more than one thread's
        // worth.
        (int, int)[] large = name == "adam" ? [(7, 300_001)] : [];
        Compare(
            name,
            [(1, 1), (3, 7), (5, 16), (4, 33), (3, 129), .. large],
            [ScalarType.Float32, ScalarType.Float64],
            (optimizer, parameters, gradient) => Call(optimizer, "UpdateTensors", parameters, gradient)
        );
    }

    private static void Compare(string name, (int, int)[] shapes, ScalarType[] formats, Action<Optimizer, Tensor, Tensor> update)
    {
        var options = OptimizerTable.Rows[name] with { Cautious = null };
        foreach (var (trials, parameters) in shapes)
        {
            foreach (var dtype in formats)
            {
                using var scope = NewDisposeScope();
                OptimizerOptions[] each =
                [
                    .. Enumerable.Range(1, trials).Select(i => options with { LearningRate = options.LearningRate / i }),
                ];
                Tensor onVectors = Waves(trials, parameters, 0, dtype),
                    onTensors = onVectors.clone();
                using var first = options.Create(each, onVectors);
                using var second = options.Create(each, onTensors);
                for (var step = 1; step <= Steps; step++)
                {
                    first.Step(onVectors, Waves(trials, parameters, step, dtype));
                    second.StepCount = step;
                    update(second, onTensors, Waves(trials, parameters, step, dtype));
                }

                Assert.True(Same(onVectors, onTensors), $"{name} differs for [{trials}, {parameters}] in {dtype}.");
                Assert.False(Same(onVectors, Waves(trials, parameters, 0, dtype)));
                foreach (var (key, state) in first.State)
                    Assert.True(Same(state, second.State[key]), $"{name}'s {key} differs for [{trials}, {parameters}] in {dtype}.");
            }
        }
    }

    private static bool IsElementwise(OptimizerOptions options)
    {
        using var parameters = zeros(1, 1);
        using var optimizer = options.Create([options], parameters);
        return Elementwise(optimizer) is not null;
    }

    private static Type? Elementwise(Optimizer optimizer) =>
        optimizer.GetType().BaseType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ElementwiseOptimizer<>)
            ? type
            : null;

    private static void Call(Optimizer optimizer, string method, params object[] arguments) =>
        Elementwise(optimizer)!.GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(optimizer, arguments);

    private static Tensor Waves(int trials, int parameters, int step, ScalarType dtype) =>
        tensor([.. Enumerable.Range(0, trials * parameters).Select(i => Math.Sin(i + 1.7 * step))], [trials, parameters], dtype: dtype);

    private static bool Same(Tensor a, Tensor b)
    {
        var unit = a.dtype == ScalarType.Float32 ? Math.Pow(2, -23) : Math.Pow(2, -52);
        return ((a - b).abs().max() <= Ulps * unit * a.abs().max()).item<bool>();
    }
}
