using System.Reflection;
using SkillTorch.Models;
using SkillTorch.Optimizers;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Optimizers;

/// <summary>What holds for every optimizer; a new one adds a row.</summary>
public class OptimizerFamilyTests
{
    private static readonly Dictionary<string, OptimizerOptions> Table = OptimizerTable.Rows;

    private static readonly Dictionary<
        string,
        (Descent.Gradient Gradient, double[] Start, double[] Minimum, ParameterLayout? Layout, int Steps, double Error)
    > Functions = new()
    {
        ["parabola"] = (x => [2 * (x[0] - 1), 10 * (x[1] + 0.5), x[2]], [0, 0, 1], [1, -0.5, 0], null, 1500, 0.005),
        ["parabola of a matrix and a vector"] = (
            x => [.. x.Select((v, i) => (i + 1) * (v - 0.1 * i))],
            [1, 1, 0, 0, -0.5, 1],
            [0, 0.1, 0.2, 0.3, 0.4, 0.5],
            Descent.Layers,
            2500,
            0.02
        ),
        ["Rosenbrock"] = (
            x => [-2 * (1 - x[0]) - 40 * x[0] * (x[1] - x[0] * x[0]), 20 * (x[1] - x[0] * x[0])],
            [-0.5, 1],
            [1, 1],
            null,
            3000,
            0.1
        ), // signgd stalls where its zigzag across the valley hides the slope along it
    };

    public static TheoryData<string> Rows => [.. Table.Keys];

    public static IEnumerable<object[]> RowsAndFunctions =>
        from row in Table.Keys
        from function in Functions.Keys
        select new object[] { row, function };

    /// <summary>Every option of the richest row of each kind; there every option is at work.</summary>
    public static IEnumerable<object[]> Options =>
        from row in Table.GroupBy(row => row.Value.GetType()).Select(kind => kind.Last())
        from property in Properties(row.Value)
        select new object[] { row.Key, property.Name };

    [Fact]
    public void Every_kind_has_a_row()
    {
        var kinds = typeof(OptimizerOptions).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(OptimizerOptions)) && !t.IsAbstract);
        Assert.Empty(kinds.Except(Table.Values.Select(options => options.GetType())));
    }

    [Theory]
    [MemberData(nameof(RowsAndFunctions))]
    public void Finds_the_minimum(string row, string function)
    {
        var (gradient, start, minimum, layout, steps, error) = Functions[function];
        var end = Descent.Path(Table[row], start, gradient, steps, layout)[^1];
        Assert.All(end.Zip(minimum), pair => Assert.Equal(pair.Second, pair.First, error));
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Switching_an_option_changes_the_trajectory(string row, string option)
    {
        // the sign of a component changes within a few steps
        var options = Table[row] with
        {
            LearningRate = Math.Max(0.02, Table[row].LearningRate),
        };
        var property = options.GetType().GetProperty(option)!;
        var switched = With(
            options,
            property,
            property.GetValue(options) switch
            {
                bool flag => !flag,
                double and 0 => 0.1,
                double value when value < 1e-5 => 0.1,
                double value => value / 2,
                int and 0 => 5,
                int value => value / 2,
                null when property.PropertyType == typeof(bool?) => true,
                null when property.PropertyType == typeof(double?) => 0.1,
                null when property.PropertyType == typeof(GradientNoiseOptions) => new GradientNoiseOptions { StandardDeviation = 1 },
                null or ConstantScheduleOptions when property.PropertyType == typeof(LearningRateScheduleOptions) => new StepScheduleOptions
                {
                    Every = 2,
                },
                var value => throw new InvalidOperationException($"No other value for {option} = {value}."),
            }
        );
        if (switched is ScheduleFreeAdamWOptions { Cautious: true })
            Assert.Contains("optimizer.cautious", Assert.Throws<InvalidOptionException>(() => End(switched)).Message);
        else
            Assert.NotEqual(End(options), End(switched));

        static double[] End(OptimizerOptions options)
        {
            var end = Descent.Path(options, Descent.Start, Descent.CurvedValley, 60, Descent.Layers)[^1];
            Assert.All(end, x => Assert.True(double.IsFinite(x)));
            return end;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_trial_moves_the_same_alone_and_in_a_stack_bit_for_bit(string row)
    {
        foreach (var dtype in (ScalarType[])[ScalarType.Float32, ScalarType.Float64])
        {
            const int columns = 37;
            var trials = Enumerable.Range(0, 5).Select(r => Varied(Table[row], r)).ToArray();
            var start = Enumerable.Range(0, trials.Length * columns).Select(i => Math.Sin(i * i)).ToArray();
            var together = Run(trials, start);
            var alone = trials.SelectMany((options, r) => Run([options], start[(r * columns)..((r + 1) * columns)])).ToArray();
            Assert.Equal(alone, together);

            double[] Run(OptimizerOptions[] stack, double[] from)
            {
                using var parameters = tensor(from, [stack.Length, columns], dtype: dtype);
                using var optimizer = stack[0].Create(stack, parameters, Descent.Layout([5, 6], [7]));
                for (var step = 0; step < 10; step++)
                    Descent.Advance(optimizer, parameters, x => [.. x.Select((v, i) => Math.Cos(5 * v) + 0.1 * (i % 7) * v)]);
                return Descent.Values(parameters);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_trial_whose_gradient_is_not_finite_leaves_the_others_alone(string row)
    {
        foreach (var notFinite in (double[])[double.NaN, double.PositiveInfinity])
        {
            using var parameters = tensor([.. Descent.Start, .. Descent.Start], [2, 6], dtype: ScalarType.Float64);
            using var optimizer = Table[row].Create([Table[row], Table[row]], parameters, Descent.Layers);
            var alone = Descent.Path(Table[row], Descent.Start, Descent.CurvedValley, 5, Descent.Layers)[^1];
            var together = alone;
            for (var (step, trial) = (0, 0); step < 5; step++)
            {
                together = Descent.Advance(
                    optimizer,
                    parameters,
                    x => trial++ % 2 == 0 ? [notFinite, .. Descent.CurvedValley(x)[1..]] : Descent.CurvedValley(x)
                );
            }

            Assert.Equal(alone, together[6..]);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Saved_and_restored_goes_on_bit_for_bit(string row)
    {
        var options = Table[row];
        var through = Descent.Path(options, Descent.Start, Descent.CurvedValley, 20, Descent.Layers);

        using var parameters = tensor(Descent.Start, [1, 6], dtype: ScalarType.Float64);
        using var first = options.Create([options], parameters, Descent.Layers);
        for (var step = 0; step < 10; step++)
            Descent.Advance(first, parameters, Descent.CurvedValley);
        using var second = options.Create([options], parameters, Descent.Layers);
        using (no_grad())
        {
            foreach (var (name, state) in first.State)
                second.State[name].copy_(state);
        }

        second.StepCount = first.StepCount;
        Assert.Equal(first.State.Keys.Order(), second.State.Keys.Order());
        for (var step = 10; step < 20; step++)
            Assert.Equal(through[step], Descent.Advance(second, parameters, Descent.CurvedValley));
    }

    private static IEnumerable<PropertyInfo> Properties(OptimizerOptions options) =>
        options.GetType().GetProperties().Where(p => p.CanWrite);

    /// <summary>Other values, in each replicate, of all options that may differ within a stack.</summary>
    private static OptimizerOptions Varied(OptimizerOptions options, int replicate)
    {
        foreach (
            var property in Properties(options)
                .Where(p => p.GetCustomAttribute<StackableAttribute>() is not null && p.GetValue(options) is double)
        )
        {
            options = With(options, property, (double)property.GetValue(options)! * (1 - 0.2 * replicate));
        }

        return options;
    }

    private static OptimizerOptions With(OptimizerOptions options, PropertyInfo property, object value)
    {
        var copy = options with { };
        property.SetValue(copy, value);
        return copy;
    }
}
