using static TorchSharp.torch;

namespace TorchSharp.Lite.Tests.Tensors;

public class AutogradTests
{
    [Fact]
    public void Gradients_accumulate_and_can_be_set()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2 }, requires_grad: true);
        Assert.Null(x.grad);
        Assert.True(x.is_leaf);
        (x * x).sum().backward();
        (x * x).sum().backward();
        Check.Close([4, 8], x.grad!);
        x.grad = tensor(new[] { 1.0, 1 });
        Check.Close([1, 1], x.grad!);
        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void Runs_backward_twice_only_on_request()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var y = x * x;
        y.backward(retain_graph: true);
        y.backward();
        Check.Close([8], x.grad!);
        Assert.ThrowsAny<Exception>(() => y.backward());
    }

    [Fact]
    public void Differentiates_gradients()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var y = x.pow(3);
        var first = autograd.grad([y], [x], create_graph: true)[0];
        Check.Close([12], first);
        Check.Close([12], autograd.grad([first], [x])[0]);
        Assert.Null(x.grad);
        x.pow(3).backward(create_graph: true);
        x.grad!.backward();
        Check.Close([24], x.grad!);
        x.grad = null; // the gradient holds the graph, and the graph the leaf
    }

    [Fact]
    public void Weighs_and_selects()
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor(new[] { 1.0, 2 }, requires_grad: true), z = tensor(new[] { 3.0, 4 }, requires_grad: true);
        (x * z).backward([tensor(new[] { 1.0, 10 })]);
        Check.Close([3, 40], x.grad!);
        x.grad = null;
        z.grad = null;
        (x * z).sum().backward(inputs: [x]);
        Check.Close([3, 4], x.grad!);
        Assert.Null(z.grad);
        Assert.Null(autograd.grad([x.sum()], [x, z], allow_unused: true)[1]);
        Assert.ThrowsAny<Exception>(() => autograd.grad([x.sum()], [x, z]));
    }

    [Fact]
    public void Modes_last_until_disposed()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        using (no_grad())
        {
            Assert.False((x * 2).requires_grad);
            Assert.False(is_grad_enabled());
            using (enable_grad()) Assert.True((x * 2).requires_grad);
            x.add_(1);
        }
        Assert.True(is_grad_enabled());
        Assert.True((x * 2).requires_grad);
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False((x * 2).requires_grad);
        }
        Assert.False(is_inference_mode_enabled());
        using (set_grad_enabled(false)) Assert.False(is_grad_enabled());
        Assert.ThrowsAny<Exception>(() => x.add_(1)); // a leaf that needs its gradient
    }

    [Fact]
    public void Detaches()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        var y = (x * 2).detach();
        Assert.False(y.requires_grad);
        y.requires_grad_();
        Assert.True(y.is_leaf && y.requires_grad);
        var z = x * 2;
        Assert.False(z.is_leaf);
        z.retain_grad();
        z.sum().backward();
        Check.Close([1, 1], z.grad!);
        Assert.Same(z, z.detach_());
        Assert.False(z.requires_grad);
        var alias = x.alias();
        Assert.True(alias.requires_grad);
        alias.Dispose();
        Assert.False(x.IsInvalid);
    }
}
