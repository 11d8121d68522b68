using SkillTorch.Theories;

namespace SkillTorch.Tests.Theories;

public class TotalLossLawTests
{
    private static readonly double[] At = [1, 10, 333, 1e5];

    private static readonly TotalLossLaw Law = new(Abscissa.Steps)
    {
        Prefactor = 1.2,
        Exponent = 0.4,
        TargetScale = 2,
    };

    [Fact]
    public void It_is_a_power_law_in_units_of_the_untrained_loss()
    {
        double[,] loss = Law.Loss(At),
            strength = Law.Strength(At);
        for (var t = 0; t < At.Length; t++)
        {
            Assert.Equal(2 * 1.2 * Math.Pow(At[t], -0.4), loss[t, 0], 1e-14);
            Assert.Equal(1 - (loss[t, 0] / 2), strength[t, 0], 1e-14);
        }

        Assert.Equal(loss[1, 0], (Law with { Multiplier = 10 }).Loss([1])[0, 0], 1e-14);
        Assert.Equal(double.PositiveInfinity, Law.Loss([0])[0, 0]);
    }

    [Fact]
    public void The_tail_is_taken_off_until_nothing_is_left()
    {
        var tailed = Law with { TailLoss = 0.1 };
        Assert.Equal(Law.Loss(At)[1, 0] - 0.2, tailed.Loss(At)[1, 0], 1e-14);
        Assert.Equal(0, tailed.Loss(At)[3, 0]);
        Assert.Equal(1, tailed.Strength(At)[3, 0]);
    }

    [Theory]
    [InlineData("prefactor")]
    [InlineData("exponent")]
    [InlineData("tailLoss")]
    public void Each_parameter_arrives(string name)
    {
        var changed = Law.With(name, 0.05);
        Assert.Equal(0.05, changed.Parameters.Single(p => p.Name == name).Value);
        Assert.NotEqual(Law.Loss(At)[1, 0], changed.Loss(At)[1, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Law.With("alpha", 1));
    }

    [Fact]
    public void The_mixed_law_goes_to_the_parameter_law_with_the_data()
    {
        var laws = new ScalingLaws(0.6);
        var mixed = new MixedLossLaw(laws) { BasisFunctions = 100 };
        Assert.Equal(laws.MixedLaw(333, 100), mixed.Loss(At)[2, 0], 1e-15);
        Assert.Equal(1 - (2 * laws.MixedLaw(333, 100)), mixed.Strength(At)[2, 0], 1e-15);
        Assert.Equal(laws.ParameterLaw(100), mixed.Loss([1e12])[0, 0], 1e-9);
        Assert.NotEqual(mixed.Loss(At)[2, 0], mixed.With("basisFunctions", 50).Loss(At)[2, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => mixed.With("samples", 1));
    }
}
