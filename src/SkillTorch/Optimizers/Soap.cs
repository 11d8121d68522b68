using System.ComponentModel.DataAnnotations;
using SkillTorch.Models;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// SOAP, Adam in the slowly changing eigenbasis of Shampoo's preconditioners: for a weight matrix M ← β1 M + (1 − β1) G,
/// G' = PᵀGQ, V ← β2 V + (1 − β2) G'², W ← (1 − ηλ)(W − η·c·P(PᵀMQ/(√V + ε))Qᵀ), c = √(1 − β2^s)/(1 − β1^s), s = t − 1; then
/// L ← β2 L + (1 − β2) GGᵀ, R ← β2 R + (1 − β2) GᵀG. P and Q start as the eigenvectors of the first L and R, which is all that
/// the first update does; after every f further ones P ← qr(LP), Q ← qr(RQ), columns and V put in descending order of
/// diag(PᵀLP), diag(QᵀRQ) before. For any other parameter, and on sides longer than a limit, P and Q are the identity.
/// </summary>
/// <remarks>
/// arXiv:2409.11321, algorithms 3 and 4. The first update, the order of columns, bias correction with ε added before it, and all
/// defaults are those of the authors' code. Weight decay is decoupled. Bases are computed in double precision.
/// </remarks>
[Kind("soap")]
public sealed record SoapOptions : AdamFamilyOptions
{
    /// <summary>Starts from SOAP's own values.</summary>
    public SoapOptions() => (LearningRate, Beta1, Beta2, WeightDecay) = (3e-3, 0.95, 0.95, 0.01);

    /// <summary>Updates f between new bases.</summary>
    [Range(1, int.MaxValue)]
    public int BasisEvery { get; init; } = 10;

    /// <summary>Longest side of a weight matrix that has a basis.</summary>
    [Range(1, int.MaxValue)]
    public int LargestSide { get; init; } = 10_000;

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Soap(setup);
}

/// <inheritdoc cref="SoapOptions"/>
internal sealed class Soap : Optimizer
{
    private readonly IReadOnlyList<SoapOptions> options;
    private readonly ParameterLayout layout;
    private readonly Tensor mean,
        square; // [R, n], square in the bases
    private readonly Tensor beta1,
        beta2,
        epsilon; // [R, 1]

    /// <inheritdoc cref="SoapOptions"/>
    /// <param name="setup">The trials' options and parameters.</param>
    public Soap(OptimizerSetup setup)
    {
        options = setup.OptionsOf<SoapOptions>();
        layout = setup.Layout;
        mean = AddState("mean", setup.Parameters);
        square = AddState("square", setup.Parameters);
        beta1 = AddHyperparameter(options.Select(o => o.Beta1), setup.Parameters);
        beta2 = AddHyperparameter(options.Select(o => o.Beta2), setup.Parameters);
        epsilon = AddHyperparameter(options.Select(o => o.Epsilon), setup.Parameters);
        using var scope = NewDisposeScope();
        foreach (var side in layout.Entries.SelectMany(Sides))
        {
            var like = setup.Parameters.new_zeros([options.Count, side.Length, side.Length]);
            AddState(side.Name, like);
            AddState(side.Name + "Basis", like);
        }
    }

    /// <inheritdoc/>
    protected override double DecayFactor(int trial) =>
        StepCount == 1 ? 1 : 1 - options[trial].LearningRateAt(StepCount) * options[trial].WeightDecay;

    /// <inheritdoc/>
    protected override void Update(Tensor parameters, Tensor gradient)
    {
        if (StepCount > 1)
            parameters.copy_(Decay(parameters - ComputeStep(gradient)));
        foreach (var layer in layout.Entries)
        {
            foreach (var side in Sides(layer))
                UpdateBasis(side, layer.View(gradient), layer.View(square));
        }
    }

    /// <summary>Adam's step, taken in the bases.</summary>
    private Tensor ComputeStep(Tensor gradient)
    {
        mean.mul_(beta1).PlusInPlace(gradient * beta1.OneMinus());
        var rotated = Rotate(gradient, back: false);
        square.mul_(beta2).PlusInPlace(rotated * rotated * beta2.OneMinus());
        var stepSize = ColumnOf(
            options.Select(o =>
                o.LearningRateAt(StepCount) * Math.Sqrt(1 - Math.Pow(o.Beta2, StepCount - 1)) / (1 - Math.Pow(o.Beta1, StepCount - 1))
            ),
            gradient
        );
        return Rotate(Rotate(mean, back: false) / square.sqrt().Plus(epsilon), back: true) * stepSize;
    }

    /// <summary>PᵀXQ for every weight matrix X in [R, n], or back, PXQᵀ.</summary>
    private Tensor Rotate(Tensor flat, bool back) =>
        cat(
            [
                .. layout.Entries.Select(layer =>
                {
                    var x = layer.View(flat);
                    foreach (var side in Sides(layer))
                    {
                        var basis = State[side.Name + "Basis"];
                        x = (side.Left, back) switch
                        {
                            (true, false) => Product(basis.transpose(1, 2), x),
                            (true, true) => Product(basis, x),
                            (false, false) => Product(x, basis),
                            (false, true) => Product(x, basis.transpose(1, 2)),
                        };
                    }

                    return x.reshape(flat.shape[0], layer.Length);
                }),
            ],
            1
        );

    /// <summary>Adds a gradient G [R, a, b] to a side's preconditioner and, where it is time, renews its basis and the order of V [R, a,
    /// b].</summary>
    private void UpdateBasis(Side side, Tensor gradient, Tensor squares)
    {
        var product = side.Left ? Product(gradient, gradient.transpose(1, 2)) : Product(gradient.transpose(1, 2), gradient);
        var sum = State[side.Name].mul_(beta2.unsqueeze(2)).PlusInPlace(product * beta2.unsqueeze(2).OneMinus()); // [R, length, length]
        var basis = State[side.Name + "Basis"];
        // The decomposition throws where a number is not finite: that trial has diverged, but the others in its stack must go on.
        var matrix = sum.to(ScalarType.Float64).nan_to_num(0, 0, 0);
        if (StepCount == 1)
        {
            basis.copy_(linalg.eigh(matrix).Item2.flip(2));
        }
        else if ((StepCount - 1) % options[0].BasisEvery == 0)
        {
            var old = basis.to(ScalarType.Float64).nan_to_num(0, 0, 0);
            var order = (old * Product(matrix, old)).sum(1).argsort(1, true); // [R, length]
            basis.copy_(linalg.qr(Product(matrix, old.gather(2, order.unsqueeze(1).expand(old.shape)))).Item1);
            squares.copy_(squares.gather(side.Left ? 1 : 2, order.unsqueeze(side.Left ? 2 : 1).expand(squares.shape)));
        }
    }

    /// <summary>The sides of a layer that have a basis: L's and R's of a weight matrix.</summary>
    private IEnumerable<Side> Sides(ParameterLayout.Entry layer) =>
        layer.Shape.Count != 2
            ? []
            : ((Side[])[new($"{layer.Name}.left", layer.Shape[0], true), new($"{layer.Name}.right", layer.Shape[1], false)]).Where(side =>
                side.Length <= options[0].LargestSide
            );

    private sealed record Side(string Name, int Length, bool Left);
}
