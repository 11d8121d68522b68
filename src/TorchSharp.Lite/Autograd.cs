using TorchSharp.Lite;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Until disposed, operations are not recorded on this thread.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    /// <summary>Until disposed, operations are recorded on this thread.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    /// <summary>Until disposed, operations are recorded on this thread or not.</summary>
    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    /// <summary>Whether operations are recorded on this thread.</summary>
    public static bool is_grad_enabled() => Native.tl_grad_enabled() != 0;

    /// <summary>Until disposed, new tensors on this thread can never take part in autograd; the fastest way to compute without gradients.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    /// <summary>Whether inference mode is on for this thread.</summary>
    public static bool is_inference_mode_enabled() => Native.tl_inference_enabled() != 0;

    /// <summary>Opens a scope that owns the tensors made on this thread until it is disposed.</summary>
    public static DisposeScope NewDisposeScope() => new();

    /// <summary>The innermost open scope of this thread.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScope.Current;

    /// <summary>Runs an expression in a scope of its own and moves the result out of it.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }

    /// <summary>Reverse-mode differentiation.</summary>
    public static unsafe class autograd
    {
        /// <summary>Adds the gradients of <paramref name="tensors"/> to <see cref="Tensor.grad"/> of the leaves that they depend on.</summary>
        /// <param name="tensors">What is differentiated.</param>
        /// <param name="grad_tensors">A weight of the same shape for each; null for scalars.</param>
        /// <param name="retain_graph">Keep the graph for a further pass; null means as <paramref name="create_graph"/>.</param>
        /// <param name="create_graph">Record the pass itself, so that gradients can be differentiated.</param>
        /// <param name="inputs">The leaves to accumulate into; null for all.</param>
        public static void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            nint[] outputs = Handles(tensors), leaves = Handles(inputs);
            var weights = grad_tensors is null ? null : Handles(grad_tensors);
            if (weights is not null && weights.Length != outputs.Length)
                throw new ArgumentException($"Got {weights.Length} grad_tensors for {outputs.Length} tensors; expected one for each.");
            fixed (nint* first = outputs, weight = weights, leaf = leaves)
                Native.Check(Native.tl_backward(first, weight, outputs.Length, leaf, leaves.Length, retain_graph ?? create_graph ? 1 : 0, create_graph ? 1 : 0));
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        /// <inheritdoc cref="backward(IList{Tensor}, IList{Tensor}, bool?, bool, IList{Tensor})"/>
        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        /// <inheritdoc cref="backward(IList{Tensor}, IList{Tensor}, bool?, bool, IList{Tensor})"/>
        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        /// <summary>The gradients of <paramref name="outputs"/> with respect to <paramref name="inputs"/>, without touching <see cref="Tensor.grad"/>.</summary>
        /// <returns>One tensor for each input; null where <paramref name="allow_unused"/> and the outputs do not depend on it.</returns>
        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            nint[] sources = Handles(outputs), leaves = Handles(inputs), results = new nint[inputs.Count];
            var weights = grad_outputs is null ? null : Handles(grad_outputs);
            fixed (nint* first = sources, weight = weights, leaf = leaves, result = results)
                Native.Check(Native.tl_gradients(first, weight, sources.Length, leaf, leaves.Length, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, result));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, result => result == 0 ? null! : new Tensor(result));
        }

        private static nint[] Handles(IList<Tensor>? tensors)
        {
            var handles = new nint[tensors?.Count ?? 0];
            for (var i = 0; i < handles.Length; i++) handles[i] = tensors![i].HandleFor("backward");
            return handles;
        }
    }

    private sealed class GradMode : IDisposable
    {
        private readonly int before = Native.tl_grad_enabled();

        internal GradMode(bool enabled) => Native.tl_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => Native.tl_set_grad_enabled(before);
    }

    // The native guard restores its thread's state, so it has no finalizer: that would run on another thread.
    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint guard = Native.tl_inference_enter(enabled ? 1 : 0);

        public void Dispose()
        {
            if (guard != 0) Native.tl_inference_exit(guard);
            guard = 0;
        }
    }
}
