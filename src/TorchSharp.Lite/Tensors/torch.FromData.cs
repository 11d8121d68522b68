using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor with a copy of the values: a number, a list, or an array of up to four dimensions.</summary>
    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false) => FromData<float>([scalar], [], null, device, requires_grad);
    /// <inheritdoc cref="tensor(float, Device?, bool)"/>
    public static Tensor tensor(float real, float imaginary, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<float>([real], [], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(float, Device?, bool)"/>
    public static Tensor tensor(IList<float> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<float>(Contiguous(rawArray), dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(float, Device?, bool)"/>
    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<float>(rawArray, [rawArray.Length], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(float, Device?, bool)"/>
    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<float>(rawArray, dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(float, Device?, bool)"/>
    public static Tensor tensor(IList<float> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<float>(Contiguous(rawArray), [rawArray.Count], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(float, Device?, bool)"/>
    public static Tensor tensor(IList<float> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<float>(Contiguous(rawArray), [rows, columns], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(float, Device?, bool)"/>
    public static Tensor tensor(IList<float> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<float>(Contiguous(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(float, Device?, bool)"/>
    public static Tensor tensor(IList<float> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<float>(Contiguous(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(float, Device?, bool)"/>
    public static Tensor tensor(float[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<float>(Flat<float>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(float, Device?, bool)"/>
    public static Tensor tensor(float[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<float>(Flat<float>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(float, Device?, bool)"/>
    public static Tensor tensor(float[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<float>(Flat<float>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(float, Device?, bool)"/>
    public static Tensor tensor(Memory<float> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<float>(rawArray.Span, dimensions, dtype, device, requires_grad);
    /// <summary>A tensor with a copy of the values: a number, a list, or an array of up to four dimensions.</summary>
    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<double>([scalar], [], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(double, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(double real, double imaginary, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<double>([real], [], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(double, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<double> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<double>(Contiguous(rawArray), [rawArray.Count], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(double, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<double>(rawArray, [rawArray.Length], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(double, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<double>(rawArray, dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(double, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<double> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<double>(Contiguous(rawArray), [rows, columns], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(double, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<double> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<double>(Contiguous(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(double, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<double> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<double>(Contiguous(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(double, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(double[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<double>(Flat<double>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(double, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(double[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<double>(Flat<double>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(double, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(double[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<double>(Flat<double>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(double, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(Memory<double> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<double>(rawArray.Span, dimensions, dtype, device, requires_grad);
    /// <summary>A tensor with a copy of the values: a number, a list, or an array of up to four dimensions.</summary>
    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<long>([scalar], [], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(long, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<long> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<long>(Contiguous(rawArray), dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(long, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(long[] dataArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<long>(dataArray, [dataArray.Length], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(long, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(long[] dataArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<long>(dataArray, dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(long, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<long> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<long>(Contiguous(rawArray), [rawArray.Count], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(long, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<long> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<long>(Contiguous(rawArray), [rows, columns], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(long, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<long> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<long>(Contiguous(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(long, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<long> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<long>(Contiguous(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(long, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(long[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<long>(Flat<long>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(long, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(long[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<long>(Flat<long>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(long, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(long[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<long>(Flat<long>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(long, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(Memory<long> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<long>(rawArray.Span, dimensions, dtype, device, requires_grad);
    /// <summary>A tensor with a copy of the values: a number, a list, or an array of up to four dimensions.</summary>
    public static Tensor tensor(int scalar, Device? device = null, bool requires_grad = false) => FromData<int>([scalar], [], null, device, requires_grad);
    /// <inheritdoc cref="tensor(int, Device?, bool)"/>
    public static Tensor tensor(IList<int> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<int>(Contiguous(rawArray), dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(int, Device?, bool)"/>
    public static Tensor tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<int>(rawArray, [rawArray.Length], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(int, Device?, bool)"/>
    public static Tensor tensor(int[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<int>(rawArray, dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(int, Device?, bool)"/>
    public static Tensor tensor(IList<int> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<int>(Contiguous(rawArray), [rawArray.Count], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(int, Device?, bool)"/>
    public static Tensor tensor(IList<int> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<int>(Contiguous(rawArray), [rows, columns], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(int, Device?, bool)"/>
    public static Tensor tensor(IList<int> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<int>(Contiguous(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(int, Device?, bool)"/>
    public static Tensor tensor(int[] rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<int>(rawArray, [dim0, dim1, dim2, dim3], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(int, Device?, bool)"/>
    public static Tensor tensor(int[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<int>(Flat<int>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(int, Device?, bool)"/>
    public static Tensor tensor(int[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<int>(Flat<int>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(int, Device?, bool)"/>
    public static Tensor tensor(int[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<int>(Flat<int>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(int, Device?, bool)"/>
    public static Tensor tensor(Memory<int> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<int>(rawArray.Span, dimensions, dtype, device, requires_grad);
    /// <summary>A tensor with a copy of the values: a number, a list, or an array of up to four dimensions.</summary>
    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<bool>([scalar], [], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(bool, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<bool> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<bool>(Contiguous(rawArray), dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(bool, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<bool>(rawArray, [rawArray.Length], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(bool, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(bool[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<bool>(rawArray, dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(bool, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<bool> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<bool>(Contiguous(rawArray), [rawArray.Count], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(bool, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<bool> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<bool>(Contiguous(rawArray), [rows, columns], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(bool, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<bool> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<bool>(Contiguous(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(bool, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(IList<bool> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<bool>(Contiguous(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(bool, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(bool[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<bool>(Flat<bool>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(bool, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(bool[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<bool>(Flat<bool>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(bool, ScalarType?, Device?, bool)"/>
    public static Tensor tensor(bool[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<bool>(Flat<bool>(rawArray), Shape(rawArray), dtype, device, requires_grad);
    /// <summary>A tensor with a copy of the values: a number, a list, or an array of up to four dimensions.</summary>
    public static Tensor tensor(byte scalar, Device? device = null, bool requires_grad = false) => FromData<byte>([scalar], [], null, device, requires_grad);
    /// <inheritdoc cref="tensor(byte, Device?, bool)"/>
    public static Tensor tensor(IList<byte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<byte>(Contiguous(rawArray), dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(byte, Device?, bool)"/>
    public static Tensor tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<byte>(rawArray, [rawArray.Length], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(byte, Device?, bool)"/>
    public static Tensor tensor(byte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<byte>(rawArray, dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(byte, Device?, bool)"/>
    public static Tensor tensor(IList<byte> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<byte>(Contiguous(rawArray), [rawArray.Count], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(byte, Device?, bool)"/>
    public static Tensor tensor(IList<byte> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<byte>(Contiguous(rawArray), [rows, columns], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(byte, Device?, bool)"/>
    public static Tensor tensor(IList<byte> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<byte>(Contiguous(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(byte, Device?, bool)"/>
    public static Tensor tensor(IList<byte> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<byte>(Contiguous(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad);
    /// <summary>A tensor with a copy of the values: a number, a list, or an array of up to four dimensions.</summary>
    public static Tensor tensor(short scalar, Device? device = null, bool requires_grad = false) => FromData<short>([scalar], [], null, device, requires_grad);
    /// <inheritdoc cref="tensor(short, Device?, bool)"/>
    public static Tensor tensor(IList<short> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<short>(Contiguous(rawArray), dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(short, Device?, bool)"/>
    public static Tensor tensor(short[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<short>(rawArray, [rawArray.Length], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(short, Device?, bool)"/>
    public static Tensor tensor(short[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<short>(rawArray, dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(short, Device?, bool)"/>
    public static Tensor tensor(IList<short> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<short>(Contiguous(rawArray), [rawArray.Count], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(short, Device?, bool)"/>
    public static Tensor tensor(IList<short> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<short>(Contiguous(rawArray), [rows, columns], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(short, Device?, bool)"/>
    public static Tensor tensor(IList<short> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<short>(Contiguous(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(short, Device?, bool)"/>
    public static Tensor tensor(IList<short> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<short>(Contiguous(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad);
    /// <summary>A tensor with a copy of the values: a number, a list, or an array of up to four dimensions.</summary>
    public static Tensor tensor(sbyte scalar, Device? device = null, bool requires_grad = false) => FromData<sbyte>([scalar], [], null, device, requires_grad);
    /// <inheritdoc cref="tensor(sbyte, Device?, bool)"/>
    public static Tensor tensor(IList<sbyte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<sbyte>(Contiguous(rawArray), dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(sbyte, Device?, bool)"/>
    public static Tensor tensor(sbyte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<sbyte>(rawArray, [rawArray.Length], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(sbyte, Device?, bool)"/>
    public static Tensor tensor(sbyte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<sbyte>(rawArray, dimensions, dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(sbyte, Device?, bool)"/>
    public static Tensor tensor(IList<sbyte> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<sbyte>(Contiguous(rawArray), [rawArray.Count], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(sbyte, Device?, bool)"/>
    public static Tensor tensor(IList<sbyte> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<sbyte>(Contiguous(rawArray), [rows, columns], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(sbyte, Device?, bool)"/>
    public static Tensor tensor(IList<sbyte> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<sbyte>(Contiguous(rawArray), [dim0, dim1, dim2], dtype, device, requires_grad);
    /// <inheritdoc cref="tensor(sbyte, Device?, bool)"/>
    public static Tensor tensor(IList<sbyte> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => FromData<sbyte>(Contiguous(rawArray), [dim0, dim1, dim2, dim3], dtype, device, requires_grad);
    /// <summary>A tensor with a copy of the values.</summary>
    public static Tensor as_tensor(IList<float> rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    /// <summary>A tensor with a copy of the values.</summary>
    public static Tensor as_tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    /// <summary>A tensor with a copy of the values.</summary>
    public static Tensor as_tensor(IList<double> rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    /// <summary>A tensor with a copy of the values.</summary>
    public static Tensor as_tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    /// <summary>A tensor with a copy of the values.</summary>
    public static Tensor as_tensor(IList<long> rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    /// <summary>A tensor with a copy of the values.</summary>
    public static Tensor as_tensor(long[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    /// <summary>A tensor with a copy of the values.</summary>
    public static Tensor as_tensor(IList<int> rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    /// <summary>A tensor with a copy of the values.</summary>
    public static Tensor as_tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    /// <summary>A tensor with a copy of the values.</summary>
    public static Tensor as_tensor(IList<bool> rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);
    /// <summary>A tensor with a copy of the values.</summary>
    public static Tensor as_tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null) => tensor(rawArray, dtype, device);

    /// <summary>A tensor with a copy of a .NET array of any rank.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    /// <summary>A tensor with a copy of a .NET array of any rank.</summary>
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false) => rawArray switch
    {
        _ when rawArray.GetType().GetElementType() == typeof(float) => FromData<float>(Flat<float>(rawArray), Shape(rawArray), dtype, device, requires_grad),
        _ when rawArray.GetType().GetElementType() == typeof(double) => FromData<double>(Flat<double>(rawArray), Shape(rawArray), dtype, device, requires_grad),
        _ when rawArray.GetType().GetElementType() == typeof(long) => FromData<long>(Flat<long>(rawArray), Shape(rawArray), dtype, device, requires_grad),
        _ when rawArray.GetType().GetElementType() == typeof(int) => FromData<int>(Flat<int>(rawArray), Shape(rawArray), dtype, device, requires_grad),
        _ when rawArray.GetType().GetElementType() == typeof(bool) => FromData<bool>(Flat<bool>(rawArray), Shape(rawArray), dtype, device, requires_grad),
        _ when rawArray.GetType().GetElementType() == typeof(byte) => FromData<byte>(Flat<byte>(rawArray), Shape(rawArray), dtype, device, requires_grad),
        _ => throw new NotSupportedException($"Got an array of {rawArray.GetType().GetElementType()?.Name}; expected float, double, long, int, bool or byte."),
    };

    private static Tensor FromData<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> dimensions, ScalarType? dtype, Device? device, bool requiresGrad) where T : unmanaged
    {
        var count = 1L;
        foreach (var size in dimensions) count *= size;
        if (count > values.Length) throw new ArgumentException($"Got {values.Length} values for a tensor of {count} elements.");
        var source = ToScalarType(typeof(T));
        var result = empty(dimensions, source, CPU);
        MemoryMarshal.AsBytes(values[..(int)count]).CopyTo(result.bytes);
        var target = InitializeDevice(device);
        if (target.type != DeviceType.CPU || (dtype ?? source) != source) result = result.to(dtype ?? source, target, disposeAfter: true);
        return result.with_requires_grad(requiresGrad);
    }

    private static ReadOnlySpan<T> Contiguous<T>(IList<T> values) => values switch
    {
        T[] array => array,
        List<T> list => CollectionsMarshal.AsSpan(list),
        _ => values.ToArray(),
    };

    private static ReadOnlySpan<T> Flat<T>(Array array) where T : unmanaged => array.Length == 0 ? []
        : MemoryMarshal.CreateReadOnlySpan(ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    private static long[] Shape(Array array) => [.. Enumerable.Range(0, array.Rank).Select(array.GetLongLength)];
}
