using MathNet.Numerics;
using SkillTorch.Models;
using SkillTorch.Tasks;

namespace SkillTorch.Tests.Models;

public class SkillMeasuresTests
{
    [Theory]
    [InlineData(LossKind.Mse)]
    [InlineData(LossKind.CrossEntropy)]
    public void Losses_and_strengths_follow_their_formulas(LossKind kind)
    {
        double[] overlaps = [-800, -37, -2, -1e-9, 0, 1e-9, 0.3, 1, 5, 12, 20, 30, 36, 40, 700, 2000];
        double[] losses = new double[overlaps.Length],
            strengths = new double[overlaps.Length];
        SkillMeasures.Fill(kind, overlaps, losses, strengths);
        for (var i = 0; i < overlaps.Length; i++)
        {
            var o = overlaps[i];
            var loss = kind == LossKind.Mse ? (1 - o) * (1 - o) : Math.Max(-o, 0) + SpecialFunctions.Log1p(Math.Exp(-Math.Abs(o)));
            var strength = kind == LossKind.Mse ? o : 1 / (1 + Math.Exp(-o));
            Assert.Equal(loss, losses[i], 4e-15 * (loss == 0 ? 1 : loss));
            Assert.Equal(strength, strengths[i], 4e-15 * (strength == 0 ? 1 : Math.Abs(strength)));
        }
    }

    [Fact]
    public void A_diverged_overlap_stays_visible()
    {
        double[] losses = new double[1],
            strengths = new double[1];
        foreach (var kind in Enum.GetValues<LossKind>())
        {
            SkillMeasures.Fill(kind, [double.NaN], losses, strengths);
            Assert.True(double.IsNaN(losses[0]) && double.IsNaN(strengths[0]));
        }
    }
}
