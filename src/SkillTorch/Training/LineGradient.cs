using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SkillTorch.Models;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Training.Kernels;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>
/// Gradients of smooth perceptrons where many samples lie on a line (<see cref="Batch.Lines"/>): along it a network is a smooth function
/// of one number, and passes over the line's Chebyshev nodes alone. Outputs at the samples are interpolated, and dL/df at the
/// samples goes back to the nodes by the transpose. Equal to autograd up to rounding: a network of which the nodes do not
/// resolve every unit of the last hidden layer to rounding passes over its samples instead, as do all on other batches.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed unsafe class LineGradient<T> : IGradientSource<double[]>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network network;
    private readonly OutputLoss loss;
    private readonly MlpShape shape;
    private readonly MlpGradient<T> samples;
    private readonly int threads;
    private readonly ConcurrentBag<LinePasses<T>> idle = [];
    private (Batch? Of, LinePlan? Plan) planned;

    public LineGradient(Network network, OutputLoss loss, MlpShape shape, int threads)
    {
        this.network = network;
        this.loss = loss;
        this.shape = shape;
        samples = new MlpGradient<T>(network, loss, shape, threads);
        this.threads = threads;
    }

    public void ComputeGradient(Batch batch, Tensor gradient, double[]? outputs)
    {
        if (planned.Of != batch)
            planned = (batch, PlanOf(batch));
        if (planned.Plan is not { } plan)
        {
            samples.ComputeGradient(batch, gradient, outputs);
            return;
        }

        loss.Prepare(batch);
        T* parameters = Address(network.Parameters),
            result = Address(gradient);
        var each = batch.Size * batch.Outputs;
        Workers.For(
            shape.Replicates,
            threads,
            r =>
            {
                if (!idle.TryTake(out var passes))
                    passes = new LinePasses<T>(shape with { Replicates = 1 }, batch);
                var own = outputs is null ? passes.Outputs : outputs.AsMemory(r * each, each);
                passes.ComputeGradient(
                    batch,
                    r,
                    plan,
                    parameters + (nint)r * shape.Parameters,
                    result + (nint)r * shape.Parameters,
                    own,
                    (f, slopes) => loss.FillSlopes(batch, r, f, slopes)
                );
                idle.Add(passes);
            }
        );
    }

    public void ComputeOutputs(Batch batch, double[] outputs) => samples.ComputeOutputs(batch, outputs);

    public void Dispose()
    {
        samples.Dispose();
        foreach (var passes in idle)
            passes.Dispose();
    }

    /// <summary>The plan of a batch; null where lines are of no use.</summary>
    private LinePlan? PlanOf(Batch batch)
    {
        foreach (var passes in idle)
            passes.Dispose();
        idle.Clear();
        if (batch.Lines.Count == 0 || loss.EntriesOf(batch) != batch.Outputs || shape.Activation != Activation.Silu)
            return null;
        var plan = LinePlan.From(batch, LinePasses<T>.Nodes);
        return plan.Columns < Math.Min(batch.Size, MlpPasses<T>.Tile + 1) ? plan : null;
    }

    private static T* Address(Tensor tensor) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
