using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using SkillTorch.Models;
using SkillTorch.Tasks;

namespace SkillTorch.Training;

/// <summary>The <c>training</c> section of an experiment.</summary>
public sealed record TrainingOptions
{
    /// <summary>Number of optimizer steps.</summary>
    [Range(1, int.MaxValue)]
    public int Steps { get; init; } = 1000;

    /// <summary>Samples a step. Null is the whole dataset; 0 (abstract skills only) is the exact distribution of skills instead of a
    /// sample.</summary>
    [Range(0, int.MaxValue)]
    public int? BatchSize { get; init; }

    /// <summary>Number of fixed training samples. Null draws fresh samples at every step.</summary>
    [Range(1, int.MaxValue)]
    public int? DatasetSize { get; init; }

    /// <summary>
    /// Smallest number of samples a step b, instead of <see cref="BatchSize"/>: a dataset of D samples is shared evenly by ⌊D/b⌋
    /// steps of ⌊D/⌊D/b⌋⌋ samples; if it has fewer than 2b it is one batch.
    /// </summary>
    [Range(1, int.MaxValue), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MinimumBatchSize { get; init; }

    /// <summary>The loss that training minimises.</summary>
    public LossKind Loss { get; init; } = LossKind.Mse;

    /// <summary>How much each entry of the loss counts, by how large it is; null, or the kind <c>none</c>, is the plain loss.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LossShapingOptions? LossShaping
    {
        get;
        init => field = value is NoShapingOptions ? null : value;
    }

    /// <summary>Arithmetic of parameters and gradients.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Samples a step, from <see cref="BatchSize"/> or <see cref="MinimumBatchSize"/>; null is the whole dataset.</summary>
    /// <exception cref="InvalidOptionException">Both are given, or a smallest batch without a dataset.</exception>
    public int? SamplesAStep() =>
        (MinimumBatchSize, BatchSize, DatasetSize) switch
        {
            (null, var batch, _) => batch,
            (_, not null, _) => throw new InvalidOptionException(
                "training.minimumBatchSize",
                $"Got {MinimumBatchSize} for `training.minimumBatchSize` beside `training.batchSize`; expected one of them."
            ),
            (_, _, null) => throw new InvalidOptionException(
                "training.minimumBatchSize",
                $"Got {MinimumBatchSize} for `training.minimumBatchSize` without `training.datasetSize`; expected a dataset to share out."
            ),
            ({ } least, _, { } size) => size / Math.Max(1, size / least),
        };
}

/// <summary>The <c>measure</c> section of an experiment: when every skill is measured.</summary>
public sealed record MeasureOptions
{
    /// <summary>Steps between measurements; step 0 (before training) and the last step are always measured.</summary>
    [Range(1, int.MaxValue)]
    public int Every { get; init; } = 10;

    /// <summary>Explicit steps to measure at, instead of <see cref="Every"/>.</summary>
    public IReadOnlyList<int>? At { get; init; }

    /// <summary>
    /// Number of steps to measure at instead of <see cref="Every"/>: evenly spaced in their logarithm from 1 to the last step,
    /// each rounded to a whole step and measured once; step 0, which has no logarithm, is not among them.
    /// </summary>
    [Range(2, 1_000_000), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LogPoints { get; init; }

    /// <summary>Fresh samples a skill for each measurement, where the task measures on fresh samples.</summary>
    [Range(1, int.MaxValue)]
    public int Samples { get; init; } = 20_000;

    /// <summary>The steps at which skills are measured.</summary>
    /// <param name="steps">Number of updates of the training.</param>
    /// <returns>Ascending steps; with <see cref="Every"/> from 0 to <paramref name="steps"/> inclusive.</returns>
    public int[] MeasuredSteps(int steps) =>
        this switch
        {
            { At: { } at } => [.. at.Where(step => step >= 0 && step <= steps).Distinct().Order()],
            { LogPoints: { } n } => [.. Enumerable.Range(0, n).Select(i => (int)Math.Round(Math.Pow(steps, i / (n - 1.0)))).Distinct()],
            _ => [.. Enumerable.Range(0, steps / Every + 1).Select(i => i * Every).Append(steps).Distinct()],
        };
}
