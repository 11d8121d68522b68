namespace SkillTorch.Tasks;

/// <summary>The samples of a stack of R trials, and how networks' outputs on them tell each skill.</summary>
public abstract class DataTask : IDisposable
{
    /// <summary>Frequency p_i of each skill in each trial [R, K].</summary>
    public abstract double[,] Frequencies { get; }

    /// <summary>Number of inputs I.</summary>
    public abstract int Inputs { get; }

    /// <summary>Widths of the one-hot and the bit part of binary inputs; null where inputs are numbers.</summary>
    public virtual (int Controls, int Bits)? BinaryInputs => null;

    /// <summary>Tokens of a sample and values of a token where inputs are one-hot tokens; null where they are not.</summary>
    public virtual (int Count, int Values)? TokenInputs => null;

    /// <summary>Number of outputs O.</summary>
    public abstract int Outputs { get; }

    /// <summary>What a modular network needs for each skill: all inputs, and output k, or all where outputs are not one a skill.</summary>
    public virtual IReadOnlyList<SkillModule> Modules
    {
        get
        {
            var skills = Frequencies.GetLength(1);
            int[] inputs = [.. Enumerable.Range(1, Inputs)],
                outputs = [.. Enumerable.Range(1, Outputs)];
            return
            [
                .. Enumerable
                    .Range(1, skills)
                    .Select(k => new SkillModule { Inputs = inputs, Outputs = Outputs == skills ? [k] : outputs }),
            ];
        }
    }

    /// <summary>
    /// Whether skills are measured on the batch that the next update trains on: then the outputs of the gradient's own
    /// forward pass are the measurement, and it costs nothing.
    /// </summary>
    public abstract bool MeasuresTrainingBatch { get; }

    /// <summary>Names of further quantities that <see cref="Measure"/> fills, beside loss, strength and accuracy.</summary>
    public virtual IReadOnlyList<string> ExtraQuantities => [];

    /// <summary>The samples of an update.</summary>
    /// <param name="step">Number of the update, from 1.</param>
    /// <returns>The batch; it stays valid, and owned by the task, until the next call.</returns>
    public abstract Batch TrainingBatch(int step);

    /// <summary>The samples on which skills are measured after a number of updates.</summary>
    /// <param name="step">Number of updates made.</param>
    /// <returns>The batch; it stays valid, and owned by the task, until the next call.</returns>
    public abstract Batch EvaluationBatch(int step);

    /// <summary>Measures every skill from the networks' outputs.</summary>
    /// <param name="batch">The evaluation batch, or the training batch if <see cref="MeasuresTrainingBatch"/>.</param>
    /// <param name="outputs">Outputs [R, B, O] on the batch; logits if the loss is cross-entropy.</param>
    /// <param name="loss">The loss that training minimises.</param>
    /// <param name="measurement">Receives loss, strength and accuracy of each skill.</param>
    public abstract void Measure(Batch batch, ReadOnlyMemory<double> outputs, LossKind loss, SkillMeasurement measurement);

    /// <summary>The task's samples and measurements on a device; null where it has none there.</summary>
    internal virtual DeviceData? OnDevice => null;

    /// <inheritdoc/>
    public abstract void Dispose();
}
