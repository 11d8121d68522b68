using System.ComponentModel.DataAnnotations;
using SkillTorch;
using SkillTorch.Optimizers;
using static TorchSharp.torch;

namespace MyOptimizers;

/// <summary>Power descent: θ ← θ − η·sign(g)·|g|^p, gradient descent for p = 1 and sign descent for p = 0.</summary>
[Kind("power-descent")]
public sealed record PowerDescentOptions : OptimizerOptions
{
    /// <summary>Exponent p.</summary>
    [Stackable, Range(0.0, 1.0)]
    public double Power { get; init; } = 0.5;

    protected override Optimizer Create(OptimizerSetup setup) => new PowerDescent(setup.OptionsOf<PowerDescentOptions>());
}

public sealed class PowerDescent(IReadOnlyList<PowerDescentOptions> options) : Optimizer
{
    protected override void Update(Tensor parameters, Tensor gradient) // both [R, n]: R trials in a stack
    {
        var learningRate = LearningRates(options, parameters); // [R, 1]
        var power = ColumnOf(options.Select(o => o.Power), parameters);
        parameters.sub_(learningRate * gradient.sign() * gradient.abs().pow(power));
    }
}
