using SkillTorch.Models;
using SkillTorch.Optimizers;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>An objective moved by an optimizer.</summary>
internal sealed class GradientLearner : Learner
{
    private readonly Objective objective;
    private readonly Optimizer optimizer;
    private readonly Tensor gradient; // [R, n]

    public GradientLearner(Objective objective, Optimizer optimizer, double[,] frequencies)
    {
        this.objective = objective;
        this.optimizer = optimizer;
        Frequencies = frequencies;
        gradient = zeros_like(objective.Parameters).DetachFromDisposeScope();
        State = new Dictionary<string, Tensor>(optimizer.State.Select(s => KeyValuePair.Create($"optimizer.{s.Key}", s.Value)))
        {
            ["parameters"] = objective.Parameters,
        };
    }

    public override double[,] Frequencies { get; }

    public override IReadOnlyList<string> ExtraQuantities => objective.ExtraQuantities;

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    public override long Bytes => base.Bytes + BytesOf(gradient) + objective.WorkingBytes;

    public override void Resume(int step) => optimizer.StepCount = step;

    public override void Advance(int step)
    {
        objective.ComputeGradient(step, gradient);
        Mask(gradient);
        optimizer.Step(objective.Parameters, gradient);
        Mask(objective.Parameters);
    }

    public override bool[] Finite()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return [.. objective.Parameters.isfinite().all(1).cpu().data<bool>()];
    }

    public override void Measure(int step, SkillMeasurement measurement) =>
        AtMeasuredParameters(() =>
        {
            objective.Measure(step, measurement);
            return null;
        });

    public override Tensor? MeasureOnDevice(int step)
    {
        using var scope = NewDisposeScope();
        return AtMeasuredParameters(() => objective.MeasureOnDevice(step))?.DetachFromDisposeScope();
    }

    private Tensor? AtMeasuredParameters(Func<Tensor?> measure)
    {
        if (optimizer.MeasuredParameters is not { } measured)
            return measure();
        using var noGrad = no_grad();
        using var trained = objective.Parameters.clone();
        objective.Parameters.copy_(measured);
        Mask(objective.Parameters);
        var measurement = measure();
        objective.Parameters.copy_(trained);
        objective.OnParametersReplaced();
        return measurement;
    }

    private void Mask(Tensor values)
    {
        using var noGrad = no_grad();
        if (objective.Mask is { } mask)
            values.mul_(mask);
    }

    public override void Dispose()
    {
        objective.Dispose();
        optimizer.Dispose();
        gradient.Dispose();
    }
}
