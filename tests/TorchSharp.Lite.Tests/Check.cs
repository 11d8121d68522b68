using TorchSharp;
using static TorchSharp.torch;

[assembly: CollectionBehavior(DisableTestParallelization = true)] // the tests count live tensors

namespace TorchSharp.Lite.Tests;

/// <summary>Comparisons of tensors with numbers.</summary>
internal static class Check
{
    internal static double[] Values(Tensor tensor)
    {
        using var local = tensor.detach().to(float64, CPU);
        return local.data<double>().ToArray();
    }

    internal static void Close(IEnumerable<double> expected, Tensor actual, double tolerance = 1e-12)
    {
        double[] wanted = [.. expected], got = Values(actual);
        Assert.Equal(wanted.Length, got.Length);
        for (var i = 0; i < wanted.Length; i++)
            Assert.True(wanted[i].Equals(got[i]) || Math.Abs(wanted[i] - got[i]) <= tolerance * Math.Max(1, Math.Abs(wanted[i])),
                $"Element {i}: expected {wanted[i]:R}, got {got[i]:R}.");
    }

    /// <summary>Compares autograd with central differences for the weighted sum of a function's result.</summary>
    internal static void Gradient(Func<Tensor[], Tensor> function, params Tensor[] inputs)
    {
        const double step = 1e-6;
        using var scope = NewDisposeScope();
        foreach (var input in inputs) input.requires_grad = input.is_floating_point();
        var result = function(inputs);
        var weights = cos(arange(result.numel(), dtype: float64)).reshape(result.shape); // no gradient may hide in a plain sum
        (result * weights).sum().backward();
        foreach (var input in inputs.Where(input => input.requires_grad))
        {
            var expected = new double[input.numel()];
            using (no_grad())
            {
                var data = input.detach().view(-1).data<double>();
                for (var i = 0; i < expected.Length; i++)
                {
                    var before = data[i];
                    data[i] = before + step;
                    var above = (function(inputs) * weights).sum().item<double>();
                    data[i] = before - step;
                    var below = (function(inputs) * weights).sum().item<double>();
                    data[i] = before;
                    expected[i] = (above - below) / (2 * step);
                }
            }
            Close(expected, input.grad!, 2e-6);
        }
    }

    /// <summary>A tensor of fixed, irregular numbers between the bounds.</summary>
    internal static Tensor Numbers(double low, double high, params long[] shape)
    {
        var count = shape.Aggregate(1L, (product, size) => product * size);
        var values = new double[count];
        for (var i = 0; i < count; i++) values[i] = low + (high - low) * ((i * 0.6180339887498949 + 0.317) % 1);
        return tensor(values, dtype: float64).reshape(shape);
    }
}
