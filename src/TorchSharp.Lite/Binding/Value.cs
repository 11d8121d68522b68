using System.Runtime.CompilerServices;

namespace TorchSharp.Lite;

/// <summary>The tags of torchlite.cpp.</summary>
internal enum ValueKind
{
    None, Tensor, Int, Double, Bool, IntList, DoubleList, TensorList, OptionalTensorList, String, Device, Generator
}

/// <summary>One argument of an operator: a number in place, or a reference that <see cref="Dispatcher"/> marshals.</summary>
internal readonly struct Value
{
    internal readonly ValueKind Kind;
    internal readonly long Bits;
    internal readonly object? Reference;

    private Value(ValueKind kind, long bits)
    {
        Kind = kind;
        Bits = bits;
    }

    private Value(ValueKind kind, object? reference)
    {
        Kind = reference is null ? ValueKind.None : kind;
        Reference = reference;
    }

    /// <summary>An absent optional argument.</summary>
    internal static Value None => default;

    /// <summary>The list that the indexing operators take: null where a dimension is not indexed.</summary>
    internal static Value Optional(torch.Tensor?[] tensors) => new(ValueKind.OptionalTensorList, tensors);

    public static implicit operator Value(torch.Tensor? tensor) => new(ValueKind.Tensor, tensor);
    public static implicit operator Value(torch.Tensor[] tensors) => new(ValueKind.TensorList, tensors);
    public static implicit operator Value(long[]? values) => new(ValueKind.IntList, values);
    public static implicit operator Value(double[]? values) => new(ValueKind.DoubleList, values);
    public static implicit operator Value(string? text) => new(ValueKind.String, text);
    public static implicit operator Value(torch.Device? device) => new(ValueKind.Device, device);
    public static implicit operator Value(torch.Generator? generator) => new(ValueKind.Generator, generator);
    public static implicit operator Value(int value) => new(ValueKind.Int, value);
    public static implicit operator Value(long value) => new(ValueKind.Int, value);
    public static implicit operator Value(long? value) => value is { } given ? new(ValueKind.Int, given) : default;
    public static implicit operator Value(double value) => new(ValueKind.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Value(double? value) => value is { } given ? given : default(Value);
    public static implicit operator Value(bool value) => new(ValueKind.Bool, value ? 1 : 0);
    public static implicit operator Value(torch.ScalarType value) => new(ValueKind.Int, (long)value);
    public static implicit operator Value(torch.ScalarType? value) => value is { } given ? new(ValueKind.Int, (long)given) : default;
    public static implicit operator Value(Scalar? scalar) => scalar is null ? default : new(scalar.Kind, scalar.Bits);
}
