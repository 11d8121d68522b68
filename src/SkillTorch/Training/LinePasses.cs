using System.Numerics;
using System.Numerics.Tensors;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using SkillTorch.Training.Kernels;

namespace SkillTorch.Training;

/// <summary>The passes of one network at a time over a batch with lines, and their memory.</summary>
/// <param name="shape">One network's shape.</param>
/// <param name="batch">Gives the sizes.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed unsafe class LinePasses<T>(MlpShape shape, Batch batch) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MlpPasses<T> passes = new(shape, threads: 1);
    private readonly ChebyshevNodes nodes = new(Nodes);
    private readonly double[] atNodes = new double[Nodes];
    private readonly double[] outputs = new double[batch.Size * batch.Outputs],
        slopes = new double[batch.Size * batch.Outputs];
    private T[] inputs = [],
        tail = [];
    private double[] along = [];

    /// <summary>Writes dL/df [B, O] of outputs f [B, O].</summary>
    public delegate void Loss(ReadOnlySpan<double> outputs, Span<double> slopes);

    /// <summary>Nodes of a line: in float32 a function whose next singularity is 0.42 of the line's length away has fallen to rounding (ρ =
    /// 2.14).</summary>
    public static int Nodes => typeof(T) == typeof(float) ? 20 : 40;

    /// <summary>Memory for outputs [B, O] that nobody else wants.</summary>
    public Memory<double> Outputs => outputs;

    /// <summary>Outputs and gradient of network r.</summary>
    /// <param name="batch">The samples, of the sizes that the passes are made for.</param>
    /// <param name="r">The network.</param>
    /// <param name="plan">The batch's plan, of at most a tile of columns.</param>
    /// <param name="parameters">[n] The network's parameters.</param>
    /// <param name="gradient">[n] Receives dL/dθ.</param>
    /// <param name="result">Receives the outputs [B, O].</param>
    /// <param name="loss">The loss.</param>
    public void ComputeGradient(Batch batch, int r, LinePlan plan, T* parameters, T* gradient, Memory<double> result, Loss loss)
    {
        var set = batch.Sets == 1 ? 0 : r;
        var values = batch.Values.AsMemory(set * batch.Size * batch.Inputs, batch.Size * batch.Inputs);
        if (inputs.Length != plan.Columns * batch.Inputs)
            inputs = new T[plan.Columns * batch.Inputs];
        foreach (var part in plan.Parts)
        {
            for (var c = 0; c < part.Columns; c++)
            {
                var sample = values.Span.Slice((part.First + (part.Input is null ? c : 0)) * batch.Inputs, batch.Inputs);
                for (var i = 0; i < batch.Inputs; i++)
                    inputs[(part.Column + c) * batch.Inputs + i] = T.CreateTruncating(i == part.Input ? nodes.Points[c] : sample[i]);
            }
        }

        var resolved = true;
        passes.ComputeGradient(
            parameters,
            new MlpInputs<T>(1, plan.Columns, null, inputs),
            (_, _, rows, f, stride, hidden, hiddenStride) =>
            {
                resolved = plan.Parts.All(part => part.Input is null || Resolved(hidden + part.Column * hiddenStride, hiddenStride));
                if (!resolved)
                    return;
                Expand(batch, set, plan, f, stride, result.Span);
                loss(result.Span, slopes);
                Contract(batch, set, plan, slopes, f, stride);
            },
            gradient,
            null
        );
        if (!resolved)
            PassOverSamples(batch, values.Span, parameters, gradient, result, loss);
    }

    public void Dispose() => passes.Dispose();

    /// <summary>Every sample a column.</summary>
    private void PassOverSamples(Batch batch, ReadOnlySpan<double> values, T* parameters, T* gradient, Memory<double> result, Loss loss)
    {
        var all = new T[values.Length];
        TensorPrimitives.ConvertTruncating(values, all);
        var samples = new MlpInputs<T>(1, batch.Size, null, all);
        var whole = new double[slopes.Length];
        passes.Forward(parameters, samples, whole);
        whole.CopyTo(result);
        loss(whole, slopes);
        passes.ComputeGradient(
            parameters,
            samples,
            (_, first, rows, f, stride, _, _) =>
            {
                for (var row = 0; row < rows; row++)
                {
                    for (var o = 0; o < batch.Outputs; o++)
                        f[row * stride + o] = T.CreateTruncating(slopes[(first + row) * batch.Outputs + o]);
                }
            },
            gradient,
            null
        );
    }

    /// <summary>Whether the last two coefficients of every hidden unit along a line are rounding errors.</summary>
    /// <param name="hidden">Its activations at the nodes.</param>
    /// <param name="units">Units, and distance between nodes.</param>
    private bool Resolved(T* hidden, int units)
    {
        if (tail.Length != units)
            tail = new T[units];
        var largest = T.Abs(TensorPrimitives.MaxMagnitude(new ReadOnlySpan<T>(hidden, Nodes * units)));
        var tolerance = T.CreateTruncating(typeof(T) == typeof(float) ? 2.4e-7 : 4.4e-16) * largest; // two units of rounding
        for (var k = Nodes - 2; k < Nodes; k++)
        {
            tail.AsSpan().Clear();
            for (var j = 0; j < Nodes; j++)
            {
                TensorPrimitives.MultiplyAdd(
                    new ReadOnlySpan<T>(hidden + j * units, units),
                    T.CreateTruncating(nodes.Coefficient(k)[j]),
                    tail,
                    tail
                );
            }

            if (!(T.Abs(TensorPrimitives.MaxMagnitude<T>(tail)) <= tolerance))
                return false;
        }

        return true;
    }

    /// <summary>From outputs in columns [columns, stride] to those at the samples [B, O].</summary>
    private void Expand(Batch batch, int set, LinePlan plan, T* columns, int stride, Span<double> result)
    {
        foreach (var part in plan.Parts)
        {
            var own = columns + part.Column * stride;
            var points = part.Input is null ? default : part.CoordinatesOf(set);
            if (along.Length < points.Length)
                along = new double[points.Length];
            var there = along.AsSpan(0, points.Length);
            for (var o = 0; o < batch.Outputs; o++)
            {
                for (var c = 0; c < part.Columns; c++)
                {
                    var value = double.CreateTruncating(own[c * stride + o]);
                    if (part.Input is null)
                        result[(part.First + c) * batch.Outputs + o] = value;
                    else
                        atNodes[c] = value;
                }

                if (part.Input is null)
                    continue;
                nodes.Evaluate(atNodes, points, there);
                for (var s = 0; s < part.Count; s++)
                    result[(part.First + s) * batch.Outputs + o] = there[s];
            }
        }
    }

    /// <summary>The transpose of <see cref="Expand"/>, for derivatives.</summary>
    private void Contract(Batch batch, int set, LinePlan plan, ReadOnlySpan<double> slopes, T* columns, int stride)
    {
        foreach (var part in plan.Parts)
        {
            var own = columns + part.Column * stride;
            var points = part.Input is null ? default : part.CoordinatesOf(set);
            if (along.Length < points.Length)
                along = new double[points.Length];
            var there = along.AsSpan(0, points.Length);
            for (var o = 0; o < batch.Outputs; o++)
            {
                if (part.Input is not null)
                {
                    there[part.Count..].Clear();
                    for (var s = 0; s < part.Count; s++)
                        there[s] = slopes[(part.First + s) * batch.Outputs + o];
                    if (there.ContainsAnyExcept(0.0))
                        nodes.Transpose(there, points, atNodes);
                    else
                        atNodes.AsSpan().Clear(); // an output that counts nowhere on the line
                }

                for (var c = 0; c < part.Columns; c++)
                {
                    own[c * stride + o] = T.CreateTruncating(
                        part.Input is null ? slopes[(part.First + c) * batch.Outputs + o] : atNodes[c]
                    );
                }
            }
        }
    }
}
