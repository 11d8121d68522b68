using SkillTorch.Numerics;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>
/// The Geometry model on any device: trials with the same task vectors are one matrix product. Batches and noise are drawn on
/// the host, so that a device sees the same as a CPU; sums run in the device's own order.
/// </summary>
internal sealed class GeometryTensors : GeometryArithmetic
{
    private readonly GeometryPlan plan;
    private readonly ScalarType dtype;
    private readonly Device device;
    private readonly (Tensor Rows, Tensor Vectors)[] groups; // indices [R_g], task vectors [K, d]

    public GeometryTensors(GeometryPlan plan, ScalarType dtype, Device device)
    {
        this.plan = plan;
        this.dtype = dtype;
        this.device = device;
        groups =
        [
            .. plan.Groups.Select(group =>
                (
                    tensor(group.Rows.Select(r => (long)r).ToArray(), device: device).DetachFromDisposeScope(),
                    Vectors(group.Vectors).DetachFromDisposeScope()
                )
            ),
        ];
    }

    public override void ComputeGradient(int step, Tensor parameters, double[]? overlaps, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var weights = Weights(step, overlaps); // [R, K]
        foreach (var (rows, vectors) in groups)
        {
            var overlap = parameters.index_select(0, rows).matmul(vectors.t()); // [R_g, K]
            var slope = plan.Loss == LossKind.Mse ? overlap.Plus(-1).Times(plan.ErrorFactor) : -overlap.neg().sigmoid();
            gradient.index_copy_(0, rows, (slope * weights.index_select(0, rows)).matmul(vectors)); // [R_g, d]
        }

        if (plan.Noise.Any(sigma => sigma != 0))
            gradient.PlusInPlace(Noise(step));
    }

    public override void ComputeOverlaps(Tensor parameters, double[] overlaps)
    {
        using var scope = NewDisposeScope();
        foreach (var (group, (rows, vectors)) in plan.Groups.Zip(groups))
        {
            // [R_g, K]
            var values = parameters.index_select(0, rows).matmul(vectors.t()).to(ScalarType.Float64, CPU).data<double>().ToArray();
            for (var i = 0; i < group.Rows.Length; i++)
                values.AsSpan(i * plan.Skills, plan.Skills).CopyTo(overlaps.AsSpan(group.Rows[i] * plan.Skills));
        }
    }

    public override void CountAlignedDimensions(Tensor gradient, double[,] counts)
    {
        using var scope = NewDisposeScope();
        foreach (var (group, (_, vectors)) in plan.Groups.Zip(groups))
        {
            foreach (var r in group.Rows)
            {
                var aligned = (-(vectors * gradient[r])).IsPositive().sum(1).to(ScalarType.Float64, CPU).data<double>().ToArray(); // [K]
                aligned.CopyTo(counts.AsRow(r));
            }
        }
    }

    public override void Dispose()
    {
        foreach (var (rows, vectors) in groups)
        {
            rows.Dispose();
            vectors.Dispose();
        }
    }

    private Tensor Weights(int step, double[]? overlaps)
    {
        var weights = new double[plan.Replicates, plan.Skills];
        Workers.For(
            plan.Replicates,
            r =>
            {
                var shown = new int[plan.Skills];
                var values = new double[plan.Skills];
                var count = plan.Draw(r, step, overlaps, shown, values);
                for (var i = 0; i < count; i++)
                    weights[r, shown[i]] = values[i];
            }
        );
        return tensor(weights, dtype: dtype, device: device);
    }

    private Tensor Noise(int step)
    {
        var noise = new double[plan.Replicates, plan.Dimensions];
        for (var r = 0; r < plan.Replicates; r++)
            new RandomStream(plan.Seeds[r], RandomPurpose.Noise, (ulong)step).FillNormal(noise.AsRow(r), 0, plan.Noise[r]);
        return tensor(noise, dtype: dtype, device: device);
    }

    private Tensor Vectors(TaskVectors vectors)
    {
        using var rows = tensor(vectors.Rows.ToArray(), [vectors.Skills, vectors.Stride]);
        using var unpadded = rows.narrow(1, 0, vectors.Dimensions);
        return unpadded.to(dtype, device, copy: true).contiguous();
    }
}
