using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The same memory in another shape; one size may be -1.</summary>
        public Tensor view(params long[] shape) => Call("view", this, shape);
        /// <summary>Another shape, without a copy where possible; one size may be -1.</summary>
        public Tensor reshape(params long[] shape) => Call("reshape", this, shape);
        /// <summary>The same memory in another tensor's shape.</summary>
        public Tensor view_as(Tensor other) => Call("view_as", this, other);
        /// <summary>The elements in row-major order; the tensor itself if they are.</summary>
        public Tensor contiguous() => Call("contiguous", this);
        /// <summary>A copy that autograd follows.</summary>
        public Tensor clone() => Call("clone", this);
        /// <summary>Repeats dimensions of size 1 without a copy; -1 keeps a size.</summary>
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Call("expand", this, sizes.ToArray());
        /// <inheritdoc cref="expand(ReadOnlySpan{long}, bool)"/>
        public Tensor expand(long[] sizes, bool isImplicit = false) => Call("expand", this, sizes);
        /// <inheritdoc cref="expand(ReadOnlySpan{long}, bool)"/>
        public Tensor expand(params long[] sizes) => Call("expand", this, sizes);
        /// <summary>Expands to another tensor's shape.</summary>
        public Tensor expand_as(Tensor other) => Call("expand_as", this, other);
        /// <summary>Expands to a shape.</summary>
        public Tensor broadcast_to(params long[] shape) => Call("broadcast_to", this, shape);
        /// <summary>The dimensions in another order.</summary>
        public Tensor permute(params long[] permutation) => Call("permute", this, permutation);
        /// <inheritdoc cref="permute(long[])"/>
        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());
        /// <summary>Two dimensions swapped.</summary>
        public Tensor transpose(long dim0, long dim1) => Call("transpose.int", this, dim0, dim1);
        /// <summary>In-place form of transpose.</summary>
        public Tensor transpose_(long dim0, long dim1) => CallInPlace("transpose_", this, dim0, dim1);
        /// <summary>The transpose of a matrix.</summary>
        public Tensor t() => Call("t", this);
        /// <summary>Removes dimensions of size 1: one, or all.</summary>
        public Tensor squeeze(long? dim = null) => dim is null ? Call("squeeze", this) : Call("squeeze.dim", this, dim.Value);
        /// <summary>In-place form of squeeze.</summary>
        public Tensor squeeze_(long? dim = null) => dim is null ? CallInPlace("squeeze_", this) : CallInPlace("squeeze_.dim", this, dim.Value);
        /// <summary>Inserts a dimension of size 1.</summary>
        public Tensor unsqueeze(long dim) => Call("unsqueeze", this, dim);
        /// <summary>In-place form of unsqueeze.</summary>
        public Tensor unsqueeze_(long dim) => CallInPlace("unsqueeze_", this, dim);
        /// <summary>Joins a range of dimensions.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Call("flatten.using_ints", this, start_dim, end_dim);
        /// <summary>Splits a dimension.</summary>
        public Tensor unflatten(long dim, params long[] sizes) => Unflattened(dim, sizes);
        /// <summary>A range of a dimension, as a view.</summary>
        public Tensor narrow(long dim, long start, long length) => Call("narrow", this, dim, start, length);
        /// <summary>One position of a dimension, as a view.</summary>
        public Tensor select(long dim, long index) => Call("select.int", this, dim, index);
        /// <summary>A range of a dimension with a stride, as a view.</summary>
        public Tensor slice(long dim, long start, long finish, long step) => Call("slice.Tensor", this, dim, start, finish, step);
        /// <summary>A view with given sizes and strides.</summary>
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) => Call("as_strided", this, size, strides, storageOffset);
        /// <summary>The diagonal, as a view.</summary>
        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Call("diagonal", this, offset, dim1, dim2);
        /// <summary>The diagonal of a matrix, or a matrix with the diagonal.</summary>
        public Tensor diag(long diagonal = 0) => Call("diag", this, diagonal);
        /// <summary>Matrices with the last dimension as diagonal.</summary>
        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1) => Call("diag_embed", this, offset, dim1, dim2);
        /// <summary>The lower triangle; the rest is zero.</summary>
        public Tensor tril(long diagonal = 0) => Call("tril", this, diagonal);
        /// <summary>In-place form of tril.</summary>
        public Tensor tril_(long diagonal = 0) => CallInPlace("tril_", this, diagonal);
        /// <summary>The upper triangle; the rest is zero.</summary>
        public Tensor triu(long diagonal = 0) => Call("triu", this, diagonal);
        /// <summary>In-place form of triu.</summary>
        public Tensor triu_(long diagonal = 0) => CallInPlace("triu_", this, diagonal);
        /// <summary>The elements in reverse order along dimensions.</summary>
        public Tensor flip(params long[] dims) => Call("flip", this, dims);
        /// <summary>The elements moved along dimensions, cyclically.</summary>
        public Tensor roll(long shifts, long? dims = null) => Call("roll", this, new[] { shifts }, dims is null ? Array.Empty<long>() : [dims.Value]);
        /// <inheritdoc cref="roll(long, long?)"/>
        public Tensor roll(long[] shifts, long[] dims) => Call("roll", this, shifts, dims);
        /// <inheritdoc cref="roll(long, long?)"/>
        public Tensor roll(long[] shifts) => Call("roll", this, shifts);
        /// <summary>Copies side by side.</summary>
        public Tensor repeat(params long[] sizes) => Call("repeat", this, sizes);
        /// <summary>Each element repeated.</summary>
        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) => Call("repeat_interleave.self_Tensor", this, repeats, dim, output_size);
        /// <inheritdoc cref="repeat_interleave(Tensor, long?, long?)"/>
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) => Call("repeat_interleave.self_int", this, repeats, dim, output_size);
        /// <summary>Copies side by side.</summary>
        public Tensor tile(long[] reps) => Call("tile", this, reps);
        /// <summary>Dimensions moved to other places.</summary>
        public Tensor movedim(long[] source, long[] destination) => Call("movedim.intlist", this, source, destination);
        /// <summary>Two dimensions swapped.</summary>
        public Tensor swapaxes(long dim0, long dim1) => Call("swapaxes", this, dim0, dim1);
        /// <summary>All elements in one dimension.</summary>
        public Tensor ravel() => Call("ravel", this);
        /// <summary>Windows of a dimension, as a view.</summary>
        public Tensor unfold(long dimension, long size, long step) => Call("unfold", this, dimension, size, step);
        /// <summary>Views of about equal size along a dimension.</summary>
        public Tensor[] chunk(long chunks, long dim = 0) => CallMany("chunk", this, chunks, dim);
        /// <summary>Views of each position of a dimension.</summary>
        public Tensor[] unbind(long dimension = 0) => CallMany("unbind.int", this, dimension);
        /// <summary>Views of given sizes along a dimension.</summary>
        public Tensor[] split(long size, int dim = 0) => CallMany("split.Tensor", this, size, dim);
        /// <inheritdoc cref="split(long, int)"/>
        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => CallMany("split_with_sizes", this, sizes.ToArray(), dim);
        /// <inheritdoc cref="split(long, int)"/>
        public Tensor[] split(long[] sizes, long dim = 0) => CallMany("split_with_sizes", this, sizes, dim);
        /// <inheritdoc cref="split(long, int)"/>
        public Tensor[] split(params long[] sizes) => CallMany("split_with_sizes", this, sizes);
        /// <summary>The sum of the diagonal.</summary>
        public Tensor trace() => Call("trace", this);
    }
}
