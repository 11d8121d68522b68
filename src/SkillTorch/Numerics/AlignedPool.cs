using System.Collections.Concurrent;

namespace SkillTorch.Numerics;

/// <summary>Working memory for threads: whoever computes a piece rents some, and gives it back.</summary>
internal sealed unsafe class AlignedPool<T> : IDisposable
    where T : unmanaged
{
    private readonly ConcurrentBag<AlignedBuffer<T>> idle = [];

    /// <summary>Memory for at least <paramref name="length"/> elements, with anything in it.</summary>
    public AlignedBuffer<T> Rent(long length)
    {
        if (!idle.TryTake(out var buffer))
            buffer = new AlignedBuffer<T>();
        buffer.Reserve(length);
        return buffer;
    }

    /// <summary>Gives memory back.</summary>
    public void Return(AlignedBuffer<T> buffer) => idle.Add(buffer);

    public void Dispose()
    {
        foreach (var buffer in idle)
            buffer.Dispose();
        idle.Clear();
    }
}
