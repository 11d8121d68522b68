using System.ComponentModel.DataAnnotations;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>How the Geometry model's task vectors t_i ∈ R^d are drawn.</summary>
public enum TaskVectorKind
{
    /// <summary>Rows of a random orthogonal matrix; needs at least as many dimensions as skills.</summary>
    Orthonormal,

    /// <summary>Independent Gaussian rows scaled to length 1.</summary>
    Unit,

    /// <summary>Gaussian rows divided by √d, of length about 1.</summary>
    Gaussian,

    /// <summary>t_i = e_i for i ≤ d and 0 beyond: one parameter a skill, and none for the rest.</summary>
    Modular,
}

/// <summary>Which gradient of the mean squared error the Geometry model follows.</summary>
public enum GeometryGradient
{
    /// <summary>The true gradient, −2(1 − s_i)·t_i for a sample of skill i.</summary>
    Full,

    /// <summary>Half of it, −(1 − s_i)·t_i, as in figs 4 to 7 (top) of arXiv:2501.12391.</summary>
    Half,
}

/// <summary>
/// The Geometry model: parameters θ ∈ R^d start at 0, and skill i is how far θ has come along its task vector t_i.
/// Mean squared error: s_i = t_i·θ, ℓ_i = (1 − s_i)². Cross-entropy: s_i = sigmoid(t_i·θ), ℓ_i = −log s_i. Each step's
/// gradient is that of the mean loss of a batch of skills drawn by their frequencies, or of Σ p_i ℓ_i.
/// </summary>
/// <remarks>arXiv:2501.12391, section on the Geometry model, whose settings the defaults are.</remarks>
[Kind("geometry")]
public sealed record GeometryOptions : ObjectiveOptions
{
    /// <summary>Number of parameters d.</summary>
    [Range(1, 10_000_000)]
    public int Dimensions { get; init; } = 1000;

    /// <summary>How task vectors are drawn.</summary>
    public TaskVectorKind TaskVectors { get; init; } = TaskVectorKind.Orthonormal;

    /// <summary>The true gradient, or half of it (mean squared error only).</summary>
    public GeometryGradient Gradient { get; init; } = GeometryGradient.Full;

    /// <summary>Standard deviation σ of Gaussian noise added to each component of the gradient; other models take
    /// <c>optimizer.gradientNoise</c>.</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double GradientNoise { get; init; }

    /// <summary>
    /// Whether the aligned dimensions n_i = #{k : t_ik·(−g_k) &gt; 0} are measured, with the gradient g (noise included)
    /// of the update that follows the measurement.
    /// </summary>
    public bool AlignedDimensions { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ExtraQuantities => AlignedDimensions ? [Geometry.Aligned] : [];

    /// <summary>The correlation matrix C_ij = t_i·t_j of a trial's task vectors, which the Resource model takes for d &lt; K.</summary>
    /// <param name="skills">Number of skills K.</param>
    /// <param name="seed">The trial's seed.</param>
    /// <returns>[K, K]</returns>
    public double[,] Correlations(int skills, ulong seed) => Models.TaskVectors.Draw(TaskVectors, skills, Dimensions, seed).Correlations();

    /// <inheritdoc/>
    public override Objective Create(ObjectiveSetup setup)
    {
        var skills = setup.Tasks.Select(task => task.GetSkills()).ToList();
        if (TaskVectors == TaskVectorKind.Orthonormal && skills[0].Count > Dimensions)
        {
            throw new InvalidOptionException(
                "model.dimensions",
                $"Got {Dimensions} for `model.dimensions` with {skills[0].Count} skills; orthonormal task vectors need at least as "
                    + $"many dimensions as skills (unit ones do not)."
            );
        }

        if (Gradient == GeometryGradient.Half && setup.Loss != LossKind.Mse)
        {
            throw new InvalidOptionException(
                "model.gradient",
                "Got `half` for `model.gradient` with a loss other than mse; expected `full`, since only the gradient of the squared "
                    + "error has the factor 2."
            );
        }

        if (skills.Any(list => list.Any(skill => skill.Prerequisite is not null)))
        {
            throw new InvalidOptionException(
                "task.prerequisites",
                "Got prerequisites with the `geometry` model, whose skills do not depend on each other; expected none, or the "
                    + "`resource` model."
            );
        }

        var frequencies = skills.Select(list => list.Select(skill => skill.Frequency).ToArray()).ToList();
        var plan = new GeometryPlan(
            skills[0].Count,
            Dimensions,
            setup.Loss,
            Gradient == GeometryGradient.Half ? 1 : 2,
            Groups(setup.Seeds, skills[0].Count),
            new SkillBatches(frequencies, setup.Seeds, setup.BatchSize ?? 0),
            [.. setup.Models.Select(model => ((GeometryOptions)model).GradientNoise)],
            setup.Seeds,
            setup.Shaping
        );
        GeometryArithmetic arithmetic = setup switch
        {
            { ByTensors: true } => new GeometryTensors(plan, setup.DType, setup.Device),
            { DType: ScalarType.Float64 } => new GeometryRows<double>(plan),
            _ => new GeometryRows<float>(plan),
        };
        var parameters = zeros([setup.Seeds.Count, Dimensions], setup.DType, setup.Device).DetachFromDisposeScope();
        return new Geometry(plan, arithmetic, parameters, AlignedDimensions);
    }

    /// <summary>Trials of one seed have the same task vectors; modular ones do not depend on the seed at all.</summary>
    private List<TaskVectorGroup> Groups(IReadOnlyList<ulong> seeds, int skills) =>
        [
            .. Enumerable
                .Range(0, seeds.Count)
                .GroupBy(r => TaskVectors == TaskVectorKind.Modular ? 0 : seeds[r])
                .Select(rows => new TaskVectorGroup([.. rows], Models.TaskVectors.Draw(TaskVectors, skills, Dimensions, rows.Key))),
        ];
}

/// <summary>A stack of R Geometry models.</summary>
internal sealed class Geometry : Objective
{
    internal const string Aligned = "alignedDimensions";
    private readonly GeometryPlan plan;
    private readonly GeometryArithmetic arithmetic;
    private readonly double[] overlaps; // t_i·θ after `measured` updates, [R, K]
    private readonly Tensor? next; // gradient of update `measured` + 1, [R, d]
    private int measured = -1;

    internal Geometry(GeometryPlan plan, GeometryArithmetic arithmetic, Tensor parameters, bool alignedDimensions)
    {
        this.plan = plan;
        this.arithmetic = arithmetic;
        Parameters = parameters;
        overlaps = new double[plan.Replicates * plan.Skills];
        next = alignedDimensions ? zeros_like(parameters).DetachFromDisposeScope() : null;
    }

    /// <inheritdoc/>
    public override Tensor Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> ExtraQuantities => next is null ? [] : [Aligned];

    /// <inheritdoc/>
    public override void ComputeGradient(int step, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var known = measured == step - 1;
        measured = -1;
        if (known && next is not null)
        {
            gradient.copy_(next);
            return;
        }

        if (!known && plan.Shaping is not null && arithmetic.NeedsOverlaps)
        {
            arithmetic.ComputeOverlaps(Parameters, overlaps);
            known = true;
        }

        arithmetic.ComputeGradient(step, Parameters, known ? overlaps : null, gradient);
    }

    /// <inheritdoc/>
    public override void Measure(int step, SkillMeasurement measurement)
    {
        using var noGrad = no_grad();
        arithmetic.ComputeOverlaps(Parameters, overlaps);
        measured = step;
        SkillMeasures.Fill(plan.Loss, overlaps, measurement.Loss.AsFlat(), measurement.Strength.AsFlat());
        if (next is null)
            return;
        arithmetic.ComputeGradient(step + 1, Parameters, overlaps, next);
        arithmetic.CountAlignedDimensions(next, measurement.Extra[Aligned]);
    }

    internal override Tensor? MeasureOnDevice(int step)
    {
        if (arithmetic is not GeometryTensors device)
            return null;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (losses, strengths) = plan.Loss.Evaluate(
            device.ComputeOverlaps(Parameters),
            ones(1, dtype: ScalarType.Float64, device: Parameters.device)
        );
        var accuracies = losses.Undefined();
        if (next is null)
            return stack([losses, strengths, accuracies], 2).MoveToOuterDisposeScope();
        arithmetic.ComputeGradient(step + 1, Parameters, null, next);
        measured = step;
        return stack([losses, strengths, accuracies, device.CountAlignedDimensions(next)], 2).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Parameters.Dispose();
        next?.Dispose();
        arithmetic.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>All that the arithmetic of a stack of Geometry models needs to know.</summary>
/// <param name="Skills">K.</param>
/// <param name="Dimensions">d.</param>
/// <param name="Loss">The loss of each skill.</param>
/// <param name="ErrorFactor">2 for the true gradient of the squared error, 1 for half of it.</param>
/// <param name="Groups">Trials by common task vectors.</param>
/// <param name="Batches">The weights of skills in each step's batch.</param>
/// <param name="Noise">σ of each trial; length R.</param>
/// <param name="Seeds">Seed of each trial; length R.</param>
/// <param name="Shaping">How much each skill's loss counts; null is the plain loss.</param>
internal sealed record GeometryPlan(
    int Skills,
    int Dimensions,
    LossKind Loss,
    double ErrorFactor,
    IReadOnlyList<TaskVectorGroup> Groups,
    SkillBatches Batches,
    double[] Noise,
    IReadOnlyList<ulong> Seeds,
    LossShapingOptions? Shaping = null
)
{
    public int Replicates => Seeds.Count;

    /// <summary>The skills of a trial's batch, with the weights that their gradients have.</summary>
    /// <param name="row">Index of the trial in the stack.</param>
    /// <param name="step">Number of the update, from 1.</param>
    /// <param name="overlaps">t_i·θ of all trials, [R, K]; a plain loss does not need them.</param>
    /// <param name="skills">[K] Receives the shown skills (from 0) in ascending order.</param>
    /// <param name="weights">[K] Receives their weights.</param>
    /// <returns>How many skills are shown.</returns>
    public int Draw(int row, int step, double[]? overlaps, Span<int> skills, Span<double> weights)
    {
        var shown = Batches.Draw(row, step, skills, weights);
        if (Shaping is null)
            return shown;
        var factors = Factors(overlaps.AsSpan(row * Skills, Skills), skills[..shown], weights[..shown]);
        for (var i = 0; i < shown; i++)
            weights[i] *= factors[i];
        return shown;
    }

    /// <summary>How much the losses of a trial's shown skills count.</summary>
    /// <param name="overlaps">t_i·θ, [K].</param>
    /// <param name="skills">The shown skills.</param>
    /// <param name="weights">Their weights in the batch.</param>
    /// <returns>Their factors.</returns>
    public double[] Factors(ReadOnlySpan<double> overlaps, ReadOnlySpan<int> skills, ReadOnlySpan<double> weights)
    {
        double[] near = new double[skills.Length],
            losses = new double[skills.Length],
            factors = new double[skills.Length];
        for (var i = 0; i < skills.Length; i++)
            near[i] = overlaps[skills[i]];
        SkillMeasures.Fill(Loss, near, losses, new double[skills.Length]);
        Shaping!.FillFactors(new LossEntries(losses, skills, weights), factors);
        return factors;
    }
}

/// <summary>Trials of a stack that share their task vectors.</summary>
/// <param name="Rows">Their indices in the stack.</param>
/// <param name="Vectors">t_i.</param>
internal sealed record TaskVectorGroup(int[] Rows, TaskVectors Vectors);

/// <summary>The Geometry model's linear algebra.</summary>
internal abstract class GeometryArithmetic : IDisposable
{
    /// <summary>Whether the gradient of a shaped loss is to be given the overlaps.</summary>
    public virtual bool NeedsOverlaps => true;

    /// <summary>Gradient of update <paramref name="step"/>, noise included.</summary>
    /// <param name="step">Number of the update, from 1.</param>
    /// <param name="parameters">θ, [R, d].</param>
    /// <param name="overlaps">t_i·θ at these parameters, [R, K]; null if not known yet, which a shaped loss does not allow.</param>
    /// <param name="gradient">Receives the gradient [R, d].</param>
    public abstract void ComputeGradient(int step, Tensor parameters, double[]? overlaps, Tensor gradient);

    /// <summary>Overlaps t_i·θ of every skill.</summary>
    /// <param name="parameters">θ, [R, d].</param>
    /// <param name="overlaps">Receives them, [R, K].</param>
    public abstract void ComputeOverlaps(Tensor parameters, double[] overlaps);

    /// <summary>Numbers of components in which t_i and −g have the same sign.</summary>
    /// <param name="gradient">g, [R, d].</param>
    /// <param name="counts">Receives n_i, [R, K].</param>
    public abstract void CountAlignedDimensions(Tensor gradient, double[,] counts);

    public abstract void Dispose();
}
