using System.ComponentModel.DataAnnotations;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>Sign gradient descent as Adam with betas (0, 0): θ ← θ − η·g/(|g| + ε).</summary>
/// <remarks>arXiv:2501.12391; ε = 1e-8 is PyTorch's Adam default. A component much smaller than ε is damped, not signed.</remarks>
[Kind("signgd")]
public sealed record SignGdOptions : OptimizerOptions
{
    /// <summary>Smoothing ε of the sign.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override Optimizer Create(IReadOnlyList<OptimizerOptions> options, Tensor parameters) =>
        new SignGd([.. options.Cast<SignGdOptions>()], parameters);
}

/// <inheritdoc cref="SignGdOptions"/>
public sealed class SignGd : Optimizer
{
    private readonly Tensor learningRate;
    private readonly Tensor epsilon;

    /// <summary>Makes the optimizer of a stack.</summary>
    /// <param name="options">One record a trial; length R.</param>
    /// <param name="parameters">Parameters [R, n].</param>
    public SignGd(IReadOnlyList<SignGdOptions> options, Tensor parameters)
    {
        learningRate = LearningRateColumn(options, parameters);
        epsilon = Column(options.Select(o => o.Epsilon), parameters);
    }

    /// <inheritdoc/>
    protected override void Update(Tensor parameters, Tensor gradient)
    {
        var magnitude = gradient.abs().add_(epsilon);
        parameters.sub_(gradient.div_(magnitude).mul_(learningRate));
    }
}
