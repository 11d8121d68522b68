using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Lite.Tests.Optimizers;

public class OptimizerTests
{
    private const double Rate = 0.1;

    // Each optimizer against its paper's recurrence for one number, written out again in plain C#.
    private static readonly (string Name, Func<Parameter[], optim.Optimizer> Make, Func<Recurrence> Expected)[] Cases =
    [
        ("SGD", p => optim.SGD(p, Rate), () => new Sgd()),
        ("SGD momentum", p => optim.SGD(p, Rate, momentum: 0.9), () => new Sgd { Momentum = 0.9 }),
        ("SGD dampening", p => optim.SGD(p, Rate, momentum: 0.9, dampening: 0.2), () => new Sgd { Momentum = 0.9, Dampening = 0.2 }),
        ("SGD Nesterov", p => optim.SGD(p, Rate, momentum: 0.9, nesterov: true), () => new Sgd { Momentum = 0.9, Nesterov = true }),
        ("SGD weight decay", p => optim.SGD(p, Rate, weight_decay: 0.3), () => new Sgd { Decay = 0.3 }),
        ("SGD maximize", p => optim.SGD(p, Rate, momentum: 0.5, maximize: true), () => new Sgd { Momentum = 0.5, Sign = -1 }),
        ("Adam", p => optim.Adam(p, Rate), () => new AdamLike()),
        ("Adam betas", p => optim.Adam(p, Rate, 0.5, 0.7, 0.01), () => new AdamLike { Beta1 = 0.5, Beta2 = 0.7, Epsilon = 0.01 }),
        ("Adam weight decay", p => optim.Adam(p, Rate, weight_decay: 0.3), () => new AdamLike { Decay = 0.3 }),
        ("Adam amsgrad", p => optim.Adam(p, Rate, beta2: 0.5, amsgrad: true), () => new AdamLike { Beta2 = 0.5, Amsgrad = true }),
        ("Adam maximize", p => optim.Adam(p, Rate, maximize: true), () => new AdamLike { Sign = -1 }),
        ("AdamW", p => optim.AdamW(p, Rate, weight_decay: 0.3), () => new AdamLike { Decay = 0.3, Decoupled = true }),
        ("AdamW amsgrad", p => optim.AdamW(p, Rate, beta2: 0.5, weight_decay: 0.3, amsgrad: true), () => new AdamLike { Beta2 = 0.5, Decay = 0.3, Decoupled = true, Amsgrad = true }),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Follows_its_recurrence_for_ten_steps(string name)
    {
        using var scope = NewDisposeScope();
        var (_, make, expected) = Cases.Single(c => c.Name == name);
        double[] values = [1.5, -0.7, 0.2];
        var parameter = new Parameter(tensor(values));
        using var optimizer = make([parameter]);
        var recurrences = values.Select(_ => expected()).ToArray();
        for (var step = 0; step < 10; step++)
        {
            optimizer.zero_grad();
            parameter.sin().sum().backward();
            optimizer.step();
            for (var i = 0; i < values.Length; i++) values[i] = recurrences[i].Next(values[i], Math.Cos(values[i]));
            Check.Close(values, parameter, 1e-12);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Leaves_no_tensor_behind(string name)
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(3));
        var before = Tensor.TotalCount;
        using (var optimizer = Cases.Single(c => c.Name == name).Make([parameter]))
        {
            for (var i = 0; i < 3; i++)
            {
                using var step = NewDisposeScope();
                parameter.square().sum().backward();
                optimizer.step();
            }
        }
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Zeroes_gradients_in_place_and_skips_parameters_without_one()
    {
        using var scope = NewDisposeScope();
        Parameter used = new(ones(2)), unused = new(ones(2));
        using var optimizer = optim.SGD([used, unused], 0.5);
        used.sum().backward();
        optimizer.step();
        Check.Close([0.5, 0.5], used);
        Check.Close([1, 1], unused);
        optimizer.zero_grad();
        Check.Close([0, 0], used.grad!);
        Assert.Null(unused.grad);
    }

    [Fact]
    public void Obeys_the_learning_rate_and_the_closure()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(1));
        using var optimizer = optim.SGD([("p", parameter)], 0.5);
        Assert.Equal(0.5, optimizer.ParamGroups.Single().InitialLearningRate);
        optimizer.ParamGroups.Single().LearningRate = 0.25;
        var loss = optimizer.step(() =>
        {
            var value = parameter.sum() * 2;
            value.backward();
            return value;
        });
        Check.Close([2], loss!);
        Check.Close([0.5], parameter);
        Assert.Same(parameter, optimizer.parameters().Single());
        Assert.Throws<ArgumentException>(() => optim.SGD([parameter], 0.5, nesterov: true));
    }

    private abstract class Recurrence
    {
        internal double Decay, Sign = 1;
        internal abstract double Next(double parameter, double gradient);
    }

    private sealed class Sgd : Recurrence
    {
        internal double Momentum, Dampening;
        internal bool Nesterov;
        private double? velocity;

        internal override double Next(double parameter, double gradient)
        {
            gradient = (Sign * gradient) + (Decay * parameter);
            velocity = velocity is { } before ? (Momentum * before) + ((1 - Dampening) * gradient) : gradient;
            return parameter - (Rate * (Nesterov ? gradient + (Momentum * velocity.Value) : Momentum > 0 ? velocity.Value : gradient));
        }
    }

    private sealed class AdamLike : Recurrence
    {
        internal double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
        internal bool Decoupled, Amsgrad;
        private double first, second, largest;
        private int step;

        internal override double Next(double parameter, double gradient)
        {
            step++;
            gradient *= Sign;
            if (Decoupled) parameter -= Rate * Decay * parameter;
            else gradient += Decay * parameter;
            first = (Beta1 * first) + ((1 - Beta1) * gradient);
            second = (Beta2 * second) + ((1 - Beta2) * gradient * gradient);
            largest = Math.Max(largest, second);
            var corrected = (Amsgrad ? largest : second) / (1 - Math.Pow(Beta2, step));
            return parameter - (Rate * first / (1 - Math.Pow(Beta1, step)) / (Math.Sqrt(corrected) + Epsilon));
        }
    }
}
