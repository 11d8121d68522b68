using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>Samples of <see cref="Squares"/> on a device.</summary>
/// <remarks>
/// Targets of powers above 2 are those of the device's own power function, and those of the host may differ from them in the last
/// bit.
/// </remarks>
internal sealed class SquaresTensors(SquaresOptions options, Squares task, IReadOnlyList<ulong> seeds, DataPlan plan)
    : DrawnData(seeds, plan)
{
    protected override SampleForm Form { get; } = new(options.Skills.Count, options.Skills.Count);

    protected override int EvaluationSize { get; } = options.Skills.Count * plan.EvaluationSamples;

    public override Tensor Measure(Batch batch, Tensor outputs, LossKind loss)
    {
        using var scope = NewDisposeScope();
        var targets = batch.TargetTensor(ScalarType.Float64, Device); // [R, B, K]
        var weights = batch.WeightTensor(ScalarType.Float64, Device)!;
        var error = (weights * (outputs - targets).Squared()).sum([1]); // [R, K]
        var square = (weights * targets.Squared()).sum([1]);
        var strength = (error / square).OneMinus();
        return stack([error / weights.sum([1]), strength, strength.Undefined()], 2).MoveToOuterDisposeScope();
    }

    protected override Samples Draw(int size, RandomPurpose purpose, int first, int steps)
    {
        var numbers = Streams(purpose).Uniform((ulong)first, steps, size, -1, 1); // [T, R, B]
        var skills = options.Skills.Count;
        var mask = new double[size * skills]; // [B, K]
        foreach (var (k, range) in task.RangesOf(size, purpose).Index())
        {
            for (var i = range.From; i < range.To; i++)
                mask[i * skills + k] = 1;
        }

        var weights = Transfer.Copy(mask, [1, 1, size, skills], ScalarType.Float64, Device).expand(steps, Replicates, size, skills);
        var own = weights.to(ScalarType.Bool);
        var none = zeros_like(weights);
        var powers = stack([.. options.Skills.Select(skill => Power(numbers, skill.Power))], 3); // [T, R, B, K]
        return new Samples(where(own, powers, none), Values: where(own, numbers.unsqueeze(3).expand_as(weights), none), Weights: weights);
    }

    private static Tensor Power(Tensor x, int power)
    {
        using var exponent = tensor((double)power, ScalarType.Float64);
        return power switch
        {
            1 => x,
            2 => x.Squared(),
            _ => x.pow(exponent),
        };
    }
}
