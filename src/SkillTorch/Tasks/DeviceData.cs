using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>
/// The batches of a task that lie on a device, where they are drawn for many updates at a time, and what networks' outputs there say
/// of each skill. The same samples as the task's own on the host, bit for bit.
/// </summary>
/// <param name="seeds">The trials' seeds; length R.</param>
/// <param name="plan">How many samples, in which batches, and the device.</param>
internal abstract class DeviceData(IReadOnlyList<ulong> seeds, DataPlan plan) : IDisposable
{
    /// <summary>Updates that are drawn together at most.</summary>
    private const int MaxSteps = 256;

    /// <summary>Bytes that samples drawn together may take, about, while they are drawn.</summary>
    private const long MaxBytes = 1L << 28;

    private BatchBlock? dataset;
    private EpochBlocks? epochs;
    private BatchBlock? fresh;
    private BatchBlock? evaluation;
    private int evaluated = -1;
    private Batch? current;

    /// <summary>The device.</summary>
    protected Device Device { get; } = plan.Device!;

    /// <summary>The trials' seeds; length R.</summary>
    protected IReadOnlyList<ulong> Seeds { get; } = seeds;

    /// <summary>Number of trials R.</summary>
    protected int Replicates => Seeds.Count;

    /// <summary>What the samples are like.</summary>
    protected abstract SampleForm Form { get; }

    /// <summary>Samples of an evaluation set.</summary>
    protected abstract int EvaluationSize { get; }

    /// <summary>Samples of a trial's fixed dataset; null where each update has fresh ones.</summary>
    protected virtual int? DatasetSize => plan.DatasetSize;

    /// <summary>Whether each measurement is on samples of its own, even where training is on a fixed dataset.</summary>
    protected virtual bool EvaluatesAnew => false;

    /// <summary>Samples that can be drawn together.</summary>
    private int StepsAtOnce(int size) =>
        (int)Math.Clamp(MaxBytes / ((long)Replicates * size * 48 * (2 + Form.WordsPerSample + Form.Outputs)), 1, MaxSteps);

    /// <summary>The samples of updates on; those of one contain its own.</summary>
    /// <param name="step">Number of an update, from 1.</param>
    /// <returns>The block, valid and owned here until the next call.</returns>
    public BatchBlock TrainingBlock(int step)
    {
        if (DatasetSize is { } all)
        {
            dataset ??= Create(all, RandomPurpose.Data, 0, 1, same: true);
            if (plan.BatchSize is not ({ } size and > 0) || size >= dataset.Size)
                return dataset;
            epochs ??= new EpochBlocks(dataset, size, Seeds, Device, StepsAtOnce(size));
            return epochs.GetBlock(step);
        }

        if (fresh?.Has(step) == true)
            return fresh;
        fresh?.Dispose();
        fresh = null; // what drawing may fail to replace
        return fresh = Create(plan.BatchSize!.Value, RandomPurpose.Data, step, StepsAtOnce(plan.BatchSize.Value), same: false);
    }

    /// <summary>The samples of an update.</summary>
    /// <param name="step">Number of the update, from 1.</param>
    public Batch TrainingBatch(int step)
    {
        current?.Dispose();
        current = null;
        var block = TrainingBlock(step);
        var batch = block.At(step);
        current = block.Same ? null : batch;
        return batch;
    }

    /// <summary>The samples on which skills are measured after a number of updates.</summary>
    /// <param name="step">Number of updates made.</param>
    public Batch EvaluationBatch(int step)
    {
        if (plan.DatasetSize is not null && !EvaluatesAnew)
        {
            TrainingBlock(1);
            return dataset!.At(0);
        }

        var number = EvaluatesAnew ? step : 0;
        if (evaluated != number)
        {
            evaluation?.Dispose();
            evaluation = null;
            evaluation = Create(EvaluationSize, RandomPurpose.Evaluation, number, 1, same: true);
            evaluated = number;
        }

        return evaluation!.At(0);
    }

    /// <summary>Measures every skill from the networks' outputs.</summary>
    /// <param name="batch">The evaluation batch, or the training batch.</param>
    /// <param name="outputs">Float64 outputs [R, B, O] on the batch; logits if the loss is cross-entropy.</param>
    /// <param name="loss">The loss that training minimises.</param>
    /// <returns>Of each skill its loss, strength, accuracy and the task's further quantities, float64 [R, K, 3 + …].</returns>
    public abstract Tensor Measure(Batch batch, Tensor outputs, LossKind loss);

    /// <summary>Makes the samples of consecutive updates.</summary>
    /// <param name="size">Samples of a trial and update, B.</param>
    /// <param name="purpose">What they are for: <see cref="RandomPurpose.Data"/> or <see cref="RandomPurpose.Evaluation"/>.</param>
    /// <param name="first">Number of the first update.</param>
    /// <param name="steps">Number of updates T.</param>
    /// <param name="same">Whether the first update's samples serve every one.</param>
    protected abstract BatchBlock Create(int size, RandomPurpose purpose, int first, int steps, bool same);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        current?.Dispose();
        epochs?.Dispose();
        dataset?.Dispose();
        fresh?.Dispose();
        evaluation?.Dispose();
    }
}
