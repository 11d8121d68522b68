using SkillTorch.Models;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Networks on the samples of a data task: the door to all gradients of networks.</summary>
/// <param name="task">The task.</param>
/// <param name="network">The stack of networks.</param>
/// <param name="gradients">Computes their gradients.</param>
/// <typeparam name="TOutputs">Where outputs go: an array of the host, or a tensor of a device.</typeparam>
internal abstract class NetworkObjective<TOutputs>(DataTask task, Network network, IGradientSource<TOutputs> gradients) : Objective
    where TOutputs : class
{
    private int? pending; // update whose gradient is already known, from measuring on the training batch
    private Tensor? pendingGradient;

    /// <summary>The task.</summary>
    protected DataTask Task => task;

    public override Tensor Parameters => network.Parameters;

    public override ParameterLayout Layout => network.Layout;

    public override Tensor? Mask => network.Mask;

    public override IReadOnlyList<string> ExtraQuantities => task.ExtraQuantities;

    public override void ComputeGradient(int step, Tensor gradient)
    {
        if (pending == step)
        {
            using var noGrad = no_grad();
            gradient.copy_(pendingGradient!);
        }
        else
        {
            gradients.ComputeGradient(task.TrainingBatch(step), gradient, outputs: null);
        }

        pending = null;
    }

    /// <summary>Computes the outputs from which skills are measured.</summary>
    /// <param name="step">Number of updates made.</param>
    /// <returns>The batch, and the outputs on it.</returns>
    protected (Batch Batch, TOutputs Outputs) Evaluate(int step)
    {
        if (task.MeasuresTrainingBatch)
        {
            var batch = task.TrainingBatch(step + 1);
            var outputs = Reserved(batch);
            pendingGradient ??= zeros_like(network.Parameters).DetachFromDisposeScope();
            gradients.ComputeGradient(batch, pendingGradient, outputs);
            pending = step + 1;
            return (batch, outputs);
        }
        else
        {
            var batch = task.EvaluationBatch(step);
            var outputs = Reserved(batch);
            gradients.ComputeOutputs(batch, outputs);
            return (batch, outputs);
        }
    }

    /// <summary>Room for the outputs on a batch.</summary>
    protected abstract TOutputs Reserved(Batch batch);

    /// <remarks>Data, outputs, and activations; a second gradient where measuring computes one.</remarks>
    public override long WorkingBytes
    {
        get
        {
            var replicates = network.Parameters.shape[0];
            return BytesOf(task.TrainingBatch(1))
                + (task.MeasuresTrainingBatch ? Learner.BytesOf(network.Parameters) : BytesOf(task.EvaluationBatch(0)));

            long BytesOf(Batch batch) =>
                batch.Bytes
                + replicates
                    * (
                        (long)batch.Size * batch.Outputs * sizeof(double)
                        + Math.Min(batch.Size, network.SamplesAtOnce) * network.BytesPerSample
                    );
        }
    }

    public override void OnParametersReplaced() => pending = null;

    public override void Dispose()
    {
        task.Dispose();
        network.Dispose();
        pendingGradient?.Dispose();
        gradients.Dispose();
    }
}

/// <summary>Networks on the host.</summary>
internal sealed class HostNetworkObjective(DataTask task, Network network, TrainingOptions training, int replicates)
    : NetworkObjective<double[]>(task, network, GradientSources.Choose(network, task, training, replicates))
{
    private double[] outputs = []; // [R, B, O] of the last measurement

    public override void Measure(int step, SkillMeasurement measurement)
    {
        var (batch, predicted) = Evaluate(step);
        Task.Measure(batch, predicted, training.Loss, measurement);
    }

    protected override double[] Reserved(Batch batch)
    {
        var length = replicates * batch.Size * batch.Outputs;
        return outputs.Length == length ? outputs : outputs = new double[length];
    }
}

/// <summary>Networks on a device, where the measurements stay until they are fetched, unless the task knows no way to measure
/// there.</summary>
internal sealed class DeviceNetworkObjective(DataTask task, Network network, TrainingOptions training, int replicates)
    : NetworkObjective<Tensor>(task, network, GradientSources.ChooseOnDevice(network, task, training, replicates))
{
    private Tensor? outputs; // [R, B, O] of the last measurement

    internal override Tensor? MeasureOnDevice(int step)
    {
        if (Task.OnDevice is not { } data)
            return null;
        using var scope = NewDisposeScope();
        var (batch, predicted) = Evaluate(step);
        using var noGrad = no_grad();
        return data.Measure(batch, predicted.to(ScalarType.Float64), training.Loss).MoveToOuterDisposeScope();
    }

    public override void Measure(int step, SkillMeasurement measurement)
    {
        if (Task.OnDevice is not null)
        {
            using var tensor = MeasureOnDevice(step)!;
            measurement.Fetch(tensor);
            return;
        }

        var (batch, predicted) = Evaluate(step);
        using var host = predicted.to(ScalarType.Float64, CPU);
        Task.Measure(batch, host.data<double>().ToArray(), training.Loss, measurement);
    }

    public override void Dispose()
    {
        base.Dispose();
        outputs?.Dispose();
    }

    protected override Tensor Reserved(Batch batch)
    {
        if (outputs is not null && outputs.shape[1] == batch.Size && outputs.shape[2] == batch.Outputs)
            return outputs;
        outputs?.Dispose();
        return outputs = empty([replicates, batch.Size, batch.Outputs], Parameters.dtype, Parameters.device).DetachFromDisposeScope();
    }
}

/// <summary>Computes outputs and gradients of a stack of networks.</summary>
/// <typeparam name="TOutputs">Where outputs go: an array of the host, or a tensor of a device in the parameters' number format.</typeparam>
internal interface IGradientSource<in TOutputs> : IDisposable
    where TOutputs : class
{
    /// <summary>Gradient of each network's loss.</summary>
    /// <param name="batch">Samples.</param>
    /// <param name="gradient">Receives the gradient [R, n].</param>
    /// <param name="outputs">Receives the outputs [R, B, O] of the same pass; null if they are not wanted.</param>
    void ComputeGradient(Batch batch, Tensor gradient, TOutputs? outputs);

    /// <summary>Outputs without a gradient.</summary>
    /// <param name="batch">Samples.</param>
    /// <param name="outputs">Receives the outputs [R, B, O].</param>
    void ComputeOutputs(Batch batch, TOutputs outputs);
}
