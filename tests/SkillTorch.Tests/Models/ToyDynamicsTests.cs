using SkillTorch.Models;
using SkillTorch.Tasks;
using SkillTorch.Theories;
using SkillTorch.Training;
using static SkillTorch.Tests.Models.StackRunner;

namespace SkillTorch.Tests.Models;

/// <summary>The toy dynamics as models: every option arrives at its theory, and trials of them train.</summary>
public class ToyDynamicsTests
{
    private static readonly AbstractSkillsOptions Task = new() { Count = 3, Frequencies = [0.6, 0.3, 0.1] };
    private static readonly AbstractSkillsOptions Parity = new() { Count = 1 };
    private static readonly AbstractSkillsOptions Chain = Task with { Prerequisites = [new() { Skill = 2, AllOf = [1] }, new() { Skill = 3, AnyOf = [1, 2] }] };

    public static TheoryData<string, DynamicsOptions, DynamicsOptions> Variants
    {
        get
        {
            var resource = new ResourceDynamicsOptions();
            var multilinear = new MultilinearDynamicsOptions();
            var modes = new TwoLayerLinearDynamicsOptions { SingularValues = [1, 0.5, 0.25] };
            var parity = new ThreeNeuronParityDynamicsOptions();
            return new()
            {
                { "effectiveLearningRate", resource, resource with { EffectiveLearningRate = 0.02 } },
                { "n0", resource, resource with { N0 = 0.1 } },
                { "correlations", resource, resource with { Correlations = [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]] } },
                { "clamp", resource with { EffectiveLearningRate = 0.3 }, resource with { EffectiveLearningRate = 0.3, Clamp = false } },
                { "solution", resource, resource with { Solution = ResourceSolution.Exact } },
                { "domino.learningTime", new DominoDynamicsOptions(), new DominoDynamicsOptions { LearningTime = 50 } },
                { "rate", new ParallelDynamicsOptions(), new ParallelDynamicsOptions { Rate = 0.1 } },
                { "quanta.learningTime", new QuantaDynamicsOptions(), new QuantaDynamicsOptions { LearningTime = 20 } },
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
        var free = Run(new ResourceDynamicsOptions());
        var chained = Run(new ResourceDynamicsOptions(), Chain);
        Assert.True(chained.Strength[10, 1] < 0.01 * free.Strength[10, 1]);
        Assert.True(Different(chained, Run(new ResourceDynamicsOptions { GateExponent = 0.1 }, Chain)));
    }

    [Fact]
    public void Resource_follows_the_training_loss()
    {
        var crossEntropy = Run(new ResourceDynamicsOptions(), loss: LossKind.CrossEntropy);
        Assert.Equal(0.5, crossEntropy.Strength[0, 0]);
        Assert.Equal(Math.Log(2), crossEntropy.Loss[0, 0], 1e-15);
        Assert.Equal(0, Run(new ResourceDynamicsOptions()).Strength[0, 0]);
    }

    /// <summary>psl-fig09's two panels, by their formulas.</summary>
    [Fact]
    public void Domino_and_parallel_are_figure_9()
    {
        var task = new AbstractSkillsOptions { Count = 10, FrequencyExponent = 1, Normalised = false };
        var domino = Run(new DominoDynamicsOptions(), task, steps: 1100);
        var parallel = Run(new ParallelDynamicsOptions(), task, steps: 1100);
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
        var resource = new ResourceDynamicsOptions { EffectiveLearningRate = 1e-3, N0 = 1e-3 };
        AbstractSkillsOptions Graph(double[] p, params SkillPrerequisite[] needs) => new() { Count = p.Length, Frequencies = p, Normalised = false, Prerequisites = needs };
        var chain = Graph([0.3, 1, 3], new() { Skill = 2, AllOf = [1] }, new() { Skill = 3, AllOf = [2] });
        var tree = Graph([1, 0.1, 2, 0.2, 1, 1, 1], new() { Skill = 5, AllOf = [1, 2] }, new() { Skill = 6, AllOf = [3, 4] }, new() { Skill = 7, AllOf = [5, 6] });
        var mixed = Graph([0.1, 0.01, 2, 0.2, 1, 1, 1], new() { Skill = 5, AllOf = [1, 2] }, new() { Skill = 6, AnyOf = [3, 4] }, new() { Skill = 7, AnyOf = [5, 6] });
        Assert.Equal([1, 2, 3], Order(Run(resource with { GateExponent = 1e-4 }, chain, steps: 5000)));
        Assert.Equal([3, 1, 4, 2, 6, 5, 7], Order(Run(resource, tree, steps: 20_000)));
        Assert.Equal([3, 4, 1, 6, 2, 7, 5], Order(Run(resource, mixed, steps: 20_000)));
    }

    [Fact]
    public void Parity_modes_sum_to_a_learned_skill()
    {
        var trajectory = Run(new ThreeNeuronParityDynamicsOptions());
        Assert.Equal(1, trajectory.Strength[100, 0], 1e-3);
        Assert.Equal(trajectory.Strength[50, 0], Enumerable.Range(1, 3).Sum(q => trajectory.Extra[$"mode{q}"][50, 0]), 1e-12);
        Assert.True(trajectory.Loss[100, 0] < 1e-3 * trajectory.Loss[0, 0]);
    }

    public static TheoryData<string, TaskOptions, DynamicsOptions, LossKind> Contradictions => new()
    {
        { "task.prerequisites", Chain, new DominoDynamicsOptions(), LossKind.Mse },
        { "training.loss", Task, new MultilinearDynamicsOptions(), LossKind.CrossEntropy },
        { "model.basisFunctions", Task, new MultilinearDynamicsOptions { Dynamics = LayerDynamics.Linear, BasisFunctions = 2 }, LossKind.Mse },
        { "model.correlations", Task, new ResourceDynamicsOptions { Correlations = [[1]] }, LossKind.Mse },
        { "model", Chain, new ResourceDynamicsOptions { Solution = ResourceSolution.Exact }, LossKind.Mse },
        { "model", Task, new MultilinearDynamicsOptions { InitialStrength = 3 }, LossKind.Mse },
        { "model.singularValues", Task, new TwoLayerLinearDynamicsOptions { SingularValues = [1] }, LossKind.Mse },
        { "task.count", new AbstractSkillsOptions { Count = 2 }, new ThreeNeuronParityDynamicsOptions(), LossKind.Mse },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void Contradictions_are_refused_by_path(string path, TaskOptions task, DynamicsOptions options, LossKind loss) =>
        Assert.Equal(path, Assert.Throws<InvalidOptionException>(() => Run(options, task, loss: loss)).Path);

    private static Trajectory Run(DynamicsOptions model, TaskOptions? task = null, LossKind loss = LossKind.Mse, int steps = 100) =>
        Train(Trial(task ?? (model is ThreeNeuronParityDynamicsOptions ? Parity : Task), model, null, steps, loss: loss))[0];

    private static bool Different(Trajectory a, Trajectory b) =>
        !a.Strength.Cast<double>().SequenceEqual(b.Strength.Cast<double>()) || !a.Loss.Cast<double>().SequenceEqual(b.Loss.Cast<double>());

    private static int[] Order(Trajectory trajectory) =>
        [.. Enumerable.Range(1, trajectory.Skills).OrderBy(k => Enumerable.Range(0, trajectory.Steps.Length).First(t => trajectory.Strength[t, k - 1] > 0.5))];
}
