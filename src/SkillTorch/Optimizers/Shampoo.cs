using System.ComponentModel.DataAnnotations;
using SkillTorch.Models;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// Shampoo, which preconditions both sides of each weight matrix: L ← L + GGᵀ, Q ← Q + GᵀG, both εI at the start;
/// B ← μB + L^(−1/4) G Q^(−1/4); W ← W − ηB. Of any other parameter it takes the diagonal: s ← s + g², ε at the start;
/// b ← μb + g/√s; w ← w − ηb.
/// </summary>
/// <remarks>
/// arXiv:1802.09568, algorithm 1, and for parameters of order 1 its diagonal form (Adagrad's). μ = 0.9 is the
/// paper's; its experiments compute the roots anew every 20 to 100 steps, the algorithm, as by default here, in every one;
/// ε = 1e-4 is ours. There is no weight decay. Roots are taken in double precision, by eigenvectors.
/// </remarks>
[Kind("shampoo")]
public sealed record ShampooOptions : OptimizerOptions
{
    /// <summary>Starts from a learning rate that suits Adagrad's steps.</summary>
    public ShampooOptions() => LearningRate = 0.01;

    /// <summary>Momentum μ.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Diagonal ε of the preconditioners at the start.</summary>
    [Stackable, Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double Epsilon { get; init; } = 1e-4;

    /// <summary>Steps between new roots of the preconditioners.</summary>
    [Range(1, int.MaxValue)]
    public int RootEvery { get; init; } = 1;

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Shampoo(setup);
}

/// <inheritdoc cref="ShampooOptions"/>
internal sealed class Shampoo : Optimizer
{
    private readonly IReadOnlyList<ShampooOptions> options;
    private readonly ParameterLayout layout;
    private readonly Tensor momentum,
        epsilon; // [R, 1]
    private readonly Tensor buffer; // [R, n]

    /// <inheritdoc cref="ShampooOptions"/>
    /// <param name="setup">The trials' options and parameters.</param>
    public Shampoo(OptimizerSetup setup)
    {
        options = setup.OptionsOf<ShampooOptions>();
        layout = setup.Layout;
        momentum = AddHyperparameter(options.Select(o => o.Momentum), setup.Parameters);
        epsilon = AddHyperparameter(options.Select(o => o.Epsilon), setup.Parameters);
        buffer = AddState("momentumBuffer", setup.Parameters);
        using var scope = NewDisposeScope();
        foreach (var layer in layout.Entries)
        {
            if (layer.Shape.Count != 2)
            {
                AddState($"{layer.Name}.squares", setup.Parameters.narrow(1, layer.Offset, layer.Length)); // [R, length]
                continue;
            }

            foreach (var (side, size) in ((string, long)[])[("left", layer.Shape[0]), ("right", layer.Shape[1])])
            {
                var like = setup.Parameters.new_zeros([options.Count, size, size]);
                AddState($"{layer.Name}.{side}", like);
                AddState($"{layer.Name}.{side}Root", like);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Update(Tensor parameters, Tensor gradient)
    {
        foreach (var layer in layout.Entries)
        {
            var slope = gradient.narrow(1, layer.Offset, layer.Length); // [R, length]
            var step =
                layer.Shape.Count == 2
                    ? ComputeMatrixStep(layer, layer.View(gradient)).reshape(slope.shape)
                    : slope / epsilon.Plus(State[$"{layer.Name}.squares"].PlusInPlace(slope * slope)).sqrt();
            buffer.narrow(1, layer.Offset, layer.Length).mul_(momentum).PlusInPlace(step);
        }

        parameters.sub_(LearningRates(options, parameters) * buffer);
    }

    /// <summary>L^(−1/4) G Q^(−1/4), [R, a, b].</summary>
    private Tensor ComputeMatrixStep(ParameterLayout.Entry layer, Tensor slope)
    {
        var transposed = slope.transpose(1, 2);
        return Product(
            Product(UpdateRoot($"{layer.Name}.left", Product(slope, transposed)), slope),
            UpdateRoot($"{layer.Name}.right", Product(transposed, slope))
        );
    }

    /// <summary>Adds to the sum of products and gives (εI + sum)^(−1/4), [R, a, a].</summary>
    private Tensor UpdateRoot(string name, Tensor products)
    {
        var sum = State[name].PlusInPlace(products);
        var root = State[name + "Root"];
        if ((StepCount - 1) % options[0].RootEvery != 0)
            return root;
        // The decomposition throws where a number is not finite: that trial has diverged, but the others in its stack must go on.
        var (values, vectors) = linalg.eigh(sum.to(ScalarType.Float64).nan_to_num(0, 0, 0)); // [R, a], [R, a, a]
        // Two square roots, which are rounded alike in a vector register and outside of one, as a power is not; rounding may take a value
        // below 0.
        var roots = values.AtLeast(0).Plus(ColumnOf(options.Select(o => o.Epsilon), values)).sqrt().sqrt();
        return root.copy_(Product(vectors / roots.unsqueeze(1), vectors.transpose(1, 2)));
    }
}
