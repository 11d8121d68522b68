using TorchSharp.Lite;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A multi-dimensional array of one element type on one device, with PyTorch's semantics. Released by
    /// <see cref="Dispose()"/>, by the dispose scope that holds it, or at last by its finalizer.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private static long totalCount, peakCount;
        private nint handle;

        internal Tensor(nint handle, bool register = true)
        {
            this.handle = handle;
            var count = Interlocked.Increment(ref totalCount);
            if (count > peakCount) peakCount = count;
            if (register && DisposeScope.Current is { } scope)
            {
                OwningDisposeScope = scope;
                scope.Add(this);
            }
        }

        /// <summary>Releases the native tensor of an instance that nobody disposed.</summary>
        ~Tensor() => Dispose(false);

        internal DisposeScope? OwningDisposeScope { get; set; }

        /// <summary>The number of tensors that .NET code holds and nobody has disposed.</summary>
        public static long TotalCount => Interlocked.Read(ref totalCount);

        /// <summary>The largest <see cref="TotalCount"/> so far.</summary>
        public static long PeakCount => Interlocked.Read(ref peakCount);

        /// <summary>A name for debugging.</summary>
        public string? name { get; set; }

        /// <summary>Whether the tensor has been disposed.</summary>
        public bool IsInvalid => handle == 0;

        /// <summary>The native tensor.</summary>
        /// <exception cref="ObjectDisposedException">The tensor has been disposed.</exception>
        public IntPtr Handle => HandleFor("Handle");

        internal nint HandleFor(string operation) => handle != 0 ? handle
            : throw new ObjectDisposedException(name ?? nameof(Tensor), $"Got a disposed tensor for `{operation}`; expected a live one.");

        /// <summary>Releases the native tensor; the memory goes when no other tensor shares it.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Releases the native tensor.</summary>
        /// <param name="disposing">False on the finalizer's thread, where the scope may be gone.</param>
        protected virtual void Dispose(bool disposing)
        {
            var owned = Interlocked.Exchange(ref handle, 0);
            if (owned == 0) return;
            if (disposing) OwningDisposeScope?.Remove(this);
            OwningDisposeScope = null;
            Interlocked.Decrement(ref totalCount);
            Native.tl_release(owned);
        }

        /// <summary>Gives the native tensor away, as from a tensor to the parameter made of it.</summary>
        internal nint MoveHandle()
        {
            var owned = Interlocked.Exchange(ref handle, 0);
            if (owned == 0) throw new ObjectDisposedException(name ?? nameof(Tensor), "Got a disposed tensor; expected a live one.");
            Interlocked.Decrement(ref totalCount);
            GC.SuppressFinalize(this);
            return owned;
        }

        /// <summary>A second tensor over the same native one; each is disposed on its own.</summary>
        public Tensor alias() => new(Native.tl_share(HandleFor("alias")));

        /// <summary>Hands the tensor to the enclosing scope; without one it is detached.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Takes the tensor out of all scopes: its owner disposes it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <summary>Hands the tensor to another scope; null detaches it.</summary>
        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } owner) owner.MoveToOther(other, this);
            else other?.Attach(this);
            return this;
        }

        /// <summary>Hands the tensor to the scope that holds another tensor.</summary>
        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>Whether both tensors have the same shape and the same elements.</summary>
        public bool Equals(Tensor target) => Dispatcher.CallNumber("equal", this, target).Bits != 0;

        /// <inheritdoc/>
        public override int GetHashCode() => base.GetHashCode();
    }
}
