using System.Numerics;
using System.Runtime.Intrinsics;
using SkillTorch.Numerics;
using SkillTorch.Tasks;
using static TorchSharp.torch;

namespace SkillTorch.Training;

/// <summary>
/// The loss that training follows, as a function of the networks' outputs f: L = Σ m·c·w·ℓ(f, y) over a batch's entries, E a
/// sample (<see cref="Batch.LossEntries"/>), with share m = 1/(B·E), factor c of the shaping, and weight w. Sources of gradients
/// are handed it, and know of a loss only what it tells them: dL/df.
/// </summary>
/// <remarks>
/// The plain squared error is differentiated in the outputs' own number format, a shaped one and the cross-entropy in float64. One
/// instance serves one caller at a time, who may ask for different replicates at the same time.
/// </remarks>
/// <param name="kind">ℓ.</param>
/// <param name="shaping">How much each entry counts; null is the plain loss.</param>
/// <param name="replicates">R, networks in the stack.</param>
internal sealed class OutputLoss(LossKind kind, LossShapingOptions? shaping, int replicates)
{
    private double[] losses = []; // [R, B, E]
    private double[] factors = []; // [R, B, E]
    private int[] skills = []; // [S, B, E], where a batch does not have them itself
    private int[] ofSkill = []; // [S, B, E]
    private IDeviceKernel? slopesOnDevice;

    /// <summary>Whether entries have factors, which depend on all outputs on the batch.</summary>
    public bool IsShaped => shaping is not null;

    /// <summary>Entries E of a sample's loss.</summary>
    /// <param name="batch">The samples.</param>
    public int EntriesOf(Batch batch) => batch.LossEntries(kind);

    /// <summary>Makes room for a batch, before replicates are asked for.</summary>
    /// <param name="batch">The samples.</param>
    public void Prepare(Batch batch)
    {
        if (!IsShaped)
            return;
        var entries = EntriesOf(batch);
        if (losses.Length != replicates * batch.Size * entries)
            (losses, factors) = (new double[replicates * batch.Size * entries], new double[replicates * batch.Size * entries]);
        ofSkill = SkillsOf(batch, entries);
    }

    /// <summary>dL/df of one network on the whole batch.</summary>
    /// <param name="batch">The samples, prepared.</param>
    /// <param name="r">The network.</param>
    /// <param name="outputs">Its outputs f [B, O].</param>
    /// <param name="slopes">Receives dL/df [B, O]; may be the same memory.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public unsafe void FillSlopes<T>(Batch batch, int r, ReadOnlySpan<T> outputs, Span<T> slopes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var own = IsShaped ? Factors(batch, r, outputs) : default;
        fixed (
            T* f = outputs,
                d = slopes
        )
        {
            FillSlopes(batch, r, 0, batch.Size, f, d, batch.Outputs, own);
        }
    }

    /// <summary>dL/df of one network on some samples.</summary>
    /// <param name="batch">The samples, prepared.</param>
    /// <param name="r">The network.</param>
    /// <param name="first">First sample.</param>
    /// <param name="rows">Samples.</param>
    /// <param name="outputs">Outputs f [rows, stride] on them.</param>
    /// <param name="slopes">Receives dL/df [rows, stride]; may be the same memory, and is where samples belong to classes.</param>
    /// <param name="stride">From row to row: O, or more; where samples belong to classes, whole vectors.</param>
    /// <param name="factors">Factors [B, E] of all of the network's entries; empty for the plain loss.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public unsafe void FillSlopes<T>(
        Batch batch,
        int r,
        int first,
        int rows,
        T* outputs,
        T* slopes,
        int stride,
        ReadOnlySpan<double> factors
    )
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var entries = EntriesOf(batch);
        var share = 1.0 / ((double)batch.Size * entries);
        var sample = (nint)(batch.Sets == 1 ? 0 : r) * batch.Size + first;
        if (entries < batch.Outputs)
        {
            if (outputs != slopes || stride % Vector512<T>.Count != 0)
            {
                throw new ArgumentException(
                    $"Got rows of {stride} numbers for classes; expected whole vectors, replaced in place.",
                    nameof(stride)
                );
            }

            for (var row = 0; row < rows; row++, slopes += stride)
            {
                var counts = share * (factors.IsEmpty ? 1 : factors[first + row]);
                FillSoftmaxSlopes(slopes, batch.Outputs, batch.Labels![sample + row], T.CreateTruncating(counts));
            }

            return;
        }

        // Entries side by side: all, or those of a row.
        var run = stride == batch.Outputs ? rows * batch.Outputs : batch.Outputs;
        fixed (
            double* target = batch.Targets,
                weight = batch.Weights,
                factor = factors
        )
        {
            for (var i = 0; i < rows * batch.Outputs; i += run, outputs += stride, slopes += stride)
            {
                var at = sample * batch.Outputs + i;
                var w = weight is null ? null : weight + at;
                var c = factor is null ? null : factor + (nint)first * batch.Outputs + i;
                if (kind == LossKind.Mse)
                    FillSquaredErrorSlopes(outputs, target + at, w, c, share, slopes, run);
                else
                    FillCrossEntropySlopes(outputs, target + at, w, c, share, slopes, run);
            }
        }
    }

    /// <summary>dL/df of all networks on a device, where samples are of no class.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="outputs">Outputs f [R, B, O, …] on them.</param>
    /// <param name="slopes">Receives dL/df, in the same shape and number format.</param>
    /// <param name="compiler">Compiles for the outputs' device.</param>
    public void FillSlopes(Batch batch, Tensor outputs, Tensor slopes, IKernelCompiler compiler)
    {
        const int Threads = 128;
        using var scope = NewDisposeScope();
        slopesOnDevice ??= compiler.Compile(
            KernelSource.Read("output_loss.cu", ("REAL", KernelSource.NameOf(outputs.dtype)), ("LOSS", (int)kind)),
            "slopes"
        );
        var each = batch.Size * batch.Outputs;
        var own = IsShaped ? Factors(batch, outputs.view(replicates, batch.Size, batch.Outputs)).contiguous() : null;
        var samples = batch.AddressesOn(outputs.device);
        slopesOnDevice.Launch(
            new(GridSize.For(each, Threads), replicates),
            Threads,
            [
                LibTorch.AddressOf(outputs),
                samples.Targets,
                samples.Weights,
                own is null ? 0 : LibTorch.AddressOf(own),
                LibTorch.AddressOf(slopes),
                each,
                batch.Sets,
            ]
        );
    }

    /// <summary>The factors c of all entries.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="outputs">Outputs f [R, B, O] on them.</param>
    /// <returns>[R, B, E], valid until the next call.</returns>
    public double[] Factors(Batch batch, double[] outputs)
    {
        Prepare(batch);
        var each = batch.Size * batch.Outputs;
        Workers.For(replicates, r => Factors<double>(batch, r, outputs.AsSpan(r * each, each)));
        return factors;
    }

    /// <summary>The factors c of one network's entries.</summary>
    /// <param name="batch">The samples, prepared.</param>
    /// <param name="r">The network.</param>
    /// <param name="outputs">Its outputs f [B, O].</param>
    /// <returns>[B, E], valid until it is asked for again.</returns>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public ReadOnlySpan<double> Factors<T>(Batch batch, int r, ReadOnlySpan<T> outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var each = batch.Size * EntriesOf(batch);
        var set = (batch.Sets == 1 ? 0 : r) * each;
        var own = losses.AsSpan(r * each, each);
        if (each == outputs.Length)
        {
            var targets = batch.Targets.AsSpan(set, each);
            for (var i = 0; i < each; i++)
                own[i] = kind.Value(double.CreateTruncating(outputs[i]), targets[i]);
        }
        else
        {
            var answer = new double[batch.Outputs];
            for (var i = 0; i < each; i++)
            {
                System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(outputs.Slice(i * answer.Length, answer.Length), answer);
                own[i] = ClassAnswer.From(kind, answer, batch.Labels![set + i]).Loss;
            }
        }

        var weights = batch.Weights is { } all ? all.AsSpan(set, each) : default;
        var result = factors.AsSpan(r * each, each);
        shaping!.FillFactors(new LossEntries(own, ofSkill.AsSpan(set, each), default, weights), result);
        return result;
    }

    /// <summary>The factors c of all entries on a device.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="outputs">Outputs f [R, B, O] on them.</param>
    /// <returns>[R, B, E] in the outputs' number format, owned by the current dispose scope.</returns>
    public Tensor Factors(Batch batch, Tensor outputs)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var exact = outputs.to(ScalarType.Float64);
        var entries = EntriesOf(batch);
        var tensors = TensorsOf(batch, exact);
        var (skillsOfEntries, count) = SkillTensorOf(batch, entries, outputs.device);
        var of = new TensorLossEntries(
            Entries(exact, tensors with { Weights = null }, all => all).view(replicates, -1),
            skillsOfEntries,
            count,
            Weights: tensors.Weights?.view(batch.Sets, -1)
        );
        var result =
            shaping!.Factors(of)
            ?? Transfer.Copy(
                Factors(batch, exact.to(CPU).data<double>().ToArray()),
                [replicates, batch.Size * entries],
                ScalarType.Float64,
                outputs.device
            );
        return result.view(replicates, batch.Size, entries).to(outputs.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="SkillsOf"/>, on a device: 64-bit integers [S or 1, B·E], and the number of skills.</summary>
    private static (Tensor Skills, int Count) SkillTensorOf(Batch batch, int entries, Device device)
    {
        if (batch.LabelTensor(device) is not null)
            return (IntegerArithmetic.Filled([1, (long)batch.Size * entries], 0, device), 1);
        if (batch.ControlTensor(device) is { } own)
            return (own.to(ScalarType.Int64).expand(batch.Sets, batch.Size, entries).reshape(batch.Sets, -1), batch.TokenInputs);
        return (IntegerArithmetic.Range((long)batch.Size * entries, device).Modulo(entries).view(1, -1), entries);
    }

    /// <summary>What <see cref="Entries"/> needs to know of a batch, made before threads share it.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="like">Gives number format and device.</param>
    public LossTensors TensorsOf(Batch batch, Tensor like) =>
        new(
            batch.LabelTensor(like.device),
            EntriesOf(batch) == batch.Outputs ? batch.TargetTensor(like.dtype, like.device) : null,
            batch.WeightTensor(like.dtype, like.device)
        );

    /// <summary>The loss's entries by tensor operations, which autograd differentiates; their factors are left out.</summary>
    /// <param name="predicted">Outputs f [r, b, O] of some networks on some samples.</param>
    /// <param name="tensors">Of the whole batch.</param>
    /// <param name="part">Takes these networks' and samples' part [r or 1, b, …] of a tensor [S, B, …].</param>
    /// <returns>w·ℓ [r, b, E].</returns>
    public Tensor Entries(Tensor predicted, LossTensors tensors, Func<Tensor, Tensor> part)
    {
        if (kind == LossKind.CrossEntropy && tensors.Labels is { } labels)
            return predicted.log_softmax(2).gather(2, part(labels).expand(predicted.shape[0], predicted.shape[1]).unsqueeze(2)).neg();
        var targets = part(tensors.Targets!);
        var entries = kind switch
        {
            LossKind.Mse => (predicted - targets).Squared(),
            LossKind.CrossEntropy => targets.OneMinus() * predicted - predicted.log_sigmoid(), // exact in the tails, unlike softplus
            _ => throw new ArgumentOutOfRangeException(nameof(predicted), kind, "Unknown loss."),
        };
        return tensors.Weights is { } weights ? entries * part(weights) : entries;
    }

    /// <summary>Skill of every entry: its sample's where samples are of one skill, else the number of its output; classes are of one
    /// skill.</summary>
    private int[] SkillsOf(Batch batch, int entries)
    {
        if (batch is { Tokens: { } own, Outputs: 1 })
            return own;
        var count = batch.Sets * batch.Size * entries;
        if (skills.Length != count)
            skills = new int[count];
        for (var i = 0; batch.Labels is null && i < count; i++)
            skills[i] = batch.Tokens is { } ofSample ? ofSample[i / entries] : i % entries;
        return skills;
    }

    /// <summary>2m·c·w·(f − y); without factors, or in float64, in T as far as vectors are full.</summary>
    private static unsafe void FillSquaredErrorSlopes<T>(
        T* outputs,
        double* targets,
        double* weights,
        double* factors,
        double share,
        T* slopes,
        int count
    )
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scale = T.CreateTruncating(2 * share);
        var i = 0;
        for (; (factors is null || typeof(T) == typeof(double)) && i + Vector512<T>.Count <= count; i += Vector512<T>.Count)
        {
            var slope = Vector512.Load(outputs + i) - Load<T>(targets + i);
            if (weights is not null)
                slope *= Load<T>(weights + i);
            slope *= Vector512.Create(scale);
            if (factors is not null)
                slope *= Load<T>(factors + i);
            slope.Store(slopes + i);
        }

        for (; i < count; i++)
        {
            var error = double.CreateTruncating(outputs[i]) - double.CreateTruncating(T.CreateTruncating(targets[i]));
            slopes[i] = T.CreateTruncating(
                error * (weights is null ? 1 : weights[i]) * double.CreateTruncating(scale) * (factors is null ? 1 : factors[i])
            );
        }
    }

    /// <summary>m·c·w·(sigmoid(f) − y), over a common denominator: exact where a sure answer is right and the difference tiny.</summary>
    private static unsafe void FillCrossEntropySlopes<T>(
        T* outputs,
        double* targets,
        double* weights,
        double* factors,
        double share,
        T* slopes,
        int count
    )
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < count; i++)
        {
            var (f, y) = (double.CreateTruncating(outputs[i]), targets[i]);
            var tail = Math.Exp(-Math.Abs(f));
            var counts = share * (weights is null ? 1 : weights[i]) * (factors is null ? 1 : factors[i]);
            slopes[i] = T.CreateTruncating(counts * (f >= 0 ? 1 - y - y * tail : tail * (1 - y) - y) / (1 + tail));
        }
    }

    /// <summary>y ← factor·(softmax(y) − 1[label]) over the first <paramref name="classes"/> elements; the rest become 0.</summary>
    /// <param name="y">Logits, in whole vectors.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="label">The sample's class.</param>
    /// <param name="factor">What the sample counts.</param>
    private static unsafe void FillSoftmaxSlopes<T>(T* y, int classes, int label, T factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lanes = Vector512<T>.Count;
        var last = (classes - 1) / lanes * lanes;
        var valid = Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(classes - last)));
        Vector512.ConditionalSelect(valid, Vector512.Load(y + last), Vector512.Create(T.NegativeInfinity)).Store(y + last);
        var largest = Vector512.Load(y);
        for (var i = lanes; i <= last; i += lanes)
            largest = Vector512.Max(largest, Vector512.Load(y + i));
        var most = largest[0];
        for (var i = 1; i < lanes; i++)
            most = T.Max(most, largest[i]);
        var top = Vector512.Create(most);
        var sum = Vector512<T>.Zero;
        for (var i = 0; i <= last; i += lanes)
        {
            var e = Simd512<T>.Exp(Vector512.Load(y + i) - top);
            e = i < last ? e : Vector512.ConditionalSelect(valid, e, Vector512<T>.Zero);
            e.Store(y + i);
            sum += e;
        }

        var scale = Vector512.Create(factor) / Vector512.Create(Vector512.Sum(sum));
        for (var i = 0; i <= last; i += lanes)
            (Vector512.Load(y + i) * scale).Store(y + i);
        y[label] -= factor;
    }

    /// <summary>A vector of numbers, in T.</summary>
    private static unsafe Vector512<T> Load<T>(double* source) =>
        typeof(T) == typeof(double)
            ? Vector512.Load(source).As<double, T>()
            : Vector512.Narrow(Vector512.Load(source), Vector512.Load(source + Vector512<double>.Count)).As<float, T>();
}

/// <summary>The targets of a batch as tensors.</summary>
/// <param name="Labels">Classes [S, B]; null where each output has a target of its own.</param>
/// <param name="Targets">Targets [S, B, O]; null where the loss asks for classes.</param>
/// <param name="Weights">Weights [S, B, O]; null where all are 1.</param>
internal sealed record LossTensors(Tensor? Labels, Tensor? Targets, Tensor? Weights);
