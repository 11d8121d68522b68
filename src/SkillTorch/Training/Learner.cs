using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>A stack of R trials in the making: it advances step by step, and every skill can be measured in between.</summary>
internal abstract class Learner : IDisposable
{
    /// <summary>Frequency p_i of each skill in each trial [R, K].</summary>
    public abstract double[,] Frequencies { get; }

    /// <summary>Names of quantities measured beside loss, strength and accuracy.</summary>
    public virtual IReadOnlyList<string> ExtraQuantities => [];

    /// <summary>All that a checkpoint must hold beside the step, by name, each [R, …].</summary>
    public virtual IReadOnlyDictionary<string, Tensor> State { get; } = new Dictionary<string, Tensor>();

    /// <summary>Whether updates change anything. The measurements of a prediction do not depend on them, and training passes over the steps
    /// between.</summary>
    public virtual bool Updates => true;

    /// <summary>Bytes of memory that the stack takes, about; in proportion to its trials, except for data that they share.</summary>
    public virtual long Bytes => State.Values.Sum(BytesOf);

    /// <summary>Bytes of a tensor's elements.</summary>
    public static long BytesOf(Tensor tensor) => tensor.numel() * tensor.element_size();

    /// <summary>Goes on from a checkpoint after <see cref="State"/> has been overwritten.</summary>
    /// <param name="step">Number of updates made so far.</param>
    public virtual void Resume(int step) { }

    /// <summary>Makes one update.</summary>
    /// <param name="step">Number of the update, from 1.</param>
    public abstract void Advance(int step);

    /// <summary>Whether all parameters of each trial are finite numbers [R]; null where there are no parameters.</summary>
    public virtual bool[]? Finite() => null;

    /// <summary>Measures every skill.</summary>
    /// <param name="step">Number of updates made.</param>
    /// <param name="measurement">Receives loss, strength and accuracy.</param>
    public abstract void Measure(int step, SkillMeasurement measurement);

    /// <summary>Measures every skill on a device, where the measurement stays; null where <see cref="Measure"/> is the only way.</summary>
    /// <param name="step">Number of updates made.</param>
    /// <returns>Float64 [R, K, 3 + …], see <see cref="Models.Objective.MeasureOnDevice"/>; the caller disposes it.</returns>
    public virtual Tensor? MeasureOnDevice(int step) => null;

    public abstract void Dispose();
}
