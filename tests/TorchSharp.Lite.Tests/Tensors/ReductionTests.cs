using static TorchSharp.torch;

namespace TorchSharp.Lite.Tests.Tensors;

public class ReductionTests
{
    // Rows of a 3 × 4 matrix, reduced by plain C#.
    private static readonly (string Name, Func<Tensor, Tensor> Op, Func<double[], double> Row)[] Functions =
    [
        ("sum", x => x.sum(1), row => row.Sum()),
        ("sum of dims", x => x.reshape(3, 2, 2).sum([1, 2]), row => row.Sum()),
        ("sum of two dims", x => x.reshape(3, 2, 2).sum(1, 2), row => row.Sum()),
        ("mean", x => x.mean([1]), row => row.Average()),
        ("std", x => x.std(1), row => Math.Sqrt(Variance(row, 1))),
        ("var", x => x.var(1), row => Variance(row, 1)),
        ("var biased", x => x.var([1L], unbiased: false), row => Variance(row, 0)),
        ("std biased", x => x.std([1L], false), row => Math.Sqrt(Variance(row, 0))),
        ("prod", x => x.prod(1), row => row.Aggregate(1.0, (product, value) => product * value)),
        ("logsumexp", x => x.logsumexp(1), row => Math.Log(row.Sum(Math.Exp))),
        ("amax", x => x.amax([1L]), row => row.Max()),
        ("amin", x => x.amin([1L]), row => row.Min()),
        ("max", x => x.max(1).values, row => row.Max()),
        ("min", x => x.min(1).values, row => row.Min()),
        ("norm 2", x => x.norm(1), row => Math.Sqrt(row.Sum(v => v * v))),
        ("norm 1", x => x.norm(1, p: 1), row => row.Sum(Math.Abs)),
        ("linalg.norm", x => linalg.norm(x, [1L]), row => Math.Sqrt(row.Sum(v => v * v))),
        ("linalg.vector_norm 3", x => linalg.vector_norm(x, 3, [1L]), row => Math.Cbrt(row.Sum(v => Math.Pow(Math.Abs(v), 3)))),
        ("last of cumsum", x => x.cumsum(1)[TensorIndex.Ellipsis, -1], row => row.Sum()),
        ("last of cumprod", x => x.cumprod(1)[.., 3], row => row.Aggregate(1.0, (product, value) => product * value)),
        ("softmax", x => x.softmax(1)[.., 0], row => Math.Exp(row[0]) / row.Sum(Math.Exp)),
        ("log_softmax", x => x.log_softmax(1)[.., 0], row => row[0] - Math.Log(row.Sum(Math.Exp))),
        ("kthvalue", x => kthvalue(x, 2), row => row.Order().ElementAt(1)),
        ("quantile", x => quantile(x, full([], 0.5, float64), 1), row => row.Order().Skip(1).Take(2).Average()),
    ];

    public static TheoryData<string> Names => [.. Functions.Select(f => f.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Agrees_with_the_closed_form_and_its_derivative(string name)
    {
        using var scope = NewDisposeScope();
        var (_, op, row) = Functions.Single(f => f.Name == name);
        var x = Check.Numbers(-2, 3, 3, 4);
        Check.Close(Check.Values(x).Chunk(4).Select(row), op(x));
        Check.Gradient(inputs => op(inputs[0]), x.clone());
    }

    [Fact]
    public void Reduces_to_one_number()
    {
        using var scope = NewDisposeScope();
        var x = Check.Numbers(-2, 3, 3, 4);
        var values = Check.Values(x);
        Check.Close([values.Sum()], x.sum());
        Check.Close([values.Average()], mean(x));
        Check.Close([Math.Sqrt(Variance(values, 1))], x.std());
        Check.Close([Variance(values, 0)], x.var(false));
        Check.Close([values.Max()], x.max());
        Check.Close([values.Min()], x.min());
        Check.Close([Array.IndexOf(values, values.Max())], x.argmax());
        Check.Close([Array.IndexOf(values, values.Min())], x.argmin());
        Check.Close([values.Order().ElementAt(5)], x.median());
        Check.Close([Math.Sqrt(values.Sum(v => v * v))], x.norm());
        Check.Close([values.Count(v => v > 0)], (x > 0).sum());
        Check.Close([values.Count(v => v > 0)], (x > 0).count_nonzero());
        Assert.Equal(int64, (x > 0).sum().dtype);
        Assert.Equal(float32, x.sum(float32).dtype);
        Assert.True((x < 3).all().item<bool>());
        Assert.False((x > 3).any().item<bool>());
        Check.Close([Math.Sqrt(12)], ones(12).dist(zeros(12)), 1e-6);
    }

    [Fact]
    public void Keeps_dimensions_on_request()
    {
        using var scope = NewDisposeScope();
        var x = Check.Numbers(0, 1, 2, 3, 4);
        Assert.Equal([2, 1, 4], x.sum(1, keepdim: true).shape);
        Assert.Equal([2, 1, 1], x.mean([1, 2], true).shape);
        Assert.Equal([2, 1, 4], x.std(1, keepdim: true).shape);
        Assert.Equal([2, 1, 4], x.amax([1], true).shape);
        Assert.Equal([2, 1, 4], x.max(1, true).values.shape);
        Assert.Equal([2, 3, 1], x.argmax(-1, true).shape);
        Assert.Equal([2, 3, 1], x.logsumexp(-1, true).shape);
        Assert.Equal([2, 4], (x > 0).all(1).shape);
    }

    [Fact]
    public void Orders_elements()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[,] { { 3.0, 1, 2 }, { 5, 9, 7 } });
        var (sorted, order) = x.sort();
        Check.Close([1, 2, 3, 5, 7, 9], sorted);
        Check.Close([1, 2, 0, 0, 2, 1], order);
        Check.Close([3, 2, 1, 9, 7, 5], x.sort(1, descending: true).Values);
        Check.Close([1, 2, 0, 0, 2, 1], x.argsort());
        var (largest, positions) = x.topk(2);
        Check.Close([3, 2, 9, 7], largest);
        Check.Close([0, 2, 1, 2], positions);
        Check.Close([1, 5], topk(x, 1, largest: false).values);
        Check.Close([0, 1], x.max(1).indexes);
        Check.Close([0, 1], x.argmax(1));
        Check.Close([1, 2, 1], tensor(new[] { 0L, 1, 2, 1 }).bincount(null));
        Check.Close([1, 1, 2], tensor(new[] { 0.0, 0.5, 0.9, 1 }).histc(3, 0, 1));
        Check.Close([0, 1, 2], tensor(new[] { 0.5, 1.5, 9 }).bucketize(tensor(new[] { 1.0, 2 })));
        Check.Close([0, 1, 2], searchsorted(tensor(new[] { 1.0, 2 }), tensor(new[] { 0.5, 1.5, 9 })));
    }

    private static Tensor kthvalue(Tensor x, long k) => x.kthvalue(k, 1).values;

    private static double Variance(double[] row, int correction) => row.Sum(v => Math.Pow(v - row.Average(), 2)) / (row.Length - correction);
}
