using static TorchSharp.torch;

namespace TorchSharp.Lite.Tests.Tensors;

public class ShapeTests
{
    private static readonly (string Name, Func<Tensor, Tensor> Op, long[] Shape, double[]? Elements)[] Functions =
    [
        ("view", x => x.view(3, 2), [3, 2], [0, 1, 2, 3, 4, 5]),
        ("reshape", x => x.reshape(-1, 1, 2), [3, 1, 2], [0, 1, 2, 3, 4, 5]),
        ("flatten", x => x.flatten(), [6], [0, 1, 2, 3, 4, 5]),
        ("unflatten", x => x.flatten().unflatten(0, 3, 2), [3, 2], [0, 1, 2, 3, 4, 5]),
        ("ravel", x => x.ravel(), [6], [0, 1, 2, 3, 4, 5]),
        ("transpose", x => x.transpose(0, 1), [3, 2], [0, 3, 1, 4, 2, 5]),
        ("t", x => x.t(), [3, 2], [0, 3, 1, 4, 2, 5]),
        ("T", x => x.T, [3, 2], [0, 3, 1, 4, 2, 5]),
        ("mT", x => x.mT, [3, 2], [0, 3, 1, 4, 2, 5]),
        ("swapaxes", x => x.swapaxes(0, 1), [3, 2], [0, 3, 1, 4, 2, 5]),
        ("permute", x => x.unsqueeze(0).permute(2, 0, 1), [3, 1, 2], [0, 3, 1, 4, 2, 5]),
        ("movedim", x => x.movedim([0], [1]), [3, 2], [0, 3, 1, 4, 2, 5]),
        ("expand", x => x[..1].expand(2, -1), [2, 3], [0, 1, 2, 0, 1, 2]),
        ("expand_as", x => x[..1].expand_as(x), [2, 3], [0, 1, 2, 0, 1, 2]),
        ("broadcast_to", x => x[0].broadcast_to(2, 3), [2, 3], [0, 1, 2, 0, 1, 2]),
        ("squeeze", x => x.unsqueeze(0).unsqueeze(-1).squeeze(), [2, 3], [0, 1, 2, 3, 4, 5]),
        ("squeeze one", x => x.unsqueeze(0).unsqueeze(-1).squeeze(0), [2, 3, 1], [0, 1, 2, 3, 4, 5]),
        ("narrow", x => x.narrow(1, 1, 2), [2, 2], [1, 2, 4, 5]),
        ("select", x => x.select(1, 2), [2], [2, 5]),
        ("slice", x => x.slice(1, 0, 3, 2), [2, 2], [0, 2, 3, 5]),
        ("as_strided", x => x.as_strided([2, 2], [1, 2], 1), [2, 2], [1, 3, 2, 4]),
        ("diagonal", x => x.diagonal(), [2], [0, 4]),
        ("diag", x => x[0].diag(), [3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 2]),
        ("diag_embed", x => x.diag_embed()[1], [3, 3], [3, 0, 0, 0, 4, 0, 0, 0, 5]),
        ("tril", x => x.tril(), [2, 3], [0, 0, 0, 3, 4, 0]),
        ("triu", x => x.triu(1), [2, 3], [0, 1, 2, 0, 0, 5]),
        ("flip", x => x.flip(1), [2, 3], [2, 1, 0, 5, 4, 3]),
        ("roll", x => x.roll(1, 1), [2, 3], [2, 0, 1, 5, 3, 4]),
        ("repeat", x => x.repeat(1, 2), [2, 6], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5]),
        ("tile", x => x.tile([1, 2]), [2, 6], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5]),
        ("repeat_interleave", x => x.repeat_interleave(2, 1), [2, 6], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
        ("unfold", x => x.unfold(1, 2, 1), [2, 2, 2], [0, 1, 1, 2, 3, 4, 4, 5]),
        ("cat", x => cat([x, x], 1), [2, 6], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5]),
        ("stack", x => stack([x, x + 1]), [2, 2, 3], [0, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6]),
        ("hstack", x => hstack(x, x), [2, 6], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5]),
        ("vstack", x => vstack([x, x]), [4, 3], [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]),
        ("chunk", x => x.chunk(3, 1)[1], [2, 1], [1, 4]),
        ("split size", x => x.split(2, 1)[1], [2, 1], [2, 5]),
        ("split sizes", x => x.split([1, 2], 1)[1], [2, 2], [1, 2, 4, 5]),
        ("unbind", x => x.unbind(1)[2], [2], [2, 5]),
        ("meshgrid", x => meshgrid([x[0], x[0][..2]])[1], [3, 2], [0, 1, 0, 1, 0, 1]),
        ("broadcast_tensors", x => broadcast_tensors(x[0], x)[0], [2, 3], [0, 1, 2, 0, 1, 2]),
        ("block_diag", x => block_diag(x[..1], x[1..]), [2, 6], [0, 1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 5]),
        ("gather", x => x.gather(1, tensor(new long[,] { { 2, 0 }, { 1, 1 } })), [2, 2], [2, 0, 4, 4]),
        ("take_along_dim", x => x.take_along_dim(tensor(new long[,] { { 2, 0 }, { 1, 1 } }), 1), [2, 2], [2, 0, 4, 4]),
        ("scatter", x => x.scatter(1, tensor(new long[,] { { 2 }, { 0 } }), x[.., ..1] + 7), [2, 3], [0, 1, 7, 10, 4, 5]),
        ("scatter_add", x => x.scatter_add(1, tensor(new long[,] { { 2 }, { 0 } }), x[.., ..1] + 7), [2, 3], [0, 1, 9, 13, 4, 5]),
        ("index_select", x => x.index_select(1, tensor(new long[] { 2, 2, 0 })), [2, 3], [2, 2, 0, 5, 5, 3]),
        ("index_add", x => x.index_add(1, tensor(new long[] { 2, 2 }), x[.., ..2], 10), [2, 3], [0, 1, 12, 3, 4, 75]),
        ("index_copy", x => x.index_copy(1, tensor(new long[] { 2 }), x[.., ..1]), [2, 3], [0, 1, 0, 3, 4, 3]),
        ("index_fill", x => x.index_fill(1, tensor(new long[] { 2 }), 8), [2, 3], [0, 1, 8, 3, 4, 8]),
        ("masked_select", x => x.masked_select(x > 3.5), [2], [4, 5]),
        ("masked_scatter", x => x.masked_scatter(x > 3.5, x * 10), [2, 3], [0, 1, 2, 3, 0, 10]),
        ("take", x => x.take(tensor(new long[] { 5, 0 })), [2], [5, 0]),
        ("clone", x => x.clone(), [2, 3], [0, 1, 2, 3, 4, 5]),
        ("contiguous", x => x.t().contiguous(), [3, 2], [0, 3, 1, 4, 2, 5]),
    ];

    public static TheoryData<string> Names => [.. Functions.Select(f => f.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Gives_shape_elements_and_gradient(string name)
    {
        using var scope = NewDisposeScope();
        var (_, op, shape, elements) = Functions.Single(f => f.Name == name);
        var x = arange(6, dtype: float64).reshape(2, 3);
        var result = op(x);
        Assert.Equal(shape, result.shape);
        Check.Close(elements!, result);
        Check.Gradient(inputs => op(inputs[0]), x.clone());
    }

    [Fact]
    public void Changes_in_place()
    {
        using var scope = NewDisposeScope();
        foreach (var (change, expected) in new (Func<Tensor, Tensor>, double[])[]
        {
            (x => x.transpose_(0, 1), [0, 3, 1, 4, 2, 5]),
            (x => x.unsqueeze_(0), [0, 1, 2, 3, 4, 5]),
            (x => x.squeeze_(), [0, 1, 2, 3, 4, 5]),
            (x => x.tril_(), [0, 0, 0, 3, 4, 0]),
            (x => x.triu_(), [0, 1, 2, 0, 4, 5]),
            (x => x.zero_(), [0, 0, 0, 0, 0, 0]),
            (x => x.fill_(2.5), [2.5, 2.5, 2.5, 2.5, 2.5, 2.5]),
            (x => x.copy_(tensor(new[] { 7.0, 8, 9 })), [7, 8, 9, 7, 8, 9]),
            (x => x.scatter_(1, tensor(new long[,] { { 2 }, { 0 } }), x[.., ..1] + 7), [0, 1, 7, 10, 4, 5]),
            (x => x.scatter_add_(1, tensor(new long[,] { { 2 }, { 0 } }), x[.., ..1] + 7), [0, 1, 9, 13, 4, 5]),
            (x => x.index_add_(1, tensor(new long[] { 2 }), x[.., ..1], 10), [0, 1, 2, 3, 4, 35]),
            (x => x.index_copy_(1, tensor(new long[] { 2 }), x[.., ..1]), [0, 1, 0, 3, 4, 3]),
            (x => x.index_fill_(1, tensor(new long[] { 2 }), 8), [0, 1, 8, 3, 4, 8]),
            (x => x.masked_scatter_(x > 3, x * 10), [0, 1, 2, 3, 0, 10]),
            (x => x.set_(arange(3, dtype: float64)), [0, 1, 2]),
        })
        {
            var x = arange(6, dtype: float64).reshape(2, 3).clone();
            Assert.Same(x, change(x));
            Check.Close(expected, x);
        }
    }

    [Fact]
    public void Finds_positions()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[,] { { 0.0, 3 }, { 4, 0 } });
        Check.Close([0, 1, 1, 0], x.nonzero());
        Check.Close([0, 1, 1, 0], x.argwhere());
        Check.Close([0, 0, 1, 0, 1, 1], tril_indices(2, 2).T);
        Check.Close([0, 1], triu_indices(2, 2, 1));
    }

    [Fact]
    public void Views_share_memory()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 3);
        x.t()[0, 1] = 5.0f;
        x.view(6)[5] = 7.0f;
        Check.Close([0, 0, 0, 5, 0, 7], x);
        Assert.False(x.t().is_contiguous());
        Assert.Equal([1, 3], x.t().stride());
        Assert.Equal(1, x[.., 1..].storage_offset());
    }
}
