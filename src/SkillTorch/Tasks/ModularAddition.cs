using System.ComponentModel.DataAnnotations;
using SkillTorch.Numerics;

namespace SkillTorch.Tasks;

/// <summary>
/// Addition modulo P: a sample is the pair of tokens (a, b), its class is (a + b) mod P. Of all P² pairs a random part is the
/// training set, and the rest is the test set. Skill 1 is the training pairs (frequency 1, so that the total loss is the training
/// loss), skill 2 the test pairs (frequency 0: no update sees them); both are always measured on all of their pairs.
/// </summary>
/// <remarks>
/// arXiv:2501.12391, fig. 13, whose settings the defaults are. Cross-entropy is the softmax's over the P outputs; the squared
/// error is that of one-hot targets. Strength is (P·q − 1)/(P − 1) with q the mean probability (or output, under the squared
/// error) of the right class: 0 where all classes are equally likely, 1 when mastered. Accuracy goes by the largest output.
/// </remarks>
[Kind("modular-addition")]
public sealed record ModularAdditionOptions : DataTaskOptions
{
    /// <summary>Modulus P: number of token values and of classes.</summary>
    [Range(2, 256)]
    public int Modulus { get; init; } = 59;

    /// <summary>Fraction f of the pairs that is trained on: ⌊f·P²⌋ pairs, drawn for each trial from its seed.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double TrainFraction { get; init; } = 0.8;

    /// <inheritdoc/>
    public override IReadOnlyList<Skill> GetSkills()
    {
        Check();
        return [new Skill(1, "training pairs", 1), new Skill(2, "test pairs", 0)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<double> LossesAtChance(LossKind loss)
    {
        double classes = Modulus; // each answered with 1/P
        var chance = loss == LossKind.CrossEntropy ? Math.Log(classes) : (classes - 1) / (classes * classes);
        return [chance, chance];
    }

    /// <inheritdoc/>
    public override DataTask Create(IReadOnlyList<DataTaskOptions> options, IReadOnlyList<ulong> seeds, DataPlan plan)
    {
        Check();
        return new ModularAddition(this, seeds, plan);
    }

    /// <summary>Number of training pairs.</summary>
    internal int TrainingPairs => (int)(TrainFraction * Modulus * Modulus);

    private void Check()
    {
        if (TrainingPairs == 0)
        {
            throw new InvalidOptionException(
                "task.trainFraction",
                $"Got {TrainFraction} for `task.trainFraction`, which is less than one of {Modulus * Modulus} pairs; expected a larger "
                    + $"fraction."
            );
        }
    }
}

/// <summary>The pairs of modular addition for a stack of trials.</summary>
internal sealed class ModularAddition : DataTask
{
    private readonly int modulus;
    private readonly Batch all; // training pairs, then test pairs
    private readonly Batch training;
    private readonly DatasetBatches? batches;
    private readonly ModularAdditionTensors? onDevice;

    public ModularAddition(ModularAdditionOptions options, IReadOnlyList<ulong> seeds, DataPlan plan)
    {
        if (plan.DatasetSize is not null)
        {
            throw new InvalidOptionException(
                "training.datasetSize",
                $"Got {plan.DatasetSize} for `training.datasetSize`; expected null, because `modular-addition` trains on the share "
                    + $"`task.trainFraction` of all pairs."
            );
        }

        modulus = options.Modulus;
        Frequencies = new double[seeds.Count, 2];
        for (var r = 0; r < seeds.Count; r++)
            Frequencies[r, 0] = 1;
        all = Pairs(seeds, options.TrainingPairs);
        training = all.Select([.. seeds.Select(_ => new ReadOnlyMemory<int>([.. Enumerable.Range(0, options.TrainingPairs)]))]);
        onDevice = plan.Device is null ? null : new ModularAdditionTensors(all, training, seeds, plan);
        if (plan.BatchSize is { } size and > 0 && size < training.Size)
            batches = new DatasetBatches(training, size, seeds);
    }

    public override double[,] Frequencies { get; }

    public override int Inputs => 2 * modulus;

    public override (int Count, int Values)? TokenInputs => (2, modulus);

    public override int Outputs => modulus;

    public override bool MeasuresTrainingBatch => false;

    internal override DeviceData? OnDevice => onDevice;

    public override Batch TrainingBatch(int step) => onDevice?.TrainingBatch(step) ?? batches?.At(step) ?? training;

    public override Batch EvaluationBatch(int step) => onDevice?.EvaluationBatch(step) ?? all;

    public override void Measure(Batch batch, ReadOnlyMemory<double> outputs, LossKind loss, SkillMeasurement measurement)
    {
        Workers.For(
            2 * batch.Sets,
            i =>
            {
                var (r, k) = (i / 2, i % 2);
                var (first, count) = k == 0 ? (0, training.Size) : (training.Size, batch.Size - training.Size);
                double losses = 0,
                    rightOutputs = 0;
                var right = 0;
                for (var sample = r * batch.Size + first; sample < r * batch.Size + first + count; sample++)
                {
                    var answer = ClassAnswer.From(loss, outputs.Span.Slice(sample * modulus, modulus), batch.Labels![sample]);
                    losses += answer.Loss;
                    rightOutputs += answer.RightPrediction;
                    right += answer.Right ? 1 : 0;
                }

                measurement.Loss[r, k] = losses / count;
                measurement.Strength[r, k] = (modulus * (rightOutputs / count) - 1) / (modulus - 1);
                measurement.Accuracy[r, k] = (double)right / count;
            }
        );
    }

    public override void Dispose()
    {
        onDevice?.Dispose();
        all.Dispose();
        training.Dispose();
        batches?.Dispose();
    }

    private Batch Pairs(IReadOnlyList<ulong> seeds, int trained)
    {
        var size = modulus * modulus;
        var tokens = new int[seeds.Count * size * 2];
        var labels = new int[seeds.Count * size];
        for (var r = 0; r < seeds.Count; r++)
        {
            var chosen = new RandomStream(seeds[r], RandomPurpose.Data).Sequence().Sample(size, trained);
            var sample = r * size;
            foreach (var pair in chosen.Concat(Enumerable.Range(0, size).Except(chosen)))
            {
                var (a, b) = (pair / modulus, pair % modulus);
                (tokens[2 * sample], tokens[2 * sample + 1], labels[sample]) = (a, b, (a + b) % modulus);
                sample++;
            }
        }

        return Batch.FromTokens(seeds.Count, size, 2, modulus, modulus, tokens, labels);
    }
}
