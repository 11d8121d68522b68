using SkillTorch.Models;
using SkillTorch.Tasks;
using SkillTorch.Tests.Optimizers;
using SkillTorch.Training;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Models;

public class ModularMlpTests
{
    private static readonly ModularMlpOptions Two = new()
    {
        Widths = [5, 4],
        Activation = Activation.Silu,
        Modules = [new() { Inputs = [1], Outputs = [1] }, new() { Inputs = [2, 3], Outputs = [2] }],
    };

    [Fact]
    public void Blocks_are_those_of_the_modules_over_the_same_initial_parameters()
    {
        using var modular = Two.Create([Two], [7], 3, 2, ScalarType.Float64, CPU);
        var plain = new MlpOptions { Widths = [5, 4], Activation = Activation.Silu };
        using var whole = plain.Create([plain], [7], 3, 2, ScalarType.Float64, CPU);
        // Units 1–2 and 3–5 of the first layer, 1–2 and 3–4 of the second.
        int[][] masks =
        [
            [1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1],
            [1, 1, 1, 1, 1],
            [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1],
            [1, 1, 1, 1],
            [1, 1, 0, 0, 0, 0, 1, 1],
            [1, 1],
        ];
        var expected = Values(whole.Parameters).Zip(masks.SelectMany(m => m), (value, mask) => value * mask);
        Assert.Equal(expected, Values(modular.Parameters));
        Assert.Equal(masks.SelectMany(m => m).Select(m => (double)m), Values(modular.Mask!));
    }

    [Fact]
    public void A_module_does_not_see_inputs_that_it_does_not_name()
    {
        using var network = Two.Create([Two], [7], 3, 2, ScalarType.Float64, CPU);
        double[] At(params double[] x)
        {
            using var input = tensor(x, [1, 1, 3]);
            using var output = network.Forward(network.Parameters, input);
            return Values(output);
        }

        var (a, b, c) = (At(0.3, 0.1, -0.2), At(0.3, 0.7, 0.9), At(-0.8, 0.1, -0.2));
        Assert.Equal(a[0], b[0]);
        Assert.NotEqual(a[1], b[1]);
        Assert.Equal(a[1], c[1]);
        Assert.NotEqual(a[0], c[0]);
    }

    public static TheoryData<string> Optimizers => [.. OptimizerTable.Rows.Keys];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Weights_between_modules_stay_zero_under_every_optimizer(string optimizer)
    {
        using var scope = NewDisposeScope();
        var network = Two.Create([Two, Two], [1, 2], 3, 2, ScalarType.Float64, CPU);
        using var task = new SquaresOptions
        {
            Skills = [new() { Fraction = 0.5 }, new() { Fraction = 0.25 }, new() { Fraction = 0.25 }],
        }.Create([new SquaresOptions(), new SquaresOptions()], [1, 2], new DataPlan(null, 8, 0));
        var objective = new Pulled(network);
        var options = OptimizerTable.Rows[optimizer];
        using var learner = new GradientLearner(
            objective,
            options.Create([options, options], network.Parameters, network.Layout),
            task.Frequencies
        );
        var start = Values(network.Parameters);
        for (var step = 1; step <= 4; step++)
            learner.Advance(step);
        var (end, mask) = (Values(network.Parameters), Values(network.Mask!));
        Assert.All(end.Select((value, i) => (value, i)), p => Assert.Equal(mask[p.i % mask.Length] == 0, p.value == 0));
        Assert.NotEqual(start, end);
    }

    /// <summary>The modules that tasks give: all skills are learned by a part of the network each.</summary>
    [Fact]
    public void Tasks_say_what_a_skill_needs()
    {
        using var squares = new SquaresOptions().Create([new SquaresOptions()], [1], new DataPlan(null, 1000, 0));
        AssertModules([("1", "1"), ("2", "2")], squares);
        var multi = new MultitaskSparseParityOptions
        {
            Skills = 2,
            SkillBits = 6,
            ParityBits = 2,
        };
        using var multitask = multi.Create([multi], [1], new DataPlan(10, null, 1));
        AssertModules([("1 3 4 5 6 7 8", "1"), ("2 3 4 5 6 7 8", "1")], multitask);
        var parity = new SparseParityOptions { InputBits = 3, Parities = [new() { Bits = [1] }, new() { Bits = [2, 3] }] };
        using var sparse = parity.Create([parity], [1], new DataPlan(10, null, 1));
        AssertModules([("1 2 3", "1"), ("1 2 3", "2")], sparse);

        static void AssertModules((string Inputs, string Outputs)[] expected, DataTask task) =>
            Assert.Equal(expected, task.Modules.Select(m => (string.Join(' ', m.Inputs), string.Join(' ', m.Outputs))));
    }

    [Fact]
    public void Contradictions_are_refused_by_path()
    {
        Refused("model.modules", Two with { Modules = null });
        Refused("model.modules", Two with { Modules = [] });
        Refused("model.widths", Two with { Widths = [5, 1] });
        Refused("model.modules[1].inputs", Two with { Modules = [Two.Modules![0], new() { Inputs = [4], Outputs = [1] }] });
        Refused("model.modules[0].outputs", Two with { Modules = [new() { Inputs = [1], Outputs = [0] }] });

        static void Refused(string path, ModularMlpOptions options) =>
            Assert.Equal(
                path,
                Assert.Throws<InvalidOptionException>(() => options.Create([options], [1], 3, 2, ScalarType.Float32, CPU)).Path
            );
    }

    private static double[] Values(Tensor x) => x.detach().contiguous().data<double>().ToArray();

    /// <summary>A gradient that pulls at every parameter, masked ones included.</summary>
    private sealed class Pulled(Network network) : Objective
    {
        public override Tensor Parameters => network.Parameters;

        public override ParameterLayout Layout => network.Layout;

        public override Tensor? Mask => network.Mask;

        public override void ComputeGradient(int step, Tensor gradient)
        {
            double[] pull = [.. Enumerable.Range(0, (int)gradient.numel()).Select(i => Math.Sin(i + step))];
            using var values = tensor(pull, gradient.shape);
            gradient.copy_(values);
        }

        public override void Measure(int step, SkillMeasurement measurement) { }

        public override void Dispose() { }
    }
}
