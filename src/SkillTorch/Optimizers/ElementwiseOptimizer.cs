using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SkillTorch.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// An optimizer that moves each component by itself, by one rule. On the CPU the rule runs in one pass over parameters,
/// gradient and state; libtorch's operators, one pass and one temporary each, take several times as long, and its threads, which
/// wait by spinning, keep the models' own from running.
/// </summary>
/// <typeparam name="TRule">The equations.</typeparam>
public abstract unsafe class ElementwiseOptimizer<TRule> : Optimizer
    where TRule : struct, IUpdateRule
{
    /// <summary>Nanoseconds of a component that another thread can save, a small part of it where memory is what it waits for.</summary>
    private const double Component = 0.05;

    private readonly TRule rule;
    private readonly Tensor[] state; // each [R, n]
    private IDeviceKernel? kernel;

    /// <summary>Makes the optimizer of a stack.</summary>
    /// <param name="rule">The equations.</param>
    /// <param name="parameters">Parameters [R, n].</param>
    protected ElementwiseOptimizer(TRule rule, Tensor parameters)
    {
        this.rule = rule;
        state = [.. rule.State.Select(name => AddState(name, parameters))];
        if (state.Length > 4)
        {
            throw new ArgumentException(
                $"Got a rule that remembers {state.Length} numbers of each component; expected at most 4.",
                nameof(rule)
            );
        }
    }

    /// <summary>Computes what coefficients need to know of all components, such as a norm; called before an update's first
    /// <see cref="FillCoefficients"/>.</summary>
    /// <param name="parameters">Parameters [R, n].</param>
    /// <param name="gradient">Gradient [R, n].</param>
    protected virtual void Prepare(Tensor parameters, Tensor gradient) { }

    /// <summary>Gives a trial's coefficients for the update with number <see cref="Optimizer.StepCount"/>.</summary>
    /// <param name="trial">Index of the trial in the stack.</param>
    /// <param name="coefficients">To be filled; length <see cref="IUpdateRule.Coefficients"/>.</param>
    protected abstract void FillCoefficients(int trial, Span<double> coefficients);

    /// <inheritdoc/>
    protected sealed override void Update(Tensor parameters, Tensor gradient)
    {
        if (parameters.device_type == DeviceType.CUDA && CudaCompiler.Shared is { } compiler)
            UpdateByKernel(parameters, gradient, compiler);
        else if (parameters.device_type != DeviceType.CPU)
            UpdateTensors(parameters, gradient);
        else if (parameters.dtype == ScalarType.Float64)
            UpdateRows<double>(parameters, gradient);
        else
            UpdateRows<float>(parameters, gradient);
    }

    /// <summary>The update by tensor operations, on any device.</summary>
    internal void UpdateTensors(Tensor parameters, Tensor gradient)
    {
        var trials = parameters.shape[0];
        Prepare(parameters, gradient);
        var columns = Transfer.Copy(AllCoefficients((int)trials), [trials, rule.Coefficients], parameters.dtype, parameters.device);
        // each [R, 1]
        TensorNumbers[] values = [.. Enumerable.Range(0, rule.Coefficients).Select(c => new TensorNumbers(columns.narrow(1, c, 1)))];
        var theta = new TensorNumbers(parameters);
        var memory = default(RuleState<TensorNumbers>);
        for (var s = 0; s < state.Length; s++)
            Slot(ref memory, s) = new(state[s]);
        rule.Update(ref theta, new TensorNumbers(gradient), ref memory, values);
        parameters.copy_(theta.Values);
        for (var s = 0; s < state.Length; s++)
            state[s].copy_(Slot(ref memory, s).Values);
    }

    /// <summary>The update by a kernel of the parameters' device.</summary>
    internal void UpdateByKernel(Tensor parameters, Tensor gradient, IKernelCompiler compiler)
    {
        // A rule may ask for the sign of a difference that is 0 only if it is rounded as the vectors' is.
        kernel ??= compiler.Compile(UpdateKernel.Write(rule, parameters.dtype), UpdateKernel.Name, fuses: false);
        Prepare(parameters, gradient);
        var (trials, n) = ((int)parameters.shape[0], parameters.shape[1]);
        var all = AllCoefficients(trials);
        var together = Math.Min(trials, UpdateKernel.MaxCoefficients / Math.Max(1, rule.Coefficients));
        Span<double> coefficients = stackalloc double[UpdateKernel.MaxCoefficients];
        Span<long> arguments = stackalloc long[state.Length + 3];
        for (var first = 0; first < trials; first += together)
        {
            var count = Math.Min(together, trials - first);
            all.AsSpan(first * rule.Coefficients, count * rule.Coefficients).CopyTo(coefficients);
            var skipped = first * n * parameters.element_size();
            arguments[0] = LibTorch.AddressOf(parameters) + skipped;
            arguments[1] = LibTorch.AddressOf(gradient) + skipped;
            for (var s = 0; s < state.Length; s++)
                arguments[s + 2] = LibTorch.AddressOf(state[s]) + skipped;
            arguments[^1] = n;
            kernel.Launch(new(GridSize.For(n, UpdateKernel.Threads), count), UpdateKernel.Threads, arguments, coefficients);
        }
    }

    private double[] AllCoefficients(int trials)
    {
        var coefficients = new double[trials * rule.Coefficients]; // [R, C]
        for (var r = 0; r < trials; r++)
            FillCoefficients(r, coefficients.AsSpan(r * rule.Coefficients, rule.Coefficients));
        return coefficients;
    }

    private void UpdateRows<T>(Tensor parameters, Tensor gradient)
        where T : unmanaged
    {
        Prepare(parameters, gradient);
        var coefficients = AllCoefficients((int)parameters.shape[0]);
        var columns = parameters.shape[1];
        var total = parameters.shape[0] * columns;
        var pointers = new nint[state.Length + 2];
        pointers[0] = Address(parameters);
        pointers[1] = Address(gradient);
        for (var s = 0; s < state.Length; s++)
            pointers[s + 2] = Address(state[s]);

        // Twice as many parts as threads, so that a thread that is interrupted does not hold up the others for long.
        var threads = Workers.WorthFor(Component * total, Workers.Threads);
        var parts = threads == 1 ? 1 : 2 * threads;
        Workers.For(parts, threads, part => UpdatePart(total * part / parts, total * (part + 1) / parts));

        void UpdatePart(long from, long to)
        {
            for (var r = from / columns; from < to; r++)
            {
                var end = Math.Min(to, (r + 1) * columns);
                UpdateRow<T>(pointers, from, end, to, coefficients.AsSpan((int)r * rule.Coefficients, rule.Coefficients));
                from = end;
            }
        }
    }

    /// <summary>Updates components [from, to) of one trial; the thread may touch what lies before <paramref name="limit"/>.</summary>
    private void UpdateRow<T>(ReadOnlySpan<nint> pointers, long from, long to, long limit, ReadOnlySpan<double> coefficients)
        where T : unmanaged
    {
        Span<Lanes<T>> values = stackalloc Lanes<T>[coefficients.Length];
        for (var c = 0; c < values.Length; c++)
            values[c] = new(Simd512<T>.Broadcast(coefficients[c]));
        var local = rule;
        var parameter = (T*)pointers[0];
        var gradient = (T*)pointers[1];
        var count = pointers.Length - 2;
        var first = (T*)(count > 0 ? pointers[2] : 0);
        var second = (T*)(count > 1 ? pointers[3] : 0);
        var third = (T*)(count > 2 ? pointers[4] : 0);
        var fourth = (T*)(count > 3 ? pointers[5] : 0);
        for (; from + Vector512<T>.Count <= to; from += Vector512<T>.Count)
        {
            var theta = new Lanes<T>(Vector512.Load(parameter + from));
            var memory = default(RuleState<Lanes<T>>);
            if (count > 0)
                memory.First = new(Vector512.Load(first + from));
            if (count > 1)
                memory.Second = new(Vector512.Load(second + from));
            if (count > 2)
                memory.Third = new(Vector512.Load(third + from));
            if (count > 3)
                memory.Fourth = new(Vector512.Load(fourth + from));
            local.Update(ref theta, new Lanes<T>(Vector512.Load(gradient + from)), ref memory, values);
            theta.Values.Store(parameter + from);
            if (count > 0)
                memory.First.Values.Store(first + from);
            if (count > 1)
                memory.Second.Values.Store(second + from);
            if (count > 2)
                memory.Third.Values.Store(third + from);
            if (count > 3)
                memory.Fourth.Values.Store(fourth + from);
        }

        if (from < to)
            UpdateRest<T>(pointers, from, (int)(to - from), from + Vector512<T>.Count <= limit, values);
    }

    /// <summary>
    /// Updates the rest of a row, less than a register: in a whole register, of which the components of the next row are put
    /// back as they were, or, where the thread may not touch those, in a part of one.
    /// </summary>
    private void UpdateRest<T>(ReadOnlySpan<nint> pointers, long from, int count, bool whole, ReadOnlySpan<Lanes<T>> values)
        where T : unmanaged
    {
        var states = pointers[2..];
        var theta = Load<T>(pointers[0], from, count, whole);
        var memory = default(RuleState<Lanes<T>>);
        for (var s = 0; s < states.Length; s++)
            Slot(ref memory, s) = Load<T>(states[s], from, count, whole);
        rule.Update(ref theta, Load<T>(pointers[1], from, count, whole), ref memory, values);
        Store(theta, pointers[0], from, count, whole);
        for (var s = 0; s < states.Length; s++)
            Store(Slot(ref memory, s), states[s], from, count, whole);
    }

    private static ref V Slot<V>(ref RuleState<V> state, int index)
        where V : struct, INumbers<V>
    {
        switch (index)
        {
            case 0:
                return ref state.First;
            case 1:
                return ref state.Second;
            case 2:
                return ref state.Third;
            default:
                return ref state.Fourth;
        }
    }

    private static Lanes<T> Load<T>(nint address, long from, int count, bool whole)
        where T : unmanaged
    {
        var source = (T*)address + from;
        return new(whole ? Vector512.Load(source) : Simd512<T>.LoadFirst(source, count));
    }

    private static void Store<T>(Lanes<T> lanes, nint address, long from, int count, bool whole)
        where T : unmanaged
    {
        var to = (T*)address + from;
        if (whole)
            Simd512<T>.First(count, lanes.Values, Vector512.Load(to)).Store(to);
        else
            Simd512<T>.StoreFirst(lanes.Values, to, count);
    }

    private static nint Address(Tensor tensor) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
