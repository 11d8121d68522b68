using SkillTorch.Models;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>Networks on the samples of a data task: the door to all gradients of networks.</summary>
internal sealed class NetworkObjective : Objective
{
    private readonly DataTask task;
    private readonly Network network;
    private readonly LossKind loss;
    private readonly IGradientSource gradients;
    private int? pending; // update whose gradient is already known, from measuring on the training batch
    private Tensor? pendingGradient;
    private double[] outputs = []; // [R, B, O] of the last measurement

    public NetworkObjective(DataTask task, Network network, TrainingOptions training, int replicates)
    {
        this.task = task;
        this.network = network;
        loss = training.Loss;
        gradients = GradientSources.Choose(network, task, training, replicates);
    }

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

    public override void Measure(int step, SkillMeasurement measurement)
    {
        Batch batch;
        if (task.MeasuresTrainingBatch)
        {
            batch = task.TrainingBatch(step + 1);
            Reserve(measurement.Loss.GetLength(0) * batch.Size * batch.Outputs);
            pendingGradient ??= zeros_like(network.Parameters).DetachFromDisposeScope();
            gradients.ComputeGradient(batch, pendingGradient, outputs);
            pending = step + 1;
        }
        else
        {
            batch = task.EvaluationBatch(step);
            Reserve(measurement.Loss.GetLength(0) * batch.Size * batch.Outputs);
            gradients.ComputeOutputs(batch, outputs);
        }

        task.Measure(batch, outputs, loss, measurement);
    }

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

    private void Reserve(int length)
    {
        if (outputs.Length != length)
            outputs = new double[length];
    }

    public override void Dispose()
    {
        task.Dispose();
        network.Dispose();
        pendingGradient?.Dispose();
        gradients.Dispose();
    }
}

/// <summary>Computes outputs and gradients of a stack of networks.</summary>
internal interface IGradientSource : IDisposable
{
    /// <summary>Gradient of each network's loss.</summary>
    /// <param name="batch">Samples.</param>
    /// <param name="gradient">Receives the gradient [R, n].</param>
    /// <param name="outputs">Receives the outputs [R, B, O] of the same pass; null if they are not wanted.</param>
    void ComputeGradient(Batch batch, Tensor gradient, double[]? outputs);

    /// <summary>Outputs without a gradient.</summary>
    /// <param name="batch">Samples.</param>
    /// <param name="outputs">Receives the outputs [R, B, O].</param>
    void ComputeOutputs(Batch batch, double[] outputs);
}
