using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements at given positions along a dimension.</summary>
        public Tensor gather(long dim, Tensor index) => Call("gather", this, dim, index);
        /// <summary>Writes src to given positions along a dimension.</summary>
        public Tensor scatter(long dim, Tensor index, Tensor src) => Call("scatter.src", this, dim, index, src);
        /// <summary>In-place form of scatter.</summary>
        public Tensor scatter_(long dim, Tensor index, Tensor src) => CallInPlace("scatter_.src", this, dim, index, src);
        /// <summary>Adds src at given positions along a dimension.</summary>
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Call("scatter_add", this, dim, index, src);
        /// <summary>In-place form of scatter_add.</summary>
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => CallInPlace("scatter_add_", this, dim, index, src);
        /// <summary>The parts at given positions of a dimension.</summary>
        public Tensor index_select(long dim, Tensor index) => Call("index_select", this, dim, index);
        /// <summary>Adds the parts of source, times alpha, at given positions of a dimension.</summary>
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Call("index_add", this, dim, index, source, alpha);
        /// <summary>In-place form of index_add.</summary>
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => CallInPlace("index_add_", this, dim, index, source, alpha);
        /// <summary>Writes the parts of source to given positions of a dimension.</summary>
        public Tensor index_copy(long dim, Tensor index, Tensor source) => Call("index_copy", this, dim, index, source);
        /// <summary>In-place form of index_copy.</summary>
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => CallInPlace("index_copy_", this, dim, index, source);
        /// <summary>Writes a number to given positions of a dimension.</summary>
        public Tensor index_fill(long dim, Tensor index, Scalar value) => Call("index_fill.int_Scalar", this, dim, index, value);
        /// <summary>In-place form of index_fill.</summary>
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => CallInPlace("index_fill_.int_Scalar", this, dim, index, value);
        /// <summary>Writes a number where the mask is true.</summary>
        public Tensor masked_fill(Tensor mask, Scalar value) => Call("masked_fill.Scalar", this, mask, value);
        /// <summary>In-place form of masked_fill.</summary>
        public Tensor masked_fill_(Tensor mask, Scalar value) => CallInPlace("masked_fill_.Scalar", this, mask, value);
        /// <summary>The elements where the mask is true, in one dimension.</summary>
        public Tensor masked_select(Tensor mask) => Call("masked_select", this, mask);
        /// <summary>Writes successive elements of value where the mask is true.</summary>
        public Tensor masked_scatter(Tensor mask, Tensor value) => Call("masked_scatter", this, mask, value);
        /// <summary>In-place form of masked_scatter.</summary>
        public Tensor masked_scatter_(Tensor mask, Tensor value) => CallInPlace("masked_scatter_", this, mask, value);
        /// <summary>Elements by row-major position.</summary>
        public Tensor take(Tensor index) => Call("take", this, index);
        /// <summary>The elements at given positions along a dimension, broadcast.</summary>
        public Tensor take_along_dim(Tensor indices) => Call("take_along_dim", this, indices);
        /// <inheritdoc cref="take_along_dim(Tensor)"/>
        public Tensor take_along_dim(Tensor indices, long dim) => Call("take_along_dim", this, indices, dim);
        /// <summary>The positions of elements that are not zero, one row each.</summary>
        public Tensor nonzero() => Call("nonzero", this);
        /// <summary>The positions of elements that are not zero, one row each.</summary>
        public Tensor argwhere() => Call("argwhere", this);
        /// <summary>Overwrites with another tensor's elements, broadcast and converted.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) => CallInPlace("copy_", this, source, nonBlocking);
        /// <summary>Overwrites with a number.</summary>
        public Tensor fill_(Scalar value) => CallInPlace("fill_.Scalar", this, value);
        /// <summary>Overwrites with zero.</summary>
        public Tensor zero_() => CallInPlace("zero_", this);
        /// <summary>Takes over another tensor's memory.</summary>
        public Tensor set_(Tensor source) => CallInPlace("set_.source_Tensor", this, source);
        /// <summary>Overwrites with normal random numbers.</summary>
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) => CallInPlace("normal_", this, mean, std, generator);
        /// <summary>Overwrites with uniform random numbers.</summary>
        public Tensor uniform_(double from, double to, Generator? generator = null) => CallInPlace("uniform_", this, from, to, generator);
        /// <summary>Overwrites with ones of the given probability, else zeros.</summary>
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => CallInPlace("bernoulli_.float", this, p, generator);
        /// <inheritdoc cref="bernoulli_(double, Generator)"/>
        public Tensor bernoulli_(Tensor p, Generator? generator = null) => CallInPlace("bernoulli_.Tensor", this, p, generator);
        /// <summary>Overwrites with exponential random numbers.</summary>
        public Tensor exponential_(double lambda = 1, Generator? generator = null) => CallInPlace("exponential_", this, lambda, generator);
        /// <summary>Overwrites with uniform random integers from from to below to.</summary>
        public Tensor random_(double from, double to, Generator? generator = null) => CallInPlace("random_.from", this, (long)from, (long)to, generator);
        /// <summary>Ones with the element as probability, else zeros.</summary>
        public Tensor bernoulli(Generator? generator = null) => Call("bernoulli", this, generator);
        /// <summary>Positions drawn with the elements as weights.</summary>
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) => Call("multinomial", this, num_samples, replacement, generator);
        /// <summary>Poisson random numbers with the element as mean.</summary>
        public Tensor poisson(Generator? generator = null) => Call("poisson", this, generator);
        /// <summary>Which interval between boundaries each element falls into.</summary>
        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false) => Call("bucketize.Tensor", this, boundaries, outInt32, right);
    }
}
