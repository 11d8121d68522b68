using SkillTorch.Models;
using SkillTorch.Optimizers;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Optimizers;

/// <summary>Runs optimizers on functions of a few numbers, given by their gradients.</summary>
internal static class Descent
{
    public delegate double[] Gradient(double[] x);

    /// <summary>Start of golden/trajectories.py; its first three numbers are that of functions without layers.</summary>
    public static double[] Start => [-1, 1.5, 0.25, 0.5, -0.75, -0.5];

    /// <summary>A matrix [2, 2] and a vector [2], the layers of golden/trajectories.py.</summary>
    public static ParameterLayout Layers => Layout([2, 2], [2]);

    /// <summary>Gradient of (1 − x0)² + 5 (x1 − x0²)² + x2²/2 + x2⁴, summed over each three numbers, the function of
    /// golden/trajectories.py.</summary>
    public static double[] CurvedValley(double[] x) => [.. x.Chunk(3).SelectMany(Valley)];

    public static ParameterLayout Layout(params int[][] shapes)
    {
        var layout = new ParameterLayout();
        foreach (var (i, shape) in shapes.Index())
            layout.Add($"layer{i}", shape);
        return layout;
    }

    /// <summary>Positions after each of <paramref name="steps"/> updates.</summary>
    public static double[][] Path(OptimizerOptions options, double[] start, Gradient gradient, int steps, ParameterLayout? layout = null)
    {
        using var parameters = tensor(start, [1, start.Length], dtype: ScalarType.Float64);
        using var optimizer = options.Create([options], parameters, layout, seeds: [1]);
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

    private static double[] Valley(double[] x)
    {
        var valley = x[1] - x[0] * x[0];
        return [-2 * (1 - x[0]) - 20 * x[0] * valley, 10 * valley, x[2] + 4 * x[2] * x[2] * x[2]];
    }
}
