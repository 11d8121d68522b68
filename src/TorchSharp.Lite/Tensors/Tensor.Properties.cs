using TorchSharp.Lite;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The number of dimensions.</summary>
        public long Dimensions => Native.tl_dim(HandleFor("dim"));

        /// <summary>The number of dimensions.</summary>
        public long dim() => Dimensions;

        /// <summary>The number of dimensions.</summary>
        public long ndim => Dimensions;

        /// <summary>The number of elements.</summary>
        public long NumberOfElements => Native.tl_numel(HandleFor("numel"));

        /// <summary>The number of elements.</summary>
        public long numel() => NumberOfElements;

        /// <summary>Bytes per element.</summary>
        public long ElementSize => Native.tl_element_size(HandleFor("element_size"));

        /// <summary>Bytes per element.</summary>
        public long element_size() => ElementSize;

        /// <summary>The size of each dimension.</summary>
        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* first = sizes) Native.tl_sizes(handle, first);
                GC.KeepAlive(this);
                return sizes;
            }
        }

        /// <summary>The size of each dimension.</summary>
        public long[] size() => shape;

        /// <summary>The size of one dimension; negative counts from the last.</summary>
        public long size(int dim)
        {
            var sizes = shape;
            return dim >= -sizes.Length && dim < sizes.Length ? sizes[dim < 0 ? dim + sizes.Length : dim]
                : throw new ArgumentOutOfRangeException(nameof(dim), $"Got dimension {dim} of a tensor with {sizes.Length} dimensions.");
        }

        /// <summary>The distance in elements between neighbours along each dimension.</summary>
        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* first = strides) Native.tl_strides(handle, first);
            GC.KeepAlive(this);
            return strides;
        }

        /// <summary>The distance in elements between neighbours along one dimension.</summary>
        public long stride(int dim)
        {
            var strides = stride();
            return strides[dim < 0 ? dim + strides.Length : dim];
        }

        /// <summary>The index of the first element in the tensor's storage.</summary>
        public long storage_offset() => Native.tl_storage_offset(HandleFor("storage_offset"));

        /// <summary>Whether the elements lie in row-major order without gaps.</summary>
        public bool is_contiguous() => Native.tl_is_contiguous(HandleFor("is_contiguous")) != 0;

        /// <summary>The element type.</summary>
        public ScalarType dtype => (ScalarType)Native.tl_dtype(HandleFor("dtype"));

        /// <summary>The device that holds the elements.</summary>
        public Device device => new((DeviceType)Native.tl_device(HandleFor("device"), out var index), index);

        /// <summary>The kind of device that holds the elements.</summary>
        public DeviceType device_type => (DeviceType)Native.tl_device(HandleFor("device"), out _);

        /// <summary>The index of the device; -1 for the CPU.</summary>
        public int device_index
        {
            get
            {
                Native.tl_device(HandleFor("device"), out var index);
                return index;
            }
        }

        /// <summary>Whether the elements are on a CUDA device.</summary>
        public bool is_cuda => device_type == DeviceType.CUDA;

        /// <summary>Whether the elements are in the machine's main memory.</summary>
        public bool is_cpu() => device_type == DeviceType.CPU;

        /// <summary>Whether the element type is a floating-point one.</summary>
        public bool is_floating_point() => dtype.IsFloatingPoint();

        /// <summary>Whether the element type is an integer one.</summary>
        public bool is_integral() => dtype.IsIntegral();

        /// <summary>Whether operations on the tensor are recorded for <see cref="backward()"/>.</summary>
        public bool requires_grad
        {
            get => Native.tl_requires_grad(HandleFor("requires_grad")) != 0;
            set => Native.Check(Native.tl_set_requires_grad(HandleFor("requires_grad"), value ? 1 : 0));
        }

        /// <summary>Sets <see cref="requires_grad"/>; returns the tensor itself.</summary>
        public Tensor requires_grad_(bool requires_grad = true) => with_requires_grad(requires_grad);

        /// <summary>Sets <see cref="requires_grad"/>; returns the tensor itself.</summary>
        public Tensor with_requires_grad(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        /// <summary>Whether the tensor is an input of the autograd graph rather than a result.</summary>
        public bool is_leaf => Native.tl_is_leaf(HandleFor("is_leaf")) != 0;

        /// <summary>Keeps the gradient of a tensor that is not a leaf.</summary>
        public void retain_grad() => Native.Check(Native.tl_retain_grad(HandleFor("retain_grad")));

        /// <summary>The gradient that <see cref="backward()"/> accumulates; null before. Each read is a new tensor over the same memory.</summary>
        public Tensor? grad
        {
            get
            {
                var gradient = Native.tl_grad(HandleFor("grad"));
                GC.KeepAlive(this);
                return gradient == 0 ? null : new Tensor(gradient);
            }
            set
            {
                Native.Check(Native.tl_set_grad(HandleFor("grad"), value?.HandleFor("grad") ?? 0));
                GC.KeepAlive(value);
            }
        }

        /// <summary>Adds the gradient of this scalar to <see cref="grad"/> of every leaf that it depends on.</summary>
        public void backward() => autograd.backward(this);

        /// <summary>Adds the gradient of this tensor, weighted by <paramref name="grad_tensors"/>, to <see cref="grad"/> of the leaves.</summary>
        /// <param name="grad_tensors">One tensor of this tensor's shape; null for a scalar.</param>
        /// <param name="retain_graph">Keep the graph for a further pass.</param>
        /// <param name="create_graph">Record the pass itself, so that gradients can be differentiated.</param>
        /// <param name="inputs">The leaves to accumulate into; null for all.</param>
        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        /// <summary>The same memory as a leaf outside the autograd graph.</summary>
        public Tensor detach() => new(Native.Check(Native.tl_detach(HandleFor("detach"))));

        /// <summary>Takes the tensor itself out of the autograd graph.</summary>
        public Tensor detach_() => Dispatcher.CallInPlace("detach_", this);
    }
}
