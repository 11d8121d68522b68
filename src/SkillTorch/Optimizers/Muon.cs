using System.ComponentModel.DataAnnotations;
using SkillTorch.Models;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// Muon, momentum whose step in each weight matrix W [a, b] is made nearly orthogonal: B ← μB + (1 − μ)G; M = (1 − μ)G + μB with
/// Nesterov, else B; X = M/(‖M‖ + 1e-7), five times (by default) X ← 3.4445 X + (−4.7750 XXᵀ + 2.0315 (XXᵀ)²)X, transposed
/// where a &gt; b; W ← W − ηλW − η√max(1, a/b)·X. All other parameters move by AdamW without weight decay and its own learning rate.
/// </summary>
/// <remarks>
/// Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024), with decoupled weight decay as in arXiv:2502.16982,
/// eq. 3; the defaults are those of the first authors' code. They move the first and last weight matrices by AdamW too; here every matrix
/// is orthogonalised.
/// </remarks>
[Kind("muon")]
public sealed record MuonOptions : OptimizerOptions
{
    /// <summary>Starts from Muon's own learning rate.</summary>
    public MuonOptions() => LearningRate = 0.02;

    /// <summary>Momentum μ.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.95;

    /// <summary>Whether the step looks ahead along the momentum.</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary>Newton–Schulz iterations towards an orthogonal matrix.</summary>
    [Range(1, 100)]
    public int Iterations { get; init; } = 5;

    /// <summary>Decoupled weight decay λ of matrices.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double WeightDecay { get; init; }

    /// <summary>Learning rate of what is not a matrix; the schedule holds for it too.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double VectorLearningRate { get; init; } = 3e-4;

    /// <summary>Decay β1 of the running mean of the gradient of what is not a matrix.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β2 of the running mean of the squared gradient of what is not a matrix.</summary>
    [Stackable, Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Added ε in the denominator of what is not a matrix.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double Epsilon { get; init; } = 1e-10;

    /// <inheritdoc/>
    protected override Optimizer Create(OptimizerSetup setup) => new Muon(setup);
}

/// <inheritdoc cref="MuonOptions"/>
internal sealed class Muon : Optimizer
{
    private readonly IReadOnlyList<MuonOptions> options;
    private readonly ParameterLayout layout;
    private readonly Tensor momentum,
        weightDecay,
        beta1,
        beta2,
        epsilon; // [R, 1]

    /// <inheritdoc cref="MuonOptions"/>
    /// <param name="setup">The trials' options and parameters.</param>
    public Muon(OptimizerSetup setup)
    {
        options = setup.OptionsOf<MuonOptions>();
        layout = setup.Layout;
        momentum = AddHyperparameter(options.Select(o => o.Momentum), setup.Parameters);
        weightDecay = AddHyperparameter(options.Select(o => o.WeightDecay), setup.Parameters);
        beta1 = AddHyperparameter(options.Select(o => o.Beta1), setup.Parameters);
        beta2 = AddHyperparameter(options.Select(o => o.Beta2), setup.Parameters);
        epsilon = AddHyperparameter(options.Select(o => o.Epsilon), setup.Parameters);
        foreach (var layer in layout.Entries)
        {
            var weights = setup.Parameters.narrow(1, layer.Offset, layer.Length);
            AddState($"{layer.Name}.mean", weights);
            if (!IsMatrix(layer))
                AddState($"{layer.Name}.square", weights);
        }
    }

    private double VectorLearningRate(MuonOptions o) => o.VectorLearningRate * (o.LearningRateSchedule?.Factor(StepCount) ?? 1);

    private static bool IsMatrix(ParameterLayout.Entry layer) => layer.Shape.Count == 2;

    /// <inheritdoc/>
    protected override Tensor Decay(Tensor parameters)
    {
        var decayed = parameters.clone();
        foreach (var layer in layout.Entries.Where(IsMatrix))
            decayed.narrow(1, layer.Offset, layer.Length).mul_((LearningRates(options, parameters) * weightDecay).OneMinus());
        return decayed;
    }

    /// <inheritdoc/>
    protected override void Update(Tensor parameters, Tensor gradient)
    {
        parameters.copy_(Decay(parameters));
        foreach (var layer in layout.Entries)
        {
            var weights = parameters.narrow(1, layer.Offset, layer.Length); // [R, length]
            var slope = gradient.narrow(1, layer.Offset, layer.Length);
            weights.sub_(IsMatrix(layer) ? ComputeMatrixStep(layer, slope) : ComputeVectorStep(layer, slope));
        }
    }

    private Tensor ComputeMatrixStep(ParameterLayout.Entry layer, Tensor slope)
    {
        var mean = State[$"{layer.Name}.mean"].mul_(momentum).PlusInPlace(slope * momentum.OneMinus());
        var direction = options[0].Nesterov ? (slope * momentum.OneMinus()).Plus(mean * momentum) : mean;
        var (rows, columns) = (layer.Shape[0], layer.Shape[1]);
        var x = (direction / RowSums(direction * direction).sqrt().Plus(1e-7)).view(direction.shape[0], rows, columns);
        x =
            rows > columns
                ? Orthogonalise(x.transpose(1, 2), options[0].Iterations).transpose(1, 2)
                : Orthogonalise(x, options[0].Iterations);
        return (x.reshape(direction.shape) * LearningRates(options, slope)).Times(Math.Sqrt(Math.Max(1, (double)rows / columns)));
    }

    /// <summary>Takes the singular values of matrices [R, a, b], a ≤ b, near 1 (within about 0.7 to 1.2 after five iterations).</summary>
    private static Tensor Orthogonalise(Tensor x, int iterations)
    {
        for (var i = 0; i < iterations; i++)
        {
            var gram = Product(x, x.transpose(1, 2)); // [R, a, a]
            x = x.Times(3.4445).Plus(Product(gram.Times(-4.7750).Plus(Product(gram, gram).Times(2.0315)), x));
        }

        return x;
    }

    private Tensor ComputeVectorStep(ParameterLayout.Entry layer, Tensor slope)
    {
        var mean = State[$"{layer.Name}.mean"].mul_(beta1).PlusInPlace(slope * beta1.OneMinus());
        var square = State[$"{layer.Name}.square"].mul_(beta2).PlusInPlace(slope * slope * beta2.OneMinus());
        var stepSize = ColumnOf(options.Select(o => VectorLearningRate(o) / (1 - Math.Pow(o.Beta1, StepCount))), slope);
        var weight = ColumnOf(options.Select(o => 1 - Math.Pow(o.Beta2, StepCount)), slope);
        return stepSize * mean / (square / weight).sqrt().Plus(epsilon);
    }
}
