using FsCheck.Xunit;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using static SkillTorch.Tests.Theories.NumericalChecks;

namespace SkillTorch.Tests.Theories;

public class MultilinearModelTests
{
    private static readonly MultilinearModel Model = new(SkillFrequencies.PowerLaw(5, 1.6))
    {
        TargetScale = 5,
        InitialStrength = 1e-3,
        LearningRate = 0.02,
        B2 = 1 / 22.0,
    };

    /// <summary>Gradient of the loss ½ P (S − a b)² for a, slowed by B²; b moves alike from the same start.</summary>
    private static double Velocity(MultilinearModel m, int k, double a) =>
        m.TimeFactor!.Value / 2 * m.LearningRate!.Value * m.B2!.Value * m.Frequencies[k] * (m.TargetScale!.Value - (a * a)) * a;

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void The_closed_form_is_the_gradient_flow_of_both_layers(double timeFactor)
    {
        var model = Model with { TimeFactor = timeFactor };
        foreach (var t in new double[] { 100, 1000, 3000 })
        {
            for (var k = 0; k < 5; k++)
            {
                var a = RungeKutta(y => [Velocity(model, k, y[0])], [Math.Sqrt(1e-3)], t, 4000)[0];
                Close(a * a / 5, model.Strength([t])[0, k], 1e-10);
                Assert.Equal(5 - (a * a), Math.Sqrt(2 * model.Loss([t])[0, k]), 1e-10);
            }
        }
    }

    [Fact]
    public void Gradient_descent_tends_to_the_flow_in_proportion_to_its_step()
    {
        double Error(int n)
        {
            var m = Model with { LearningRate = 2.0 / n };
            var a = Math.Sqrt(m.InitialStrength!.Value);
            for (var i = 0; i < 30 * n; i++)
            {
                a += Velocity(m, 1, a);
            }

            return Math.Abs((a * a / 5) - m.Strength([30.0 * n])[0, 1]);
        }

        Assert.InRange(Error(10) / Error(20), 1.9, 2.1);
        Assert.InRange(Error(20), 1e-7, 1e-2);
    }

    [Property]
    public void Emergent_and_saturation_times_invert_the_strength(byte level)
    {
        var e = 0.01 + (level / 256.0 * 0.45);
        for (var k = 1; k <= 5; k++)
        {
            var emergent = Model.EmergentTime(k, e);
            Close(e, Model.Strength([emergent])[0, k - 1], 1e-12);
            Close(1 - e, Model.Strength([emergent + Model.SaturationTime(k, e)])[0, k - 1], 1e-12);
        }
    }

    [Fact]
    public void Emergent_time_grows_as_the_power_of_the_skill_number()
    {
        double[] k = [1, 2, 3, 4, 5];
        Assert.Equal(1.6, PowerLaw.Fit(k, [.. k.Select(i => Model.EmergentTime((int)i, 0.05))]).Exponent, 10);
    }

    [Fact]
    public void Training_is_stage_like_from_small_initial_strength_alone()
    {
        Assert.True((Model with { InitialStrength = 1e-8 }).IsStageLike(1, 0.05));
        Assert.False((Model with { InitialStrength = 0.1 }).IsStageLike(4, 0.05));
        var staged = Model with { InitialStrength = 1e-8 };
        Assert.True(staged.Strength([staged.EmergentTime(2, 0.05)])[0, 0] > 0.95);
    }

    [Fact]
    public void Skills_without_a_basis_function_stay_at_their_loss()
    {
        var limited = Model with { BasisFunctions = 2 };
        double[,] strength = limited.Strength([0, 1e6]),
            loss = limited.Loss([0, 1e6]);
        Assert.Equal([1, 1, 0, 0, 0], Row(strength, 1), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([12.5, 12.5, 12.5], Row(loss, 1)[2..]);
        Assert.Equal(Model.Strength([500])[0, 1], limited.Strength([500])[0, 1]);
    }

    [Fact]
    public void The_linear_contrast_is_an_exponential_with_the_same_losses()
    {
        MultilinearModel model = new([0.5, 0.2, 0.1]) { LearningRate = 0.3, TargetScale = 2 };
        var linear = model.LinearContrast();
        var r = RungeKutta(y => [0.3 * 0.2 * (2 - y[0])], [0], 7, 1000)[0];
        Close(r / 2, linear.Strength([7])[0, 1], 1e-10);
        Close(0.5 * Math.Pow(2 - r, 2), linear.Loss([7])[0, 1], 1e-10);
        Assert.Equal(1 - Math.Exp(-2 * 0.3 * 0.5 * 7), (model with { TimeFactor = 4 }).LinearContrast().Strength([7])[0, 0], 13);
    }

    [Fact]
    public void An_initial_strength_above_the_target_is_a_sentence() =>
        Assert.Contains(
            "below targetScale = 5",
            Assert.Throws<ArgumentOutOfRangeException>(() => (Model with { InitialStrength = 5 }).Strength([1])).Message
        );

    [Fact]
    public void The_networks_initial_strength_is_measured() =>
        Assert.Equal(1e-4 / 3.6, MultilinearModel.InitialStrengthOfNetwork(0.01), 1e-19);

    [Fact]
    public void Two_layer_modes_are_the_flow_of_their_product()
    {
        var modes = new TwoLayerLinearModes([1, 0.5, 0.25]) { InitialProduct = 0.01, LearningRate = 0.1 };
        for (var k = 0; k < 3; k++)
        {
            var lambda = modes.SingularValues[k];
            var a = RungeKutta(y => [0.1 * y[0] * (lambda - (y[0] * y[0]))], [0.1], 60, 2000)[0];
            Close(a * a / lambda, modes.Strength([60])[0, k], 1e-9);
        }

        Assert.Contains(
            "below the smallest singular value",
            Assert.Throws<ArgumentOutOfRangeException>(() => (modes with { InitialProduct = 0.3 }).Strength([1])).Message
        );
    }

    [Fact]
    public void Data_limit_is_the_shot_learner()
    {
        var limit = new MultilinearDataLimit([0.5, 0.25]) { Dc = 800 };
        var s = limit.Strength([0, 800, 1600, 3200]);
        Assert.Equal([0, 0], Row(s, 0));
        Assert.Equal([1 - Math.Sqrt(0.5), 1 - Math.Sqrt(0.75)], Row(s, 1));
        Assert.Equal([1, 1 - Math.Sqrt(0.5)], Row(s, 2));
        Assert.Equal([1, 1], Row(s, 3));
        Assert.Equal(Abscissa.Samples, limit.Abscissa);
    }

    [Property]
    public void Parameter_limit_is_the_formula_of_whole_numbers(byte width, byte perSkill)
    {
        int n = width % 40,
            nc = 1 + (perSkill % 8);
        var limit = new MultilinearParameterLimit(SkillFrequencies.Uniform(5)) { Nc = nc };
        int q = (int)Math.Floor((n - 1) / (double)nc) + 1,
            r = n - ((q - 1) * nc);
        for (var k = 1; k <= 5; k++)
        {
            Assert.Equal(
                k < q ? 1
                    : k == q ? r / (double)nc
                    : 0,
                limit.Strength([n])[0, k - 1],
                1e-14
            );
        }

        Assert.Equal(Abscissa.Parameters, limit.Abscissa);
    }
}
