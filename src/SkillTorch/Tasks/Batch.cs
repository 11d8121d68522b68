using System.Runtime.InteropServices;
using SkillTorch.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>
/// Samples for a stack of R trials, in host memory: one set for each trial, or one set that all share. Inputs are either
/// binary (one-hot parts, kept as indices, followed by bits, packed 32 to a word) or numbers. Targets are numbers, or the
/// class of each sample. Tensors of it are made on demand and kept.
/// </summary>
public sealed class Batch : IDisposable
{
    private static readonly int[] BitsOfWord = [.. Enumerable.Range(0, 32).Select(bit => 1 << bit)];

    private readonly Dictionary<(string, ScalarType, DeviceType), Tensor> tensors = [];
    private double[]? targets;

    /// <summary>A batch of binary inputs.</summary>
    /// <param name="sets">Number of sample sets S: R, or 1 if all trials share the samples.</param>
    /// <param name="size">Samples in a set, B.</param>
    /// <param name="bitInputs">Input bits of a sample.</param>
    /// <param name="outputs">Targets of a sample, O.</param>
    /// <param name="words">Input bits [S, B, W], W = ⌈bits/32⌉ words, bit i of a sample in bit i mod 32 of word i div 32.</param>
    /// <param name="targets">Targets [S, B, O].</param>
    /// <param name="weights">Weight of each squared error or other loss entry [S, B, O]; null weighs all 1.</param>
    /// <param name="controlInputs">Width of the one-hot part that precedes the bits; 0 for none.</param>
    /// <param name="controls">Index of the one-hot input that is 1 [S, B], from 0; null where there is no one-hot part.</param>
    /// <returns>The batch.</returns>
    /// <exception cref="ArgumentException">An array has another length than the sizes say.</exception>
    public static Batch FromBits(
        int sets,
        int size,
        int bitInputs,
        int outputs,
        uint[] words,
        double[] targets,
        double[]? weights = null,
        int controlInputs = 0,
        int[]? controls = null
    ) =>
        new(sets, size, controlInputs + bitInputs, outputs, targets, weights)
        {
            TokenInputs = controlInputs,
            TokensPerSample = controlInputs > 0 ? 1 : 0,
            WordsPerSample = (bitInputs + 31) / 32,
            Words = Expect(words, sets * size * ((bitInputs + 31) / 32), nameof(words)),
            Tokens = Expect(controls, controlInputs > 0 ? sets * size : 0, nameof(controls)),
        };

    /// <summary>A batch of numeric inputs.</summary>
    /// <param name="sets">Number of sample sets S: R, or 1 if all trials share the samples.</param>
    /// <param name="size">Samples in a set, B.</param>
    /// <param name="inputs">Numbers of a sample, I.</param>
    /// <param name="outputs">Targets of a sample, O.</param>
    /// <param name="values">Inputs [S, B, I].</param>
    /// <param name="targets">Targets [S, B, O].</param>
    /// <param name="weights">Weight of each loss entry [S, B, O]; null weighs all 1.</param>
    /// <param name="lines">Which samples lie on lines; null for none.</param>
    /// <returns>The batch.</returns>
    public static Batch FromNumbers(
        int sets,
        int size,
        int inputs,
        int outputs,
        double[] values,
        double[] targets,
        double[]? weights = null,
        IReadOnlyList<SampleLine>? lines = null
    ) =>
        new(sets, size, inputs, outputs, targets, weights)
        {
            Values = Expect(values, sets * size * inputs, nameof(values)),
            Lines = lines ?? [],
        };

    /// <summary>A batch of samples that are a few tokens each, as one-hot inputs, and belong to one class each.</summary>
    /// <param name="sets">Number of sample sets S: R, or 1 if all trials share the samples.</param>
    /// <param name="size">Samples in a set, B.</param>
    /// <param name="tokens">Tokens of a sample, T.</param>
    /// <param name="values">Values that a token can have, V; a sample has T·V inputs.</param>
    /// <param name="classes">Number of classes, and outputs, O.</param>
    /// <param name="indices">The tokens [S, B, T], from 0.</param>
    /// <param name="labels">The classes [S, B], from 0.</param>
    /// <returns>The batch.</returns>
    public static Batch FromTokens(int sets, int size, int tokens, int values, int classes, int[] indices, int[] labels) =>
        new(sets, size, tokens * values, classes, null, null)
        {
            TokenInputs = tokens * values,
            TokensPerSample = tokens,
            Tokens = Expect(indices, sets * size * tokens, nameof(indices)),
            Labels = Expect(labels, sets * size, nameof(labels)),
        };

    private Batch(int sets, int size, int inputs, int outputs, double[]? targets, double[]? weights)
    {
        Sets = sets;
        Size = size;
        Inputs = inputs;
        Outputs = outputs;
        this.targets = Expect(targets, sets * size * outputs, nameof(targets));
        Weights = Expect(weights, sets * size * outputs, nameof(weights));
    }

    /// <summary>Number of sample sets S: R, or 1 if all trials share the samples.</summary>
    public int Sets { get; }

    /// <summary>Samples in a set, B.</summary>
    public int Size { get; }

    /// <summary>Inputs of a sample, I.</summary>
    public int Inputs { get; }

    /// <summary>Targets of a sample, O.</summary>
    public int Outputs { get; }

    /// <summary>Width of the one-hot parts of binary inputs, together.</summary>
    public int TokenInputs { get; private init; }

    /// <summary>Number of one-hot parts C, of equal width.</summary>
    public int TokensPerSample { get; private init; }

    /// <summary>Words that hold the bits of a sample, W.</summary>
    public int WordsPerSample { get; private init; }

    /// <summary>Input bits [S, B, W]; null where the inputs are numbers.</summary>
    public uint[]? Words { get; private init; }

    /// <summary>Index, within its part, of the one-hot input that is 1 [S, B, C]; null where there is no one-hot part.</summary>
    public int[]? Tokens { get; private init; }

    /// <summary>Numeric inputs [S, B, I]; null where the inputs are binary.</summary>
    public double[]? Values { get; private init; }

    /// <summary>Samples that lie on lines, which a gradient may make use of; in order, and empty where none are known.</summary>
    public IReadOnlyList<SampleLine> Lines { get; private init; } = [];

    /// <summary>The class of each sample, one of the outputs, from 0 [S, B]; null where each output has a target of its own.</summary>
    public int[]? Labels { get; private init; }

    /// <summary>Targets [S, B, O]; for classes 1 at the sample's class and 0 elsewhere.</summary>
    public double[] Targets => targets ??= OneHot();

    /// <summary>Weights of the loss entries [S, B, O]; null weighs all 1.</summary>
    public double[]? Weights { get; }

    /// <summary>Entries E of a sample's loss, of which it is the mean: one an output, or one in all for the cross-entropy of
    /// classes.</summary>
    /// <param name="loss">The loss.</param>
    /// <returns>E, O or 1.</returns>
    public int LossEntries(LossKind loss) => Labels is not null && loss == LossKind.CrossEntropy ? 1 : Outputs;

    /// <summary>Bytes of the arrays and of a tensor of the inputs.</summary>
    internal long Bytes =>
        sizeof(float) * ((Words?.LongLength ?? 0) + (Tokens?.LongLength ?? 0) + (long)Sets * Size * Inputs)
        + sizeof(double) * ((Values?.LongLength ?? 0) + Targets.LongLength + (Weights?.LongLength ?? 0));

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
                Values is null && device.type != DeviceType.CPU
                    ? UnpackOn(device, dtype)
                    : Upload(Values ?? Unpack(), Inputs, dtype, device)
        );

    /// <summary>The targets as a tensor.</summary>
    /// <param name="dtype">Number format.</param>
    /// <param name="device">Device.</param>
    /// <returns>Tensor [S, B, O], owned by the batch.</returns>
    public Tensor TargetTensor(ScalarType dtype, Device device) =>
        Cached("targets", dtype, device, () => Upload(Targets, Outputs, dtype, device));

    /// <summary>The weights as a tensor.</summary>
    /// <param name="dtype">Number format.</param>
    /// <param name="device">Device.</param>
    /// <returns>Tensor [S, B, O], owned by the batch; null where all weights are 1.</returns>
    public Tensor? WeightTensor(ScalarType dtype, Device device) =>
        Weights is null ? null : Cached("weights", dtype, device, () => Upload(Weights, Outputs, dtype, device));

    /// <summary>The classes as a tensor.</summary>
    /// <param name="device">Device.</param>
    /// <returns>Integers [S, B], owned by the batch; null where each output has a target of its own.</returns>
    public Tensor? LabelTensor(Device device) =>
        Labels is null
            ? null
            : Cached(
                "labels",
                ScalarType.Int64,
                device,
                () =>
                {
                    using var host = tensor(Array.ConvertAll(Labels, label => (long)label), [Sets, Size]);
                    return Send(host, ScalarType.Int64, device);
                }
            );

    /// <summary>A batch of some of the samples.</summary>
    /// <param name="rows">Indices of the samples of consecutive sets, as many for each.</param>
    /// <param name="firstSet">Number of the first of these sets, from 0.</param>
    /// <returns>A new batch of as many sets.</returns>
    internal Batch Select(IReadOnlyList<ReadOnlyMemory<int>> rows, int firstSet = 0)
    {
        var size = rows[0].Length;
        var words = Uninitialised(Words, size * WordsPerSample);
        var tokens = Uninitialised(Tokens, size * TokensPerSample);
        var values = Uninitialised(Values, size * Inputs);
        var labels = Uninitialised(Labels, size);
        var from = Labels is null ? Targets : null;
        var to = Uninitialised(from, size * Outputs);
        var weights = Uninitialised(Weights, size * Outputs);
        Workers.For(
            rows.Count,
            set =>
            {
                Pick(Words, words, set, WordsPerSample);
                Pick(Tokens, tokens, set, TokensPerSample);
                Pick(Values, values, set, Inputs);
                Pick(Labels, labels, set, 1);
                Pick(from, to, set, Outputs);
                Pick(Weights, weights, set, Outputs);
            }
        );
        return With(rows.Count, size, words, tokens, values, labels, to, weights);

        T[]? Uninitialised<T>(T[]? like, int length) => like is null ? null : GC.AllocateUninitializedArray<T>(rows.Count * length);

        void Pick<T>(T[]? from, T[]? to, int set, int columns)
        {
            if (from is null || to is null)
                return;
            var chosen = rows[set].Span;
            var source = from.AsSpan((firstSet + set) * Size * columns, Size * columns);
            var target = to.AsSpan(set * size * columns, size * columns);
            for (var i = 0; i < chosen.Length; i++)
            {
                for (var c = 0; c < columns; c++)
                    target[i * columns + c] = source[chosen[i] * columns + c];
            }
        }
    }

    /// <summary>A batch of consecutive samples of consecutive sets.</summary>
    /// <param name="set">Number of the first set, from 0.</param>
    /// <param name="sets">Number of sets.</param>
    /// <param name="first">Index of the first sample.</param>
    /// <param name="count">Number of samples.</param>
    /// <returns>A new batch of these sets.</returns>
    internal Batch Slice(int set, int sets, int first, int count)
    {
        return With(
            sets,
            count,
            Cut(Words, WordsPerSample),
            Cut(Tokens, TokensPerSample),
            Cut(Values, Inputs),
            Cut(Labels, 1),
            Labels is null ? Cut(Targets, Outputs) : null,
            Cut(Weights, Outputs)
        );

        T[]? Cut<T>(T[]? all, int columns)
        {
            if (all is null)
                return null;
            var cut = GC.AllocateUninitializedArray<T>(sets * count * columns);
            for (var s = 0; s < sets; s++)
                all.AsSpan(((set + s) * Size + first) * columns, count * columns).CopyTo(cut.AsSpan(s * count * columns));
            return cut;
        }
    }

    private Batch With(
        int sets,
        int size,
        uint[]? words,
        int[]? tokens,
        double[]? values,
        int[]? labels,
        double[]? targets,
        double[]? weights
    ) =>
        new(sets, size, Inputs, Outputs, targets, weights)
        {
            TokenInputs = TokenInputs,
            TokensPerSample = TokensPerSample,
            WordsPerSample = WordsPerSample,
            Words = words,
            Tokens = tokens,
            Values = values,
            Labels = labels,
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in tensors.Values)
            tensor.Dispose();
        tensors.Clear();
    }

    private static T[]? Expect<T>(T[]? array, int length, string name) =>
        array is null || array.Length == length
            ? array
            : throw new ArgumentException($"Got {array.Length} elements for `{name}`; expected {length}.", name);

    private Tensor Cached(string name, ScalarType dtype, Device device, Func<Tensor> make)
    {
        var key = (name, dtype, device.type);
        if (!tensors.TryGetValue(key, out var tensor))
            tensors[key] = tensor = make().DetachFromDisposeScope();
        return tensor;
    }

    private Tensor Upload(double[] values, int columns, ScalarType dtype, Device device)
    {
        using var host = tensor(values, [Sets, Size, columns]);
        return Send(host, dtype, device);
    }

    /// <summary>
    /// Copies to a device; to a GPU from page-locked memory, so that this thread goes on to draw the next batch while the GPU still
    /// computes.
    /// </summary>
    private static Tensor Send(Tensor host, ScalarType dtype, Device device)
    {
        if (device.type == DeviceType.CPU)
            return host.to(dtype, device, copy: true);
        using var pinned = host.pin_memory();
        return pinned.to(dtype, device, copy: true, non_blocking: true);
    }

    /// <summary>Sends packed inputs, a thirtieth of the bytes, and unpacks them where they are needed.</summary>
    internal Tensor UnpackOn(Device device, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>(); // of [S, B, I], truth values
        if (Tokens is not null)
        {
            var hot = Send(tensor(Tokens, [Sets, Size, TokensPerSample, 1]), ScalarType.Int32, device);
            parts.Add(
                (hot == tensor([.. Enumerable.Range(0, TokenInputs / TokensPerSample)], device: device)).view(Sets, Size, TokenInputs)
            );
        }

        if (Inputs > TokenInputs)
        {
            var words = Send(
                tensor(MemoryMarshal.Cast<uint, int>(Words).ToArray(), [Sets, Size, WordsPerSample, 1]),
                ScalarType.Int32,
                device
            );
            var bits = tensor(BitsOfWord, dtype: ScalarType.Int32, device: device);
            parts.Add((words & bits).to(ScalarType.Bool).view(Sets, Size, 32 * WordsPerSample).narrow(2, 0, Inputs - TokenInputs));
        }

        return cat(parts, 2).to(dtype).MoveToOuterDisposeScope();
    }

    private double[] Unpack()
    {
        var dense = new double[Sets * Size * Inputs];
        for (var sample = 0; sample < Sets * Size; sample++)
        {
            var row = dense.AsSpan(sample * Inputs, Inputs);
            for (var part = 0; part < TokensPerSample; part++)
                row[part * (TokenInputs / TokensPerSample) + Tokens![sample * TokensPerSample + part]] = 1;
            for (var i = 0; i < Inputs - TokenInputs; i++)
                row[TokenInputs + i] = (Words![sample * WordsPerSample + i / 32] >> (i % 32)) & 1;
        }

        return dense;
    }

    private double[] OneHot()
    {
        var dense = new double[Sets * Size * Outputs];
        for (var sample = 0; sample < Labels!.Length; sample++)
            dense[sample * Outputs + Labels[sample]] = 1;
        return dense;
    }
}
