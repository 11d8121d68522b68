using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>
/// Samples for a stack of R trials: one set for each trial, or one set that all share. Inputs are either binary (one-hot parts,
/// kept as indices, followed by bits, packed 32 to a word) or numbers. Targets are numbers, or the class of each sample. They lie in
/// arrays of the host, of which tensors are made on demand and kept, or, where they are drawn on a device, in tensors there, of which
/// arrays are made on demand and kept: those wait for the device, and no training step asks for them.
/// </summary>
public sealed partial class Batch : IDisposable
{
    private readonly DrawnSamples? drawn; // on a device; else the arrays

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
        Targets = Expect(targets, sets * size * outputs, nameof(targets));
        Weights = Expect(weights, sets * size * outputs, nameof(weights));
    }

    /// <summary>A batch of samples that were drawn on a device.</summary>
    /// <param name="drawn">The samples of one step; the batch takes ownership.</param>
    internal Batch(DrawnSamples drawn)
    {
        this.drawn = drawn;
        (Sets, Size, Inputs, Outputs) = (drawn.Sets, drawn.Size, drawn.Form.Inputs, drawn.Form.Outputs);
        (TokenInputs, TokensPerSample) = (drawn.Form.TokenInputs, drawn.Form.TokensPerSample);
        WordsPerSample = drawn.Form.WordsPerSample;
        Lines = drawn.Form.Lines;
    }

    /// <summary>Whether the samples lie on a device, as tensors.</summary>
    internal bool OnDevice => drawn is not null;

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
    public uint[]? Words
    {
        get => field ??= Fetched<int>(drawn?.Words) is { } bits ? MemoryMarshal.Cast<int, uint>(bits).ToArray() : null;
        private init;
    }

    /// <summary>Index, within its part, of the one-hot input that is 1 [S, B, C]; null where there is no one-hot part.</summary>
    public int[]? Tokens
    {
        get => field ??= Fetched<int>(drawn?.Tokens);
        private init;
    }

    /// <summary>Numeric inputs [S, B, I]; null where the inputs are binary.</summary>
    public double[]? Values
    {
        get => field ??= Fetched<double>(drawn?.Values);
        private init;
    }

    /// <summary>Samples that lie on lines, which a gradient may make use of; in order, and empty where none are known.</summary>
    public IReadOnlyList<SampleLine> Lines { get; private init; } = [];

    /// <summary>The class of each sample, one of the outputs, from 0 [S, B]; null where each output has a target of its own.</summary>
    public int[]? Labels
    {
        get => field ??= Fetched<long>(drawn?.Labels) is { } classes ? Array.ConvertAll(classes, c => (int)c) : null;
        private init;
    }

    /// <summary>Whether each sample is of one class.</summary>
    private bool HasClasses => drawn is null ? Labels is not null : drawn.Labels is not null;

    /// <summary>Targets [S, B, O]; for classes 1 at the sample's class and 0 elsewhere.</summary>
    [AllowNull]
    public double[] Targets
    {
        get => field ??= Fetched<double>(drawn?.Targets) ?? OneHot();
        private init;
    }

    /// <summary>Weights of the loss entries [S, B, O]; null weighs all 1.</summary>
    public double[]? Weights
    {
        get => field ??= Fetched<double>(drawn?.Weights);
        private init;
    }

    /// <summary>Entries E of a sample's loss, of which it is the mean: one an output, or one in all for the cross-entropy of
    /// classes.</summary>
    /// <param name="loss">The loss.</param>
    /// <returns>E, O or 1.</returns>
    public int LossEntries(LossKind loss) => HasClasses && loss == LossKind.CrossEntropy ? 1 : Outputs;

    /// <summary>Bytes of the arrays and of a tensor of the inputs.</summary>
    internal long Bytes =>
        (long)Sets
        * Size
        * (
            sizeof(float) * (WordsPerSample + TokensPerSample + Inputs)
            + sizeof(double) * ((IsNumeric ? Inputs : 0) + Outputs + (HasWeights ? Outputs : 0))
        );

    /// <summary>Whether the inputs are numbers.</summary>
    private bool IsNumeric => drawn is null ? Values is not null : drawn.Values is not null;

    /// <summary>Whether loss entries have weights.</summary>
    private bool HasWeights => drawn is null ? Weights is not null : drawn.Weights is not null;

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
        drawn?.Dispose();
    }

    private static T[]? Expect<T>(T[]? array, int length, string name) =>
        array is null || array.Length == length
            ? array
            : throw new ArgumentException($"Got {array.Length} elements for `{name}`; expected {length}.", name);

    /// <summary>Copies samples from the device, which they wait for.</summary>
    private static T[]? Fetched<T>(Tensor? samples)
        where T : unmanaged
    {
        if (samples is null)
            return null;
        using var host = samples.cpu();
        using var whole = host.contiguous();
        return whole.data<T>().ToArray();
    }

    /// <summary>Unpacks a sample's binary inputs.</summary>
    /// <param name="sample">Its index in [S, B].</param>
    /// <param name="to">Receives 0 or 1 for each input [I].</param>
    internal void Unpack<T>(int sample, Span<T> to)
        where T : struct, INumberBase<T>
    {
        to[..TokenInputs].Clear();
        for (var part = 0; part < TokensPerSample; part++)
            to[part * (TokenInputs / TokensPerSample) + Tokens![sample * TokensPerSample + part]] = T.One;
        for (var i = 0; i < Inputs - TokenInputs; i++)
            to[TokenInputs + i] = T.CreateTruncating((Words![sample * WordsPerSample + i / 32] >> (i % 32)) & 1);
    }

    private double[] Unpack()
    {
        var dense = new double[Sets * Size * Inputs];
        for (var sample = 0; sample < Sets * Size; sample++)
            Unpack(sample, dense.AsSpan(sample * Inputs, Inputs));

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
