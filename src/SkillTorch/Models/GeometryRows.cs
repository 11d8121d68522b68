using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Models;

/// <summary>
/// The Geometry model on the CPU, row by row: each trial visits only the skills of its batch, and trials with the same task
/// vectors visit them together, a block of skills at a time, so that a task vector is used for inner products and gradients
/// of all of them while it is in the nearest cache. A trial's arithmetic does not depend on the others.
/// </summary>
internal sealed unsafe class GeometryRows<T> : GeometryArithmetic
    where T : unmanaged
{
    /// <summary>Skills a block: eight rows of 1000 floats fill two thirds of a first-level cache.</summary>
    private const int Block = 8;

    /// <summary>Nanoseconds of a multiplication and addition, on vectors.</summary>
    private const double MultiplyAdd = 0.05;

    private readonly GeometryPlan plan;
    private readonly int stride;
    private readonly Tensor[] vectors; // each group's task vectors, [K, stride]
    private readonly Tensor padded; // θ and g in padded rows, [2R, stride]
    private readonly T* parameterRows; // [R, stride]
    private readonly T* gradientRows; // [R, stride]
    private readonly int[] shown; // skills of each trial's batch, [R, K]
    private readonly double[] weights; // [R, K]
    private readonly Share[] shares;

    public GeometryRows(GeometryPlan plan)
    {
        this.plan = plan;
        stride = plan.Groups[0].Vectors.Stride;
        vectors = [.. plan.Groups.Select(group => Rows(group.Vectors.Rows))];
        padded = Rows(new double[2 * plan.Replicates * stride]);
        parameterRows = Pointer(padded);
        gradientRows = parameterRows + (long)plan.Replicates * stride;
        shown = new int[plan.Replicates * plan.Skills];
        weights = new double[plan.Replicates * plan.Skills];

        // Twice as many shares as threads, so that a thread that is interrupted does not hold up the others for long.
        var most = (plan.Replicates + 2 * Workers.Threads - 1) / (2 * Workers.Threads);
        shares = [.. plan.Groups.SelectMany((group, g) => group.Rows.Chunk(most).Select(rows => new Share(rows, Pointer(vectors[g]))))];
    }

    public override void ComputeGradient(int step, Tensor parameters, double[]? overlaps, Tensor gradient)
    {
        var theta = Pointer(parameters);
        var result = Pointer(gradient);
        ForEachShare(
            plan.Batches.MaxSkills,
            share =>
            {
                for (var i = 0; i < share.Rows.Length; i++)
                {
                    var r = share.Rows[i];
                    if (overlaps is null)
                        Copy(theta + (long)r * plan.Dimensions, Row(parameterRows, r));
                    new Span<T>(Row(gradientRows, r), stride).Clear();
                    share.Shown[i] = plan.Draw(r, step, overlaps, RowOf(shown, r), RowOf(weights, r));
                }

                Accumulate(share, overlaps);
                foreach (var r in share.Rows)
                {
                    var row = new Span<T>(Row(gradientRows, r), plan.Dimensions);
                    AddNoise(row, r, step);
                    row.CopyTo(new Span<T>(result + (long)r * plan.Dimensions, plan.Dimensions));
                }
            }
        );
    }

    public override void ComputeOverlaps(Tensor parameters, double[] overlaps)
    {
        var theta = Pointer(parameters);
        ForEachShare(
            plan.Skills,
            share =>
            {
                foreach (var r in share.Rows)
                    Copy(theta + (long)r * plan.Dimensions, Row(parameterRows, r));
                for (var from = 0; from < plan.Skills; from += Block)
                {
                    foreach (var r in share.Rows)
                    {
                        for (var k = from; k < Math.Min(from + Block, plan.Skills); k += 4)
                        {
                            var four = Dot(share, r, k, Last(k + 1), Last(k + 2), Last(k + 3));
                            for (var i = 0; i < 4 && k + i < plan.Skills; i++)
                                overlaps[r * plan.Skills + k + i] = four[i];
                        }
                    }
                }
            }
        );
    }

    public override void CountAlignedDimensions(Tensor gradient, double[,] counts)
    {
        var source = Pointer(gradient);
        ForEachShare(
            plan.Skills,
            share =>
            {
                foreach (var r in share.Rows)
                    Copy(source + (long)r * plan.Dimensions, Row(gradientRows, r));
                for (var k = 0; k < plan.Skills; k++)
                {
                    foreach (var r in share.Rows)
                        counts[r, k] = RowKernels.CountOpposed(share.Vectors + (long)k * stride, Row(gradientRows, r), stride);
                }
            }
        );
    }

    public override void Dispose()
    {
        foreach (var group in vectors)
            group.Dispose();
        padded.Dispose();
    }

    /// <summary>Adds up the gradients of a share's trials, block of skills by block.</summary>
    private void Accumulate(Share share, double[]? overlaps)
    {
        Array.Clear(share.Next);
        for (var end = Block; end < plan.Skills + Block; end += Block)
        {
            for (var i = 0; i < share.Rows.Length; i++)
            {
                var r = share.Rows[i];
                var skills = RowOf(shown, r)[..share.Shown[i]];
                var batch = RowOf(weights, r);
                var (from, to) = (share.Next[i], share.Next[i]);
                while (to < skills.Length && skills[to] < end)
                    to++;
                for (var j = from; j < to; j += 4)
                {
                    // Fewer than four left: the last one stands in with weight 0.
                    var (k0, k1, k2, k3) = (
                        skills[j],
                        skills[Math.Min(j + 1, to - 1)],
                        skills[Math.Min(j + 2, to - 1)],
                        skills[Math.Min(j + 3, to - 1)]
                    );
                    var overlap = overlaps is null
                        ? Dot(share, r, k0, k1, k2, k3)
                        : Vector256.Create(
                            overlaps[r * plan.Skills + k0],
                            overlaps[r * plan.Skills + k1],
                            overlaps[r * plan.Skills + k2],
                            overlaps[r * plan.Skills + k3]
                        );
                    var weight = Vector256.Create(
                        batch[j],
                        batch[Math.Min(j + 1, to - 1)],
                        batch[Math.Min(j + 2, to - 1)],
                        batch[Math.Min(j + 3, to - 1)]
                    );
                    var slope = RowKernels.FirstOf4(weight * Slope(overlap), to - j);
                    var t = share.Vectors;
                    RowKernels.AddScaled4(
                        Row(gradientRows, r),
                        slope,
                        t + (long)k0 * stride,
                        t + (long)k1 * stride,
                        t + (long)k2 * stride,
                        t + (long)k3 * stride,
                        stride
                    );
                }

                share.Next[i] = to;
            }
        }
    }

    /// <summary>dℓ/d(t·θ).</summary>
    private Vector256<double> Slope(Vector256<double> overlap) =>
        plan.Loss == LossKind.Mse
            ? Vector256.Create(plan.ErrorFactor) * (overlap - Vector256<double>.One)
            : -Vector256<double>.One / (Vector256<double>.One + Vector256.Exp(overlap));

    private Vector256<double> Dot(Share share, int row, int k0, int k1, int k2, int k3)
    {
        var t = share.Vectors;
        return RowKernels.Dot4(
            Row(parameterRows, row),
            t + (long)k0 * stride,
            t + (long)k1 * stride,
            t + (long)k2 * stride,
            t + (long)k3 * stride,
            stride
        );
    }

    private void AddNoise(Span<T> gradient, int row, int step)
    {
        if (plan.Noise[row] == 0)
            return;
        var noise = new RandomStream(plan.Seeds[row], RandomPurpose.Noise, (ulong)step);
        Span<double> chunk = stackalloc double[256];
        for (var from = 0; from < gradient.Length; from += chunk.Length)
        {
            var part = gradient[from..Math.Min(gradient.Length, from + chunk.Length)];
            noise.FillNormal(chunk[..part.Length], 0, plan.Noise[row], from);
            for (var j = 0; j < part.Length; j++)
            {
                if (typeof(T) == typeof(float))
                    Unsafe.As<T, float>(ref part[j]) += (float)chunk[j];
                else
                    Unsafe.As<T, double>(ref part[j]) += chunk[j];
            }
        }
    }

    /// <summary>Runs a step's work on every share.</summary>
    private void ForEachShare(int skills, Action<Share> work) =>
        Workers.For(
            shares.Length,
            Workers.WorthFor(MultiplyAdd * plan.Replicates * (skills + 4) * stride, Workers.Threads),
            i => work(shares[i])
        );

    private int Last(int skill) => Math.Min(skill, plan.Skills - 1);

    private void Copy(T* from, T* to) => new Span<T>(from, plan.Dimensions).CopyTo(new Span<T>(to, plan.Dimensions));

    private T* Row(T* rows, int r) => rows + (long)r * stride;

    private Span<TValue> RowOf<TValue>(TValue[] all, int r) => all.AsSpan(r * plan.Skills, plan.Skills);

    /// <summary>Rows as a tensor, for its memory: aligned to cache lines and outside the garbage collector's heap.</summary>
    private Tensor Rows(ReadOnlySpan<double> values)
    {
        var rows = empty([values.Length / stride, stride], typeof(T) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64)
            .DetachFromDisposeScope();
        var to = Pointer(rows);
        for (var i = 0; i < values.Length; i++)
        {
            if (typeof(T) == typeof(float))
                ((float*)to)[i] = (float)values[i];
            else
                ((double*)to)[i] = values[i];
        }

        return rows;
    }

    private static T* Pointer(Tensor tensor) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    /// <summary>Trials with the same task vectors that one thread works on.</summary>
    private sealed class Share(int[] rows, T* vectors)
    {
        public int[] Rows { get; } = rows;

        public T* Vectors { get; } = vectors;

        /// <summary>How many skills each trial's batch shows.</summary>
        public int[] Shown { get; } = new int[rows.Length];

        /// <summary>How many of them have been added up.</summary>
        public int[] Next { get; } = new int[rows.Length];
    }
}
