using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Runtime.Intrinsics;
using SkillTorch.Numerics;

namespace SkillTorch.Tasks;

/// <summary>
/// Sparse parity with one output a skill: inputs are uniform bits, output k is the parity (0 or 1) of skill k's bits, and skill
/// k's error counts on a fraction of the samples. A skill whose bits are the disjoint union of other skills' bits is their XOR
/// and has them as prerequisites.
/// </summary>
/// <remarks>arXiv:2501.12391, figs 2 and 16.</remarks>
[Kind("sparse-parity")]
public sealed record SparseParityOptions : DataTaskOptions
{
    /// <summary>Number of input bits.</summary>
    [Range(1, 4096)]
    public int InputBits { get; init; } = 32;

    /// <summary>The skills, one output each.</summary>
    public required IReadOnlyList<ParitySkill> Parities { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Skill> GetSkills()
    {
        Check();
        return [.. Parities.Select((parity, k) => new Skill(k + 1, parity.Label, parity.Fraction, ComposedOf(k)))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<double> LossesAtChance(LossKind loss) =>
        [.. Parities.Select(_ => loss == LossKind.CrossEntropy ? Math.Log(2) : 0.25)]; // of the answer ½

    /// <inheritdoc/>
    public override DataTask Create(IReadOnlyList<DataTaskOptions> options, IReadOnlyList<ulong> seeds, DataPlan plan)
    {
        Check();
        return new SparseParity([.. options.Cast<SparseParityOptions>()], seeds, plan);
    }

    private void Check()
    {
        if (Parities.Count == 0)
            throw new InvalidOptionException("task.parities", "Got an empty list for `task.parities`; expected at least one skill.");
        for (var k = 0; k < Parities.Count; k++)
        {
            var bits = Parities[k].Bits;
            var wrong = bits.Where(bit => bit < 1 || bit > InputBits).Select(bit => (int?)bit).FirstOrDefault();
            if (bits.Count == 0 || wrong is not null || bits.Distinct().Count() != bits.Count)
            {
                throw new InvalidOptionException(
                    $"task.parities[{k}].bits",
                    $"Got [{string.Join(", ", bits)}] for `task.parities[{k}].bits`; expected different bits between 1 and {InputBits}."
                );
            }
        }
    }

    /// <summary>The smallest set of other skills whose bits are disjoint and together make this skill's bits; null if there is
    /// none.</summary>
    private AllOf? ComposedOf(int skill)
    {
        var whole = Parities[skill].Bits.ToHashSet();
        var parts = Enumerable
            .Range(0, Parities.Count)
            .Where(k => k != skill && Parities[k].Bits.Count < whole.Count && whole.IsSupersetOf(Parities[k].Bits))
            .ToList();
        return Cover(whole, parts, 0)?.Order().ToList() is { Count: > 1 } cover
            ? new AllOf([.. cover.Select(k => (Prerequisite)(k + 1))])
            : null;

        List<int>? Cover(HashSet<int> left, List<int> candidates, int from)
        {
            if (left.Count == 0)
                return [];
            List<int>? best = null;
            for (var i = from; i < candidates.Count; i++)
            {
                var bits = Parities[candidates[i]].Bits;
                if (
                    left.IsSupersetOf(bits)
                    && Cover([.. left.Except(bits)], candidates, i + 1) is { } rest
                    && (best is null || rest.Count + 1 < best.Count)
                )
                {
                    best = [candidates[i], .. rest];
                }
            }

            return best;
        }
    }
}

/// <summary>One skill of a sparse parity task.</summary>
public sealed record ParitySkill
{
    /// <summary>The bits whose parity the skill computes, numbered from 1.</summary>
    public required IReadOnlyList<int> Bits { get; init; }

    /// <summary>Fraction of the samples on which the skill's error counts.</summary>
    [Stackable, Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Fraction { get; init; } = 1;

    /// <summary>The skill as a formula, e.g. <c>x1⊕x2</c>.</summary>
    internal string Label => string.Join("⊕", Bits.Select(bit => $"x{bit}"));
}

/// <summary>Samples of the sparse parity task for a stack of trials.</summary>
internal sealed class SparseParity : DataTask
{
    private readonly IReadOnlyList<SparseParityOptions> options;
    private readonly IReadOnlyList<ulong> seeds;
    private readonly DataPlan plan;
    private readonly Batch? dataset;
    private readonly DatasetBatches? batches;
    private readonly uint[][] masks; // [K][W]
    private readonly SparseParityTensors? onDevice;
    private Batch? current;
    private Batch? evaluation;

    public SparseParity(IReadOnlyList<SparseParityOptions> options, IReadOnlyList<ulong> seeds, DataPlan plan)
    {
        this.options = options;
        this.seeds = seeds;
        this.plan = plan;
        if (plan.DatasetSize is null && plan.BatchSize is null or 0)
        {
            throw new InvalidOptionException(
                "training.batchSize",
                "Got neither `training.batchSize` nor `training.datasetSize`; expected the number of fresh samples a step, or of fixed "
                    + "samples."
            );
        }

        Inputs = options[0].InputBits;
        masks = [.. options[0].Parities.Select(parity => Mask(parity.Bits))];
        Frequencies = new double[options.Count, Outputs];
        for (var r = 0; r < options.Count; r++)
        {
            for (var k = 0; k < Outputs; k++)
                Frequencies[r, k] = options[r].Parities[k].Fraction;
        }

        onDevice = plan.Device is null ? null : new SparseParityTensors(options, seeds, plan);
        if (onDevice is null && plan.DatasetSize is { } size)
        {
            dataset = Draw(size, RandomPurpose.Data, 0);
            if (!MeasuresTrainingBatch)
                batches = new DatasetBatches(dataset, plan.BatchSize!.Value, seeds);
        }
    }

    public override double[,] Frequencies { get; }

    public override int Inputs { get; }

    public override (int Controls, int Bits)? BinaryInputs => (0, Inputs);

    public override int Outputs => masks.Length;

    public override bool MeasuresTrainingBatch => plan.DatasetSize is { } size && (plan.BatchSize is null or 0 || plan.BatchSize >= size);

    internal override DeviceData? OnDevice => onDevice;

    public override Batch TrainingBatch(int step)
    {
        if (onDevice is not null)
            return onDevice.TrainingBatch(step);
        if (dataset is not null)
            return batches?.At(step) ?? dataset;
        current?.Dispose();
        return current = Draw(plan.BatchSize!.Value, RandomPurpose.Data, (ulong)step);
    }

    public override Batch EvaluationBatch(int step) =>
        onDevice?.EvaluationBatch(step) ?? dataset ?? (evaluation ??= Draw(plan.EvaluationSamples, RandomPurpose.Evaluation, 0));

    public override void Measure(Batch batch, ReadOnlyMemory<double> outputs, LossKind loss, SkillMeasurement measurement)
    {
        var each = batch.Size * Outputs;
        Workers.For(
            seeds.Count,
            r => Measure(outputs.Span.Slice(r * each, each), batch.Targets.AsSpan(r * each, each), loss, measurement, r)
        );
    }

    /// <remarks>Eight samples of K outputs are K vectors, whose elements belong to the same skills in every such group.</remarks>
    private void Measure(ReadOnlySpan<double> outputs, ReadOnlySpan<double> targets, LossKind loss, SkillMeasurement measurement, int r)
    {
        var skills = Outputs;
        var (sums, margins, wrongs) = (new double[8 * skills], new double[8 * skills], new long[8 * skills]);
        var (half, one, two) = (Vector512.Create(0.5), Vector512<double>.One, Vector512.Create(2.0));
        var whole = outputs.Length - outputs.Length % sums.Length;
        for (var start = 0; start < whole; start += sums.Length)
        {
            for (var i = 0; i < sums.Length; i += 8)
            {
                var target = Vector512.Create(targets[(start + i)..]);
                var (value, prediction) = loss.Evaluate(Vector512.Create(outputs[(start + i)..]), target);
                (Vector512.Create(sums, i) + value).CopyTo(sums, i);
                (Vector512.Create(margins, i) + (two * target - one) * (two * prediction - one)).CopyTo(margins, i);

                // Networks are unsure for long, and a branch on their answers is mispredicted half of the time: signs are
                // compared instead. It is the sign of ½ − x, so that x = ½ is the answer 0.
                (Vector512.Create(wrongs, i) + (((half - prediction).AsInt64() ^ (half - target).AsInt64()) >>> 63)).CopyTo(wrongs, i);
            }
        }

        for (var i = whole; i < outputs.Length; i++)
        {
            var prediction = loss.Prediction(outputs[i]);
            sums[i - whole] += loss.Value(outputs[i], targets[i]);
            margins[i - whole] += (2 * targets[i] - 1) * (2 * prediction - 1);
            wrongs[i - whole] += double.IsNegative(0.5 - prediction) == double.IsNegative(0.5 - targets[i]) ? 0 : 1;
        }

        for (var k = 0; k < skills; k++)
        {
            var (sum, margin, wrong) = (0.0, 0.0, 0L);
            for (var i = k; i < sums.Length; i += skills)
                (sum, margin, wrong) = (sum + sums[i], margin + margins[i], wrong + wrongs[i]);
            var size = outputs.Length / skills;
            measurement.Loss[r, k] = sum / size;
            measurement.Strength[r, k] = margin / size;
            measurement.Accuracy[r, k] = 1 - (double)wrong / size;
        }
    }

    public override void Dispose()
    {
        onDevice?.Dispose();
        dataset?.Dispose();
        batches?.Dispose();
        current?.Dispose();
        evaluation?.Dispose();
    }

    private uint[] Mask(IEnumerable<int> bits)
    {
        var mask = new uint[(Inputs + 31) / 32];
        foreach (var bit in bits)
            mask[(bit - 1) / 32] |= 1u << ((bit - 1) % 32);
        return mask;
    }

    private Batch Draw(int size, RandomPurpose purpose, ulong step)
    {
        var words = (Inputs + 31) / 32;
        var last = Inputs % 32 == 0 ? uint.MaxValue : (1u << (Inputs % 32)) - 1;
        var bits = new uint[seeds.Count * size * words];
        var targets = new double[seeds.Count * size * Outputs];
        var weights = options.All(o => o.Parities.All(parity => parity.Fraction == 1)) ? null : new double[targets.Length];
        Workers.For(
            seeds.Count,
            r =>
            {
                var rows = bits.AsSpan(r * size * words, size * words);
                new RandomStream(seeds[r], purpose, step).FillBits(rows);
                for (var i = words - 1; i < rows.Length; i += words)
                    rows[i] &= last;
                var labels = targets.AsSpan(r * size * Outputs, size * Outputs);
                for (var sample = 0; sample < size; sample++)
                {
                    for (var k = 0; k < masks.Length; k++)
                        labels[sample * Outputs + k] = Parity(rows.Slice(sample * words, words), masks[k]);
                }

                if (weights is not null)
                    Choose(weights.AsSpan(r * size * Outputs, size * Outputs), options[r], seeds[r], step);
            }
        );
        return Batch.FromBits(seeds.Count, size, Inputs, Outputs, bits, targets, weights);
    }

    /// <summary>Gives weight 1 to round(p_k·B) random samples for each skill k, and 0 to the others.</summary>
    private void Choose(Span<double> weights, SparseParityOptions trial, ulong seed, ulong step)
    {
        var size = weights.Length / Outputs;
        for (var k = 0; k < Outputs; k++)
        {
            var counted = (int)Math.Round(trial.Parities[k].Fraction * size);
            var order = new RandomStream(RandomStream.DeriveSeed(seed, (ulong)k), RandomPurpose.Mask, step).Sequence().Permutation(size);
            for (var i = 0; i < counted; i++)
                weights[order[i] * Outputs + k] = 1;
        }
    }

    private static int Parity(ReadOnlySpan<uint> sample, uint[] mask)
    {
        var ones = 0;
        for (var w = 0; w < mask.Length; w++)
            ones += BitOperations.PopCount(sample[w] & mask[w]);
        return ones & 1;
    }
}
