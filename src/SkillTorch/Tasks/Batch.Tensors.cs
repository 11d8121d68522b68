using System.Runtime.InteropServices;
using SkillTorch.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <content>The samples as tensors, made on demand and kept.</content>
public sealed partial class Batch
{
    private readonly Dictionary<(string, ScalarType, DeviceType), Tensor> tensors = [];

    /// <summary>The input bits as a tensor.</summary>
    /// <param name="device">Device.</param>
    /// <returns>
    /// 32-bit integers [S, B, W], owned by the batch, whose bits are those of <see cref="Words"/>; null where there are none.
    /// </returns>
    internal Tensor? WordTensor(Device device) =>
        WordsPerSample == 0
            ? null
            : Cached(
                "words",
                ScalarType.Int32,
                device,
                () => drawn?.Words ?? Transfer.Copy(MemoryMarshal.Cast<uint, int>(Words).ToArray(), [Sets, Size, WordsPerSample], device)
            );

    /// <summary>The one-hot inputs that are 1 as a tensor.</summary>
    /// <param name="device">Device.</param>
    /// <returns>32-bit integers [S, B, C], owned by the batch, as in <see cref="Tokens"/>; null where there are none.</returns>
    internal Tensor? ControlTensor(Device device) =>
        TokensPerSample == 0
            ? null
            : Cached(
                "controls",
                ScalarType.Int32,
                device,
                () => drawn?.Tokens ?? Transfer.Copy(Tokens!, [Sets, Size, TokensPerSample], device)
            );

    /// <summary>The inputs as a tensor.</summary>
    /// <param name="dtype">Number format.</param>
    /// <param name="device">Device.</param>
    /// <returns>Tensor [S, B, I], owned by the batch.</returns>
    public Tensor InputTensor(ScalarType dtype, Device device) =>
        Cached(
            "inputs",
            dtype,
            device,
            () =>
                drawn is { Values: { } numbers } ? numbers.to(dtype)
                : !IsNumeric && (OnDevice || device.type != DeviceType.CPU) ? UnpackOn(device, dtype, 0, Size)
                : Upload(Values ?? Unpack(), Inputs, dtype, device)
        );

    /// <summary>The inputs of some samples as a tensor: those of a large evaluation set, all at once, may not fit.</summary>
    /// <param name="dtype">Number format.</param>
    /// <param name="device">Device.</param>
    /// <param name="first">Index of the first sample.</param>
    /// <param name="count">Number of samples b.</param>
    /// <returns>Tensor [S, b, I], owned by the current dispose scope.</returns>
    internal Tensor InputPart(ScalarType dtype, Device device, int first, int count) =>
        count == Size ? InputTensor(dtype, device).alias()
        : IsNumeric ? InputTensor(dtype, device).narrow(1, first, count)
        : UnpackOn(device, dtype, first, count);

    /// <summary>The targets as a tensor.</summary>
    /// <param name="dtype">Number format.</param>
    /// <param name="device">Device.</param>
    /// <returns>Tensor [S, B, O], owned by the batch.</returns>
    public Tensor TargetTensor(ScalarType dtype, Device device) =>
        Cached("targets", dtype, device, () => drawn?.TargetsAs(dtype) ?? Upload(Targets, Outputs, dtype, device));

    /// <summary>The weights as a tensor.</summary>
    /// <param name="dtype">Number format.</param>
    /// <param name="device">Device.</param>
    /// <returns>Tensor [S, B, O], owned by the batch; null where all weights are 1.</returns>
    public Tensor? WeightTensor(ScalarType dtype, Device device) =>
        HasWeights ? Cached("weights", dtype, device, () => drawn?.WeightsAs(dtype) ?? Upload(Weights!, Outputs, dtype, device)) : null;

    /// <summary>The classes as a tensor.</summary>
    /// <param name="device">Device.</param>
    /// <returns>Integers [S, B], owned by the batch; null where each output has a target of its own.</returns>
    public Tensor? LabelTensor(Device device) =>
        HasClasses
            ? Cached(
                "labels",
                ScalarType.Int64,
                device,
                () => drawn?.Labels ?? Transfer.Copy(Array.ConvertAll(Labels!, label => (long)label), [Sets, Size], device)
            )
            : null;

    /// <summary>Where the samples lie on a device, for kernels; without classes.</summary>
    /// <param name="device">Device.</param>
    internal SampleAddresses AddressesOn(Device device)
    {
        return drawn?.Addresses
            ?? new(
                Address(WordTensor(device)),
                Address(ControlTensor(device)),
                Address(TargetTensor(ScalarType.Float64, device)),
                Address(WeightTensor(ScalarType.Float64, device))
            );

        static long Address(Tensor? samples) => samples is null ? 0 : LibTorch.AddressOf(samples);
    }

    private Tensor Cached(string name, ScalarType dtype, Device device, Func<Tensor> make)
    {
        var key = (name, dtype, device.type);
        if (!tensors.TryGetValue(key, out var tensor))
            tensors[key] = tensor = make().DetachFromDisposeScope();
        return tensor;
    }

    private Tensor Upload(double[] numbers, int columns, ScalarType dtype, Device device) =>
        Transfer.Copy(numbers, [Sets, Size, columns], dtype, device);

    /// <summary>Unpacks inputs where they are needed: packed they are a thirtieth of the bytes.</summary>
    internal Tensor UnpackOn(Device device, ScalarType dtype, int first, int count)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>(); // of [S, b, I], truth values
        if (ControlTensor(device) is { } hot)
        {
            var choices = IntegerArithmetic.Range(TokenInputs / TokensPerSample, device).to(ScalarType.Int32);
            parts.Add(hot.narrow(1, first, count).unsqueeze(3).eq(choices).view(Sets, count, TokenInputs));
        }

        if (WordTensor(device) is { } packed)
        {
            var places = IntegerArithmetic.Range(32, device).to(ScalarType.Int32);
            var bits = packed.narrow(1, first, count).unsqueeze(3).bitwise_right_shift(places).And(1); // [S, b, W, 32]
            parts.Add(bits.to(ScalarType.Bool).view(Sets, count, 32 * WordsPerSample).narrow(2, 0, Inputs - TokenInputs));
        }

        return cat(parts, 2).to(dtype).MoveToOuterDisposeScope();
    }
}
