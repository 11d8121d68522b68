using static TorchSharp.torch;

namespace SkillTorch.Tasks;

/// <summary>What samples of a task are like.</summary>
/// <param name="Inputs">Inputs of a sample, I.</param>
/// <param name="Outputs">Targets of a sample, O.</param>
internal sealed record SampleForm(int Inputs, int Outputs)
{
    /// <summary>Width of the one-hot parts, together.</summary>
    public int TokenInputs { get; init; }

    /// <summary>Number of one-hot parts C.</summary>
    public int TokensPerSample { get; init; }

    /// <summary>Words that hold the bits of a sample, W.</summary>
    public int WordsPerSample { get; init; }

    /// <summary>Samples that lie on lines.</summary>
    public IReadOnlyList<SampleLine> Lines { get; init; } = [];

    /// <summary>The form of a batch's samples.</summary>
    public static SampleForm From(Batch batch) =>
        new(batch.Inputs, batch.Outputs)
        {
            TokenInputs = batch.TokenInputs,
            TokensPerSample = batch.TokensPerSample,
            WordsPerSample = batch.WordsPerSample,
            Lines = batch.Lines,
        };
}

/// <summary>
/// The samples of T consecutive updates on a device, of S sets of B samples each, update by update without gaps. A block of one update
/// may stand for all of them.
/// </summary>
/// <param name="form">What the samples are like.</param>
/// <param name="first">Number of the first update.</param>
internal sealed class BatchBlock(SampleForm form, int first) : IDisposable
{
    private readonly Dictionary<(string, ScalarType), Tensor> converted = [];
    private readonly Dictionary<Tensor, (long Start, long Step)> places = new(ReferenceEqualityComparer.Instance);
    private Batch? constant;

    /// <summary>What the samples are like.</summary>
    public SampleForm Form { get; } = form;

    /// <summary>Number of the first update.</summary>
    public int First { get; } = first;

    /// <summary>Number of updates T.</summary>
    public int Steps => (int)Some.shape[0];

    /// <summary>Number of sample sets S.</summary>
    public int Sets => (int)Some.shape[1];

    /// <summary>Samples of a set and update, B.</summary>
    public int Size => (int)Some.shape[2];

    /// <summary>Whether every update has the samples of the first.</summary>
    public bool Same { get; init; }

    /// <summary>Input bits, 32 to a word: 32-bit integers [T, S, B, W].</summary>
    public Tensor? Words { get; init; }

    /// <summary>One-hot inputs that are 1: 32-bit integers [T, S, B, C].</summary>
    public Tensor? Tokens { get; init; }

    /// <summary>Numeric inputs: float64 [T, S, B, I].</summary>
    public Tensor? Values { get; init; }

    /// <summary>Classes: 64-bit integers [T, S, B].</summary>
    public Tensor? Labels { get; init; }

    /// <summary>Targets where samples are of no class: float64 [T, S, B, O].</summary>
    public Tensor? Targets { get; init; }

    /// <summary>Weights of the loss entries: float64 [T, S, B, O]; null weighs all 1.</summary>
    public Tensor? Weights { get; init; }

    private Tensor Some => (Targets ?? Labels)!;

    private IEnumerable<Tensor?> Drawn => [Words, Tokens, Values, Labels, Targets, Weights];

    /// <summary>The samples of a host's batch, which serve every update, on a device.</summary>
    public static BatchBlock From(Batch batch, Device device)
    {
        return new BatchBlock(SampleForm.From(batch), 0)
        {
            Same = true,
            Words = Block(batch.WordTensor(device)),
            Tokens = Block(batch.ControlTensor(device)),
            Values = batch.Values is null ? null : Block(batch.InputTensor(ScalarType.Float64, device)),
            Labels = Block(batch.LabelTensor(device)),
            Targets = batch.Labels is null ? Block(batch.TargetTensor(ScalarType.Float64, device)) : null,
            Weights = Block(batch.WeightTensor(ScalarType.Float64, device)),
        }.Kept();

        static Tensor? Block(Tensor? samples) => samples?.unsqueeze(0).clone();
    }

    /// <summary>Takes the tensors out of the current dispose scope.</summary>
    /// <returns>This block.</returns>
    public BatchBlock Kept()
    {
        foreach (var tensor in Drawn)
            tensor?.DetachFromDisposeScope();
        return this;
    }

    /// <summary>Whether the block has the samples of an update.</summary>
    public bool Has(int step) => Same || (step >= First && step < First + Steps);

    /// <summary>The batch of an update.</summary>
    /// <param name="step">Its number.</param>
    /// <returns>A new batch, which the caller disposes; of a block that serves all updates the same batch, which the block owns.</returns>
    public Batch At(int step) => Same ? constant ??= new Batch(new DrawnSamples(this, 0)) : new Batch(new DrawnSamples(this, step - First));

    /// <summary>The targets in a number format, converted once for all updates.</summary>
    public Tensor TargetsAs(ScalarType dtype) => Converted("targets", Targets!, dtype);

    /// <summary>The weights in a number format, converted once for all updates.</summary>
    public Tensor WeightsAs(ScalarType dtype) => Converted("weights", Weights!, dtype);

    /// <summary>Where an update's samples begin in one of the block's tensors.</summary>
    /// <param name="all">The tensor; null has no place, 0.</param>
    /// <param name="at">Place of the update in the block.</param>
    public long AddressOf(Tensor? all, int at)
    {
        if (all is null)
            return 0;
        if (!places.TryGetValue(all, out var place))
        {
            place = (Numerics.LibTorch.AddressOf(all), all.numel() / all.shape[0] * all.element_size());
            places[all] = place;
        }

        return place.Start + at * place.Step;
    }

    /// <summary>The samples of some rows, update by update.</summary>
    /// <param name="rows">Indices of the samples, 64-bit integers [T, S, B].</param>
    /// <param name="first">Number of the first update.</param>
    /// <returns>A new block of T updates.</returns>
    public BatchBlock Select(Tensor rows, int first)
    {
        using var scope = NewDisposeScope();
        var sets = Numerics.IntegerArithmetic.Range(Sets, rows.device).view(1, Sets, 1);
        var index = Numerics.TensorArithmetic.Plus(rows, Numerics.IntegerArithmetic.TimesInteger(sets, Size)).reshape(-1); // into [S·D, …]
        return new BatchBlock(Form with { Lines = [] }, first)
        {
            Words = Picked(Words),
            Tokens = Picked(Tokens),
            Values = Picked(Values),
            Labels = Picked(Labels),
            Targets = Picked(Targets),
            Weights = Picked(Weights),
        }.Kept();

        Tensor? Picked(Tensor? all)
        {
            if (all is null)
                return null;
            var rest = all.shape[3..];
            return all.view([(long)Sets * Size, .. rest]).index_select(0, index).view([.. rows.shape, .. rest]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        constant?.Dispose();
        foreach (var tensor in Drawn.Concat(converted.Values))
            tensor?.Dispose();
        converted.Clear();
    }

    private Tensor Converted(string name, Tensor numbers, ScalarType dtype)
    {
        if (numbers.dtype == dtype)
            return numbers;
        if (!converted.TryGetValue((name, dtype), out var tensor))
            converted[(name, dtype)] = tensor = numbers.to(dtype).DetachFromDisposeScope();
        return tensor;
    }
}

/// <summary>Where a batch's samples lie on a device; 0 for what it does not have.</summary>
/// <param name="Words">Input bits, 32-bit integers [S, B, W].</param>
/// <param name="Tokens">One-hot inputs that are 1, 32-bit integers [S, B, C].</param>
/// <param name="Targets">Targets, float64 [S, B, O].</param>
/// <param name="Weights">Weights, float64 [S, B, O].</param>
internal readonly record struct SampleAddresses(long Words, long Tokens, long Targets, long Weights);

/// <summary>The samples of one update, as views into a block.</summary>
internal sealed class DrawnSamples(BatchBlock block, int at) : IDisposable
{
    private readonly List<Tensor> views = [];

    public SampleForm Form => block.Form;

    public int Sets => block.Sets;

    public int Size => block.Size;

    /// <summary>Input bits [S, B, W].</summary>
    public Tensor? Words => field ??= View(block.Words);

    /// <summary>One-hot inputs that are 1 [S, B, C].</summary>
    public Tensor? Tokens => field ??= View(block.Tokens);

    /// <summary>Numeric inputs [S, B, I].</summary>
    public Tensor? Values => field ??= View(block.Values);

    /// <summary>Classes [S, B].</summary>
    public Tensor? Labels => field ??= View(block.Labels);

    /// <summary>Targets [S, B, O]; null where samples are of classes.</summary>
    public Tensor? Targets => field ??= View(block.Targets);

    /// <summary>Weights [S, B, O]; null weighs all 1.</summary>
    public Tensor? Weights => field ??= View(block.Weights);

    /// <summary>Where the samples lie.</summary>
    public SampleAddresses Addresses =>
        new(
            block.AddressOf(block.Words, at),
            block.AddressOf(block.Tokens, at),
            block.AddressOf(block.Targets, at),
            block.AddressOf(block.Weights, at)
        );

    /// <summary>Targets [S, B, O] in a number format; for classes 1 at the sample's class.</summary>
    public Tensor TargetsAs(ScalarType dtype)
    {
        if (Labels is not { } classes)
            return View(block.TargetsAs(dtype))!;
        using var index = classes.unsqueeze(2);
        using var hot = ones_like(index, dtype: dtype);
        return zeros([Sets, Size, Form.Outputs], dtype, classes.device).scatter_(2, index, hot);
    }

    /// <summary>Weights [S, B, O] in a number format.</summary>
    public Tensor? WeightsAs(ScalarType dtype) => block.Weights is null ? null : View(block.WeightsAs(dtype));

    public void Dispose()
    {
        foreach (var view in views)
            view.Dispose();
    }

    private Tensor? View(Tensor? all)
    {
        if (all is null)
            return null;
        var view = all.select(0, at).DetachFromDisposeScope();
        views.Add(view);
        return view;
    }
}
