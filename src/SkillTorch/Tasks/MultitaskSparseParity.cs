using System.ComponentModel.DataAnnotations;
using SkillTorch.Numerics;

namespace SkillTorch.Tasks;

/// <summary>
/// Multitask sparse parity: one-hot control bits name the skill of a sample, uniform skill bits follow, and the single target is
/// S·g, g = +1 or −1 by the parity (odd or even) of the named skill's own bits. Skill k occurs with frequency ∝ k^(−exponent).
/// </summary>
/// <remarks>
/// arXiv:2404.17563, section 2. Each trial draws the positions of its skills' bits from its seed. Skill strength is R_k/S with
/// R_k = E[g_k·f], skill loss is L_k = ½·E[(S·g_k − f)²], accuracy goes by the sign of f; each is measured on fresh samples of
/// skill k. Training minimises the plain mean of (f − S·g)², without the ½. Defaults are those of the paper's figure 1.
/// </remarks>
[Kind("multitask-sparse-parity")]
public sealed record MultitaskSparseParityOptions : DataTaskOptions
{
    /// <summary>Number of skills n_s.</summary>
    [Range(1, 100_000)]
    public int Skills { get; init; } = 5;

    /// <summary>Number of skill bits n_b.</summary>
    [Range(1, 100_000)]
    public int SkillBits { get; init; } = 32;

    /// <summary>Number of bits m whose parity a skill is.</summary>
    [Range(1, 100_000)]
    public int ParityBits { get; init; } = 3;

    /// <summary>Exponent of the skill frequencies, the paper's α + 1: P(k) ∝ k^(−exponent).</summary>
    [Stackable, Range(0, double.MaxValue)]
    public double FrequencyExponent { get; init; } = 1.6;

    /// <summary>Target scale S: targets are ±S.</summary>
    [Stackable, Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double TargetScale { get; init; } = 5;

    /// <summary>Whether skills may share bits. Their sets of bits then still differ; else no two skills share a bit.</summary>
    public bool Overlap { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Skill> GetSkills()
    {
        Check();
        return [.. SkillFrequencies.PowerLaw(Skills, FrequencyExponent).Select((p, k) => new Skill(k + 1, $"skill {k + 1}", p))];
    }

    /// <inheritdoc/>
    public override double? SignedTargetScale => TargetScale;

    /// <inheritdoc/>
    // ½(S − R)² at R = 0
    public override IReadOnlyList<double> LossesAtChance(LossKind loss) => [.. Enumerable.Repeat(TargetScale * TargetScale / 2, Skills)];

    /// <inheritdoc/>
    public override IReadOnlyList<string> ExtraQuantities => [MultitaskSparseParity.LinearCorrelation];

    /// <inheritdoc/>
    public override DataTask Create(IReadOnlyList<DataTaskOptions> options, IReadOnlyList<ulong> seeds, DataPlan plan)
    {
        Check();
        return new MultitaskSparseParity([.. options.Cast<MultitaskSparseParityOptions>()], seeds, plan);
    }

    /// <summary>The bits of every skill in the trial of a seed.</summary>
    /// <param name="seed">The trial's seed.</param>
    /// <returns>[K][m] ascending skill bits, numbered from 1.</returns>
    public int[][] BitsOfSkills(ulong seed)
    {
        Check();
        var random = new RandomStream(seed, RandomPurpose.TaskVectors).Sequence();
        if (!Overlap)
        {
            return
            [
                .. random
                    .Permutation(SkillBits)
                    .Take(Skills * ParityBits)
                    .Select(bit => bit + 1)
                    .Chunk(ParityBits)
                    .Select(bits => bits.Order().ToArray()),
            ];
        }

        var skills = new List<int[]>(Skills);
        var seen = new HashSet<string>();
        while (skills.Count < Skills)
        {
            int[] bits = [.. random.Sample(SkillBits, ParityBits).Select(bit => bit + 1)];
            if (seen.Add(string.Join(',', bits)))
                skills.Add(bits);
        }

        return [.. skills];
    }

    /// <summary>How often each skill occurs in the fixed dataset of a seed's trial: d_k, which bounds what can be learned from the
    /// data.</summary>
    /// <param name="seed">The trial's seed.</param>
    /// <param name="datasetSize">Number of samples D.</param>
    /// <returns>[K] counts that sum to D.</returns>
    public int[] DatasetCounts(ulong seed, int datasetSize)
    {
        var sampler = new MultitaskSampler(this, seed);
        var counts = new int[Skills];
        sampler.CountSkills(new RandomStream(seed, RandomPurpose.Data), datasetSize, counts);
        return counts;
    }

    private void Check()
    {
        if (ParityBits > SkillBits)
        {
            throw new InvalidOptionException(
                "task.parityBits",
                $"Got {ParityBits} for `task.parityBits`; expected at most `task.skillBits`, {SkillBits}."
            );
        }

        if (!Overlap && (long)Skills * ParityBits > SkillBits)
        {
            throw new InvalidOptionException(
                "task.skillBits",
                $"Got {SkillBits} for `task.skillBits`; expected at least {(long)Skills * ParityBits} for {Skills} skills of "
                    + $"{ParityBits} bits each, or `task.overlap` set to true."
            );
        }

        if (Overlap && Subsets() is { } subsets && Skills > subsets)
        {
            throw new InvalidOptionException(
                "task.skills",
                $"Got {Skills} for `task.skills`; expected at most {subsets}, the number of different sets of {ParityBits} out of "
                    + $"{SkillBits} bits."
            );
        }
    }

    /// <summary>Number of different sets of m out of n_b bits; null where it is beyond any number of skills.</summary>
    private long? Subsets()
    {
        var chosen = Math.Min(ParityBits, SkillBits - ParityBits);
        long subsets = 1;
        for (var i = 1; i <= chosen; i++)
        {
            subsets = subsets * (SkillBits - chosen + i) / i;
            if (subsets > int.MaxValue)
                return null;
        }

        return subsets;
    }
}

/// <summary>Samples of multitask sparse parity for a stack of trials.</summary>
internal sealed class MultitaskSparseParity : DataTask
{
    internal const string LinearCorrelation = "linearCorrelation";
    private const int SamplesOfPart = 2000; // of a batch, drawn by one core
    private readonly MultitaskSampler[] samplers;
    private readonly IReadOnlyList<ulong> seeds;
    private readonly DataPlan plan;
    private readonly int skills;
    private readonly int bits;
    private readonly Batch? dataset;
    private readonly DatasetBatches? batches;
    private readonly MultitaskTensors? onDevice;
    private Batch? current;
    private Batch? evaluation;

    public MultitaskSparseParity(IReadOnlyList<MultitaskSparseParityOptions> options, IReadOnlyList<ulong> seeds, DataPlan plan)
    {
        if (plan.DatasetSize is null && plan.BatchSize is null or 0)
        {
            throw new InvalidOptionException(
                "training.batchSize",
                "Got neither `training.batchSize` nor `training.datasetSize`; expected the number of fresh samples a step, or of fixed "
                    + "samples."
            );
        }

        if (plan.Loss != LossKind.Mse)
        {
            throw new InvalidOptionException(
                "training.loss",
                "Got `cross-entropy` for `training.loss`; expected `mse`, because the targets of `multitask-sparse-parity` are ±S."
            );
        }

        this.seeds = seeds;
        this.plan = plan;
        skills = options[0].Skills;
        bits = options[0].SkillBits;
        samplers = [.. options.Select((o, r) => new MultitaskSampler(o, seeds[r]))];
        Frequencies = new double[options.Count, skills];
        for (var r = 0; r < options.Count; r++)
        {
            for (var k = 0; k < skills; k++)
                Frequencies[r, k] = samplers[r].Frequencies[k];
        }

        onDevice = plan.Device is null ? null : new MultitaskTensors(options, samplers, seeds, plan);
        if (onDevice is null && plan.DatasetSize is { } size)
        {
            dataset = Draw(size, RandomPurpose.Data, 0);
            if (plan.BatchSize is { } batch and > 0 && batch < size)
                batches = new DatasetBatches(dataset, batch, seeds);
        }
    }

    public override double[,] Frequencies { get; }

    public override int Inputs => skills + bits;

    public override (int Controls, int Bits)? BinaryInputs => (skills, bits);

    public override int Outputs => 1;

    /// <summary>Module k reads control input k and all skill bits: which of them are the skill's is for the network to find.</summary>
    public override IReadOnlyList<SkillModule> Modules =>
        [
            .. Enumerable
                .Range(1, skills)
                .Select(k => new SkillModule { Inputs = [k, .. Enumerable.Range(skills + 1, bits)], Outputs = [1] }),
        ];

    public override bool MeasuresTrainingBatch => false;

    public override IReadOnlyList<string> ExtraQuantities => [LinearCorrelation];

    internal override DeviceData? OnDevice => onDevice;

    public override Batch TrainingBatch(int step)
    {
        if (onDevice is not null)
            return onDevice.TrainingBatch(step);
        if (dataset is not null)
            return batches?.At(step) ?? dataset;
        return current = Draw(plan.BatchSize!.Value, RandomPurpose.Data, (ulong)step, current);
    }

    /// <summary>Fresh samples at every step, as many of each skill, skill by skill: [R, K·samples].</summary>
    public override Batch EvaluationBatch(int step)
    {
        if (onDevice is not null)
            return onDevice.EvaluationBatch(step);
        return evaluation = Draw(skills * plan.EvaluationSamples, RandomPurpose.Evaluation, (ulong)step, evaluation);
    }

    public override void Measure(Batch batch, ReadOnlyMemory<double> outputs, LossKind loss, SkillMeasurement measurement)
    {
        var samples = batch.Size / skills;
        Workers.For(
            seeds.Count * skills,
            i =>
            {
                var (r, k) = (i / skills, i % skills);
                var first = r * batch.Size + k * samples;
                Measure(outputs.Span.Slice(first, samples), batch.Targets.AsSpan(first, samples), samplers[r].Scale, measurement, r, k);
            }
        );
    }

    public override void Dispose()
    {
        onDevice?.Dispose();
        dataset?.Dispose();
        batches?.Dispose();
        current?.Dispose();
        evaluation?.Dispose();
    }

    private static void Measure(
        ReadOnlySpan<double> outputs,
        ReadOnlySpan<double> targets,
        double scale,
        SkillMeasurement measurement,
        int r,
        int k
    )
    {
        double margin = 0,
            squares = 0,
            meanOutput = 0,
            meanParity = 0;
        var right = 0;
        for (var i = 0; i < outputs.Length; i++)
        {
            var parity = Math.CopySign(1, targets[i]);
            var error = targets[i] - outputs[i];
            margin += parity * outputs[i];
            squares += error * error;
            meanOutput += outputs[i];
            meanParity += parity;
            right += parity * outputs[i] > 0 ? 1 : 0;
        }

        double n = outputs.Length;
        (meanOutput, meanParity) = (meanOutput / n, meanParity / n);
        measurement.Strength[r, k] = margin / n / scale;
        measurement.Loss[r, k] = 0.5 * squares / n;
        measurement.Accuracy[r, k] = right / n;

        // The published scripts' estimator of R_k/S: covariance of output and parity over the parity's standard deviation.
        var covariance = margin / n - meanOutput * meanParity;
        measurement.Extra[LinearCorrelation][r, k] = covariance / Math.Sqrt(1 - meanParity * meanParity) / scale;
    }

    /// <summary>Draws a batch into the memory of an earlier one of the same size, which it replaces.</summary>
    private Batch Draw(int size, RandomPurpose purpose, ulong step, Batch? earlier = null)
    {
        earlier?.Dispose();
        var words = (bits + 31) / 32;
        var drawn = earlier?.Words ?? GC.AllocateUninitializedArray<uint>(seeds.Count * size * words);
        var controls = earlier?.Tokens ?? GC.AllocateUninitializedArray<int>(seeds.Count * size);
        var targets = earlier?.Targets ?? GC.AllocateUninitializedArray<double>(seeds.Count * size);
        var each = purpose == RandomPurpose.Evaluation ? size / skills : 0;
        var parts = (size + SamplesOfPart - 1) / SamplesOfPart;
        Workers.For(
            seeds.Count * parts,
            part =>
            {
                var (r, first) = (part / parts, part % parts * SamplesOfPart);
                var (start, count) = (r * size + first, Math.Min(SamplesOfPart, size - first));
                samplers[r]
                    .Fill(
                        new RandomStream(seeds[r], purpose, step),
                        first,
                        each,
                        controls.AsSpan(start, count),
                        drawn.AsSpan(start * words, count * words),
                        targets.AsSpan(start, count)
                    );
            }
        );
        return Batch.FromBits(seeds.Count, size, bits, 1, drawn, targets, controlInputs: skills, controls: controls);
    }
}
