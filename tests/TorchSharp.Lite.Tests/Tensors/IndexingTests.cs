using FsCheck.Xunit;
using static TorchSharp.torch;

namespace TorchSharp.Lite.Tests.Tensors;

public class IndexingTests
{
    private static readonly (string Name, Func<Tensor, Tensor> Read, Action<Tensor> Assign, long[] Shape, double[] Elements)[] Cases =
    [
        ("one", x => x[1], x => x[1] = -1.0, [2, 3], [6, 7, 8, 9, 10, 11]),
        ("two", x => x[1, 0], x => x[1, 0] = -1.0, [3], [6, 7, 8]),
        ("three", x => x[1, 0, 2], x => x[1, 0, 2] = -1.0, [], [8]),
        ("from the end", x => x[^1, ^2, ^1], x => x[^1, ^2, ^1] = -1.0, [], [8]),
        ("negative", x => x[-1, -2], x => x[-1, -2] = -1.0, [3], [6, 7, 8]),
        ("range", x => x[.., 1, ..2], x => x[.., 1, ..2] = -1.0, [2, 2], [3, 4, 9, 10]),
        ("range to the end", x => x[.., .., 1..^1], x => x[.., .., 1..^1] = -1.0, [2, 2, 1], [1, 4, 7, 10]),
        ("ellipsis", x => x[TensorIndex.Ellipsis, 0], x => x[TensorIndex.Ellipsis, 0] = -1.0, [2, 2], [0, 3, 6, 9]),
        ("step", x => x[TensorIndex.Ellipsis, TensorIndex.Slice(step: 2)], x => x[TensorIndex.Ellipsis, TensorIndex.Slice(step: 2)] = -1.0, [2, 2, 2], [0, 2, 3, 5, 6, 8, 9, 11]),
        ("colon", x => x[TensorIndex.Colon, 0], x => x[TensorIndex.Colon, 0] = -1.0, [2, 3], [0, 1, 2, 6, 7, 8]),
        ("new axis", x => x[1, TensorIndex.None, 0], x => x[1, TensorIndex.None, 0] = -1.0, [1, 3], [6, 7, 8]),
        ("null", x => x[TensorIndex.Null, 1, 0], x => x[TensorIndex.Null, 1, 0] = -1.0, [1, 3], [6, 7, 8]),
        ("positions", x => x[tensor(new long[] { 1, 0 })], x => x[tensor(new long[] { 1, 0 })] = -1.0, [2, 2, 3], [6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5]),
        ("pairs of positions", x => x[tensor(new long[] { 1, 0 }), tensor(new long[] { 0, 1 })], x => x[tensor(new long[] { 1, 0 }), tensor(new long[] { 0, 1 })] = -1.0, [2, 3], [6, 7, 8, 3, 4, 5]),
        ("positions behind a range", x => x[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 2, 0 }))], x => x[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 2, 0 }))] = -1.0, [2, 2, 2], [2, 0, 5, 3, 8, 6, 11, 9]),
        ("positions after one", x => x[TensorIndex.Single(1), TensorIndex.Ellipsis, TensorIndex.Tensor(tensor(new long[] { 2 }))], x => x[TensorIndex.Single(1), TensorIndex.Ellipsis, TensorIndex.Tensor(tensor(new long[] { 2 }))] = -1.0, [2, 1], [8, 11]),
        ("mask", x => x[x > 9.5], x => x[x > 9.5] = -1.0, [2], [10, 11]),
        ("mask of two dimensions", x => x[TensorIndex.Tensor(x[TensorIndex.Ellipsis, 0] > 5), TensorIndex.Slice(1, 2)], x => x[TensorIndex.Tensor(x[TensorIndex.Ellipsis, 0] > 5), TensorIndex.Slice(1, 2)] = -1.0, [2, 1], [7, 10]),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(f => f.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Reads_assigns_and_differentiates(string name)
    {
        using var scope = NewDisposeScope();
        var (_, read, assign, shape, elements) = Cases.Single(f => f.Name == name);
        var x = arange(12, dtype: float64).reshape(2, 2, 3);
        Assert.Equal(shape, read(x).shape);
        Check.Close(elements, read(x));
        if (!name.Contains("mask")) Check.Gradient(inputs => read(inputs[0]), x.clone());
        var changed = x.clone();
        assign(changed);
        Check.Close(Enumerable.Range(0, 12).Select(i => elements.Contains(i) ? -1 : (double)i), changed);
    }

    [Property(MaxTest = 50)]
    public void A_slice_holds_what_a_loop_would(int start, int stop, byte step)
    {
        using var scope = NewDisposeScope();
        var (low, high, stride) = (start % 12, stop % 12, step % 4 + 1);
        var expected = new List<double>();
        for (var i = low < 0 ? Math.Max(low + 10, 0) : low; i < Math.Min(high < 0 ? high + 10 : high, 10); i += stride) expected.Add(i);
        Check.Close(expected, arange(10)[TensorIndex.Slice(low, high, stride)]);
    }

    [Fact]
    public void Accumulates_at_repeated_positions()
    {
        using var scope = NewDisposeScope();
        var x = zeros(3);
        Assert.Same(x, x.index_put_(ones(3), [tensor(new long[] { 1, 1, 2 })], accumulate: true));
        Check.Close([0, 2, 1], x);
    }

    [Fact]
    public void Refuses_too_many_indices()
    {
        using var x = zeros(3);
        Assert.ThrowsAny<Exception>(() => x[0, 0]);
        Assert.ThrowsAny<Exception>(() => x[3]);
    }
}
