using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Lite.Tests.Modules;

public class InitTests
{
    // The variance that each scheme promises for a weight [300, 200], and the support of the uniform ones.
    private static readonly (string Name, Func<Tensor, Tensor> Fill, double Variance, bool Uniform)[] Schemes =
    [
        ("uniform_", w => init.uniform_(w, -0.5, 0.5), 1 / 12.0, true),
        ("normal_", w => init.normal_(w, 0, 0.3), 0.09, false),
        ("xavier_uniform_", w => init.xavier_uniform_(w, 2), 4 * 2.0 / 500, true),
        ("xavier_normal_", w => init.xavier_normal_(w, 2), 4 * 2.0 / 500, false),
        ("kaiming_uniform_", w => init.kaiming_uniform_(w, nonlinearity: init.NonlinearityType.ReLU), 2.0 / 200, true),
        ("kaiming_uniform_ of Linear", w => init.kaiming_uniform_(w, Math.Sqrt(5)), 1.0 / 3 / 200, true),
        ("kaiming_normal_", w => init.kaiming_normal_(w, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.Linear), 1.0 / 300, false),
        ("Linear", w => { w.requires_grad = false; return w.copy_(Linear(200, 300, dtype: float64).weight); }, 1.0 / 3 / 200, true),
    ];

    public static TheoryData<string> Names => [.. Schemes.Select(s => s.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Has_the_variance_that_the_scheme_promises(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        manual_seed(3);
        var (_, fill, variance, uniform) = Schemes.Single(s => s.Name == name);
        var weight = empty(300, 200, float64, requires_grad: true);
        Assert.Same(weight, fill(weight));
        var values = Check.Values(weight);
        var spread = values.Sum(v => v * v) / values.Length;
        Assert.InRange(spread, variance * 0.97, variance * 1.03);
        if (uniform) Assert.InRange(values.Max(), Math.Sqrt(3 * variance) * 0.99, Math.Sqrt(3 * variance));
    }

    [Fact]
    public void Fills_constants()
    {
        using var scope = NewDisposeScope();
        var weight = empty(2, 2, requires_grad: true);
        Check.Close([0, 0, 0, 0], init.zeros_(weight));
        Check.Close([1, 1, 1, 1], init.ones_(weight));
        Check.Close([3, 3, 3, 3], init.constant_(weight, 3));
        Check.Close([1, 0, 0, 1], init.eye_(weight));
        Assert.Equal((2, 2), init.CalculateFanInAndFanOut(weight));
        Assert.Throws<ArgumentException>(() => init.CalculateFanInAndFanOut(ones(3)));
        Assert.Equal(5.0 / 3, init.calculate_gain(init.NonlinearityType.Tanh));
    }

    [Theory, InlineData(3, 5), InlineData(5, 3)]
    public void Makes_orthonormal_rows_or_columns(long rows, long columns)
    {
        using var scope = NewDisposeScope();
        var weight = init.orthogonal_(empty(rows, columns, float64), 2) / 2;
        var product = rows < columns ? weight.mm(weight.t()) : weight.t().mm(weight);
        Check.Close(Check.Values(eye(3, dtype: float64)), product, 1e-12);
    }
}
