using System.Numerics;

namespace SkillTorch.Training.Kernels;

/// <summary>
/// Gradients of a stack of two-layer ReLU networks on binary inputs, without a batch × width activation in memory.
/// </summary>
/// <remarks>
/// <para>Inputs are bits, so a hidden unit's pre-activation is a sum of a few table rows, one for each group of 4 to 8 bits,
/// where a table holds the sum of weights for every pattern of its bits. Backwards the same tables collect
/// dL/dz by pattern, and the sums by bit follow from them. A block of hidden units is taken at a time, so that its tables stay
/// in the core's caches; between the passes one bit a unit says where the ReLU was open.</para>
/// <para>Equal bits for equal inputs: a replicate's result depends neither on the number of threads nor on the other
/// replicates of the stack. One instance serves one caller at a time.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <example><code>
/// using var kernel = new BinaryMlpGradient&lt;float&gt;(new BinaryMlpShape(Replicates: 10, Controls: 5, Bits: 32, Width: 1000, Outputs:
/// 1));
/// kernel.ComputeGradient(parameters, new BinaryBatch(4000, words, skills), (r, f, slopes) =>
/// {
///     for (int b = 0; b &lt; 4000; b++)
///         slopes[b] = 2 * (f[b] - targets[4000 * r + b]) / 4000; // the mean squared error
/// }, gradients);
/// </code></example>
internal sealed class BinaryMlpGradient<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BinaryMlpPasses<T> passes;
    private readonly BinaryMlpShape shape;

    /// <summary>Prepares for networks of one shape; working memory grows with the largest batch seen.</summary>
    /// <param name="shape">Sizes of the stack.</param>
    /// <param name="threads">Threads to use; 0 for all of the machine's.</param>
    /// <exception cref="ArgumentException">A size is out of range, or T is neither float nor double.</exception>
    public BinaryMlpGradient(BinaryMlpShape shape, int threads = 0)
        : this(shape, threads, 0) { }

    /// <summary>As the public constructor, on vectors of 512, 256 or 128 bits.</summary>
    internal BinaryMlpGradient(BinaryMlpShape shape, int threads, int vectorBits)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new ArgumentException($"Got {typeof(T).Name} for `T`; expected Single or Double.");
        }

        if (threads < 0)
        {
            throw new ArgumentException($"Got {threads} for `threads`; expected 0 or more.", nameof(threads));
        }

        shape.Validate();
        this.shape = shape;
        passes = new BinaryMlpPasses<T>(shape, threads == 0 ? Environment.ProcessorCount : threads, BlockKernels<T>.Create(vectorBits));
    }

    /// <summary>Sizes of the stack.</summary>
    public BinaryMlpShape Shape => shape;

    /// <summary>Gradient of any loss of the outputs, and the outputs if they are wanted.</summary>
    /// <param name="parameters">[R, n] Parameters, see <see cref="BinaryMlpShape"/>.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="loss">The loss, asked once for each network.</param>
    /// <param name="gradients">[R, n] Receives dL_r/dθ_r.</param>
    /// <param name="outputs">[R, B, O] Receives the networks' outputs f; may be empty.</param>
    /// <param name="sameInputs">Whether the inputs are those of the last call, for which they need not be prepared again.</param>
    /// <exception cref="ArgumentException">A length does not fit the shape, or a control index is out of range.</exception>
    public unsafe void ComputeGradient(
        ReadOnlySpan<T> parameters,
        BinaryBatch batch,
        OutputDerivative<T> loss,
        Span<T> gradients,
        Span<T> outputs = default,
        bool sameInputs = false
    )
    {
        var sets = Check(parameters, batch);
        Require(gradients.Length, (long)shape.Replicates * shape.Parameters, "gradients");
        fixed (
            T* p = parameters,
                g = gradients,
                f = outputs
        )
        fixed (uint* words = batch.Words)
        fixed (int* controls = batch.Controls)
        {
            if (f != null)
            {
                Require(outputs.Length, (long)shape.Replicates * batch.Count * shape.Outputs, "outputs");
            }

            passes.SetInputs(words, controls, sets, batch.Count, sameInputs);
            passes.ComputeGradient(p, loss, g, f);
        }
    }

    /// <summary>The networks' outputs.</summary>
    /// <param name="parameters">[R, n] Parameters.</param>
    /// <param name="batch">The inputs.</param>
    /// <param name="outputs">[R, B, O] Receives the outputs f.</param>
    /// <param name="sameInputs">Whether the inputs are those of the last call, for which they need not be prepared again.</param>
    /// <exception cref="ArgumentException">A length does not fit the shape, or a control index is out of range.</exception>
    public unsafe void Forward(ReadOnlySpan<T> parameters, BinaryBatch batch, Span<T> outputs, bool sameInputs = false)
    {
        var sets = Check(parameters, batch);
        Require(outputs.Length, (long)shape.Replicates * batch.Count * shape.Outputs, "outputs");
        fixed (
            T* p = parameters,
                f = outputs
        )
        fixed (uint* words = batch.Words)
        fixed (int* controls = batch.Controls)
        {
            passes.SetInputs(words, controls, sets, batch.Count, sameInputs);
            passes.Forward(p, f);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => passes.Dispose();

    private int Check(ReadOnlySpan<T> parameters, BinaryBatch batch)
    {
        Require(parameters.Length, (long)shape.Replicates * shape.Parameters, "parameters");
        var sets = batch.Sets(shape);
        var wrong = shape.Controls > 0 ? batch.Controls.IndexOfAnyExceptInRange(0, shape.Controls - 1) : -1;
        return wrong < 0
            ? sets
            : throw new ArgumentException(
                $"Got {batch.Controls[wrong]} for `batch.controls[{wrong}]`; expected 0 to {shape.Controls - 1}."
            );
    }

    private static void Require(long length, long expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"Got {length} numbers for `{name}`; expected {expected}.", name);
        }
    }
}
