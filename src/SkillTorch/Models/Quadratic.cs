using SkillTorch.Numerics;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>How the axes of a quadratic loss lie to the parameters' axes.</summary>
public enum QuadraticRotation
{
    /// <summary>x = θ: each term of the loss has a parameter of its own.</summary>
    Identity,

    /// <summary>x = Hθ/√K with the Hadamard matrix H: each term depends on all parameters. K must be a power of two.</summary>
    Hadamard,
}

/// <summary>
/// A sum of quadratic losses ℓ = Σ a_i x_i², x = Rθ, whose terms ℓ_i = x_i² are the skills: strength 1 − ℓ_i/ℓ_i(0). The task
/// gives their number; its frequencies play no part, the coefficients a_i take their place.
/// </summary>
/// <remarks>arXiv:2501.12391, fig 12, whose coefficients and start are the defaults.</remarks>
[Kind("quadratic")]
public sealed record QuadraticOptions : ObjectiveOptions
{
    /// <summary>Coefficients a_i; as many as the task has skills.</summary>
    [Stackable]
    public IReadOnlyList<double> Coefficients { get; init; } = [1, 0.1, 0.01, 0.001];

    /// <summary>R.</summary>
    public QuadraticRotation Rotation { get; init; } = QuadraticRotation.Identity;

    /// <summary>θ at the start; null is all ones. No x_i may start at 0.</summary>
    [Stackable]
    public IReadOnlyList<double>? Initial { get; init; }

    /// <inheritdoc/>
    public override Objective Create(ObjectiveSetup setup)
    {
        if (setup.Loss != LossKind.Mse)
        {
            throw new InvalidOptionException(
                "training.loss",
                "Got a loss other than mse for the `quadratic` model, which is its own squared loss; expected `mse`."
            );
        }

        var terms = setup.Tasks[0].GetSkills().Count;
        var rotation = Matrix(terms);
        var coefficients = new double[setup.Models.Count, terms];
        var initial = new double[setup.Models.Count, terms];
        for (var r = 0; r < setup.Models.Count; r++)
        {
            var model = (QuadraticOptions)setup.Models[r];
            Row(model.Coefficients, terms, "coefficients").CopyTo(coefficients.AsRow(r));
            Row(model.Initial ?? [.. Enumerable.Repeat(1.0, terms)], terms, "initial").CopyTo(initial.AsRow(r));
        }

        return new Quadratic(coefficients, rotation, initial, setup);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<double> LossesAtChance(TaskOptions task, LossKind loss)
    {
        var terms = task.GetSkills().Count;
        var rotation = Matrix(terms);
        var initial = Row(Initial ?? [.. Enumerable.Repeat(1.0, terms)], terms, "initial");
        return [.. Enumerable.Range(0, terms).Select(i => Math.Pow(Enumerable.Range(0, terms).Sum(j => rotation[i, j] * initial[j]), 2))];
    }

    private static double[] Row(IReadOnlyList<double> values, int terms, string name) =>
        values.Count == terms && values.All(double.IsFinite)
            ? [.. values]
            : throw new InvalidOptionException(
                $"model.{name}",
                $"Got [{string.Join(", ", values)}] for `model.{name}`; expected {terms} finite numbers, one for each skill of the task."
            );

    private double[,] Matrix(int terms)
    {
        if (Rotation == QuadraticRotation.Hadamard && !int.IsPow2(terms))
        {
            throw new InvalidOptionException(
                "model.rotation",
                $"Got `hadamard` for `model.rotation` with {terms} skills; expected a power of two."
            );
        }

        var matrix = new double[terms, terms];
        for (var i = 0; i < terms; i++)
        {
            // Rows of Sylvester's matrix with the index bits reversed come in the published order: + + + +, + + − −, …
            var row = Rotation == QuadraticRotation.Hadamard ? BitReversed(i, terms) : i;
            for (var j = 0; j < terms; j++)
            {
                matrix[i, j] =
                    Rotation == QuadraticRotation.Identity
                        ? (i == j ? 1 : 0)
                        : (int.PopCount(row & j) % 2 == 0 ? 1 : -1) / Math.Sqrt(terms);
            }
        }

        return matrix;
    }

    private static int BitReversed(int i, int terms)
    {
        var reversed = 0;
        for (var bit = 1; bit < terms; bit <<= 1, i >>= 1)
            reversed = reversed << 1 | i & 1;
        return reversed;
    }
}

/// <summary>A stack of R quadratic losses.</summary>
internal sealed class Quadratic : Objective
{
    private readonly Tensor coefficients; // a, [R, K]
    private readonly Tensor rotation; // [K, K]
    private readonly double[] start; // ℓ_i(0), [R·K]
    private readonly Tensor started; // ℓ_i(0), float64 [R, K]
    private readonly bool byTensors;
    private readonly LossShapingOptions? shaping;
    private readonly double[,] weights; // a, [R, K]

    internal Quadratic(double[,] coefficients, double[,] rotation, double[,] initial, ObjectiveSetup setup)
    {
        var (dtype, device) = (setup.DType, setup.Device);
        shaping = setup.Shaping;
        byTensors = setup.ByTensors;
        weights = coefficients;
        this.coefficients = tensor(coefficients, dtype: dtype, device: device).DetachFromDisposeScope();
        this.rotation = tensor(rotation, dtype: dtype, device: device).DetachFromDisposeScope();
        Parameters = tensor(initial, dtype: dtype, device: device).DetachFromDisposeScope();
        start = Losses();
        started = Transfer.Copy(start, Parameters.shape, ScalarType.Float64, device).DetachFromDisposeScope();
        if (start.Contains(0))
        {
            throw new InvalidOptionException(
                "model.initial",
                $"Got `model.initial` with which skill {Array.IndexOf(start, 0) % initial.GetLength(1) + 1} has no loss; expected "
                    + $"every x_i = (Rθ)_i to start away from 0."
            );
        }
    }

    /// <inheritdoc/>
    public override Tensor Parameters { get; }

    /// <inheritdoc/>
    public override void ComputeGradient(int step, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var slopes = coefficients.Times(2) * Axes(); // [R, K]
        if (shaping is not null)
            slopes *= Factors();
        gradient.copy_(slopes.unsqueeze(2).mul(rotation).sum(1)); // ∂ℓ/∂θ_j = Σ_i 2 a_i x_i R_ij, [R, K]
    }

    /// <summary>How much each term a_i x_i² counts, [R, K].</summary>
    private Tensor Factors()
    {
        if (byTensors && FactorsOnDevice() is { } known)
            return known;
        var terms = Losses();
        var (replicates, count) = (weights.GetLength(0), weights.GetLength(1));
        int[] skills = [.. Enumerable.Range(0, count)];
        var factors = new double[replicates, count];
        for (var r = 0; r < replicates; r++)
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(
                terms.AsSpan(r * count, count),
                weights.AsRow(r),
                terms.AsSpan(r * count, count)
            );
            shaping!.FillFactors(new LossEntries(terms.AsSpan(r * count, count), skills), factors.AsRow(r));
        }

        return tensor(factors, dtype: coefficients.dtype, device: coefficients.device);
    }

    private Tensor? FactorsOnDevice()
    {
        var skills = IntegerArithmetic.Range(coefficients.shape[1], coefficients.device).view(1, -1);
        var entries = LossTensor() * coefficients.to(ScalarType.Float64);
        return shaping!.Factors(new TensorLossEntries(entries, skills, (int)coefficients.shape[1]))?.to(coefficients.dtype);
    }

    internal override Tensor? MeasureOnDevice(int step)
    {
        if (!byTensors)
            return null;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var losses = LossTensor();
        var strengths = (losses / started).OneMinus();
        return stack([losses, strengths, strengths.Undefined()], 2).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Measure(int step, SkillMeasurement measurement)
    {
        var losses = Losses();
        var skills = measurement.Loss.GetLength(1);
        for (var i = 0; i < losses.Length; i++)
        {
            measurement.Loss[i / skills, i % skills] = losses[i];
            measurement.Strength[i / skills, i % skills] = 1 - losses[i] / start[i];
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        coefficients.Dispose();
        rotation.Dispose();
        started.Dispose();
        Parameters.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// x = Rθ, [R, K]. A sum instead of a matrix product, whose order of additions may depend on how many trials are stacked.
    /// </summary>
    private Tensor Axes() => Parameters.unsqueeze(1).mul(rotation).sum(2);

    /// <summary>ℓ_i = x_i², [R·K].</summary>
    private double[] Losses()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return LossTensor().to(CPU).data<double>().ToArray();
    }

    /// <summary>ℓ_i = x_i², float64 [R, K].</summary>
    private Tensor LossTensor() => Axes().Squared().to(ScalarType.Float64);
}
