using System.ComponentModel.DataAnnotations;
using SkillTorch.Numerics;

namespace SkillTorch.Tasks;

/// <summary>
/// Regression with one input and one output a skill: a sample of skill k has x_k uniform in [−1, 1], every other input 0 and the
/// target x_k^n at output k. Only the output of the sample's own skill counts: the squared errors of the others are masked, and
/// the loss is the mean over all entries, masked ones included.
/// </summary>
/// <remarks>
/// arXiv:2501.12391, fig 19, whose two skills, 99 % and 1 % of the samples, are the default. Skill loss L_k is the mean squared
/// error at output k over the samples of skill k, strength 1 − L_k/mean(target²): 0 for a network that answers 0.
/// </remarks>
[Kind("squares")]
public sealed record SquaresOptions : DataTaskOptions
{
    /// <summary>The skills.</summary>
    public IReadOnlyList<SquareSkill> Skills { get; init; } = [new() { Fraction = 0.99 }, new() { Fraction = 0.01 }];

    /// <inheritdoc/>
    public override IReadOnlyList<Skill> GetSkills()
    {
        var sum = Skills.Sum(skill => skill.Fraction);
        if (Skills.Count == 0 || Math.Abs(sum - 1) > 1e-9)
        {
            throw new InvalidOptionException(
                "task.skills",
                $"Got {Skills.Count} skills with fractions that sum to {sum} for `task.skills`; expected at least one skill and "
                    + $"fractions that sum to 1."
            );
        }

        return [.. Skills.Select((skill, k) => new Skill(k + 1, $"x{k + 1}^{skill.Power}", skill.Fraction))];
    }

    /// <inheritdoc/>
    // the mean of x^(2n)
    public override IReadOnlyList<double> LossesAtChance(LossKind loss) => [.. Skills.Select(skill => 1 / (2.0 * skill.Power + 1))];

    /// <inheritdoc/>
    public override DataTask Create(IReadOnlyList<DataTaskOptions> options, IReadOnlyList<ulong> seeds, DataPlan plan)
    {
        if (plan.Loss != LossKind.Mse)
        {
            throw new InvalidOptionException(
                "training.loss",
                "Got a loss other than mse for the `squares` task; expected `mse`, because its targets are numbers."
            );
        }

        return new Squares(this, seeds, plan);
    }
}

/// <summary>One skill of the squares task.</summary>
public sealed record SquareSkill
{
    /// <summary>Fraction of the samples that are of this skill; a batch has the nearest whole number of them.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Fraction { get; init; } = 1;

    /// <summary>Power n of the target x^n.</summary>
    [Range(1, 100)]
    public int Power { get; init; } = 2;
}

/// <summary>Samples of the squares task for a stack of trials; those of one skill lie side by side.</summary>
internal sealed class Squares : DataTask
{
    private readonly IReadOnlyList<SquareSkill> skills;
    private readonly IReadOnlyList<ulong> seeds;
    private readonly DataPlan plan;
    private readonly double[] ends; // share of samples up to and with each skill
    private readonly Batch? dataset;
    private readonly DatasetBatches? batches;
    private readonly SquaresTensors? onDevice;
    private Batch? current;
    private Batch? evaluation;

    public Squares(SquaresOptions options, IReadOnlyList<ulong> seeds, DataPlan plan)
    {
        skills = options.Skills;
        this.seeds = seeds;
        this.plan = plan;
        ends = new double[skills.Count];
        Frequencies = new double[seeds.Count, skills.Count];
        for (var k = 0; k < skills.Count; k++)
        {
            ends[k] = skills[k].Fraction + (k > 0 ? ends[k - 1] : 0);
            for (var r = 0; r < seeds.Count; r++)
                Frequencies[r, k] = skills[k].Fraction;
        }

        var size =
            plan.DatasetSize
            ?? plan.BatchSize
            ?? throw new InvalidOptionException(
                "training.batchSize",
                "Got neither `training.batchSize` nor `training.datasetSize`; expected the number of fresh samples a step, or of fixed "
                    + "samples."
            );
        for (var k = 0; k < skills.Count; k++)
        {
            if (First(k + 1, size) == First(k, size))
            {
                throw new InvalidOptionException(
                    $"task.skills[{k}].fraction",
                    $"Got {skills[k].Fraction} for `task.skills[{k}].fraction`, of which {size} samples have none; expected more, or "
                        + $"more samples."
                );
            }
        }

        onDevice = plan.Device is null ? null : new SquaresTensors(options, this, seeds, plan);
        if (onDevice is null && plan.DatasetSize is not null)
        {
            dataset = Draw(size, RandomPurpose.Data, 0);
            if (!MeasuresTrainingBatch)
                batches = new DatasetBatches(dataset, plan.BatchSize!.Value, seeds);
        }
    }

    public override double[,] Frequencies { get; }

    public override int Inputs => skills.Count;

    public override int Outputs => skills.Count;

    public override IReadOnlyList<SkillModule> Modules =>
        [.. Enumerable.Range(1, skills.Count).Select(k => new SkillModule { Inputs = [k], Outputs = [k] })];

    public override bool MeasuresTrainingBatch => plan.DatasetSize is { } size && (plan.BatchSize is null or 0 || plan.BatchSize >= size);

    internal override DeviceData? OnDevice => onDevice;

    public override Batch TrainingBatch(int step)
    {
        if (onDevice is not null)
            return onDevice.TrainingBatch(step);
        if (dataset is not null)
            return batches?.At(step) ?? dataset;
        current?.Dispose();
        return current = Draw(plan.BatchSize!.Value, RandomPurpose.Data, (ulong)step);
    }

    /// <summary>The fixed dataset, or fresh samples, as many of each skill.</summary>
    public override Batch EvaluationBatch(int step) =>
        onDevice?.EvaluationBatch(step)
        ?? dataset
        ?? (evaluation ??= Draw(skills.Count * plan.EvaluationSamples, RandomPurpose.Evaluation, 0));

    public override void Measure(Batch batch, ReadOnlyMemory<double> outputs, LossKind loss, SkillMeasurement measurement)
    {
        var count = skills.Count;
        Workers.For(
            seeds.Count,
            r =>
            {
                var predicted = outputs.Span.Slice(r * batch.Size * count, batch.Size * count);
                var targets = batch.Targets.AsSpan(r * batch.Size * count, batch.Size * count);
                var weights = batch.Weights.AsSpan(r * batch.Size * count, batch.Size * count);
                for (var k = 0; k < count; k++)
                {
                    double samples = 0,
                        error = 0,
                        square = 0;
                    for (var i = k; i < predicted.Length; i += count)
                    {
                        if (weights[i] == 0)
                            continue;
                        samples += weights[i];
                        error += weights[i] * (predicted[i] - targets[i]) * (predicted[i] - targets[i]);
                        square += weights[i] * targets[i] * targets[i];
                    }

                    measurement.Loss[r, k] = error / samples;
                    measurement.Strength[r, k] = 1 - error / square;
                }
            }
        );
    }

    public override void Dispose()
    {
        onDevice?.Dispose();
        dataset?.Dispose();
        batches?.Dispose();
        current?.Dispose();
        evaluation?.Dispose();
    }

    /// <summary>Index of the first sample of a skill (from 0), or, one skill further, behind the last.</summary>
    private int First(int skill, int size) => skill == 0 ? 0 : (int)Math.Round(ends[skill - 1] * size);

    /// <summary>Which of some samples are of each skill.</summary>
    /// <param name="size">Number of samples.</param>
    /// <param name="purpose">What they are for.</param>
    internal (int From, int To)[] RangesOf(int size, RandomPurpose purpose) =>
        [
            .. Enumerable
                .Range(0, skills.Count)
                .Select(k =>
                    purpose == RandomPurpose.Evaluation
                        ? (k * size / skills.Count, (k + 1) * size / skills.Count)
                        : (First(k, size), First(k + 1, size))
                ),
        ];

    private Batch Draw(int size, RandomPurpose purpose, ulong step)
    {
        var count = skills.Count;
        var ranges = RangesOf(size, purpose);
        double[] values = new double[seeds.Count * size * count],
            targets = new double[values.Length],
            weights = new double[values.Length];
        Workers.For(
            seeds.Count,
            r =>
            {
                var numbers = new double[size];
                new RandomStream(seeds[r], purpose, step).FillUniform(numbers, -1, 1);
                for (var k = 0; k < count; k++)
                {
                    for (var i = ranges[k].From; i < ranges[k].To; i++)
                    {
                        var entry = (r * size + i) * count + k;
                        values[entry] = numbers[i];
                        targets[entry] = Math.Pow(numbers[i], skills[k].Power);
                        weights[entry] = 1;
                    }
                }
            }
        );
        return Batch.FromNumbers(
            seeds.Count,
            size,
            count,
            count,
            values,
            targets,
            weights,
            [.. ranges.Select((range, k) => new SampleLine(range.From, range.To - range.From, k))]
        );
    }
}
