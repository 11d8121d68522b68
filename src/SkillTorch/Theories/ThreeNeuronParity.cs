using System.ComponentModel.DataAnnotations;
using SkillTorch.Models;
using SkillTorch.Tasks;

namespace SkillTorch.Theories;

/// <summary>State of <see cref="ThreeNeuronParity"/> at one time.</summary>
/// <param name="A">a, shared weights of the first neuron.</param>
/// <param name="Beta">β, of the second.</param>
/// <param name="Gamma">γ, of the third.</param>
/// <param name="C">c, the output bias.</param>
/// <param name="Mode1">R^(1), strength of the first neuron's mode, mean(Y·f^(1))/S².</param>
/// <param name="Mode2">R^(2).</param>
/// <param name="Mode3">R^(3).</param>
/// <param name="Loss">½ mean (f − Y)².</param>
public readonly record struct ThreeNeuronState(
    double A,
    double Beta,
    double Gamma,
    double C,
    double Mode1,
    double Mode2,
    double Mode3,
    double Loss
)
{
    /// <summary>R^(1) + R^(2) + R^(3), the skill strength R/S: 1 when parity is learned.</summary>
    public double Strength => Mode1 + Mode2 + Mode3;
}

/// <summary>
/// A ReLU network of three neurons with shared weights that learns the parity of three bits, f = wᵀ relu(W x + b) + c with
/// W = [[−a, a, −a], [−β, β, −β], [γ, −γ, γ]], b = (0, β, −γ), w = (−2a, β, γ), under gradient flow of ½ mean (f − Y)² over
/// all 8 inputs, Y = S for even and −S for odd parity. It ends at a = β = γ = √(2S), c = −S, and its strength follows the
/// multilinear model with B² = 1/3. Solved by RK4 with steps that keep the relative error below 1e-8.
/// Its one skill is parity, of strength R/S = R^(1) + R^(2) + R^(3) and loss ½ mean (f − Y)²; the neurons' mode strengths R^(q), the
/// weights a, β, γ and the output bias c are recorded beside it.
/// </summary>
/// <remarks>arXiv:2404.17563, appendix on the three-neuron parity network (nam-fig08). The task has one skill.</remarks>
[Kind("three-neuron-parity")]
public sealed record ThreeNeuronParity : DynamicsOptions
{
    private static readonly (string Name, Func<ThreeNeuronState, double> Of)[] Quantities =
    [
        ("mode1", s => s.Mode1),
        ("mode2", s => s.Mode2),
        ("mode3", s => s.Mode3),
        ("a", s => s.A),
        ("beta", s => s.Beta),
        ("gamma", s => s.Gamma),
        ("c", s => s.C),
    ];

    /// <summary>The target's scale S.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double TargetScale { get; init; } = 1;

    /// <summary>a = β = γ at the start.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double InitialWeight { get; init; } = 0.1;

    /// <summary>Learning rate η: time passed in one step.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ExtraQuantities => [.. Quantities.Select(q => q.Name)];

    /// <summary>A multilinear model of the network starts from the network's own strength.</summary>
    /// <inheritdoc/>
    public override ModelConstants Constants => new(TargetScale, TargetScale * Solve([0])[0].Strength, LearningRate);

    /// <inheritdoc/>
    public override IReadOnlyList<double> LossesAtChance(TaskOptions task, LossKind loss) => [TargetScale * TargetScale / 2];

    /// <inheritdoc/>
    public override (double[,] Strength, double[,] Loss) Predict(TaskOptions task, LossKind loss, IReadOnlyList<int> steps)
    {
        if (task.GetSkills().Count != 1 || loss != LossKind.Mse)
        {
            throw new InvalidOptionException(
                "task.count",
                $"Got {task.GetSkills().Count} skills or a loss other than mse for the `three-neuron-parity` model; expected `mse` "
                    + "and 1 skill, parity."
            );
        }

        var states = States(steps);
        return (Column(states, s => s.Strength), Column(states, s => s.Loss));
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double[,]> PredictExtra(IReadOnlyList<int> steps)
    {
        var states = States(steps);
        return Quantities.ToDictionary(q => q.Name, q => Column(states, q.Of));
    }

    /// <summary>The trajectory at given times; c starts at 0.</summary>
    /// <param name="times">T [n], in increasing order from 0 or later.</param>
    /// <returns>States [n].</returns>
    /// <exception cref="ArgumentOutOfRangeException">Times that are negative, not finite, or out of order.</exception>
    public ThreeNeuronState[] Solve(ReadOnlySpan<double> times)
    {
        Require.Ordered(times, nameof(times));
        var states = new ThreeNeuronState[times.Length];
        var theta = (A: InitialWeight, Beta: InitialWeight, Gamma: InitialWeight, C: 0.0);
        // The stiffest direction of the weights decays at about 12 ηS at the end of training, that of the bias at η; weights
        // far above √S stiffen the start.
        var step = 0.002 / (LearningRate * Math.Max(1, Math.Max(TargetScale, InitialWeight * InitialWeight)));
        double now = 0;
        for (var i = 0; i < states.Length; i++)
        {
            var span = times[i] - now;
            var n = (int)Math.Ceiling(span / step);
            for (var j = 0; j < n; j++)
            {
                theta = RungeKuttaStep(theta, span / n);
            }

            now = times[i];
            states[i] = Evaluate(theta).State;
        }

        return states;
    }

    /// <summary>The network's output for three bits.</summary>
    /// <param name="state">Weights.</param>
    /// <param name="x1">First bit, 0 or 1.</param>
    /// <param name="x2">Second bit.</param>
    /// <param name="x3">Third bit.</param>
    public static double Output(ThreeNeuronState state, int x1, int x2, int x3)
    {
        double z = x1 - x2 + x3; // every neuron sees the bits through this one number
        var first = -2 * state.A * Relu(-state.A * z);
        return first + (state.Beta * Relu(state.Beta * (1 - z))) + (state.Gamma * Relu(state.Gamma * (z - 1))) + state.C;
    }

    private ThreeNeuronState[] States(IReadOnlyList<int> steps) => Solve([.. steps.Select(step => (double)step)]);

    private static double[,] Column(ThreeNeuronState[] states, Func<ThreeNeuronState, double> of)
    {
        var column = new double[states.Length, 1];
        for (var m = 0; m < states.Length; m++)
            column[m, 0] = of(states[m]);
        return column;
    }

    private static double Relu(double x) => Math.Max(x, 0);

    private (double A, double Beta, double Gamma, double C) RungeKuttaStep((double A, double Beta, double Gamma, double C) theta, double h)
    {
        (double, double, double, double) Ahead((double A, double Beta, double Gamma, double C) k, double by) =>
            (theta.A + (by * k.A), theta.Beta + (by * k.Beta), theta.Gamma + (by * k.Gamma), theta.C + (by * k.C));

        var k1 = Evaluate(theta).Velocity;
        var k2 = Evaluate(Ahead(k1, h / 2)).Velocity;
        var k3 = Evaluate(Ahead(k2, h / 2)).Velocity;
        var k4 = Evaluate(Ahead(k3, h)).Velocity;
        double Mean(double a, double b, double c, double d) => h * (a + (2 * b) + (2 * c) + d) / 6;
        return (
            theta.A + Mean(k1.A, k2.A, k3.A, k4.A),
            theta.Beta + Mean(k1.Beta, k2.Beta, k3.Beta, k4.Beta),
            theta.Gamma + Mean(k1.Gamma, k2.Gamma, k3.Gamma, k4.Gamma),
            theta.C + Mean(k1.C, k2.C, k3.C, k4.C)
        );
    }

    /// <summary>One pass over the 8 inputs: mode strengths, loss, and minus η times the gradient for the shared weights.</summary>
    private (ThreeNeuronState State, (double A, double Beta, double Gamma, double C) Velocity) Evaluate(
        (double A, double Beta, double Gamma, double C) theta
    )
    {
        (var a, var beta, var gamma, var c) = theta;
        double mode1 = 0,
            mode2 = 0,
            mode3 = 0,
            loss = 0,
            gradA = 0,
            gradBeta = 0,
            gradGamma = 0,
            gradC = 0;
        for (var x = 0; x < 8; x++)
        {
            var z = (x & 1) - ((x >> 1) & 1) + (x >> 2);
            var target = (z & 1) == 0 ? TargetScale : -TargetScale; // z has the parity of the sum
            double h1 = Relu(-a * z),
                h2 = Relu(beta * (1 - z)),
                h3 = Relu(gamma * (z - 1));
            double f1 = -2 * a * h1,
                f2 = beta * h2,
                f3 = gamma * h3;
            var error = f1 + f2 + f3 + c - target;
            mode1 += target * f1;
            mode2 += target * f2;
            mode3 += target * f3;
            loss += error * error / 2;

            // Each weight occurs in both layers: product rule, with relu' = 1 where the neuron is active.
            gradA += error * ((-2 * h1) + (h1 > 0 ? 2 * a * z : 0));
            gradBeta += error * (h2 + (h2 > 0 ? beta * (1 - z) : 0));
            gradGamma += error * (h3 + (h3 > 0 ? gamma * (z - 1) : 0));
            gradC += error;
        }

        var scale = 8 * TargetScale * TargetScale;
        var rate = -LearningRate / 8;
        var state = new ThreeNeuronState(a, beta, gamma, c, mode1 / scale, mode2 / scale, mode3 / scale, loss / 8);
        return (state, (rate * gradA, rate * gradBeta, rate * gradGamma, rate * gradC));
    }
}
