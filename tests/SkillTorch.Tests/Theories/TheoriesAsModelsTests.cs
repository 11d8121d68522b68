using SkillTorch.Fitting;
using SkillTorch.Models;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using SkillTorch.Training;
using static SkillTorch.Tests.Models.StackRunner;

namespace SkillTorch.Tests.Theories;

/// <summary>The toy dynamics as models: every option arrives at its theory, and trials of them train.</summary>
public class TheoriesAsModelsTests
{
    private static readonly AbstractSkillsOptions Task = new() { Count = 3, Frequencies = [0.6, 0.3, 0.1] };
    private static readonly AbstractSkillsOptions Parity = new() { Count = 1 };
    private static readonly AbstractSkillsOptions Chain = Task with
    {
        Prerequisites = [new() { Skill = 2, AllOf = [1] }, new() { Skill = 3, AnyOf = [1, 2] }],
    };

    public static TheoryData<string, DynamicsOptions, DynamicsOptions> Variants
    {
        get
        {
            var resource = new ResourceModel();
            var multilinear = new MultilinearModel();
            var modes = new TwoLayerLinearModes { SingularValues = [1, 0.5, 0.25] };
            var parity = new ThreeNeuronParity();
            return new()
            {
                { "effectiveLearningRate", resource, resource with { EffectiveLearningRate = 0.02 } },
                { "n0", resource, resource with { N0 = 0.1 } },
                {
                    "correlations",
                    resource,
                    resource with
                    {
                        Correlations =
                        [
                            [1, 0.5, 0],
                            [0.5, 1, 0],
                            [0, 0, 1],
                        ],
                    }
                },
                { "clamp", resource with { EffectiveLearningRate = 0.3 }, resource with { EffectiveLearningRate = 0.3, Clamp = false } },
                { "solution", resource, resource with { Solution = ResourceSolution.Exact } },
                {
                    "switch",
                    resource,
                    resource with
                    {
                        Switch = new()
                        {
                            Skill = 1,
                            Before = 0.1,
                            After = 0.6,
                        },
                    }
                },
                {
                    "domino.learningTime",
                    new DominoModel(),
                    new DominoModel { LearningTime = 50 }
                },
                {
                    "rate",
                    new ParallelModel(),
                    new ParallelModel { Rate = 0.1 }
                },
                {
                    "quanta.learningTime",
                    new QuantaModel(),
                    new QuantaModel { LearningTime = 20 }
                },
                { "dynamics", multilinear, multilinear with { Dynamics = LayerDynamics.Linear } },
                { "targetScale", multilinear, multilinear with { TargetScale = 2 } },
                { "initialStrength", multilinear, multilinear with { InitialStrength = 0.1 } },
                { "learningRate", multilinear, multilinear with { LearningRate = 0.1 } },
                { "b2", multilinear, multilinear with { B2 = 0.1 } },
                { "timeFactor", multilinear, multilinear with { TimeFactor = 4 } },
                { "basisFunctions", multilinear, multilinear with { BasisFunctions = 1 } },
                { "singularValues", modes, modes with { SingularValues = [1, 0.5, 0.3] } },
                { "initialProduct", modes, modes with { InitialProduct = 0.01 } },
                { "modes.learningRate", modes, modes with { LearningRate = 2 } },
                { "parity.targetScale", parity, parity with { TargetScale = 2 } },
                { "initialWeight", parity, parity with { InitialWeight = 0.2 } },
                { "parity.learningRate", parity, parity with { LearningRate = 0.5 } },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_option_changes_the_result(string option, DynamicsOptions before, DynamicsOptions after)
    {
        var (a, b) = (Run(before), Run(after));
        Assert.True(Different(a, b), option);
    }

    [Fact]
    public void Gates_hold_skills_back_and_open_earlier_for_larger_exponents()
    {
        var free = Run(new ResourceModel());
        var chained = Run(new ResourceModel(), Chain);
        Assert.True(chained.Strength[10, 1] < 0.01 * free.Strength[10, 1]);
        Assert.True(Different(chained, Run(new ResourceModel { GateExponent = 0.1 }, Chain)));
        Assert.False(Different(free, Run(new ResourceModel { Gates = false }, Chain)));
    }

    [Fact]
    public void Resource_follows_the_training_loss()
    {
        var crossEntropy = Run(new ResourceModel(), loss: LossKind.CrossEntropy);
        Assert.Equal(0.5, crossEntropy.Strength[0, 0]);
        Assert.Equal(Math.Log(2), crossEntropy.Loss[0, 0], 1e-15);
        Assert.Equal(0, Run(new ResourceModel()).Strength[0, 0]);
    }

    /// <summary>psl-fig09's two panels, by their formulas.</summary>
    [Fact]
    public void Domino_and_parallel_are_figure_9()
    {
        var task = new AbstractSkillsOptions
        {
            Count = 10,
            FrequencyExponent = 1,
            Normalised = false,
        };
        var domino = Run(new DominoModel(), task, steps: 1100);
        var parallel = Run(new ParallelModel(), task, steps: 1100);
        for (var t = 0; t <= 1100; t += 50)
        {
            for (var i = 1; i <= 10; i++)
            {
                Assert.Equal(Math.Clamp(t / 100.0 - (i - 1), 0, 1), domino.Strength[t, i - 1], 1e-12);
                Assert.Equal(1 - Math.Exp(-t / (30.0 * i)), parallel.Strength[t, i - 1], 1e-12);
            }
        }
    }

    /// <summary>The order in which psl-fig17's chain, tree and mixed graph are learned (P25).</summary>
    [Fact]
    public void Dependent_skills_are_learned_in_the_published_order()
    {
        var resource = new ResourceModel { EffectiveLearningRate = 1e-3, N0 = 1e-3 };
        AbstractSkillsOptions Graph(double[] p, params SkillPrerequisite[] needs) =>
            new()
            {
                Count = p.Length,
                Frequencies = p,
                Normalised = false,
                Prerequisites = needs,
            };
        var chain = Graph([0.3, 1, 3], new() { Skill = 2, AllOf = [1] }, new() { Skill = 3, AllOf = [2] });
        var tree = Graph(
            [1, 0.1, 2, 0.2, 1, 1, 1],
            new() { Skill = 5, AllOf = [1, 2] },
            new() { Skill = 6, AllOf = [3, 4] },
            new() { Skill = 7, AllOf = [5, 6] }
        );
        var mixed = Graph(
            [0.1, 0.01, 2, 0.2, 1, 1, 1],
            new() { Skill = 5, AllOf = [1, 2] },
            new() { Skill = 6, AnyOf = [3, 4] },
            new() { Skill = 7, AnyOf = [5, 6] }
        );
        Assert.Equal([1, 2, 3], Order(Run(resource with { GateExponent = 1e-4 }, chain, steps: 5000)));
        Assert.Equal([3, 1, 4, 2, 6, 5, 7], Order(Run(resource, tree, steps: 20_000)));
        Assert.Equal([3, 4, 1, 6, 2, 7, 5], Order(Run(resource, mixed, steps: 20_000)));
    }

    [Fact]
    public void Parity_modes_sum_to_a_learned_skill()
    {
        var trajectory = Run(new ThreeNeuronParity());
        Assert.Equal(1, trajectory.Strength[100, 0], 1e-3);
        Assert.Equal(trajectory.Strength[50, 0], Enumerable.Range(1, 3).Sum(q => trajectory.Extra[$"mode{q}"][50, 0]), 1e-12);
        Assert.True(trajectory.Loss[100, 0] < 1e-3 * trajectory.Loss[0, 0]);
    }

    public static TheoryData<string, TaskOptions, DynamicsOptions, LossKind> Contradictions =>
        new()
        {
            { "task.prerequisites", Chain, new DominoModel(), LossKind.Mse },
            { "training.loss", Task, new MultilinearModel(), LossKind.CrossEntropy },
            {
                "model.basisFunctions",
                Task,
                new MultilinearModel { Dynamics = LayerDynamics.Linear, BasisFunctions = 2 },
                LossKind.Mse
            },
            {
                "model.correlations",
                Task,
                new ResourceModel
                {
                    Correlations =
                    [
                        [1],
                    ],
                },
                LossKind.Mse
            },
            {
                "model.correlated",
                Task,
                new ResourceModel { Correlated = true },
                LossKind.Mse
            },
            {
                "model.switch.skill",
                Task,
                new ResourceModel
                {
                    Switch = new()
                    {
                        Skill = 4,
                        Before = 1,
                        After = 1,
                    },
                },
                LossKind.Mse
            },
            {
                "model",
                Chain,
                new ResourceModel { Solution = ResourceSolution.Exact },
                LossKind.Mse
            },
            {
                "model",
                Task,
                new MultilinearModel { InitialStrength = 3 },
                LossKind.Mse
            },
            {
                "model.singularValues",
                Task,
                new TwoLayerLinearModes { SingularValues = [1] },
                LossKind.Mse
            },
            {
                "task.count",
                new AbstractSkillsOptions { Count = 2 },
                new ThreeNeuronParity(),
                LossKind.Mse
            },
        };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Contradictions_are_refused_by_path(string path, TaskOptions task, DynamicsOptions options, LossKind loss) =>
        Assert.Equal(path, Assert.Throws<InvalidOptionException>(() => Run(options, task, loss: loss)).Path);

    public static TheoryData<string> Kinds => [.. Catalog.Kinds("theory").Select(k => k.Kind)];

    /// <summary>A parameter has one meaning and one default, whichever section it stands in.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_theory_is_the_same_record_as_a_model(string kind)
    {
        var (theory, model) = (Catalog.Kind("theory", kind), Catalog.Kind("model", kind));
        Assert.Equal(theory.Type, model.Type);
        string[] laid = ["label", "fit", "take", "cases", "perReplicate", "frequencies", "normalised"];
        Assert.Equal(laid, theory.Options.Select(o => o.Name).Take(laid.Length));
        Assert.Equal(
            theory.Options.Skip(laid.Length).Select(o => (o.Name, o.Type, o.Default?.ToJsonString())),
            model.Options.Select(o => (o.Name, o.Type, o.Default?.ToJsonString()))
        );
    }

    /// <summary>Options that came with the theory are not in the hash of a model without them.</summary>
    [Fact]
    public void The_hash_of_a_model_is_of_the_models_options()
    {
        var trial = Trial(
            Task,
            new ResourceModel
            {
                EffectiveLearningRate = 1e-3,
                Label = "x",
                Fit = ["n0"],
            },
            null,
            1
        );
        Assert.Equal(
            """{"clamp":true,"correlations":null,"effectiveLearningRate":0.001,"gateExponent":0.001,"kind":"resource","n0":0.003,"solution":"euler"}""",
            SkillTorch.Experiments.TrialHash.ToJson(trial)["model"]!.ToJsonString()
        );
    }

    /// <summary>Laid over a trial of itself, at the same values, a theory is the trial.</summary>
    [Theory]
    [InlineData("resource")]
    [InlineData("domino")]
    [InlineData("parallel")]
    [InlineData("quanta")]
    [InlineData("multilinear")]
    [InlineData("multilinear-data")]
    [InlineData("multilinear-parameters")]
    public void A_theory_over_itself_is_the_measurement(string kind)
    {
        var model = (SkillTheory)Activator.CreateInstance(Catalog.Kind("model", kind).Type)!;
        var trial = Trial(Task with { Frequencies = [6, 3, 1], Normalised = false }, model, null, 30);
        var measured = Train(trial)[0];
        var theory = model.Bind(trial);
        Assert.Equal(theory.Strength([.. measured.Steps.Select(s => (double)s)]), measured.Strength);
        Assert.Equal(theory.Loss([.. measured.Steps.Select(s => (double)s)]), measured.Loss);
        Assert.Equal([6, 3, 1], theory.Frequencies);
        Assert.Equal([0.6, 0.3, 0.1], (model with { Normalised = true }).Bind(trial).Frequencies);
        Assert.Equal([2, 1, 1], (model with { Frequencies = [2, 1, 1] }).Bind(trial).Frequencies);
        Assert.Contains(
            "Got 2 numbers for `frequencies`",
            Assert.Throws<InvalidOptionException>(() => (model with { Frequencies = [2, 1] }).Bind(trial)).Message
        );
    }

    [Fact]
    public void A_scaling_law_with_its_constants_is_a_model()
    {
        var law = new TotalLossLaw
        {
            Prefactor = 2,
            Exponent = 0.5,
            TargetScale = 2,
        };
        Assert.Equal(2.0 * 2 / 3, law.Predict(Parity, LossKind.Mse, [1, 9]).Loss[1, 0], 1e-14);
        Assert.Equal("model.exponent", Assert.Throws<InvalidOptionException>(() => Run(law with { Exponent = null }, Parity)).Path);
        Assert.Equal("task.count", Assert.Throws<InvalidOptionException>(() => Run(law)).Path);
        Assert.Equal("model.form", Assert.Throws<InvalidOptionException>(() => Run(law with { Form = ScalingLawForm.Mixed }, Parity)).Path);
    }

    private static Trajectory Run(DynamicsOptions model, TaskOptions? task = null, LossKind loss = LossKind.Mse, int steps = 100) =>
        Train(Trial(task ?? (model is ThreeNeuronParity ? Parity : Task), model, null, steps, loss: loss))[0];

    private static bool Different(Trajectory a, Trajectory b) =>
        !a.Strength.Cast<double>().SequenceEqual(b.Strength.Cast<double>()) || !a.Loss.Cast<double>().SequenceEqual(b.Loss.Cast<double>());

    private static int[] Order(Trajectory trajectory) =>
        [
            .. Enumerable
                .Range(1, trajectory.Skills)
                .OrderBy(k => Enumerable.Range(0, trajectory.Steps.Length).First(t => trajectory.Strength[t, k - 1] > 0.5)),
        ];
}
