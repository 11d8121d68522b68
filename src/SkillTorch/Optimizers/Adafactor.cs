using System.ComponentModel.DataAnnotations;
using SkillTorch.Models;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// Adafactor, which remembers only sums over rows and columns of squared gradients. With β = 1 − t^−c and G² = g² + ε1, for a
/// weight matrix R_i ← βR_i + (1 − β)Σ_j G²_ij, C_j ← βC_j + (1 − β)Σ_i G²_ij, V = RCᵀ/Σ_i R_i; for any other parameter
/// V ← βV + (1 − β)G². U = g/√V; w ← w − max(ε2, RMS(w))·min(η, 1/√t)·U/max(1, RMS(U)/δ).
/// </summary>
/// <remarks>arXiv:1804.04235, algorithms 4 to 6, whose η = 0.01, c = 0.8, ε1 = 1e-30, ε2 = 1e-3 and δ = 1 are the defaults. There is no
/// first moment and no weight decay.</remarks>
[Kind("adafactor")]
public sealed record AdafactorOptions : OptimizerOptions
{
    /// <summary>Starts from Adafactor's own bound of the relative step.</summary>
    public AdafactorOptions() => LearningRate = 0.01;

    /// <summary>Exponent c with which the second moment forgets ever more slowly.</summary>
    [Stackable, Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double DecayExponent { get; init; } = 0.8;

    /// <summary>Added ε1 to squared gradients.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Epsilon { get; init; } = 1e-30;

    /// <summary>Least size ε2 of a parameter to which steps are relative.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double SmallestParameter { get; init; } = 1e-3;

    /// <summary>Largest root mean square δ of U.</summary>
    [Stackable, Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double ClippingThreshold { get; init; } = 1;

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Adafactor(setup);
}

/// <inheritdoc cref="AdafactorOptions"/>
internal sealed class Adafactor : Optimizer
{
    private readonly IReadOnlyList<AdafactorOptions> options;
    private readonly ParameterLayout layout;
    private readonly Tensor epsilon,
        smallest,
        threshold; // [R, 1]

    /// <inheritdoc cref="AdafactorOptions"/>
    /// <param name="setup">The trials' options and parameters.</param>
    public Adafactor(OptimizerSetup setup)
    {
        options = setup.OptionsOf<AdafactorOptions>();
        layout = setup.Layout;
        epsilon = AddHyperparameter(options.Select(o => o.Epsilon), setup.Parameters);
        smallest = AddHyperparameter(options.Select(o => o.SmallestParameter), setup.Parameters);
        threshold = AddHyperparameter(options.Select(o => o.ClippingThreshold), setup.Parameters);
        foreach (var layer in layout.Entries)
        {
            var weights = layer.View(setup.Parameters);
            if (layer.Shape.Count == 2)
            {
                AddState($"{layer.Name}.rows", weights.select(2, 0)); // [R, rows]
                AddState($"{layer.Name}.columns", weights.select(1, 0)); // [R, columns]
            }
            else
            {
                AddState($"{layer.Name}.square", weights.flatten(1)); // [R, length]
            }
        }
    }

    /// <inheritdoc/>
    protected override void Update(Tensor parameters, Tensor gradient)
    {
        var decay = ColumnOf(options.Select(o => 1 - Math.Pow(StepCount, -o.DecayExponent)), parameters);
        var relativeStep = ColumnOf(options.Select(o => Math.Min(o.LearningRateAt(StepCount), 1 / Math.Sqrt(StepCount))), parameters);
        foreach (var layer in layout.Entries)
        {
            var weights = parameters.narrow(1, layer.Offset, layer.Length); // [R, length]
            var slope = gradient.narrow(1, layer.Offset, layer.Length);
            var step = slope / UpdateSecondMoment(layer, (slope * slope).Plus(epsilon), decay).sqrt();
            var clip = (RootMeanSquare(step) / threshold).AtLeast(1);
            weights.sub_(step / clip * relativeStep * smallest.maximum(RootMeanSquare(weights)));
        }
    }

    private Tensor UpdateSecondMoment(ParameterLayout.Entry layer, Tensor squares, Tensor decay)
    {
        if (layer.Shape.Count != 2)
            return State[$"{layer.Name}.square"].mul_(decay).PlusInPlace(squares * decay.OneMinus());
        var matrix = squares.view([squares.shape[0], layer.Shape[0], layer.Shape[1]]);
        var rows = State[$"{layer.Name}.rows"].mul_(decay).PlusInPlace(matrix.sum(2) * decay.OneMinus());
        var columns = State[$"{layer.Name}.columns"].mul_(decay).PlusInPlace(matrix.sum(1) * decay.OneMinus());
        return ((rows / RowSums(rows)).unsqueeze(2) * columns.unsqueeze(1)).flatten(1);
    }

    private static Tensor RootMeanSquare(Tensor values) => RowSums(values * values).DividedBy(values.shape[1]).sqrt();
}
