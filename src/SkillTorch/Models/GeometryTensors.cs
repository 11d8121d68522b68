using SkillTorch.Numerics;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>
/// The Geometry model on any device: trials with the same task vectors are one matrix product. Batches of skills are drawn on the
/// host, for many updates at a time, and noise on the device, so that it sees the same as a CPU; sums run in the device's own order.
/// </summary>
internal sealed class GeometryTensors : GeometryArithmetic
{
    private const int MaxSteps = 256; // drawn at a time
    private const long MaxWeights = 1L << 21;

    private readonly GeometryPlan plan;
    private readonly ScalarType dtype;
    private readonly Device device;
    private readonly (Tensor Rows, Tensor Vectors)[] groups; // indices [R_g], task vectors [K, d]
    private readonly DeviceNoise? noise;
    private readonly StepTensors drawn; // weights of skills in the batches of updates, float64 [R, K]

    public GeometryTensors(GeometryPlan plan, ScalarType dtype, Device device)
    {
        this.plan = plan;
        this.dtype = dtype;
        this.device = device;
        drawn = new StepTensors(Draw);
        groups =
        [
            .. plan.Groups.Select(group =>
                (
                    Transfer.Copy([.. group.Rows.Select(r => (long)r)], [group.Rows.Length], device).DetachFromDisposeScope(),
                    Vectors(group.Vectors).DetachFromDisposeScope()
                )
            ),
        ];
        if (plan.Noise.Any(sigma => sigma != 0))
            noise = new DeviceNoise(plan.Seeds, plan.Dimensions, (r, _) => plan.Noise[r], groups[0].Vectors);
    }

    public override bool NeedsOverlaps => false;

    public override void ComputeGradient(int step, Tensor parameters, double[]? overlaps, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var weights = drawn.At(step); // [R, K]
        if (plan.Shaping is not null)
            weights *= Factors(weights, parameters);
        weights = weights.to(dtype);
        foreach (var (rows, vectors) in groups)
        {
            var overlap = parameters.index_select(0, rows).matmul(vectors.t()); // [R_g, K]
            var slope = plan.Loss == LossKind.Mse ? overlap.Plus(-1).Times(plan.ErrorFactor) : -overlap.neg().sigmoid();
            gradient.index_copy_(0, rows, (slope * weights.index_select(0, rows)).matmul(vectors)); // [R_g, d]
        }

        if (noise is not null)
            gradient.PlusInPlace(noise.At(step));
    }

    /// <summary>Overlaps t_i·θ of every skill.</summary>
    /// <param name="parameters">θ, [R, d].</param>
    /// <returns>Float64 [R, K], owned by the current dispose scope.</returns>
    public Tensor ComputeOverlaps(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        var overlaps = empty([plan.Replicates, plan.Skills], ScalarType.Float64, device);
        foreach (var (rows, vectors) in groups)
            overlaps.index_copy_(0, rows, parameters.index_select(0, rows).matmul(vectors.t()).to(ScalarType.Float64));
        return overlaps.MoveToOuterDisposeScope();
    }

    public override void ComputeOverlaps(Tensor parameters, double[] overlaps)
    {
        using var values = ComputeOverlaps(parameters);
        using var host = values.cpu();
        host.data<double>().CopyTo(overlaps);
    }

    /// <summary>Numbers of components in which t_i and −g have the same sign.</summary>
    /// <param name="gradient">g, [R, d].</param>
    /// <returns>n_i, float64 [R, K], owned by the current dispose scope.</returns>
    public Tensor CountAlignedDimensions(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var counts = new Tensor[plan.Replicates];
        foreach (var (group, (_, vectors)) in plan.Groups.Zip(groups))
        {
            foreach (var r in group.Rows)
                counts[r] = (-(vectors * gradient[r])).IsPositive().sum(1).to(ScalarType.Float64); // [K]
        }

        return stack(counts).MoveToOuterDisposeScope();
    }

    public override void CountAlignedDimensions(Tensor gradient, double[,] counts)
    {
        using var values = CountAlignedDimensions(gradient);
        using var host = values.cpu();
        host.data<double>().CopyTo(counts.AsFlat());
    }

    public override void Dispose()
    {
        foreach (var (rows, vectors) in groups)
        {
            rows.Dispose();
            vectors.Dispose();
        }

        noise?.Dispose();
        drawn.Dispose();
    }

    /// <summary>How much each shown skill's loss counts, float64 [R, K].</summary>
    private Tensor Factors(Tensor weights, Tensor parameters)
    {
        var overlaps = ComputeOverlaps(parameters);
        var (losses, _) = plan.Loss.Evaluate(overlaps, ones(1, dtype: ScalarType.Float64, device: device));
        var skills = IntegerArithmetic.Range(plan.Skills, device).view(1, -1);
        if (plan.Shaping!.Factors(new TensorLossEntries(losses, skills, plan.Skills, Shares: weights)) is { } factors)
            return factors;

        // A shaping of a user's own.
        double[] near = [.. overlaps.cpu().data<double>()],
            shares = [.. weights.cpu().data<double>()],
            all = new double[near.Length];
        for (var r = 0; r < plan.Replicates; r++)
        {
            var at = r * plan.Skills;
            int[] shown = [.. Enumerable.Range(0, plan.Skills).Where(k => shares[at + k] > 0)];
            var own = plan.Factors(near.AsSpan(at, plan.Skills), shown, [.. shown.Select(k => shares[at + k])]);
            foreach (var (i, k) in shown.Index())
                all[at + k] = own[i];
        }

        return Transfer.Copy(all, weights.shape, ScalarType.Float64, device);
    }

    /// <summary>Weights of the skills in the batches of some updates, float64 [T, R, K].</summary>
    private Tensor Draw(int first)
    {
        var each = plan.Replicates * plan.Skills;
        var steps = (int)Math.Clamp(MaxWeights / each, 1, MaxSteps);
        var weights = new double[(long)steps * each];
        Workers.For(
            steps * plan.Replicates,
            i =>
            {
                var shown = new int[plan.Skills];
                var values = new double[plan.Skills];
                var count = plan.Batches.Draw(i % plan.Replicates, first + i / plan.Replicates, shown, values);
                for (var s = 0; s < count; s++)
                    weights[(long)i * plan.Skills + shown[s]] = values[s];
            }
        );
        return Transfer.Copy(weights, [steps, plan.Replicates, plan.Skills], ScalarType.Float64, device);
    }

    private Tensor Vectors(TaskVectors vectors)
    {
        using var rows = tensor(vectors.Rows.ToArray(), [vectors.Skills, vectors.Stride]);
        using var unpadded = rows.narrow(1, 0, vectors.Dimensions);
        return unpadded.to(dtype, device, copy: true).contiguous();
    }
}
