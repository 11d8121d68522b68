using System.Runtime.InteropServices;

namespace SkillTorch.Numerics;

/// <summary>Memory at a cache line's start, outside the garbage collector's heap; it grows on demand and starts as zeros.</summary>
internal sealed unsafe class AlignedBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int Line = 64;
    private nuint capacity;

    /// <summary>First element; null while nothing was reserved.</summary>
    public T* Pointer { get; private set; }

    /// <summary>Makes room for <paramref name="count"/> elements; what was there is lost if the buffer grows.</summary>
    public T* Reserve(long count)
    {
        if ((nuint)count > capacity)
        {
            Dispose();
            var bytes = (nuint)count * (nuint)sizeof(T);
            Pointer = (T*)NativeMemory.AlignedAlloc(bytes, Line);
            NativeMemory.Clear(Pointer, bytes);
            capacity = (nuint)count;
            GC.ReRegisterForFinalize(this);
        }

        return Pointer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
        capacity = 0;
        GC.SuppressFinalize(this);
    }

    ~AlignedBuffer() => NativeMemory.AlignedFree(Pointer);
}
