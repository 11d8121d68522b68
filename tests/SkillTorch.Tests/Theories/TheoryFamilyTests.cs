using SkillTorch.Tasks;
using SkillTorch.Theories;

namespace SkillTorch.Tests.Theories;

/// <summary>What holds for every theory; a new theory adds a row.</summary>
public class TheoryFamilyTests
{
    private static readonly double[] P = SkillFrequencies.PowerLaw(5, 2);

    private static readonly Dictionary<string, SkillTheory> Rows = new()
    {
        ["resource"] = new ResourceModel(P),
        ["resource, cross-entropy"] = new ResourceModel(P) { LossForm = LossKind.CrossEntropy },
        ["resource, exact"] = new ResourceModel(P) { Solution = ResourceSolution.Exact },
        ["resource, gates and switch"] = new ResourceModel(P)
        {
            Prerequisites = [null, 1, new AnyOf(1, 2), null, null],
            Switch = new()
            {
                Skill = 4,
                Threshold = 0.5,
                Before = 0.001,
                After = 0.1,
            },
        },
        ["domino"] = new DominoModel(P),
        ["parallel"] = new ParallelModel(P),
        ["quanta"] = new QuantaModel(P),
        ["multilinear"] = new MultilinearModel(P) { TargetScale = 5, LearningRate = 0.01 },
        ["multilinear-data"] = new MultilinearDataLimit(P) { Dc = 300 },
        ["multilinear-parameters"] = new MultilinearParameterLimit(P),
        ["two-layer-linear"] = new TwoLayerLinearModes([1, 0.5, 0.25, 0.1, 0.05]) { LearningRate = 0.05 },
    };

    public static TheoryData<string> Theories => [.. Rows.Keys];

    /// <summary>One row a parameter of a theory.</summary>
    public static TheoryData<string, string> TheoryParameters
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach ((var row, var theory) in Rows)
            {
                foreach (var parameter in theory.Parameters)
                {
                    data.Add(row, parameter.Name);
                }
            }

            return data;
        }
    }

    // Samples and steps up to 1000 pass through every theory's interesting range; parameters 0…20 are among them.
    private static readonly double[] At = [.. NumericalChecks.Range(0, 20, 1), .. NumericalChecks.Range(30, 1000, 10)];

    [Theory]
    [MemberData(nameof(Theories))]
    public void Strength_stays_in_the_unit_interval_and_never_falls(string row)
    {
        var strength = Rows[row].Strength(At);
        Assert.Equal(At.Length, strength.GetLength(0));
        Assert.Equal(Rows[row].Skills, strength.GetLength(1));
        for (var i = 0; i < Rows[row].Skills; i++)
        {
            for (var t = 0; t < At.Length; t++)
            {
                Assert.InRange(strength[t, i], t == 0 ? 0 : strength[t - 1, i], 1);
            }
        }

        Assert.True(strength[At.Length - 1, 0] > 0.9, "the most frequent skill is learned within the range");
    }

    [Theory]
    [MemberData(nameof(Theories))]
    public void More_frequent_skills_are_not_behind(string row)
    {
        if (row.Contains("gates") || row == "two-layer-linear")
        {
            return; // gates are there to change the order, and modes of equal a(0) b(0) start in the opposite one
        }

        var strength = Rows[row].Strength(At);
        for (var t = 0; t < At.Length; t++)
        {
            for (var i = 1; i < Rows[row].Skills; i++)
            {
                Assert.True(strength[t, i] <= strength[t, i - 1], $"skill {i + 1} is ahead at {At[t]}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Theories))]
    public void Loss_belongs_to_strength(string row)
    {
        var theory = Rows[row];
        double[,] strength = theory.Strength(At),
            loss = theory.Loss(At);
        var total = theory.TotalLoss(At);
        var crossEntropy = theory is ResourceModel { LossForm: LossKind.CrossEntropy };
        for (var t = 0; t < At.Length; t++)
        {
            double sum = 0;
            for (var i = 0; i < theory.Skills; i++)
            {
                var scale = theory switch
                {
                    MultilinearModel m => m.TargetScale!.Value * m.TargetScale.Value / 2,
                    MultilinearDataLimit or MultilinearParameterLimit => 0.5,
                    TwoLayerLinearModes modes => modes.SingularValues[i] * modes.SingularValues[i] / 2,
                    _ => 1,
                };
                var expected = crossEntropy ? -Math.Log(strength[t, i]) : scale * Math.Pow(1 - strength[t, i], 2);
                Assert.Equal(expected, loss[t, i], 1e-13);
                sum += theory.Frequencies[i] * loss[t, i];
            }

            Assert.Equal(sum, total[t], 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(TheoryParameters))]
    public void A_parameter_changes_the_prediction_and_is_read_back(string row, string parameter)
    {
        var theory = Rows[row];
        var before = theory.Parameters.Single(p => p.Name == parameter);
        Assert.InRange(before.Value, before.Lower, before.Upper);
        var changed = theory.With(parameter, before.Value * 1.5);
        Assert.Equal(before.Value * 1.5, changed.Parameters.Single(p => p.Name == parameter).Value);
        Assert.NotEqual(theory.Strength(At), changed.Strength(At));
        Assert.Equal(theory.Strength(At), changed.With(parameter, before.Value).Strength(At));
    }

    [Theory]
    [MemberData(nameof(TheoryParameters))]
    public void A_parameter_outside_its_domain_is_a_sentence(string row, string parameter) =>
        Assert.StartsWith(
            "Got -1 for `" + parameter,
            Assert.Throws<ArgumentOutOfRangeException>(() => Rows[row].With(parameter, -1)).Message
        );

    [Theory]
    [MemberData(nameof(Theories))]
    public void What_a_theory_cannot_do_is_a_sentence(string row)
    {
        var theory = Rows[row];
        var message = Assert.Throws<ArgumentOutOfRangeException>(() => theory.With("nonsense", 1)).Message;
        Assert.StartsWith("Got \"nonsense\" for `parameter`; expected one of ", message);
        Assert.All(theory.Parameters, p => Assert.Contains(p.Name, message));
        Assert.StartsWith("Got -1 for ", Assert.Throws<ArgumentOutOfRangeException>(() => theory.Strength([-1])).Message);
        Assert.StartsWith("Got NaN for ", Assert.Throws<ArgumentOutOfRangeException>(() => theory.Strength([double.NaN])).Message);
        Assert.StartsWith(
            "Got 3 for `destination.Length`",
            Assert.Throws<ArgumentOutOfRangeException>(() => theory.Strength([1, 2], new double[3])).Message
        );
    }

    [Theory]
    [MemberData(nameof(Theories))]
    public void No_steps_give_no_rows(string row) => Assert.Empty(Rows[row].Strength([]));
}
