using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum of all elements, or along dimensions.</summary>
        public Tensor sum(ScalarType? type = null) => Call("sum", this, type);
        /// <inheritdoc cref="sum(ScalarType?)"/>
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Call("sum.dim_IntList", this, dim, keepdim, type);
        /// <inheritdoc cref="sum(ScalarType?)"/>
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Call("sum.dim_IntList", this, dim.ToArray(), keepdim, type);
        /// <inheritdoc cref="sum(ScalarType?)"/>
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Call("sum.dim_IntList", this, new[] { dim }, keepdim, type);
        /// <inheritdoc cref="sum(ScalarType?)"/>
        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => Call("sum.dim_IntList", this, new[] { dim0, dim1 }, keepdim, type);
        /// <inheritdoc cref="sum(ScalarType?)"/>
        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) => Call("sum.dim_IntList", this, new[] { dim0, dim1, dim2 }, keepdim, type);
        /// <summary>The mean of all elements, or along dimensions.</summary>
        public Tensor mean() => Call("mean", this);
        /// <inheritdoc cref="mean()"/>
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Call("mean.dim", this, dimensions, keepdim, type);
        /// <summary>The standard deviation of all elements, or along dimensions; unbiased divides by n − 1.</summary>
        public Tensor std(bool unbiased = true) => Call("std", this, unbiased);
        /// <inheritdoc cref="std(bool)"/>
        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Converted(Call("std.dim", this, dimensions.ToArray(), unbiased, keepdim), type);
        /// <inheritdoc cref="std(bool)"/>
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Converted(Call("std.dim", this, dimensions, unbiased, keepdim), type);
        /// <inheritdoc cref="std(bool)"/>
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Converted(Call("std.dim", this, new[] { dim }, unbiased, keepdim), type);
        /// <summary>The variance of all elements, or along dimensions; unbiased divides by n − 1.</summary>
        /// <remarks>TorchSharp 0.107 takes every <c>var(false)</c> of all elements as unbiased; along dimensions it obeys.</remarks>
        public Tensor var(bool unbiased = true) => Call("var", this, unbiased);
        /// <inheritdoc cref="var(bool)"/>
        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Converted(Call("var.dim", this, dimensions.ToArray(), unbiased, keepdim), type);
        /// <inheritdoc cref="var(bool)"/>
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Converted(Call("var.dim", this, dimensions, unbiased, keepdim), type);
        /// <inheritdoc cref="var(bool)"/>
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Converted(Call("var.dim", this, new[] { dim }, unbiased, keepdim), type);
        /// <summary>The product of all elements, or along a dimension.</summary>
        public Tensor prod(ScalarType? type = null) => Call("prod", this, type);
        /// <inheritdoc cref="prod(ScalarType?)"/>
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Call("prod.dim_int", this, dim, keepdim, type);
        /// <summary>The running sum along a dimension.</summary>
        public Tensor cumsum(long dim, ScalarType? type = null) => Call("cumsum", this, dim, type);
        /// <summary>The running product along a dimension.</summary>
        public Tensor cumprod(long dim, ScalarType? type = null) => Call("cumprod", this, dim, type);
        /// <summary>log Σ exp along a dimension, without overflow.</summary>
        public Tensor logsumexp(long dim, bool keepdim = false) => Call("logsumexp", this, new[] { dim }, keepdim);
        /// <summary>The largest element along dimensions; ties share the gradient.</summary>
        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Call("amax", this, dims, keepdim));
        /// <inheritdoc cref="amax(long[], bool, Tensor)"/>
        public Tensor amax(params long[] dims) => Call("amax", this, dims);
        /// <inheritdoc cref="amax(long[], bool, Tensor)"/>
        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Call("amax", this, dims.ToArray(), keepdim));
        /// <summary>The smallest element along dimensions; ties share the gradient.</summary>
        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Call("amin", this, dims.ToArray(), keepdim));
        /// <inheritdoc cref="amin(ReadOnlySpan{long}, bool, Tensor)"/>
        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Call("amin", this, dims, keepdim));
        /// <inheritdoc cref="amin(ReadOnlySpan{long}, bool, Tensor)"/>
        public Tensor amin(params long[] dims) => Call("amin", this, dims);
        /// <summary>The largest element, along a dimension with its position, or of each pair.</summary>
        public Tensor max() => Call("max", this);
        /// <inheritdoc cref="max()"/>
        public Tensor max(Tensor other) => Call("max.other", this, other);
        /// <inheritdoc cref="max()"/>
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => CallPair("max.dim", this, dim, keepdim);
        /// <summary>The smallest element, along a dimension with its position, or of each pair.</summary>
        public Tensor min() => Call("min", this);
        /// <inheritdoc cref="min()"/>
        public Tensor min(Tensor other) => Call("min.other", this, other);
        /// <inheritdoc cref="min()"/>
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => CallPair("min.dim", this, dim, keepdim);
        /// <summary>The position of the largest element, of all or along a dimension.</summary>
        public Tensor argmax() => Call("argmax", this);
        /// <inheritdoc cref="argmax()"/>
        public Tensor argmax(long dim, bool keepdim = false) => Call("argmax", this, dim, keepdim);
        /// <summary>The position of the smallest element, of all or along a dimension.</summary>
        public Tensor argmin() => Call("argmin", this);
        /// <inheritdoc cref="argmin()"/>
        public Tensor argmin(long dim, bool keepdim = false) => Call("argmin", this, dim, keepdim);
        /// <summary>Whether all elements are true, or along a dimension.</summary>
        public Tensor all() => Call("all", this);
        /// <inheritdoc cref="all()"/>
        public Tensor all(long dim, bool keepdim = false) => Call("all.dim", this, dim, keepdim);
        /// <summary>Whether any element is true, or along a dimension.</summary>
        public Tensor any() => Call("any", this);
        /// <inheritdoc cref="any()"/>
        public Tensor any(long dim, bool keepdim = false) => Call("any.dim", this, dim, keepdim);
        /// <summary>The median; the lower of two.</summary>
        public Tensor median() => Call("median", this);
        /// <summary>The p-norm of all elements, or along a dimension.</summary>
        public Tensor norm(float p = 2) => Call("norm.Scalar", this, (double)p);
        /// <inheritdoc cref="norm(float)"/>
        public Tensor norm(int dim, bool keepdim = false, float p = 2) => Call("norm.ScalarOpt_dim", this, (Scalar)(double)p, new[] { (long)dim }, keepdim);
        /// <summary>The number of elements that are not zero.</summary>
        public Tensor count_nonzero(long[]? dims = null) => dims is null ? Call("count_nonzero", this) : Call("count_nonzero.dim_IntList", this, dims);
        /// <summary>The k largest or smallest elements along a dimension, and their positions.</summary>
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) => CallPair("topk", this, k, dim, largest, sorted);
        /// <summary>The elements in order along a dimension, and their positions.</summary>
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) => CallPair("sort.stable", this, stable, dim, descending);
        /// <summary>The positions that sort a dimension.</summary>
        public Tensor argsort(long dim = -1, bool descending = false) => Call("argsort", this, dim, descending);
        /// <summary>The k-th smallest element along a dimension, and its position.</summary>
        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) => CallPair("kthvalue", this, k, dim ?? -1, keepdim);
        /// <summary>Quantiles along a dimension, interpolated linearly.</summary>
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Call("quantile", this, q, dim, keepdim);
        /// <summary>Counts in equal bins from min to max.</summary>
        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Call("histc", this, bins, min, max);
        /// <summary>The number, or the summed weights, of each non-negative integer.</summary>
        public Tensor bincount(Tensor? weights, long minlength = 0) => Call("bincount", this, weights, minlength);
        /// <summary>The p-norm of the difference.</summary>
        public Tensor dist(Tensor other, float p = 2) => Call("dist", this, other, (double)p);
        /// <summary>exp(x) over its sum along a dimension.</summary>
        public Tensor softmax(long dim, ScalarType? dtype = null) => Call("softmax.int", this, dim, dtype);
        /// <summary>The logarithm of softmax along a dimension.</summary>
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Call("log_softmax.int", this, dim, dtype);
    }
}
