using TorchSharp.Lite;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One entry of an index expression: an integer, a slice, an ellipsis, a new axis, a bool, or a tensor of indices or a mask.</summary>
    public struct TensorIndex
    {
        internal enum Kind { None, Single, Null, Ellipsis, Bool, Tensor, Slice }

        internal Kind kind;
        internal long? start, stop, step;
        internal Tensor? tensor;

        /// <summary>A range with optional ends and stride; negative ends count from the end.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new() { kind = Kind.Slice, start = start, stop = stop, step = step };

        /// <summary>A range with optional ends.</summary>
        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        /// <summary>A C# range.</summary>
        public static TensorIndex Slice(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            range.End.IsFromEnd ? (range.End.Value == 0 ? null : -range.End.Value) : range.End.Value);

        /// <summary>A new axis that keeps everything (true) or nothing (false).</summary>
        public static TensorIndex Bool(bool value) => new() { kind = Kind.Bool, start = value ? 1 : 0 };

        /// <summary>One position, which removes the dimension; null is a new axis.</summary>
        public static TensorIndex Single(long? index) => index is null ? None : new() { kind = Kind.Single, start = index };

        /// <summary>Positions along one dimension, or a mask over several.</summary>
        public static TensorIndex Tensor(Tensor tensor) => new() { kind = Kind.Tensor, tensor = tensor };

#pragma warning disable CA2211 // Fields in TorchSharp, so fields here.
        /// <summary>All dimensions that the other entries leave.</summary>
        public static TensorIndex Ellipsis = new() { kind = Kind.Ellipsis };

        /// <summary>A new axis of size 1.</summary>
        public static TensorIndex None = new() { kind = Kind.None };

        /// <summary>A new axis of size 1.</summary>
        public static TensorIndex Null = new() { kind = Kind.Null };

        /// <summary>A whole dimension.</summary>
        public static TensorIndex Colon = Slice();
#pragma warning restore CA2211

        /// <summary>One position.</summary>
        public static implicit operator TensorIndex(long value) => Single(value);

        /// <summary>Never called: its presence makes the compiler prefer an index to a tensor made of a number.</summary>
        public static implicit operator Tensor(TensorIndex value) => throw new InvalidOperationException("Got an index where a tensor is expected.");

        /// <summary>A range with optional ends.</summary>
        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        /// <summary>A C# range.</summary>
        public static implicit operator TensorIndex(Range range) => Slice(range);

        /// <summary>A C# index, which may count from the end.</summary>
        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);
    }

    public partial class Tensor
    {
        /// <summary>Elements by PyTorch's index expressions. Reading yields a view unless tensors index; assigning broadcasts.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>Elements by tensors of positions or masks, one for each of the first dimensions.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>The part at a position of the first dimension.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => index(i1);
            set => index_put_(value, i1);
        }

        /// <summary>The part at a position of the first two dimensions.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(i1, i2);
            set => index_put_(value, i1, i2);
        }

        /// <summary>The part at a position of the first three dimensions.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(i1, i2, i3);
            set => index_put_(value, i1, i2, i3);
        }

        /// <summary>The part at a position of the first four dimensions.</summary>
        [System.Runtime.CompilerServices.IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(i1, i2, i3, i4);
            set => index_put_(value, i1, i2, i3, i4);
        }

        /// <summary>Elements by an index expression; see the indexer.</summary>
        public Tensor index(params TensorIndex[] indices)
        {
            var view = View(indices, out var tensors);
            if (tensors is null) return view;
            using (view) return Dispatcher.Call("index.Tensor", view, Value.Optional(tensors));
        }

        /// <summary>Elements by tensors of positions or masks.</summary>
        public Tensor index(params Tensor[] indices) => Dispatcher.Call("index.Tensor", this, Value.Optional(indices));

        /// <summary>Assigns to the elements of an index expression; returns the tensor itself.</summary>
        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        /// <summary>Assigns or adds to the elements of an index expression; returns the tensor itself.</summary>
        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            using var view = View(indices, out var tensors);
            if (tensors is not null) Dispatcher.CallInPlace("index_put_", view, Value.Optional(tensors), value, accumulate);
            else if (accumulate) view.add_(value);
            else view.copy_(value);
            return this;
        }

        /// <summary>Assigns to the elements at tensors of positions or masks; returns the tensor itself.</summary>
        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        /// <summary>Assigns or adds to the elements at tensors of positions or masks; returns the tensor itself.</summary>
        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            Dispatcher.CallInPlace("index_put_", this, Value.Optional(indices), value, accumulate);

        /// <summary>Assigns a number to the elements of an index expression; returns the tensor itself.</summary>
        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var filled = full([], value, dtype, device);
            return index_put_(filled, indices, false);
        }

        /// <summary>
        /// Applies everything but tensors as views. <paramref name="tensors"/> is null when there were none, else it holds one
        /// entry a dimension of the view up to the last indexed one.
        /// </summary>
        private Tensor View(TensorIndex[] indices, out Tensor?[]? tensors)
        {
            var taken = indices.Sum(index => index.kind switch
            {
                TensorIndex.Kind.Single or TensorIndex.Kind.Slice => 1,
                TensorIndex.Kind.Tensor => index.tensor!.dtype == ScalarType.Bool ? index.tensor.Dimensions : 1,
                _ => 0,
            });
            if (taken > Dimensions) throw new ArgumentException($"Got indices for {taken} dimensions of a tensor with {Dimensions}.");

            var view = alias();
            long dimension = 0, slot = 0; // they part behind a mask, which takes several dimensions and one slot
            var found = new List<Tensor?>();
            foreach (var index in indices)
            {
                switch (index.kind)
                {
                    case TensorIndex.Kind.Single:
                        Step(Dispatcher.Call("select.int", view, dimension, index.start!.Value));
                        break;
                    case TensorIndex.Kind.Slice:
                        if ((index.start, index.stop, index.step) is not (null, null, null))
                            Step(Dispatcher.Call("slice.Tensor", view, dimension, index.start, index.stop, index.step ?? 1));
                        dimension++;
                        slot++;
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        dimension += Dimensions - taken;
                        slot += Dimensions - taken;
                        break;
                    case TensorIndex.Kind.None or TensorIndex.Kind.Null:
                        Step(view.unsqueeze(dimension++));
                        slot++;
                        break;
                    case TensorIndex.Kind.Bool:
                        Step(view.unsqueeze(dimension));
                        if (index.start == 0) Step(view.narrow(dimension, 0, 0));
                        dimension++;
                        slot++;
                        break;
                    case TensorIndex.Kind.Tensor:
                        while (found.Count < slot) found.Add(null);
                        found.Add(index.tensor);
                        slot++;
                        dimension += index.tensor!.dtype == ScalarType.Bool ? index.tensor.Dimensions : 1;
                        break;
                }
            }
            tensors = null;
            if (found.Count > 0) tensors = [.. found];
            return view;

            void Step(Tensor next)
            {
                view.Dispose();
                view = next;
            }
        }
    }
}
