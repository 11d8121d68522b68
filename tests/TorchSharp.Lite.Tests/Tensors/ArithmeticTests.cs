using static TorchSharp.torch;

namespace TorchSharp.Lite.Tests.Tensors;

public class ArithmeticTests
{
    private static readonly (string Name, Func<Tensor, Tensor, Tensor> Op, Func<Tensor, Tensor, Tensor>? InPlace, Func<double, double, double> Expected)[] Functions =
    [
        ("add", (a, b) => a + b, (a, b) => a.add_(b), (a, b) => a + b),
        ("add alpha", (a, b) => a.add(b, 0.3), (a, b) => a.add_(b, 0.3), (a, b) => a + 0.3 * b),
        ("sub", (a, b) => a - b, (a, b) => a.sub_(b), (a, b) => a - b),
        ("mul", (a, b) => a * b, (a, b) => a.mul_(b), (a, b) => a * b),
        ("div", (a, b) => a / b, (a, b) => a.div_(b), (a, b) => a / b),
        ("div trunc", (a, b) => a.div(b, RoundingMode.trunc), (a, b) => a.div_(b, RoundingMode.trunc), (a, b) => Math.Truncate(a / b)),
        ("floor_divide", (a, b) => a.floor_divide(b), (a, b) => a.floor_divide_(b), (a, b) => Math.Floor(a / b)),
        ("remainder", (a, b) => a % b, (a, b) => a.remainder_(b), (a, b) => a - b * Math.Floor(a / b)),
        ("pow", (a, b) => a.pow(b), (a, b) => a.pow_(b), Math.Pow),
        ("maximum", (a, b) => maximum(a, b), null, Math.Max),
        ("minimum", (a, b) => minimum(a, b), null, Math.Min),
        ("max of pairs", (a, b) => a.max(b), null, Math.Max),
        ("min of pairs", (a, b) => a.min(b), null, Math.Min),
        ("atan2", (a, b) => a.atan2(b), (a, b) => a.atan2_(b), Math.Atan2),
        ("hypot", (a, b) => a.hypot(b), null, (a, b) => Math.Sqrt(a * a + b * b)),
        ("logaddexp", (a, b) => a.logaddexp(b), null, (a, b) => Math.Log(Math.Exp(a) + Math.Exp(b))),
        ("xlogy", (a, b) => a.xlogy(b), (a, b) => a.xlogy_(b), (a, b) => a * Math.Log(b)),
        ("copysign", (a, b) => a.copysign(-b), (a, b) => a.copysign_(-b), (a, _) => -a),
        ("lerp tensor", (a, b) => a.lerp(b, full([], 0.3, float64)), null, (a, b) => a + 0.3 * (b - a)),
        ("where", (a, b) => where(a > b, a, b), null, Math.Max),
        ("clamp tensors", (a, b) => a.clamp(b, b + 0.1), null, (a, b) => Math.Clamp(a, b, b + 0.1)),
    ];

    public static TheoryData<string> Names => [.. Functions.Select(f => f.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Agrees_with_the_closed_form_and_its_derivatives(string name)
    {
        using var scope = NewDisposeScope();
        var (_, op, inPlace, expected) = Functions.Single(f => f.Name == name);
        Tensor a = Check.Numbers(0.4, 3, 4, 5), b = Check.Numbers(0.55, 2, 5); // b is broadcast
        var right = Check.Values(b);
        var wanted = Check.Values(a).Select((value, i) => expected(value, right[i % 5])).ToArray();

        Check.Close(wanted, op(a, b), 1e-13);
        if (name is not ("floor_divide" or "copysign")) Check.Gradient(inputs => op(inputs[0], inputs[1]), a.clone(), b.clone());
        if (inPlace is null) return;
        var changed = a.clone();
        Assert.Same(changed, inPlace(changed, b));
        Check.Close(wanted, changed, 1e-13);
    }

    [Fact]
    public void Fused_forms_equal_their_parts()
    {
        using var scope = NewDisposeScope();
        Tensor x = Check.Numbers(-1, 1, 6), a = Check.Numbers(0.5, 2, 6), b = Check.Numbers(0.5, 3, 6);
        var (xs, values, divisors) = (Check.Values(x), Check.Values(a), Check.Values(b));
        var products = xs.Zip(values, divisors).Select(t => t.First + 0.3 * t.Second * t.Third).ToArray();
        var quotients = xs.Zip(values, divisors).Select(t => t.First - 0.3 * t.Second / t.Third).ToArray();
        Check.Close(products, x.addcmul(a, b, 0.3));
        Check.Close(products, addcmul(x, a, b, 0.3));
        Check.Close(products, x.clone().addcmul_(a, b, 0.3));
        Check.Close(quotients, x.addcdiv(a, b, -0.3));
        Check.Close(quotients, x.clone().addcdiv_(a, b, -0.3));
        Check.Close(xs.Zip(values, divisors).Select(t => t.First + t.Second / t.Third), x.addcdiv(a, b));
        Check.Close(xs.Zip(values).Select(t => t.First + 0.25 * (t.Second - t.First)), x.clone().lerp_(a, full([], 0.25, float64)));
        Check.Gradient(inputs => inputs[0].addcmul(inputs[1], inputs[2], 0.3), x.clone(), a.clone(), b.clone());
        Check.Gradient(inputs => inputs[0].addcdiv(inputs[1], inputs[2], 0.3), x.clone(), a.clone(), b.clone());
    }

    [Fact]
    public void Compares_element_by_element()
    {
        using var scope = NewDisposeScope();
        Tensor a = tensor(new[] { 1.0, 2, 3 }), b = tensor(new[] { 3.0, 2, 1 });
        Check.Close([0, 1, 0], a == b);
        Check.Close([1, 0, 1], a != b);
        Check.Close([1, 0, 0], a < b);
        Check.Close([1, 1, 0], a <= b);
        Check.Close([0, 0, 1], a > b);
        Check.Close([0, 1, 1], a >= b);
        Check.Close([0, 1, 0], a == 2);
        Check.Close([1, 0, 0], a.lt(2));
        Check.Close([0, 1, 1], a.ge(2));
        Check.Close([0, 0, 1], 2.0.ToScalar() < a);
        Check.Close([1, 0, 0], (a < b) & (a != 2));
        Check.Close([1, 1, 0], (a < b) | (a == 2));
        Check.Close([1, 1, 0], (a < b) ^ (a == 2));
        Check.Close([0, 1, 1], ~(a < b));
        Check.Close([1, 0, 0], a.lt(b).logical_and(a.ne(2)));
        Check.Close([1, 1, 0], a.lt(b).logical_or(a.eq(2)));
        Check.Close([0, 1, 1], a.lt(b).logical_not());
        Check.Close([1, 0, 1], a.isin(tensor(new[] { 1.0, 3, 5 })));
        Assert.True(a.allclose(a + 1e-9));
        Assert.False(a.allclose(b));
        Assert.True(a.Equals(a.clone()));
        Check.Close([0, 1, 0], a.equal(b));
        Check.Close([1, 1, 1], a.isclose(a + 1e-9));
    }

    [Fact]
    public void Works_on_bits()
    {
        using var scope = NewDisposeScope();
        Tensor a = tensor(new long[] { 12, 5, -1 }), b = tensor(new long[] { 10, 1, 3 });
        Check.Close([8, 1, 3], a & b);
        Check.Close([14, 5, -1], a.bitwise_or(b));
        Check.Close([6, 4, -4], a ^ b);
        Check.Close([-13, -6, 0], ~a);
        Check.Close([48, 20, -4], a.bitwise_left_shift(full(3, 2, int64)));
        Check.Close([3, 1, -1], bitwise_right_shift(a, full(3, 2, int64)));
        var shifted = a.clone();
        Assert.Same(shifted, shifted.bitwise_xor_(b));
        Check.Close([6, 4, -4], shifted);
    }

    [Fact]
    public void Promotes_types_as_PyTorch_does()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(float32, (arange(3) + 0.5).dtype);
        Assert.Equal(int64, (arange(3) + 1).dtype);
        Assert.Equal(float32, (ones(3) * 2.0).dtype);
        Assert.Equal(float64, (ones(3) * ones(3, float64)).dtype);
        Assert.Equal(float64, promote_types(float32, float64));
        Assert.Equal(@bool, (ones(3) > 0).dtype);
    }
}
