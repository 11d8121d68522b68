using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>The pairs of <see cref="ModularAddition"/> on a device, which gets them once.</summary>
/// <param name="all">Training pairs, then test pairs.</param>
/// <param name="training">Training pairs.</param>
/// <param name="seeds">The trials' seeds; length R.</param>
/// <param name="plan">How many samples, in which batches, and the device.</param>
internal sealed class ModularAdditionTensors(Batch all, Batch training, IReadOnlyList<ulong> seeds, DataPlan plan) : DeviceData(seeds, plan)
{
    protected override SampleForm Form { get; } = SampleForm.From(all);

    protected override int EvaluationSize => all.Size;

    protected override int? DatasetSize => training.Size;

    public override Tensor Measure(Batch batch, Tensor outputs, LossKind loss)
    {
        using var scope = NewDisposeScope();
        var labels = batch.LabelTensor(Device)!.unsqueeze(2); // [R, B, 1]
        var right = outputs.argmax(2).eq(labels.squeeze(2)).to(ScalarType.Float64); // [R, B]; the first of equal ones counts
        var (losses, answers) = Answers(batch, outputs, labels, loss);
        double classes = batch.Outputs;
        (long From, long Count)[] parts = [(0, training.Size), (training.Size, all.Size - training.Size)];
        return stack([OfParts(losses), OfParts(answers).Times(classes).Plus(-1).DividedBy(classes - 1), OfParts(right)], 2)
            .MoveToOuterDisposeScope();

        Tensor OfParts(Tensor values) => stack([.. parts.Select(part => values.narrow(1, part.From, part.Count).mean([1]))], 1);
    }

    protected override BatchBlock Create(int size, RandomPurpose purpose, int first, int steps, bool same) =>
        BatchBlock.From(purpose == RandomPurpose.Evaluation ? all : training, Device);

    /// <summary>Each sample's loss and the prediction of its class, [R, B]. Of a sure answer the loss keeps its digits: it is
    /// log(1 + Σ e^(other logits − the class's)) where the class's is the largest.</summary>
    private static (Tensor Losses, Tensor Answers) Answers(Batch batch, Tensor outputs, Tensor labels, LossKind loss)
    {
        if (loss == LossKind.Mse)
        {
            var targets = batch.TargetTensor(ScalarType.Float64, outputs.device);
            return ((outputs - targets).Squared().mean([2]), outputs.gather(2, labels).squeeze(2));
        }

        var own = outputs.gather(2, labels); // [R, B, 1]
        var largest = outputs.amax([2], true);
        var place = outputs.argmax(2, true);
        var rest = (outputs - largest).exp().scatter(2, place, zeros_like(own)).sum(2, true);
        var losses = (largest - own).Plus(rest.log1p()).squeeze(2);
        return (losses, losses.neg().exp());
    }
}
