using System.Collections;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The sizes of a tensor's dimensions.</summary>
    public readonly struct Size(long[] shape) : IEnumerable<long>
    {
        /// <summary>The sizes from a sequence.</summary>
        public Size(IEnumerable<long> shape) : this(shape.ToArray()) { }

        /// <summary>The sizes.</summary>
        public long[] Shape { get; } = shape;

        /// <summary>The number of dimensions.</summary>
        public int Length => Shape.Length;

        /// <summary>The size of a dimension.</summary>
        public long this[int idx] => Shape[idx];

        /// <summary>The number of elements.</summary>
        public long numel() => Shape.Aggregate(1L, (product, size) => product * size);

        /// <inheritdoc/>
        public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Shape).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        /// <summary>One dimension.</summary>
        public static implicit operator Size(long size) => new([size]);

        /// <summary>Two dimensions.</summary>
        public static implicit operator Size((long, long) size) => new([size.Item1, size.Item2]);

        /// <summary>Three dimensions.</summary>
        public static implicit operator Size((long, long, long) size) => new([size.Item1, size.Item2, size.Item3]);

        /// <summary>Any number of dimensions.</summary>
        public static implicit operator Size(long[] size) => new(size);
    }
}
