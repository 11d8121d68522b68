using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How a quotient is rounded.</summary>
    public enum RoundingMode
    {
        /// <summary>Not at all.</summary>
        None,
        /// <summary>Towards zero.</summary>
        trunc,
        /// <summary>Down.</summary>
        floor,
    }

    public partial class Tensor
    {
        private static string? Name(RoundingMode mode) => mode == RoundingMode.None ? null : mode.ToString();

        private static string Name(Modules.GELU.Approximate mode) => mode.ToString();

        private static Tensor Into(Tensor? target, Tensor result)
        {
            if (target is null) return result;
            using (result)
            {
                target.HandleFor("out");
                return target.copy_(result);
            }
        }

        private static Tensor Converted(Tensor result, ScalarType? type) => type is { } wanted && wanted != result.dtype ? result.to_type(wanted, disposeAfter: true) : result;

        private Tensor Unflattened(long dim, long[] sizes)
        {
            var before = shape;
            if (dim < 0) dim += before.Length;
            return view([.. before.Take((int)dim), .. sizes, .. before.Skip((int)dim + 1)]);
        }

        /// <summary>The matrix product with the last two dimensions swapped.</summary>
        public Tensor mT => transpose(-2, -1);

        /// <summary>The tensor with all dimensions in reverse order.</summary>
        public Tensor T => permute([.. Enumerable.Range(0, (int)Dimensions).Select(i => Dimensions - 1 - i)]);

        /// <summary>Zeros in this tensor's shape, type and device unless given.</summary>
        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => torch.zeros_like(this, dtype, device, requires_grad);

        /// <summary>Ones in this tensor's shape, type and device unless given.</summary>
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => torch.ones_like(this, dtype, device, requires_grad);

        /// <summary>Elements that are not set in this tensor's shape, type and device unless given.</summary>
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => torch.empty_like(this, dtype, device, requires_grad);

        /// <summary>One value in this tensor's shape, type and device unless given.</summary>
        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => torch.full_like(this, value, dtype, device, requires_grad);

        /// <summary>Uniform random numbers in [0, 1) in this tensor's shape, type and device unless given.</summary>
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => torch.rand_like(this, dtype, device, requires_grad);

        /// <summary>Standard normal random numbers in this tensor's shape, type and device unless given.</summary>
        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => torch.randn_like(this, dtype, device, requires_grad);

        /// <summary>Zeros of this tensor's type and device unless given.</summary>
        public Tensor new_zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            zeros(size, dtype ?? this.dtype, device ?? this.device, requires_grad);

        /// <summary>Elements that are not set, of this tensor's type and device unless given.</summary>
        public Tensor new_empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            empty(size, dtype ?? this.dtype, device ?? this.device, requires_grad);

        /// <summary>One value of this tensor's type and device unless given.</summary>
        public Tensor new_full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            full(size, value, dtype ?? this.dtype, device ?? this.device, requires_grad);
    }

    /// <summary>Joins tensors along a dimension.</summary>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Call("cat", tensors.ToArray(), dim);

    /// <summary>Joins tensors along a dimension.</summary>
    public static Tensor cat(Tensor[] tensors, long dim = 0) => Call("cat", tensors, dim);

    /// <summary>Joins tensors along a dimension.</summary>
    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Call("cat", tensors.ToArray(), dim);

    /// <summary>Joins tensors of equal shape along a new dimension.</summary>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Call("stack", tensors.ToArray(), dim);

    /// <summary>Joins tensors along the second dimension, or the first of vectors.</summary>
    public static Tensor hstack(params Tensor[] tensors) => Call("hstack", tensors);

    /// <summary>Joins tensors along the first dimension.</summary>
    public static Tensor vstack(Tensor[] tensors) => Call("vstack", tensors);

    /// <summary>Sums of products, written as an equation of indices: "bij,bjk->bik".</summary>
    public static Tensor einsum(string equation, params Tensor[] tensors) => Call("einsum", equation, tensors);

    /// <summary>The coordinates of a grid over vectors.</summary>
    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij") => CallMany("meshgrid.indexing", tensors.ToArray(), indexing);

    /// <summary>The tensors expanded to their common shape.</summary>
    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors) => CallMany("broadcast_tensors", (Lite.Value)tensors);

    /// <summary>x's elements where the condition holds, else y's.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Call("where.self", condition, x, y);

    /// <summary>Positions of sorted_sequence before which the values would keep it sorted.</summary>
    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null) =>
        Call("searchsorted.Tensor", sorted_sequence, values, out_int32, right, Lite.Value.None, sorter);

    /// <summary>The softmax along a dimension.</summary>
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    /// <summary>The lower triangle's positions.</summary>
    public static Tensor tril_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        Call("tril_indices", row, col, offset, dtype, Lite.Value.None, InitializeDevice(device), false);

    /// <summary>The upper triangle's positions.</summary>
    public static Tensor triu_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        Call("triu_indices", row, col, offset, dtype, Lite.Value.None, InitializeDevice(device), false);

    /// <summary>A block-diagonal matrix.</summary>
    public static Tensor block_diag(params Tensor[] tensors) => Call("block_diag", (Lite.Value)tensors);
}

/// <summary>Conversions between tensors and .NET values.</summary>
public static class TensorExtensionMethods
{
    /// <summary>A parameter of the tensor, which becomes empty.</summary>
    public static Modules.Parameter AsParameter(this torch.Tensor tensor) => new(tensor);

    /// <summary>The only element as a float.</summary>
    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();

    /// <summary>The only element as a double.</summary>
    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();

    /// <summary>The only element as a byte.</summary>
    public static byte ToByte(this torch.Tensor value) => (byte)value.ToScalar().ToInt64();

    /// <summary>The only element as a 16-bit integer.</summary>
    public static short ToInt16(this torch.Tensor value) => (short)value.ToScalar().ToInt64();

    /// <summary>The only element as a 32-bit integer.</summary>
    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();

    /// <summary>The only element as a 64-bit integer.</summary>
    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();

    /// <summary>Whether the only element is not zero.</summary>
    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();
}
