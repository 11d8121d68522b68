using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>A stack of R functions of flat parameters, each with a gradient and with skills that can be measured.</summary>
public abstract class Objective : IDisposable
{
    /// <summary>All parameters of the stack, [R, n]; an optimizer changes them in place.</summary>
    public abstract Tensor Parameters { get; }

    /// <summary>Where each weight matrix and bias lies in <see cref="Parameters"/>; one vector where there are none.</summary>
    public virtual ParameterLayout Layout => ParameterLayout.Vector((int)Parameters.shape[1]);

    /// <summary>1 where a parameter may differ from 0 and 0 where it stays 0 whatever the optimizer does, [1, n]; null where all
    /// may.</summary>
    public virtual Tensor? Mask => null;

    /// <summary>Computes the gradient that update number <paramref name="step"/> uses.</summary>
    /// <param name="step">Number of the update, from 1.</param>
    /// <param name="gradient">Receives the gradient of each stacked loss, [R, n].</param>
    public abstract void ComputeGradient(int step, Tensor gradient);

    /// <summary>Measures every skill of every member after <paramref name="step"/> updates.</summary>
    /// <param name="step">Number of updates made.</param>
    /// <param name="measurement">Receives loss, strength and accuracy.</param>
    public abstract void Measure(int step, SkillMeasurement measurement);

    /// <summary>Measures every skill on a device, and leaves the measurement there until it is fetched with others.</summary>
    /// <param name="step">Number of updates made.</param>
    /// <returns>
    /// Of each skill its loss, strength, accuracy and <see cref="ExtraQuantities"/>, float64 [R, K, 3 + …], owned by the current dispose
    /// scope; null where <see cref="Measure"/> is the only way.
    /// </returns>
    internal virtual Tensor? MeasureOnDevice(int step) => null;

    /// <summary>Tells that the parameters have changed since <see cref="Measure"/>, other than by an update: what is known of them is
    /// void.</summary>
    public virtual void OnParametersReplaced() { }

    /// <summary>Bytes that the stack takes beside its parameters, about: data and activations.</summary>
    public virtual long WorkingBytes => 0;

    /// <summary>Names of further quantities that <see cref="Measure"/> fills, beside loss, strength and accuracy.</summary>
    public virtual IReadOnlyList<string> ExtraQuantities => [];

    /// <inheritdoc/>
    public abstract void Dispose();
}
