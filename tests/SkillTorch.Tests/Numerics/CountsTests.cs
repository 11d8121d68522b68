using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using SkillTorch.Numerics;

namespace SkillTorch.Tests.Numerics;

public class CountsTests
{
    private const int Draws = 100_000;

    private static RandomSequence Sequence(ulong seed) => new RandomStream(seed, RandomPurpose.Data).Sequence();

    [Theory]
    [InlineData(1, 0.3)]
    [InlineData(10, 0.5)]
    [InlineData(1000, 0.001)]
    [InlineData(1000, 0.009)]
    [InlineData(30, 0.4)] // both sides of the switch from inversion to rejection
    [InlineData(30, 0.6)]
    [InlineData(1000, 0.011)]
    [InlineData(1000, 0.3)]
    [InlineData(100_000, 0.9)]
    [InlineData(2_000_000_000, 1e-8)]
    [InlineData(2_000_000_000, 0.5)]
    public void Binomial_counts_follow_the_binomial_distribution(int n, double p)
    {
        var random = Sequence(11);
        var sample = new int[Draws];
        for (var i = 0; i < Draws; i++)
        {
            sample[i] = random.Binomial(n, p);
        }

        // Cells of about equal mass, bounded by the distribution's own quantiles.
        var exact = new Binomial(p, n);
        var deviation = Math.Sqrt(n * p * (1 - p));
        int[] edges =
        [
            .. Enumerable.Range(-8, 17).Select(i => (int)Math.Floor(n * p + i * deviation / 3)).Where(e => e >= 0 && e < n).Distinct(),
        ];
        var expected = new double[edges.Length + 1];
        double below = 0;
        for (var i = 0; i < edges.Length; i++)
        {
            var cumulative = exact.CumulativeDistribution(edges[i]);
            expected[i] = cumulative - below;
            below = cumulative;
        }

        expected[^1] = 1 - below;
        var observed = new int[expected.Length];
        foreach (var value in sample)
        {
            Assert.InRange(value, 0, n);
            var cell = Array.BinarySearch(edges, value);
            observed[cell < 0 ? ~cell : cell]++;
        }

        AssertChiSquare(observed, expected);
        Assert.Equal(n * p, sample.Average(), 4.5 * deviation / Math.Sqrt(Draws));
    }

    [Fact]
    public void Binomial_counts_are_certain_at_the_ends_and_refuse_nonsense()
    {
        var random = Sequence(1);
        Assert.Equal(0, random.Binomial(100, 0));
        Assert.Equal(100, random.Binomial(100, 1));
        Assert.Equal(0, random.Binomial(0, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Binomial(1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Binomial(-1, 0.5));
    }

    [Theory]
    [InlineData(8)] // all categories rare: alias table
    [InlineData(40)] // one rare category too few for a table, some frequent
    [InlineData(100)] // both ways
    [InlineData(100_000)] // all frequent: conditional binomials
    public void Multinomial_counts_sum_and_follow_the_weights(int trials)
    {
        double[] weights = [0, 5, 0.5, 3, 0, 1, 0.5, 0];
        double[] expected = [.. weights.Select(w => w / 10)];
        var counts = new int[weights.Length];
        var sum = new double[weights.Length];
        var product = new double[weights.Length, weights.Length];
        const int Repetitions = 20_000;
        MultinomialTable table = new(trials, weights);
        for (var i = 0; i < Repetitions; i++)
        {
            table.Draw(new RandomStream(12, RandomPurpose.Data, (ulong)i), counts);
            Assert.Equal(trials, counts.Sum());
            for (var k = 0; k < counts.Length; k++)
            {
                sum[k] += counts[k];
                for (var l = 0; l < counts.Length; l++)
                {
                    product[k, l] += (counts[k] - trials * expected[k]) * (counts[l] - trials * expected[l]);
                }
            }
        }

        for (var k = 0; k < counts.Length; k++)
        {
            var variance = trials * expected[k] * (1 - expected[k]);
            Assert.Equal(trials * expected[k], sum[k] / Repetitions, 5 * Math.Sqrt(variance / Repetitions));
            for (var l = 0; l < counts.Length; l++)
            {
                // A sample covariance of (nearly) normal numbers spreads by √((σ_k²σ_l² + σ_kl²)/N).
                var covariance = trials * ((k == l ? expected[k] : 0) - expected[k] * expected[l]);
                var other = trials * expected[l] * (1 - expected[l]);
                Assert.Equal(
                    covariance,
                    product[k, l] / Repetitions,
                    1e-9 + 6 * Math.Sqrt((variance * other + covariance * covariance) / Repetitions)
                );
            }
        }
    }

    [Fact]
    public void Multinomial_refuses_weights_it_cannot_use()
    {
        Assert.Throws<ArgumentException>(() => new MultinomialTable(1, [0, 0]));
        Assert.Throws<ArgumentException>(() => new MultinomialTable(1, [1, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultinomialTable(-1, [1, 1]));
        Assert.Throws<ArgumentException>(() => new MultinomialTable(1, [1, 1]).Draw(new RandomStream(1, RandomPurpose.Data), new int[3]));
    }

    [Fact]
    public void Alias_table_follows_the_weights()
    {
        double[] weights = [.. Enumerable.Range(1, 50).Select(k => Math.Pow(k, -1.6)), 0, 0];
        int[] categories = new int[Draws],
            observed = new int[weights.Length];
        new AliasTable(weights).Fill(new RandomStream(13, RandomPurpose.Data), categories);
        foreach (var category in categories)
        {
            observed[category]++;
        }

        AssertChiSquare(observed, [.. weights.Select(w => w / weights.Sum())]);
    }

    [Fact]
    public void Bounded_integers_permutations_and_samples_are_uniform()
    {
        var random = Sequence(14);
        int[] bounded = new int[7],
            first = new int[6],
            member = new int[9];
        for (var i = 0; i < 20_000; i++)
        {
            bounded[random.NextUInt(7)]++;
            var permutation = random.Permutation(6);
            Assert.Equal([0, 1, 2, 3, 4, 5], permutation.Order());
            first[permutation[0]]++;
            var sample = random.Sample(9, 3);
            Assert.Equal(3, sample.Distinct().Count());
            foreach (var m in sample)
            {
                member[m]++;
            }
        }

        AssertChiSquare(bounded, [.. Enumerable.Repeat(1 / 7.0, 7)]);
        AssertChiSquare(first, [.. Enumerable.Repeat(1 / 6.0, 6)]);
        AssertChiSquare(member, [.. Enumerable.Repeat(1 / 9.0, 9)]);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Sample(3, 4));
    }

    private static void AssertChiSquare(int[] observed, double[] expected)
    {
        double total = observed.Sum(o => (double)o),
            statistic = 0;
        var cells = 0;
        for (var i = 0; i < observed.Length; i++)
        {
            if (expected[i] == 0)
            {
                Assert.Equal(0, observed[i]);
                continue;
            }

            statistic += Math.Pow(observed[i] - total * expected[i], 2) / (total * expected[i]);
            cells++;
        }

        var p = cells > 1 ? SpecialFunctions.GammaUpperRegularized((cells - 1) / 2.0, statistic / 2) : 1;
        Assert.True(p > 1e-4, $"chi-square {statistic} with {cells - 1} degrees of freedom: p = {p}");
    }
}
