using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// LAMB, Adam whose step in each weight matrix and bias w is as long as w: m ← β1 m + (1 − β1) g; v ← β2 v + (1 − β2) g²;
/// u = m̂/(√v̂ + ε) + λw; w ← w − η·(‖w‖/‖u‖)·u, with m̂ = m/(1 − β1^t), v̂ = v/(1 − β2^t), and 1 for a quotient of which a part is 0.
/// </summary>
/// <remarks>arXiv:1904.00962, algorithm 2 with φ(z) = z; β1 = 0.9, β2 = 0.999, ε = 1e-6 and λ = 0.01 are the paper's. Weight decay is part
/// of u, as in the paper.</remarks>
[Kind("lamb")]
public sealed record LambOptions : AdamFamilyOptions
{
    /// <summary>Starts from LAMB's own values.</summary>
    public LambOptions() => (Epsilon, WeightDecay) = (1e-6, 0.01);

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Lamb(setup);
}

/// <inheritdoc cref="LambOptions"/>
internal sealed class Lamb : Optimizer
{
    private readonly IReadOnlyList<LambOptions> options;
    private readonly OptimizerSetup setup;
    private readonly Tensor mean,
        square; // [R, n]
    private readonly Tensor beta1,
        beta2,
        epsilon,
        weightDecay; // [R, 1]

    /// <inheritdoc cref="LambOptions"/>
    /// <param name="setup">The trials' options and parameters.</param>
    public Lamb(OptimizerSetup setup)
    {
        this.setup = setup;
        options = setup.OptionsOf<LambOptions>();
        mean = AddState("mean", setup.Parameters);
        square = AddState("square", setup.Parameters);
        beta1 = AddHyperparameter(options.Select(o => o.Beta1), setup.Parameters);
        beta2 = AddHyperparameter(options.Select(o => o.Beta2), setup.Parameters);
        epsilon = AddHyperparameter(options.Select(o => o.Epsilon), setup.Parameters);
        weightDecay = AddHyperparameter(options.Select(o => o.WeightDecay), setup.Parameters);
    }

    /// <inheritdoc/>
    protected override void Update(Tensor parameters, Tensor gradient)
    {
        mean.mul_(beta1).PlusInPlace(gradient * beta1.OneMinus());
        square.mul_(beta2).PlusInPlace(gradient * gradient * beta2.OneMinus());
        var meanWeight = ColumnOf(options.Select(o => 1 - Math.Pow(o.Beta1, StepCount)), parameters);
        var squareWeight = ColumnOf(options.Select(o => 1 - Math.Pow(o.Beta2, StepCount)), parameters);
        var step = (mean / meanWeight / (square / squareWeight).sqrt().Plus(epsilon)).Plus(weightDecay * parameters); // [R, n]
        var learningRate = LearningRates(options, parameters);
        foreach (var layer in setup.Layout.Entries)
        {
            var weights = parameters.narrow(1, layer.Offset, layer.Length);
            var u = step.narrow(1, layer.Offset, layer.Length);
            var lengths = RowSums(weights * weights).sqrt() / RowSums(u * u).sqrt(); // [R, 1]
            weights.sub_(u * learningRate * where(lengths.IsPositive().logical_and(lengths.isfinite()), lengths, ones_like(lengths)));
        }
    }
}
