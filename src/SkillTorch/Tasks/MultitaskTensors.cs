using SkillTorch.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>Samples of <see cref="MultitaskSparseParity"/> on a device, as <see cref="MultitaskSampler"/> draws them.</summary>
internal sealed class MultitaskTensors : DrawnData
{
    private readonly int skills;
    private readonly int bits;
    private readonly Tensor masks; // [R·K, W]
    private readonly Tensor scales; // S, [R, 1]
    private readonly Tensor thresholdLow,
        thresholdHigh,
        alias; // [R·K]
    private IDeviceKernel? kernel;
    private readonly Tensor offsets; // of each trial's part in [R·K], [R, 1]

    public MultitaskTensors(
        IReadOnlyList<MultitaskSparseParityOptions> options,
        IReadOnlyList<MultitaskSampler> samplers,
        IReadOnlyList<ulong> seeds,
        DataPlan plan
    )
        : base(seeds, plan)
    {
        (skills, bits) = (options[0].Skills, options[0].SkillBits);
        Form = new SampleForm(skills + bits, 1)
        {
            TokenInputs = skills,
            TokensPerSample = 1,
            WordsPerSample = (bits + 31) / 32,
        };
        EvaluationSize = skills * plan.EvaluationSamples;
        masks = ParityTensors
            .Masks(
                [.. options.SelectMany((o, r) => o.BitsOfSkills(seeds[r]).Select(own => own.Select(bit => bit - 1).ToArray()))],
                Form.WordsPerSample,
                Device
            )
            .DetachFromDisposeScope();
        scales = Transfer
            .Copy([.. samplers.Select(sampler => sampler.Scale)], [seeds.Count, 1], ScalarType.Float64, Device)
            .DetachFromDisposeScope();
        ulong[] thresholds = [.. samplers.SelectMany(sampler => sampler.Ids.Thresholds.ToArray())];
        thresholdLow = Integers(thresholds.Select(threshold => (long)(uint)threshold));
        thresholdHigh = Integers(thresholds.Select(threshold => (long)(threshold >> 32)));
        alias = Integers(samplers.SelectMany(sampler => sampler.Ids.Aliases.ToArray()).Select(other => (long)other));
        offsets = Transfer.Copy([.. seeds.Select((_, r) => (long)r * skills)], [seeds.Count, 1], Device).DetachFromDisposeScope();
    }

    protected override SampleForm Form { get; }

    /// <summary>32-bit words that are drawn for a sample.</summary>
    private int Stride => 2 * (1 + (bits + 63) / 64);

    protected override int EvaluationSize { get; }

    protected override bool EvaluatesAnew => true;

    public override Tensor Measure(Batch batch, Tensor outputs, LossKind loss)
    {
        using var scope = NewDisposeScope();
        var targets = batch.TargetTensor(ScalarType.Float64, Device).view(Replicates, skills, -1); // [R, K, n]
        var f = outputs.view(Replicates, skills, -1);
        var parity = targets.sign();
        var margin = parity * f;
        var strength = margin.mean([2]);
        var losses = (targets - f).Squared().mean([2]).Times(0.5);
        var right = margin.IsPositive().to(ScalarType.Float64).mean([2]);

        // The published scripts' estimator of R_k/S: covariance of output and parity over the parity's standard deviation.
        var (meanOutput, meanParity) = (f.mean([2]), parity.mean([2]));
        var correlation = (strength - meanOutput * meanParity) / meanParity.Squared().OneMinus().sqrt() / scales;
        return stack([losses, strength / scales, right, correlation], 2).MoveToOuterDisposeScope();
    }

    protected override Samples Draw(int size, RandomPurpose purpose, int first, int steps) =>
        Device.type == DeviceType.CUDA && CudaCompiler.Shared is { } compiler
            ? DrawByKernel(compiler, size, purpose, first, steps)
            : DrawByTensors(size, purpose, first, steps);

    /// <summary>The samples by a kernel of the device.</summary>
    internal Samples DrawByKernel(IKernelCompiler compiler, int size, RandomPurpose purpose, int first, int steps)
    {
        const int Threads = 128;
        var source = KernelSource.Read(
            "multitask.cu",
            ("SKILLS", skills),
            ("BITS", bits),
            ("WORDS", Form.WordsPerSample),
            ("STRIDE", Stride)
        );
        kernel ??= compiler.Compile(RandomStreams.Source + source, "drawSamples");
        Tensor samples = empty([steps, Replicates, size, Form.WordsPerSample], ScalarType.Int32, Device),
            skill = empty([steps, Replicates, size, 1], ScalarType.Int32, Device),
            targets = empty([steps, Replicates, size, 1], ScalarType.Float64, Device);
        var (low, high) = Streams(purpose).Addresses;
        kernel.Launch(
            new(GridSize.For(size, Threads), Replicates, steps),
            Threads,
            [
                low,
                high,
                .. new[] { masks, scales, thresholdLow, thresholdHigh, alias }.Select(LibTorch.AddressOf),
                (long)purpose,
                first,
                size,
                Replicates,
                purpose == RandomPurpose.Evaluation ? size / skills : 0,
                .. new[] { samples, skill, targets }.Select(LibTorch.AddressOf),
            ]
        );
        return new Samples(targets, samples, skill);
    }

    /// <summary>The samples by tensor operations.</summary>
    internal Samples DrawByTensors(int size, RandomPurpose purpose, int first, int steps)
    {
        var words = Form.WordsPerSample;
        var stride = Stride;
        var drawn = Streams(purpose).Words((ulong)first, steps, (long)size * stride).view(steps, Replicates, size, stride);
        var skill =
            purpose == RandomPurpose.Evaluation
                ? IntegerArithmetic.Range(size, Device).Quotient(size / skills).expand(steps, Replicates, size)
                : Pick(drawn.select(3, 0), drawn.select(3, 1)); // [T, R, B]
        var samples = ParityTensors.Cut(drawn.narrow(3, 2, words), bits);
        var own = masks.index_select(0, skill.Plus(offsets).reshape(-1)).view(steps, Replicates, size, words);
        var parity = ParityTensors.ComputeParity(samples.bitwise_and(own)); // [T, R, B]
        var targets = parity.to(ScalarType.Float64).Times(2).Plus(-1) * scales;
        return new Samples(targets.unsqueeze(3), samples.to(ScalarType.Int32), skill.to(ScalarType.Int32).unsqueeze(3));
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var tensor in (Tensor[])[masks, scales, thresholdLow, thresholdHigh, alias, offsets])
            tensor.Dispose();
    }

    /// <summary>The skill that a 64-bit word stands for, as <see cref="AliasTable.Pick(ulong)"/>, of its halves [T, R, B].</summary>
    private Tensor Pick(Tensor low, Tensor high)
    {
        const long Low = uint.MaxValue;
        var lowest = low.TimesInteger(skills);
        var upper = high.TimesInteger(skills).Plus(lowest.ShiftRight(32));
        var column = upper.ShiftRight(32);
        var at = column.Plus(offsets).reshape(-1);
        var (fractionHigh, fractionLow) = (upper.And(Low), lowest.And(Low));
        var (high2, low2) = (thresholdHigh.index_select(0, at).view(column.shape), thresholdLow.index_select(0, at).view(column.shape));
        var below = fractionHigh.lt(high2).logical_or(fractionHigh.eq(high2).logical_and(fractionLow.lt(low2)));
        return where(below, column, alias.index_select(0, at).view(column.shape));
    }

    private Tensor Integers(IEnumerable<long> values)
    {
        long[] all = [.. values];
        return Transfer.Copy(all, [all.Length], Device).DetachFromDisposeScope();
    }
}
