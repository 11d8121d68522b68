using TorchSharp.Lite;
using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The numbers from start on, by step, below stop; Int64 if all are integers, else the default type.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        dtype ??= start.IsIntegral && stop.IsIntegral && step.IsIntegral ? ScalarType.Int64 : defaultDtype;
        return Call("arange.start_step", start, stop, step, dtype, Value.None, InitializeDevice(device), false).with_requires_grad(requires_grad);
    }

    /// <inheritdoc cref="arange(Scalar, Scalar, Scalar, ScalarType?, Device?, bool)"/>
    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    /// <inheritdoc cref="arange(Scalar, Scalar, Scalar, ScalarType?, Device?, bool)"/>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    /// <summary>Equally spaced numbers from start to end, both included.</summary>
    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Call("linspace", (Scalar)start, (Scalar)end, steps, dtype ?? defaultDtype, Value.None, InitializeDevice(device), false).with_requires_grad(requires_grad);

    /// <summary>Powers of the base with equally spaced exponents from start to end, both included.</summary>
    public static Tensor logspace(double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Call("logspace", (Scalar)start, (Scalar)end, steps, @base, dtype ?? defaultDtype, Value.None, InitializeDevice(device), false).with_requires_grad(requires_grad);

    /// <summary>The identity matrix; square unless the columns are given.</summary>
    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Call("eye.m", rows, columns < 0 ? rows : columns, dtype ?? defaultDtype, Value.None, InitializeDevice(device), false).with_requires_grad(requires_grad);

    /// <summary>One value in another tensor's shape, and its type and device unless given.</summary>
    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Call("full_like", input, value, dtype, Value.None, device, false).with_requires_grad(requires_grad);

    /// <summary>Uniform random integers from low to below high; Int64 unless given.</summary>
    public static Tensor randint(long low, long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Call("randint.low_generator", low, high, size.Shape, generator, dtype ?? ScalarType.Int64, Value.None, InitializeDevice(device), false).with_requires_grad(requires_grad);

    /// <summary>Uniform random integers from 0 to below high; Int64 unless given.</summary>
    public static Tensor randint(long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator);

    /// <inheritdoc cref="randint(long, long, Size, ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        randint(low, high, new Size(size), dtype, device, requires_grad, generator);

    /// <inheritdoc cref="randint(long, Size, ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        randint(0, high, new Size(size), dtype, device, requires_grad, generator);

    /// <summary>The integers from 0 to below n in random order; Int64 unless given.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Call("randperm.generator", n, generator, dtype ?? ScalarType.Int64, Value.None, InitializeDevice(device), false).with_requires_grad(requires_grad);

    /// <summary>Normal random numbers.</summary>
    public static Tensor normal(double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
    {
        var result = empty(size, dtype, device);
        result.normal_(mean, std, generator);
        return result.with_requires_grad(requires_grad);
    }

    /// <summary>Normal random numbers with a mean and a standard deviation for each element.</summary>
    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null) => Call("normal.Tensor_Tensor", mean, std, generator);

    /// <summary>The number of elements.</summary>
    public static long numel(Tensor input) => input.numel();

    /// <summary>Whether the type is a floating-point one.</summary>
    public static bool is_floating_point(ScalarType type) => type.IsFloatingPoint();

    /// <summary>Whether the elements are of a floating-point type.</summary>
    public static bool is_floating_point(Tensor input) => input.is_floating_point();

    /// <summary>Whether the type is an integer one.</summary>
    public static bool is_integral(ScalarType type) => type.IsIntegral();

    internal static bool IsFloatingPoint(this ScalarType type) => type is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;

    internal static bool IsIntegral(this ScalarType type) => type is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64;
}
