using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace TorchSharp.Lite.Tests.Modules;

public class FunctionalTests
{
    private static readonly (string Name, Func<Tensor, Tensor, Reduction, Tensor> Loss, Func<double, double, double> Element)[] Losses =
    [
        ("mse", (x, y, r) => mse_loss(x, y, r), (x, y) => (x - y) * (x - y)),
        ("l1", (x, y, r) => l1_loss(x, y, r), (x, y) => Math.Abs(x - y)),
        ("huber", (x, y, r) => huber_loss(x, y, 0.3, r), (x, y) => Math.Abs(x - y) < 0.3 ? (x - y) * (x - y) / 2 : 0.3 * (Math.Abs(x - y) - 0.15)),
        ("bce", (x, y, r) => binary_cross_entropy(x, y, null, r), (x, y) => -(y * Math.Log(x)) - ((1 - y) * Math.Log(1 - x))),
        ("bce with logits", (x, y, r) => binary_cross_entropy_with_logits(x, y, null, r), (x, y) => Math.Log(1 + Math.Exp(x)) - (x * y)),
    ];

    public static TheoryData<string> Names => [.. Losses.Select(l => l.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Losses_agree_with_the_closed_form_under_every_reduction(string name)
    {
        using var scope = NewDisposeScope();
        var (_, loss, element) = Losses.Single(l => l.Name == name);
        Tensor x = Check.Numbers(0.1, 0.9, 3, 4), y = Check.Numbers(0.2, 0.8, 3, 4).flip(0, 1);
        var elements = Check.Values(x).Zip(Check.Values(y), element).ToArray();
        Check.Close(elements, loss(x, y, Reduction.None), 1e-12);
        Check.Close([elements.Average()], loss(x, y, Reduction.Mean), 1e-12);
        Check.Close([elements.Sum()], loss(x, y, Reduction.Sum), 1e-12);
        Check.Gradient(inputs => loss(inputs[0], y, Reduction.Mean), x.clone());
    }

    [Fact]
    public void Cross_entropy_is_the_negative_log_of_softmax()
    {
        using var scope = NewDisposeScope();
        var x = Check.Numbers(-2, 2, 3, 4);
        var classes = tensor(new long[] { 2, 0, 3 });
        var logs = Check.Values(x.log_softmax(1)).Chunk(4).ToArray();
        double[] losses = [-logs[0][2], -logs[1][0], -logs[2][3]];
        Check.Close(losses, cross_entropy(x, classes, reduction: Reduction.None));
        Check.Close([losses.Average()], cross_entropy(x, classes));
        Check.Close([losses.Average()], nll_loss(x.log_softmax(1), classes));
        Check.Close([losses.Average()], cross_entropy(x, one_hot(classes, 4).to(float64)));
        Check.Close([losses.Skip(1).Average()], cross_entropy(x, classes, ignore_index: 2));
        Check.Close([(0.9 * losses.Average()) - (0.1 * logs.SelectMany(row => row).Average())], cross_entropy(x, classes, label_smoothing: 0.1), 1e-12);
        var weight = tensor(new[] { 1.0, 2, 3, 4 });
        Check.Close([((3 * losses[0]) + losses[1] + (4 * losses[2])) / 8], cross_entropy(x, classes, weight), 1e-12);
        Check.Gradient(inputs => cross_entropy(inputs[0], classes), x.clone());
        Check.Close([0, 1, 0, 1, 0, 0], one_hot(tensor(new long[] { 1, 0 }), 3));
    }

    [Fact]
    public void Positive_weights_scale_the_positive_part()
    {
        using var scope = NewDisposeScope();
        Tensor x = Check.Numbers(-2, 2, 4), y = tensor(new[] { 1.0, 0, 1, 0 });
        var plain = Check.Values(binary_cross_entropy_with_logits(x, y, reduction: Reduction.None));
        Check.Close([3 * plain[0], plain[1], 3 * plain[2], plain[3]],
            binary_cross_entropy_with_logits(x, y, reduction: Reduction.None, pos_weights: tensor(3.0)), 1e-12);
    }

    [Fact]
    public void Normalises()
    {
        using var scope = NewDisposeScope();
        Tensor x = Check.Numbers(-1, 1, 2, 3, 4), weight = Check.Numbers(0, 1, 4), bias = Check.Numbers(0, 2, 4);
        var expected = (x - x.mean([2L], true)) / (x.var(2, false, true) + 1e-5).sqrt() * weight + bias;
        Check.Close(Check.Values(expected), layer_norm(x, [4], weight, bias), 1e-12);
        Check.Gradient(t => layer_norm(t[0], [4], t[1], t[2]), x.clone(), weight.clone(), bias.clone());
        Check.Close([1, 1, 1, 1, 1, 1], normalize(x, dim: 2).square().sum(2), 1e-12);
    }

    [Theory, InlineData(false, false), InlineData(true, false), InlineData(false, true)]
    public void Attention_agrees_with_its_definition(bool causal, bool masked)
    {
        using var scope = NewDisposeScope();
        Tensor q = Check.Numbers(-1, 1, 2, 3, 4), k = Check.Numbers(-1, 1, 2, 3, 4).flip(1), v = Check.Numbers(-1, 1, 2, 3, 2);
        var mask = masked ? tensor(new[,] { { true, true, false }, { true, false, true }, { false, true, true } }) : null;
        var allowed = causal ? ones(3, 3).tril() > 0 : mask ?? ones(3, 3, @bool);
        var scores = einsum("btd,bsd->bts", q, k) / 2;
        var weights = scores.exp() * allowed;
        var expected = (weights / weights.sum(-1, keepdim: true)).bmm(v);
        Check.Close(Check.Values(expected), scaled_dot_product_attention(q, k, v, mask, is_casual: causal), 1e-12);
        Check.Gradient(t => scaled_dot_product_attention(t[0], t[1], t[2], mask, is_casual: causal), q.clone(), k.clone(), v.clone());
        if (masked)
            Check.Close(Check.Values(expected), scaled_dot_product_attention(q, k, v, zeros(3, 3, float64).masked_fill(mask!.logical_not(), -1e9)), 1e-9);
    }

    [Fact]
    public void Activations_overwrite_on_request()
    {
        using var scope = NewDisposeScope();
        var x = Check.Numbers(-1, 1, 5);
        foreach (var op in new Func<Tensor, bool, Tensor>[] { (t, i) => relu(t, i), (t, i) => silu(t, i), (t, i) => tanh(t, i), (t, i) => sigmoid(t, i), (t, i) => gelu(t, i), (t, i) => elu(t, 1, i), (t, i) => leaky_relu(t, 0.1, i) })
        {
            var (kept, changed) = (x.clone(), x.clone());
            var expected = Check.Values(op(kept, false));
            Check.Close(Check.Values(x), kept);
            Check.Close(expected, op(changed, true));
            Check.Close(expected, changed);
        }
        Check.Close(Check.Values(x), dropout(x, 0.5, training: false));
    }
}
