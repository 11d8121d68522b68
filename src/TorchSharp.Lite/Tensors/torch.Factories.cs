using TorchSharp.Lite;
using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor whose elements are not set.</summary>
    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("empty.memory_format", size, dtype, device, requires_grad);
    /// <inheritdoc cref="empty(long[], ScalarType?, Device?, bool)"/>
    public static Tensor empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("empty.memory_format", size.ToArray(), dtype, device, requires_grad);
    /// <inheritdoc cref="empty(long[], ScalarType?, Device?, bool)"/>
    public static Tensor empty(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("empty.memory_format", [size], dtype, device, requires_grad);
    /// <inheritdoc cref="empty(long[], ScalarType?, Device?, bool)"/>
    public static Tensor empty(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("empty.memory_format", [rows, columns], dtype, device, requires_grad);
    /// <inheritdoc cref="empty(long[], ScalarType?, Device?, bool)"/>
    public static Tensor empty(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("empty.memory_format", [dim0, dim1, dim2], dtype, device, requires_grad);
    /// <inheritdoc cref="empty(long[], ScalarType?, Device?, bool)"/>
    public static Tensor empty(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("empty.memory_format", [dim0, dim1, dim2, dim3], dtype, device, requires_grad);
    /// <summary>A tensor of zeros.</summary>
    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("zeros", size, dtype, device, requires_grad);
    /// <inheritdoc cref="zeros(long[], ScalarType?, Device?, bool)"/>
    public static Tensor zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("zeros", size.ToArray(), dtype, device, requires_grad);
    /// <inheritdoc cref="zeros(long[], ScalarType?, Device?, bool)"/>
    public static Tensor zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("zeros", [size], dtype, device, requires_grad);
    /// <inheritdoc cref="zeros(long[], ScalarType?, Device?, bool)"/>
    public static Tensor zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("zeros", [rows, columns], dtype, device, requires_grad);
    /// <inheritdoc cref="zeros(long[], ScalarType?, Device?, bool)"/>
    public static Tensor zeros(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("zeros", [dim0, dim1, dim2], dtype, device, requires_grad);
    /// <inheritdoc cref="zeros(long[], ScalarType?, Device?, bool)"/>
    public static Tensor zeros(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("zeros", [dim0, dim1, dim2, dim3], dtype, device, requires_grad);
    /// <summary>A tensor of ones.</summary>
    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("ones", size, dtype, device, requires_grad);
    /// <inheritdoc cref="ones(long[], ScalarType?, Device?, bool)"/>
    public static Tensor ones(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("ones", size.ToArray(), dtype, device, requires_grad);
    /// <inheritdoc cref="ones(long[], ScalarType?, Device?, bool)"/>
    public static Tensor ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("ones", [size], dtype, device, requires_grad);
    /// <inheritdoc cref="ones(long[], ScalarType?, Device?, bool)"/>
    public static Tensor ones(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("ones", [rows, columns], dtype, device, requires_grad);
    /// <inheritdoc cref="ones(long[], ScalarType?, Device?, bool)"/>
    public static Tensor ones(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("ones", [dim0, dim1, dim2], dtype, device, requires_grad);
    /// <inheritdoc cref="ones(long[], ScalarType?, Device?, bool)"/>
    public static Tensor ones(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Create("ones", [dim0, dim1, dim2, dim3], dtype, device, requires_grad);
    /// <summary>A tensor of one value; its type is Int64 for an integer, else the default one.</summary>
    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Filled(size, value, dtype, device, requires_grad);
    /// <inheritdoc cref="full(long[], Scalar, ScalarType?, Device?, bool)"/>
    public static Tensor full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Filled(size.ToArray(), value, dtype, device, requires_grad);
    /// <inheritdoc cref="full(long[], Scalar, ScalarType?, Device?, bool)"/>
    public static Tensor full(long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Filled([size], value, dtype, device, requires_grad);
    /// <inheritdoc cref="full(long[], Scalar, ScalarType?, Device?, bool)"/>
    public static Tensor full(long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Filled([rows, columns], value, dtype, device, requires_grad);
    /// <inheritdoc cref="full(long[], Scalar, ScalarType?, Device?, bool)"/>
    public static Tensor full(long dim0, long dim1, long dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Filled([dim0, dim1, dim2], value, dtype, device, requires_grad);
    /// <inheritdoc cref="full(long[], Scalar, ScalarType?, Device?, bool)"/>
    public static Tensor full(long dim0, long dim1, long dim2, long dim3, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Filled([dim0, dim1, dim2, dim3], value, dtype, device, requires_grad);
    /// <summary>Uniform random numbers in [0, 1).</summary>
    public static Tensor rand(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Random("rand.generator", size, dtype, device, requires_grad, generator);
    /// <inheritdoc cref="rand(long[], ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor rand(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Random("rand.generator", size.ToArray(), dtype, device, requires_grad, generator);
    /// <inheritdoc cref="rand(long[], ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor rand(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Random("rand.generator", [size], dtype, device, requires_grad, generator);
    /// <inheritdoc cref="rand(long[], ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor rand(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Random("rand.generator", [rows, columns], dtype, device, requires_grad, generator);
    /// <inheritdoc cref="rand(long[], ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor rand(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Random("rand.generator", [dim0, dim1, dim2], dtype, device, requires_grad, generator);
    /// <inheritdoc cref="rand(long[], ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor rand(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Random("rand.generator", [dim0, dim1, dim2, dim3], dtype, device, requires_grad, generator);
    /// <summary>Standard normal random numbers.</summary>
    public static Tensor randn(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Random("randn.generator", size, dtype, device, requires_grad, generator);
    /// <inheritdoc cref="randn(long[], ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor randn(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Random("randn.generator", size.ToArray(), dtype, device, requires_grad, generator);
    /// <inheritdoc cref="randn(long[], ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor randn(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Random("randn.generator", [size], dtype, device, requires_grad, generator);
    /// <inheritdoc cref="randn(long[], ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor randn(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Random("randn.generator", [rows, columns], dtype, device, requires_grad, generator);
    /// <inheritdoc cref="randn(long[], ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor randn(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Random("randn.generator", [dim0, dim1, dim2], dtype, device, requires_grad, generator);
    /// <inheritdoc cref="randn(long[], ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor randn(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) => Random("randn.generator", [dim0, dim1, dim2, dim3], dtype, device, requires_grad, generator);
    /// <summary>Zeros in another tensor's shape, and its type and device unless given.</summary>
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like("zeros_like", input, dtype, device, requires_grad);
    /// <summary>Ones in another tensor's shape, and its type and device unless given.</summary>
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like("ones_like", input, dtype, device, requires_grad);
    /// <summary>Elements that are not set in another tensor's shape, and its type and device unless given.</summary>
    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like("empty_like", input, dtype, device, requires_grad);
    /// <summary>Uniform random numbers in [0, 1) in another tensor's shape, and its type and device unless given.</summary>
    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like("rand_like", input, dtype, device, requires_grad);
    /// <summary>Standard normal random numbers in another tensor's shape, and its type and device unless given.</summary>
    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like("randn_like", input, dtype, device, requires_grad);

    private static Tensor Create(string op, long[] size, ScalarType? dtype, Device? device, bool requiresGrad) =>
        Call(op, size, dtype ?? defaultDtype, Value.None, InitializeDevice(device), false).with_requires_grad(requiresGrad);

    private static Tensor Filled(long[] size, Scalar value, ScalarType? dtype, Device? device, bool requiresGrad) =>
        Call("full", size, value, dtype ?? (value.IsIntegral ? ScalarType.Int64 : defaultDtype), Value.None, InitializeDevice(device), false).with_requires_grad(requiresGrad);

    private static Tensor Random(string op, long[] size, ScalarType? dtype, Device? device, bool requiresGrad, Generator? generator) =>
        Call(op, size, generator, dtype ?? defaultDtype, Value.None, InitializeDevice(device), false).with_requires_grad(requiresGrad);

    private static Tensor Like(string op, Tensor input, ScalarType? dtype, Device? device, bool requiresGrad) =>
        Call(op, input, dtype, Value.None, device, false).with_requires_grad(requiresGrad);
}
