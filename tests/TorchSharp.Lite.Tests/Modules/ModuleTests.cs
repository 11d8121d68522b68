using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Lite.Tests.Modules;

public class ModuleTests
{
    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Linear first;
        private readonly Module<Tensor, Tensor> rest;
        private readonly Parameter scale;
        private readonly Tensor offset;

        internal Block() : base(nameof(Block))
        {
            first = Linear(3, 4, dtype: float64);
            rest = Sequential(("activation", Tanh()), ("last", Linear(4, 2, hasBias: false, dtype: float64)));
            scale = Parameter(full(1, 2.0, float64));
            offset = full(1, 0.5, float64);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => rest.call(first.call(input)) * scale + offset;
    }

    [Fact]
    public void Finds_its_components_by_field()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        Assert.Equal(["scale", "first.weight", "first.bias", "rest.last.weight"], block.named_parameters().Select(p => p.name));
        Assert.Equal(["offset"], block.named_buffers().Select(b => b.name));
        Assert.Equal(["first", "rest"], block.named_children().Select(m => m.name));
        Assert.Equal(["first", "rest", "rest.activation", "rest.last"], block.named_modules().Select(m => m.name));
        Assert.Equal(1 + 12 + 4 + 8, block.parameters().Sum(p => p.numel()));
        Assert.Equal(["scale", "first.weight", "first.bias", "rest.last.weight", "offset"], block.state_dict().Keys);
        Assert.Equal([4, 3], block.get_parameter("first.weight")!.shape);
        Assert.Null(block.get_parameter("second"));
        Assert.All(block.parameters(), p => Assert.True(p.requires_grad && p.is_leaf));
    }

    [Fact]
    public void Differentiates_through_all_layers()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        var x = Check.Numbers(-1, 1, 5, 3);
        Check.Gradient(inputs => block.call(inputs[0]), [x, .. block.parameters()]);
    }

    [Fact]
    public void Clears_gradients()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        block.call(ones(1, 3, float64)).sum().backward();
        block.zero_grad(set_to_none: false);
        Assert.All(block.parameters(), p => Assert.Equal(0, p.grad!.abs().sum().item<double>()));
        block.zero_grad();
        Assert.All(block.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void Loads_a_state()
    {
        using var scope = NewDisposeScope();
        using Block source = new(), target = new();
        target.load_state_dict(source.state_dict());
        var x = ones(2, 3, float64);
        Assert.True(source.call(x).Equals(target.call(x)));
        var state = source.state_dict();
        state.Remove("scale");
        state["other"] = x;
        Assert.Throws<InvalidOperationException>(() => target.load_state_dict(state));
        var (missing, unexpected) = target.load_state_dict(state, strict: false);
        Assert.Equal(["scale"], missing);
        Assert.Equal(["other"], unexpected);
    }

    [Fact]
    public void Converts_types()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        block.call(ones(1, 3, float64)).sum().backward();
        Assert.Same(block, block.to(float32));
        Assert.All(block.parameters(), p => Assert.True(p.dtype == float32 && p.requires_grad && p.is_leaf));
        Assert.Equal(float32, block.call(ones(1, 3)).dtype);
        block.to(CPU);
    }

    [Fact]
    public void Switches_between_training_and_evaluation()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var model = Sequential(Linear(3, 50), Dropout(0.5));
        var x = ones(1, 3);
        Assert.True(model.training);
        Assert.Contains(0.0, Check.Values(model.call(x)));
        model.eval();
        Assert.False(model.children().Last().training);
        Assert.DoesNotContain(0.0, Check.Values(model.call(x)));
        model.train();
        Assert.True(model.children().Last().training);
    }

    [Fact]
    public void Applies_a_function_to_every_module()
    {
        using var block = new Block();
        var names = new List<string>();
        block.apply(module => names.Add(module.GetName()));
        Assert.Equal(["Linear", "Tanh", "Linear", "Sequential", "Block"], names);
    }

    [Fact]
    public void Built_in_modules_survive_the_scope_they_were_made_in_and_are_disposed_with_themselves()
    {
        var before = Tensor.TotalCount;
        Sequential model;
        using (NewDisposeScope())
        {
            model = Sequential(Linear(3, 3), LayerNorm(3), ReLU());
            model.append("last", SiLU());
            using var y = model.call(ones(1, 3));
        }
        Assert.Equal(before + 4, Tensor.TotalCount);
        Assert.Equal(4, model.Count);
        model.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void A_list_registers_its_modules()
    {
        using var list = ModuleList(Linear(2, 2), Linear(2, 3));
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias"], list.named_parameters().Select(p => p.name));
        Assert.Equal(3, list[1].out_features);
        Assert.Equal(2, list.Count);
    }

    [Fact]
    public void Layers_compute_what_they_say()
    {
        using var scope = NewDisposeScope();
        var x = Check.Numbers(-2, 2, 2, 4);
        foreach (var (module, expected) in new (Module<Tensor, Tensor>, Tensor)[]
        {
            (ReLU(), x.clamp_min(0)), (Tanh(), x.tanh()), (Sigmoid(), x.sigmoid()), (SiLU(), x * x.sigmoid()),
            (GELU(), x.gelu()), (GELU(TorchSharp.Modules.GELU.Approximate.tanh), x.gelu(TorchSharp.Modules.GELU.Approximate.tanh)), (Identity(), x),
            (LayerNorm(4, dtype: float64), (x - x.mean([1L], true)) / (x.var(1, false, true) + 1e-5).sqrt()),
        }) Check.Close(Check.Values(expected), module.call(x), 1e-12);

        using var embedding = Embedding(5, 3, padding_idx: 1, dtype: float64);
        var picked = embedding.call(tensor(new long[,] { { 4, 1 } }));
        Assert.Equal([1, 2, 3], picked.shape);
        Check.Close(Check.Values(embedding.weight[4]).Concat([0, 0, 0]), picked);
        picked.sum().backward();
        Check.Close([0, 0, 0, 1, 1, 1], embedding.weight.grad![TensorIndex.Tensor(tensor(new long[] { 1, 4 }))]);
        using var frozen = Embedding_from_pretrained(ones(2, 2) * 10, max_norm: 1);
        Check.Close([Math.Sqrt(0.5), Math.Sqrt(0.5)], frozen.call(tensor(new long[] { 1 })), 1e-5);
        Assert.False(frozen.weight.requires_grad);
    }
}
