using static TorchSharp.torch;

namespace TorchSharp.Lite.Tests.Tensors;

public class PointwiseTests
{
    private static readonly (string Name, Func<Tensor, Tensor> Op, Func<Tensor, Tensor>? InPlace, Func<double, double> Expected, double Low, double High)[] Functions =
    [
        ("abs", x => abs(x), x => x.abs_(), Math.Abs, -2, 2),
        ("neg", x => -x, x => x.neg_(), x => -x, -2, 2),
        ("sign", x => x.sign(), x => x.sign_(), x => Math.Sign(x), -2, 2),
        ("sqrt", x => sqrt(x), x => x.sqrt_(), Math.Sqrt, 0.1, 4),
        ("rsqrt", x => x.rsqrt(), x => x.rsqrt_(), x => 1 / Math.Sqrt(x), 0.1, 4),
        ("square", x => x.square(), null, x => x * x, -2, 2),
        ("reciprocal", x => x.reciprocal(), x => x.reciprocal_(), x => 1 / x, 0.5, 4),
        ("exp", x => exp(x), x => x.exp_(), Math.Exp, -2, 2),
        ("exp2", x => x.exp2(), x => x.exp2_(), x => Math.Pow(2, x), -2, 2),
        ("expm1", x => x.expm1(), x => x.expm1_(), x => Math.Exp(x) - 1, -2, 2),
        ("log", x => log(x), x => x.log_(), Math.Log, 0.1, 4),
        ("log1p", x => x.log1p(), x => x.log1p_(), x => Math.Log(1 + x), 0, 4),
        ("log2", x => x.log2(), x => x.log2_(), Math.Log2, 0.1, 4),
        ("log10", x => x.log10(), x => x.log10_(), Math.Log10, 0.1, 4),
        ("sin", x => sin(x), x => x.sin_(), Math.Sin, -2, 2),
        ("cos", x => cos(x), x => x.cos_(), Math.Cos, -2, 2),
        ("tan", x => x.tan(), x => x.tan_(), Math.Tan, -1, 1),
        ("asin", x => x.asin(), x => x.asin_(), Math.Asin, -0.9, 0.9),
        ("acos", x => x.acos(), x => x.acos_(), Math.Acos, -0.9, 0.9),
        ("atan", x => x.atan(), x => x.atan_(), Math.Atan, -2, 2),
        ("sinh", x => x.sinh(), x => x.sinh_(), Math.Sinh, -2, 2),
        ("cosh", x => x.cosh(), x => x.cosh_(), Math.Cosh, -2, 2),
        ("tanh", x => tanh(x), x => x.tanh_(), Math.Tanh, -2, 2),
        ("asinh", x => x.asinh(), x => x.asinh_(), Math.Asinh, -2, 2),
        ("acosh", x => x.acosh(), x => x.acosh_(), Math.Acosh, 1.1, 4),
        ("atanh", x => x.atanh(), x => x.atanh_(), Math.Atanh, -0.9, 0.9),
        ("ceil", x => x.ceil(), x => x.ceil_(), Math.Ceiling, -3, 3),
        ("floor", x => x.floor(), x => x.floor_(), Math.Floor, -3, 3),
        ("trunc", x => x.trunc(), x => x.trunc_(), Math.Truncate, -3, 3),
        ("frac", x => x.frac(), x => x.frac_(), x => x - Math.Truncate(x), -3, 3),
        ("round", x => x.round(), x => x.round_(), Math.Round, -3, 3),
        ("sigmoid", x => sigmoid(x), x => x.sigmoid_(), Sigmoid, -4, 4),
        ("relu", x => x.relu(), x => x.relu_(), x => Math.Max(0, x), -2, 2),
        ("silu", x => x.silu(), x => x.silu_(), x => x * Sigmoid(x), -2, 2),
        ("elu", x => x.elu(0.7), x => x.elu_(0.7), x => x > 0 ? x : 0.7 * (Math.Exp(x) - 1), -2, 2),
        ("softplus", x => x.softplus(2), null, x => Math.Log(1 + Math.Exp(2 * x)) / 2, -2, 2),
        ("leaky_relu", x => x.leaky_relu(0.1), x => x.leaky_relu_(0.1), x => x > 0 ? x : 0.1 * x, -2, 2),
        ("log_sigmoid", x => x.log_sigmoid(), null, x => Math.Log(Sigmoid(x)), -4, 4),
        ("relu6", x => x.relu6(), null, x => Math.Clamp(x, 0, 6), -8, 8),
        ("threshold", x => x.threshold(0.5, -1), null, x => x > 0.5 ? x : -1, -2, 2),
        ("gelu tanh", x => x.gelu(TorchSharp.Modules.GELU.Approximate.tanh), x => x.gelu_(TorchSharp.Modules.GELU.Approximate.tanh), x => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))), -2, 2),
        ("logit", x => x.logit(), x => x.logit_(), x => Math.Log(x / (1 - x)), 0.1, 0.9),
        ("clamp", x => x.clamp(-0.5, 1), x => x.clamp_(-0.5, 1), x => Math.Clamp(x, -0.5, 1), -2, 2),
        ("clamp one end", x => x.clamp(max: 0.25.ToScalar()), null, x => Math.Min(x, 0.25), -2, 2),
        ("clamp_min", x => x.clamp_min(0.25), x => x.clamp_min_(0.25), x => Math.Max(x, 0.25), -2, 2),
        ("clamp_max", x => x.clamp_max(0.25), x => x.clamp_max_(0.25), x => Math.Min(x, 0.25), -2, 2),
        ("add number", x => 1 + x + 2.5, x => x.add_(3.5), x => x + 3.5, -2, 2),
        ("sub number", x => x - 1.5, x => x.sub_(1.5), x => x - 1.5, -2, 2),
        ("number minus", x => 1.5 - x, null, x => 1.5 - x, -2, 2),
        ("mul number", x => 2 * x * 1.5, x => x.mul_(3), x => 3 * x, -2, 2),
        ("div number", x => x / 4, x => x.div_(4), x => x / 4, -2, 2),
        ("number over", x => 3 / x, null, x => 3 / x, 0.5, 2),
        ("div floor", x => x.div(0.7, RoundingMode.floor), x => x.div_(0.7, RoundingMode.floor), x => Math.Floor(x / 0.7), -3, 3),
        ("remainder", x => x % 0.7, x => x.remainder_(0.7), x => x - 0.7 * Math.Floor(x / 0.7), -3, 3),
        ("fmod", x => x.fmod(0.7), x => x.fmod_(0.7), x => x % 0.7, -3, 3),
        ("pow number", x => x.pow(3), x => x.pow_(3), x => x * x * x, -2, 2),
        ("pow fraction", x => pow(x, 0.3), null, x => Math.Pow(x, 0.3), 0.1, 2),
        ("masked_fill", x => x.masked_fill(x > 0.5, -1), x => x.masked_fill_(x > 0.5, -1), x => x > 0.5 ? -1 : x, -2, 2),
        ("where", x => where(x > 0, x, x * x), null, x => x > 0 ? x : x * x, -2, 2),
        ("cumsum of one", x => x.unsqueeze(0).cumsum(0).squeeze(0), null, x => x, -2, 2),
    ];

    public static TheoryData<string> Names => [.. Functions.Select(f => f.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Agrees_with_the_closed_form_and_its_derivative(string name)
    {
        using var scope = NewDisposeScope();
        var (_, op, inPlace, expected, low, high) = Functions.Single(f => f.Name == name);
        var x = Check.Numbers(low, high, 3, 7);
        var wanted = Check.Values(x).Select(expected).ToArray();

        Check.Close(wanted, op(x), 1e-13);
        Check.Close(wanted, op(x.transpose(0, 1)).transpose(0, 1), 1e-13); // strides are honoured
        Check.Gradient(inputs => op(inputs[0]), x.clone());
        if (inPlace is null) return;
        var changed = x.clone();
        Assert.Same(changed, inPlace(changed));
        Check.Close(wanted, changed, 1e-13);
    }

    [Fact]
    public void Special_functions_satisfy_their_identities()
    {
        using var scope = NewDisposeScope();
        var x = Check.Numbers(0.1, 3, 20);
        Check.Close(Check.Values(ones(20, float64)), x.erf() + x.erfc());
        Check.Close(Check.Values(x), (x / 4).erf().erfinv() * 4, 1e-10);
        Check.Close(Check.Values(x.lgamma() + x.log()), (x + 1).lgamma(), 1e-12); // Γ(x + 1) = x Γ(x)
        Check.Close(Check.Values(x.digamma() + 1 / x), (x + 1).digamma(), 1e-11);
        Check.Close(Check.Values(x.gelu()), x / 2 * (1 + (x / Math.Sqrt(2)).erf()), 1e-13);
        foreach (var op in new Func<Tensor, Tensor>[] { t => t.erf(), t => t.erfc(), t => t.lgamma(), t => t.gelu(), t => t.selu() })
            Check.Gradient(inputs => op(inputs[0]), x.clone());
    }

    [Fact]
    public void Tells_finite_from_other_numbers()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0 });
        Check.Close([1, 0, 0, 0, 1], x.isfinite());
        Check.Close([0, 1, 0, 0, 0], x.isnan());
        Check.Close([0, 0, 1, 1, 0], x.isinf());
        Check.Close([0, 0, 1, 1], x.index_select(0, tensor(new long[] { 0, 2, 3, 4 })).signbit()); // .NET's NaN is negative
        Check.Close([1, 5, 7, -7, 0], x.nan_to_num(5, 7, -7));
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
