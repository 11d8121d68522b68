using SkillTorch.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Optimizers;

/// <summary>Runs optimizers on functions of a few numbers, given by their gradients.</summary>
internal static class Descent
{
    public delegate double[] Gradient(double[] x);

    /// <summary>Gradient of (1 − x0)² + 5 (x1 − x0²)² + x2²/2 + x2⁴, the function of golden/trajectories.py.</summary>
    public static double[] CurvedValley(double[] x)
    {
        var valley = x[1] - x[0] * x[0];
        return [-2 * (1 - x[0]) - 20 * x[0] * valley, 10 * valley, x[2] + 4 * x[2] * x[2] * x[2]];
    }

    /// <summary>Positions after each of <paramref name="steps"/> updates.</summary>
    public static double[][] Path(OptimizerOptions options, double[] start, Gradient gradient, int steps)
    {
        using var parameters = tensor(start, [1, start.Length], dtype: ScalarType.Float64);
        using var optimizer = options.Create([options], parameters);
        return [.. Enumerable.Range(0, steps).Select(_ => Advance(optimizer, parameters, gradient))];
    }

    /// <summary>One update of every row of a stack.</summary>
    /// <returns>All numbers of the stack, row by row.</returns>
    public static double[] Advance(Optimizer optimizer, Tensor parameters, Gradient gradient)
    {
        var n = (int)parameters.shape[1];
        var rows = Values(parameters).Chunk(n).SelectMany(row => gradient(row)).ToArray();
        using var stacked = tensor(rows, parameters.shape, dtype: parameters.dtype);
        optimizer.Step(parameters, stacked);
        return Values(parameters);
    }

    public static double[] Values(Tensor x)
    {
        using var host = x.to(ScalarType.Float64);
        return host.data<double>().ToArray();
    }
}
