using System.ComponentModel.DataAnnotations;
using SkillTorch.Models;
using SkillTorch.Tasks;

namespace SkillTorch.Theories;

/// <summary>What limits learning; also what a step of the <c>scaling-sum</c> model stands for.</summary>
public enum ScalingBottleneck
{
    /// <summary>Time: step T, on endless data with a basis function for every skill.</summary>
    Time,

    /// <summary>
    /// Data: a step stands for D samples, learned to the end; with <c>basisFunctions</c>, data and parameters limit together.
    /// </summary>
    Data,

    /// <summary>Parameters: a step stands for N basis functions, trained to the end on endless data.</summary>
    Parameters,

    /// <summary>Compute C = N·T: step T with N <c>basisFunctions</c>, on endless data.</summary>
    Compute,
}

/// <summary>
/// The multilinear model of very many skills, as a whole: the finite sum over all of them that a scaling law approximates.
/// Its one logged skill is the whole population: loss is the total loss L, strength is 1 − L/(S²/2), the share of the target that
/// is learned. A step stands for training time, data or parameters, by <see cref="Bottleneck"/>.
/// </summary>
/// <remarks>
/// arXiv:2404.17563, section on scaling laws; P(k) ∝ k^(−(α+1)). The task has one skill. The defaults are those of its figure of
/// time, data and parameter scaling.
/// </remarks>
[Kind("scaling-sum")]
public sealed record ScalingSumOptions : DynamicsOptions
{
    /// <summary>What limits learning, and what a step stands for.</summary>
    [Stackable]
    public required ScalingBottleneck Bottleneck { get; init; }

    /// <summary>Number of skills n_s.</summary>
    [Stackable, Range(1, 100_000_000)]
    public int Skills { get; init; } = 100_000;

    /// <summary>Exponent α of the skill frequencies P(k) ∝ k^(−(α+1)).</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double Alpha { get; init; } = 0.6;

    /// <summary>The target's scale S.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double TargetScale { get; init; } = 1;

    /// <summary>R_k(0), between 0 and S.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double InitialStrength { get; init; } = 0.01;

    /// <summary>Learning rate η, for gradient flow of the loss with ½.</summary>
    [Stackable, Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1;

    /// <summary>Number N of basis functions, in skill order; needed for compute, allowed for data, null otherwise.</summary>
    [Stackable, Range(0, int.MaxValue)]
    public int? BasisFunctions { get; init; }

    /// <summary>The laws of these settings.</summary>
    /// <exception cref="InvalidOptionException">The options contradict each other.</exception>
    public ScalingLaws Laws()
    {
        if (InitialStrength >= TargetScale)
        {
            throw new InvalidOptionException(
                "model.initialStrength",
                $"Got {InitialStrength} for `model.initialStrength`; expected a number below `model.targetScale`, {TargetScale}."
            );
        }

        if (Bottleneck == ScalingBottleneck.Compute && BasisFunctions is null)
        {
            throw new InvalidOptionException(
                "model.basisFunctions",
                "Got no `model.basisFunctions` with bottleneck compute; expected a number, by which steps are multiplied."
            );
        }

        if (Bottleneck is ScalingBottleneck.Time or ScalingBottleneck.Parameters && BasisFunctions is not null)
        {
            throw new InvalidOptionException(
                "model.basisFunctions",
                $"Got {BasisFunctions} for `model.basisFunctions` with bottleneck "
                    + $"{(Bottleneck == ScalingBottleneck.Time ? "time, where every skill has one" : "parameters, where a step is their number")}; "
                    + "expected none, or bottleneck compute or data."
            );
        }

        return new ScalingLaws(Alpha, TargetScale, InitialStrength, LearningRate);
    }

    /// <inheritdoc/>
    public override ModelConstants Constants => new(TargetScale, InitialStrength, LearningRate);

    /// <inheritdoc/>
    public override IReadOnlyList<double> LossesAtChance(TaskOptions task, LossKind loss) => [TargetScale * TargetScale / 2];

    /// <inheritdoc/>
    public override (double[,] Strength, double[,] Loss) Predict(TaskOptions task, LossKind loss, IReadOnlyList<int> steps)
    {
        if (task.GetSkills().Count != 1 || loss != LossKind.Mse)
        {
            throw new InvalidOptionException(
                "task.count",
                $"Got {task.GetSkills().Count} skills or a loss other than mse for the `scaling-sum` model; expected `mse` and 1 "
                    + "skill, which stands for all `model.skills`."
            );
        }

        var total = Sum(new SkillSums(Laws(), Skills), steps);
        var strengths = new double[total.Length, 1];
        var losses = new double[total.Length, 1];
        for (var m = 0; m < total.Length; m++)
        {
            losses[m, 0] = total[m];
            strengths[m, 0] = 1 - 2 * total[m] / (TargetScale * TargetScale);
        }

        return (strengths, losses);
    }

    private double[] Sum(SkillSums sums, IReadOnlyList<int> steps)
    {
        int[] whole = [.. steps];
        double[] at = [.. steps];
        switch (Bottleneck)
        {
            case ScalingBottleneck.Time:
                return sums.Time(at);
            case ScalingBottleneck.Data:
                return BasisFunctions is { } n ? sums.Mixed(at, n) : sums.Data(at);
            case ScalingBottleneck.Parameters:
                return sums.Parameters(whole);
            default:
                var loss = sums.Compute([BasisFunctions!.Value], at);
                return [.. Enumerable.Range(0, at.Length).Select(m => loss[0, m])];
        }
    }
}
