using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>Samples of <see cref="SparseParity"/> on a device.</summary>
internal sealed class SparseParityTensors : DrawnData
{
    private readonly IReadOnlyList<SparseParityOptions> options;
    private readonly RandomStreams? choices; // of each trial and skill
    private readonly Tensor masks; // [K, W]

    public SparseParityTensors(IReadOnlyList<SparseParityOptions> options, IReadOnlyList<ulong> seeds, DataPlan plan)
        : base(seeds, plan)
    {
        this.options = options;
        var (bits, skills) = (options[0].InputBits, options[0].Parities.Count);
        Form = new SampleForm(bits, skills) { WordsPerSample = (bits + 31) / 32 };
        EvaluationSize = plan.EvaluationSamples;
        masks = ParityTensors
            .Masks([.. options[0].Parities.Select(parity => parity.Bits.Select(bit => bit - 1).ToArray())], Form.WordsPerSample, Device)
            .DetachFromDisposeScope();
        if (options.Any(o => o.Parities.Any(parity => parity.Fraction != 1)))
        {
            choices = new RandomStreams(
                [.. seeds.SelectMany(seed => Enumerable.Range(0, skills).Select(k => RandomStream.DeriveSeed(seed, (ulong)k)))],
                RandomPurpose.Mask,
                Device
            );
        }
    }

    protected override SampleForm Form { get; }

    protected override int EvaluationSize { get; }

    public override Tensor Measure(Batch batch, Tensor outputs, LossKind loss)
    {
        using var scope = NewDisposeScope();
        var targets = batch.TargetTensor(ScalarType.Float64, Device); // [R, B, K]
        var (losses, predictions) = loss.Evaluate(outputs, targets);
        using var half = tensor(0.5, ScalarType.Float64);
        var margins = targets.Times(2).Plus(-1) * predictions.Times(2).Plus(-1);
        var right = predictions.gt(half).eq(targets.gt(half)).to(ScalarType.Float64); // ½ is the answer 0
        return stack([losses.mean([1]), margins.mean([1]), right.mean([1])], 2).MoveToOuterDisposeScope();
    }

    protected override Samples Draw(int size, RandomPurpose purpose, int first, int steps)
    {
        var (words, skills) = (Form.WordsPerSample, Form.Outputs);
        var drawn = ParityTensors.Cut(
            Streams(purpose).Words((ulong)first, steps, (long)size * words).view(steps, Replicates, size, words),
            Form.Inputs
        );
        var targets = stack(
            [.. Enumerable.Range(0, skills).Select(k => ParityTensors.ComputeParity(drawn.bitwise_and(masks.select(0, k))))],
            3
        ); // [T, R, B, K]
        return new Samples(targets.to(ScalarType.Float64), drawn.to(ScalarType.Int32), Weights: Weights(size, first, steps));
    }

    public override void Dispose()
    {
        base.Dispose();
        masks.Dispose();
        choices?.Dispose();
    }

    /// <summary>Weight 1 of round(p_k·B) random samples for each skill k, and 0 of the others: [T, R, B, K].</summary>
    private Tensor? Weights(int size, int first, int steps)
    {
        if (choices is null)
            return null;
        double[] counted = [.. options.SelectMany(o => o.Parities.Select(parity => Math.Round(parity.Fraction * size)))];
        var order = choices.Permutations((ulong)first, steps, size); // [T, R·K, B]
        var places = IntegerArithmetic.Range(size, Device).to(ScalarType.Float64);
        var weights = places
            .lt(Transfer.Copy(counted, [1, counted.Length, 1], ScalarType.Float64, Device))
            .to(ScalarType.Float64)
            .expand(steps, counted.Length, size);
        return zeros_like(weights).scatter_(2, order, weights).view(steps, Replicates, -1, size).transpose(2, 3);
    }
}
