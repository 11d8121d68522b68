using SkillTorch.Fitting;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using SkillTorch.Training;

namespace SkillTorch.Tests.Theories;

/// <summary>Theories in experiment files: what is configured arrives, what is not is derived from the trial.</summary>
public class TheoryBindingTests
{
    private static readonly AbstractSkillsOptions Two = new()
    {
        Count = 2,
        Frequencies = [3, 1],
        Normalised = false,
    };
    private static readonly double[] At = [1, 5, 40];

    public static TheoryData<SkillTheory, SkillTheory> Bound =>
        new()
        {
            {
                new DominoModel { LearningTime = 7 },
                new DominoModel([3, 1]) { LearningTime = 7 }
            },
            {
                new ParallelModel { Rate = 0.2 },
                new ParallelModel([3, 1]) { Rate = 0.2 }
            },
            {
                new QuantaModel { LearningTime = 7 },
                new QuantaModel([3, 1]) { LearningTime = 7 }
            },
            {
                new MultilinearModel
                {
                    TargetScale = 2,
                    InitialStrength = 0.05,
                    LearningRate = 0.02,
                    B2 = 0.4,
                    TimeFactor = 3,
                    BasisFunctions = 1,
                },
                new MultilinearModel([3, 1])
                {
                    TargetScale = 2,
                    InitialStrength = 0.05,
                    LearningRate = 0.02,
                    B2 = 0.4,
                    TimeFactor = 3,
                    BasisFunctions = 1,
                }
            },
        };

    [Theory]
    [MemberData(nameof(Bound))]
    public void Configured_values_arrive(SkillTheory options, SkillTheory expected)
    {
        var theory = options.Bind(Trial(Two, new DominoModel()));
        Assert.Equal(expected.Strength(At), theory.Strength(At));
        // The same loss in the unit of the trial, whose model's losses begin at 1.
        Assert.Equal([1, 1], theory.ChanceLosses);
        Assert.All(
            expected.Loss(At).Cast<double>().Zip(theory.Loss(At).Cast<double>()),
            loss => Assert.Equal(loss.First, expected.ChanceLosses[0] * loss.Second, 1e-14)
        );
    }

    [Fact]
    public void Multilinear_values_of_a_network_come_from_its_settings()
    {
        var task = new MultitaskSparseParityOptions
        {
            Skills = 5,
            TargetScale = 5,
            FrequencyExponent = 1.6,
        };
        var trial = Trial(task, new TwoLayerMlpOptions { InitialStd = 0.01 }, new SgdOptions { LearningRate = 0.02 });
        var theory = (MultilinearModel)new MultilinearModel().Bind(trial);
        Assert.Equal(
            (5, 1e-4 / 3.6, 0.02, 1.0 / 22, 4),
            (theory.TargetScale, theory.InitialStrength, theory.LearningRate, theory.B2, theory.TimeFactor)
        );
        Assert.Equal(task.GetSkills().Select(s => s.Frequency), theory.Frequencies);
        var unknown = (MultilinearModel)new MultilinearModel().Bind(trial with { Model = new TwoLayerMlpOptions() });
        Assert.Equal(0.05, unknown.InitialStrength);
    }

    [Fact]
    public void Multilinear_dynamics_are_their_own_theory()
    {
        var trial = Trial(
            Two,
            new MultilinearModel
            {
                TargetScale = 3,
                InitialStrength = 0.2,
                LearningRate = 0.05,
            }
        );
        var theory = new MultilinearModel().Bind(trial);
        Assert.Equal(((DynamicsOptions)trial.Model).Predict(Two, LossKind.Mse, [1, 5, 40]).Strength, theory.Strength(At));
    }

    [Fact]
    public void The_three_neuron_network_gives_its_own_start()
    {
        var model = new ThreeNeuronParity
        {
            TargetScale = 5,
            InitialWeight = 0.2,
            LearningRate = 0.01,
        };
        var theory = (MultilinearModel)new MultilinearModel { B2 = 1.0 / 3 }.Bind(Trial(new AbstractSkillsOptions { Count = 1 }, model));
        var start = model.Predict(new AbstractSkillsOptions { Count = 1 }, LossKind.Mse, [0]).Strength[0, 0];
        Assert.Equal(start, theory.Strength([0])[0, 0], 1e-15);
        Assert.Equal((5, 0.01, 2), (theory.TargetScale, theory.LearningRate, theory.TimeFactor));
    }

    public static TheoryData<ScalingSumOptions, ScalingLawForm, Func<ScalingLaws, double, double>> Laws
    {
        get
        {
            var sum = new ScalingSumOptions
            {
                Bottleneck = ScalingBottleneck.Time,
                Skills = 5000,
                Alpha = 0.4,
                TargetScale = 2,
                InitialStrength = 0.05,
                LearningRate = 0.3,
            };
            return new()
            {
                { sum, ScalingLawForm.Plain, (laws, x) => laws.TimeLaw(x) },
                { sum with { Bottleneck = ScalingBottleneck.Data }, ScalingLawForm.Plain, (laws, x) => laws.DataLaw(x) },
                { sum with { Bottleneck = ScalingBottleneck.Parameters }, ScalingLawForm.Plain, (laws, x) => laws.ParameterLaw(x) },
                {
                    sum with
                    {
                        Bottleneck = ScalingBottleneck.Compute,
                        BasisFunctions = 30,
                    },
                    ScalingLawForm.Plain,
                    (laws, x) => laws.ComputeLaw(30 * x)
                },
                { sum, ScalingLawForm.Corrected, (laws, x) => laws.CorrectedTimeLaw([x], 5000)[0] },
                {
                    sum with
                    {
                        Bottleneck = ScalingBottleneck.Data,
                        BasisFunctions = 30,
                    },
                    ScalingLawForm.Mixed,
                    (laws, x) => laws.MixedLaw(x, 30)
                },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void A_scaling_law_is_that_of_the_sums_settings(
        ScalingSumOptions sum,
        ScalingLawForm form,
        Func<ScalingLaws, double, double> law
    )
    {
        var theory = new TotalLossLaw { Form = form }.Bind(Trial(new AbstractSkillsOptions { Count = 1 }, sum));
        Assert.All(At.Index(), t => Assert.Equal(law(sum.Laws(), t.Item), theory.Loss(At)[t.Index, 0], 1e-12));
    }

    [Fact]
    public void A_law_that_does_not_fit_the_model_is_refused()
    {
        var data = new ScalingSumOptions { Bottleneck = ScalingBottleneck.Data };
        Assert.Equal("theories.kind", Refused(new TotalLossLaw(), new DominoModel()));
        Assert.Equal("theories.form", Refused(new TotalLossLaw { Form = ScalingLawForm.Corrected }, data));
        Assert.Equal("theories.form", Refused(new TotalLossLaw { Form = ScalingLawForm.Mixed }, data));

        static string Refused(SkillTheory options, ModelOptions model) =>
            Assert.Throws<InvalidOptionException>(() => options.Bind(Trial(new AbstractSkillsOptions { Count = 1 }, model))).Path;
    }

    private static Trial Trial(TaskOptions task, ModelOptions model, OptimizerOptions? optimizer = null) =>
        new(task, model, optimizer, new() { Steps = 100 }, new(), 0);
}
