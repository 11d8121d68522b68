using static TorchSharp.torch;

namespace TorchSharp.Lite.Tests.Tensors;

public class RandomTests
{
    private const int Count = 40_000;

    // Mean and variance that the distribution has; the sample's may be five standard errors off.
    private static readonly (string Name, Func<Tensor> Draw, double Mean, double Variance, double Kurtosis)[] Distributions =
    [
        ("rand", () => rand(Count, float64), 0.5, 1 / 12.0, 1.8),
        ("randn", () => randn(Count, float64), 0, 1, 3),
        ("rand_like", () => zeros(Count, float64).rand_like(), 0.5, 1 / 12.0, 1.8),
        ("randn_like", () => randn_like(zeros(Count, float64)), 0, 1, 3),
        ("normal", () => normal(2, 3, [Count], float64), 2, 9, 3),
        ("normal tensors", () => normal(full(Count, 2.0, float64), full(Count, 3.0, float64)), 2, 9, 3),
        ("normal_", () => empty(Count, float64).normal_(2, 3), 2, 9, 3),
        ("uniform_", () => empty(Count, float64).uniform_(-1, 3), 1, 16 / 12.0, 1.8),
        ("exponential_", () => empty(Count, float64).exponential_(2), 0.5, 0.25, 9),
        ("bernoulli_", () => empty(Count, float64).bernoulli_(0.3), 0.3, 0.21, 1 / 0.21 - 3),
        ("bernoulli", () => full(Count, 0.3, float64).bernoulli(), 0.3, 0.21, 1 / 0.21 - 3),
        ("poisson", () => full(Count, 4.0, float64).poisson(), 4, 4, 3.25),
        ("randint", () => randint(2, 6, new long[] { Count }), 3.5, 1.25, 1.64),
        ("random_", () => empty(Count, int64).random_(2, 6), 3.5, 1.25, 1.64),
        ("multinomial", () => tensor(new[] { 1.0, 3 }).multinomial(Count, true), 0.75, 0.1875, 1 / 0.1875 - 3),
        ("trunc_normal_", () => nn.init.trunc_normal_(empty(Count, float64), 0, 1, -1, 1), 0, 0.29112509, 1.94),
        ("dropout", () => nn.functional.dropout(ones(Count, float64), 0.2), 1, 0.25, 1 / 0.16 - 3),
    ];

    public static TheoryData<string> Names => [.. Distributions.Select(d => d.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Has_the_moments_of_its_distribution_and_obeys_the_seed(string name)
    {
        using var scope = NewDisposeScope();
        var (_, draw, mean, variance, kurtosis) = Distributions.Single(d => d.Name == name);
        manual_seed(7);
        var first = draw();
        var values = Check.Values(first);
        var average = values.Average();
        var spread = values.Sum(v => (v - average) * (v - average)) / (Count - 1);
        Assert.InRange(average, mean - 5 * Math.Sqrt(variance / Count), mean + 5 * Math.Sqrt(variance / Count));
        var error = variance * Math.Sqrt((kurtosis - 1) / Count);
        Assert.InRange(spread, variance - 5 * error - 1e-12, variance + 5 * error + 1e-12);
        manual_seed(7);
        Assert.True(first.Equals(draw()));
        Assert.False(first.Equals(draw()));
    }

    [Fact]
    public void Permutes()
    {
        using var scope = NewDisposeScope();
        Check.Close(Enumerable.Range(0, 100).Select(i => (double)i), randperm(100).sort().Values);
    }

    [Fact]
    public void A_generator_of_its_own_leaves_the_default_one_alone()
    {
        using var scope = NewDisposeScope();
        using var own = new Generator(3);
        manual_seed(7);
        var expected = rand(5);
        manual_seed(7);
        var first = rand(5, generator: own);
        Assert.True(expected.Equals(rand(5)));
        own.manual_seed(3);
        Assert.True(first.Equals(rand(5, generator: own)));
        Assert.Equal(3, own.initial_seed());
    }

    [Fact]
    public void Restores_a_state()
    {
        using var scope = NewDisposeScope();
        var state = get_rng_state();
        var first = randn(5);
        set_rng_state(state);
        Assert.True(first.Equals(randn(5)));
    }
}
