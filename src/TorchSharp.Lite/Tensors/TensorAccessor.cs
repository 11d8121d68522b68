using System.Collections;

namespace TorchSharp.Utils;

/// <summary>The elements of a CPU tensor in row-major order, read and written in place.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor tensor;
    private readonly T* first;
    private readonly long[] shape, strides;
    private readonly bool contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        this.tensor = tensor;
        first = (T*)tensor.DataPointer;
        shape = tensor.shape;
        strides = tensor.stride();
        contiguous = tensor.is_contiguous();
        Count = tensor.numel();
    }

    /// <summary>The number of elements.</summary>
    public long Count { get; }

    /// <summary>False: elements can be assigned.</summary>
    public bool IsReadOnly => false;

    /// <summary>An element by its row-major index, or by one index a dimension.</summary>
    public T this[params long[] indices]
    {
        get => *Address(indices);
        set => *Address(indices) = value;
    }

    /// <summary>The elements in row-major order.</summary>
    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array.AsSpan());
        return array;
    }

    /// <summary>The elements as a .NET array of the tensor's rank; a scalar gives one of length 1.</summary>
    public Array ToNDArray()
    {
        if (shape.Length < 2) return ToArray();
        var array = Array.CreateInstance(typeof(T), shape);
        var flat = ToArray();
        Buffer.BlockCopy(flat, 0, array, 0, checked((int)(Count * sizeof(T))));
        return array;
    }

    /// <summary>Copies elements from <paramref name="tensorIndex"/> on until the array is full.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <inheritdoc cref="CopyTo(T[], int, long)"/>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var target = array[arrayIndex..];
        var count = (int)Math.Min(target.Length, Count - tensorIndex);
        if (contiguous) new ReadOnlySpan<T>(first + tensorIndex, count).CopyTo(target);
        else for (var i = 0; i < count; i++) target[i] = first[Offset(tensorIndex + i)];
        GC.KeepAlive(tensor);
    }

    /// <summary>Overwrites elements from <paramref name="tensorIndex"/> on with the array's.</summary>
    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom(array.AsSpan(), arrayIndex, tensorIndex);

    /// <inheritdoc cref="CopyFrom(T[], int, long)"/>
    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        var count = (int)Math.Min(source.Length, Count - tensorIndex);
        if (contiguous) source[..count].CopyTo(new Span<T>(first + tensorIndex, count));
        else for (var i = 0; i < count; i++) first[Offset(tensorIndex + i)] = source[i];
        GC.KeepAlive(tensor);
    }

    /// <summary>Walks the elements in row-major order.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0L; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Does nothing: the tensor belongs to who made it.</summary>
    public void Dispose() { }

    private T* Address(long[] indices)
    {
        if (tensor.IsInvalid) throw new ObjectDisposedException(nameof(torch.Tensor), "Got a disposed tensor for `data`; expected a live one.");
        if (indices.Length == 1 && shape.Length != 1)
        {
            if (indices[0] < 0 || indices[0] >= Count) throw new IndexOutOfRangeException($"Got index {indices[0]}; expected 0 to {Count - 1}.");
            return first + Offset(indices[0]);
        }
        if (indices.Length != shape.Length) throw new IndexOutOfRangeException($"Got {indices.Length} indices; expected {shape.Length}.");
        var offset = 0L;
        for (var i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= shape[i])
                throw new IndexOutOfRangeException($"Got index {indices[i]} in dimension {i}; expected 0 to {shape[i] - 1}.");
            offset += indices[i] * strides[i];
        }
        return first + offset;
    }

    private long Offset(long index)
    {
        if (contiguous) return index;
        var offset = 0L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            index = Math.DivRem(index, shape[i], out var along);
            offset += along * strides[i];
        }
        return offset;
    }
}
