using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp.Lite;

/// <summary>Calls libtorch's operators by name ("add.Tensor": operator, then overload), with their schema's defaults for what is left out.</summary>
internal static unsafe class Dispatcher
{
    private const int MaxArguments = 16, ScratchWords = 64;
    private static readonly ConcurrentDictionary<string, nint> Operators = new();

    /// <summary>Whether the loaded libtorch has the operator.</summary>
    internal static bool Has(string name) => Lookup(name) != 0;

    /// <summary>Calls an operator that returns one tensor.</summary>
    internal static torch.Tensor Call(string name, params ReadOnlySpan<Value> args)
    {
        NativeValue* results;
        Invoke(name, args, &results);
        return new torch.Tensor((nint)results->Bits);
    }

    /// <summary>Calls an operator that changes its first argument, and returns that.</summary>
    internal static torch.Tensor CallInPlace(string name, params ReadOnlySpan<Value> args)
    {
        Invoke(name, args, null);
        return (torch.Tensor)args[0].Reference!;
    }

    /// <summary>Calls an operator that returns two tensors.</summary>
    internal static (torch.Tensor First, torch.Tensor Second) CallPair(string name, params ReadOnlySpan<Value> args)
    {
        var results = CallMany(name, args);
        return (results[0], results[1]);
    }

    /// <summary>Calls an operator that returns a list of tensors, or a tuple of them.</summary>
    internal static torch.Tensor[] CallMany(string name, params ReadOnlySpan<Value> args)
    {
        NativeValue* results;
        var tensors = new torch.Tensor[Invoke(name, args, &results)];
        for (var i = 0; i < tensors.Length; i++) tensors[i] = new torch.Tensor((nint)results[i].Bits);
        return tensors;
    }

    /// <summary>Calls an operator that returns a number; the result is its bits.</summary>
    internal static NativeValue CallNumber(string name, params ReadOnlySpan<Value> args)
    {
        NativeValue* results;
        Invoke(name, args, &results);
        return *results;
    }

    [SkipLocalsInit]
    private static int Invoke(string name, ReadOnlySpan<Value> args, NativeValue** results)
    {
        var op = Lookup(name);
        if (op == 0) Native.Check(Resolve(name)); // asked again for its message
        if (args.Length > MaxArguments) throw new ArgumentException($"Got {args.Length} arguments for `{name}`; expected at most {MaxArguments}.");

        var native = stackalloc NativeValue[MaxArguments];
        var scratch = stackalloc long[ScratchWords]; // lists and text lie here while the call runs
        var used = 0;
        List<nint>? spilled = null;
        try
        {
            for (var i = 0; i < args.Length; i++)
            {
                ref readonly var arg = ref args[i];
                native[i].Kind = arg.Kind;
                native[i].Length = 0;
                native[i].Bits = arg.Bits;
                if (arg.Reference is null) continue;
                switch (arg.Kind)
                {
                    case ValueKind.Tensor:
                        native[i].Bits = ((torch.Tensor)arg.Reference).HandleFor(name);
                        break;
                    case ValueKind.Generator:
                        native[i].Bits = ((torch.Generator)arg.Reference).Handle;
                        break;
                    case ValueKind.Device:
                        var device = (torch.Device)arg.Reference;
                        native[i].Length = (int)device.type;
                        native[i].Bits = device.index;
                        break;
                    default:
                        Marshal(name, arg, ref native[i], scratch, ref used, ref spilled);
                        break;
                }
            }
            var count = Native.tl_call(op, native, args.Length, results);
            if (count < 0) throw Native.Error();
            return count;
        }
        finally
        {
            if (spilled is not null) foreach (var block in spilled) NativeMemory.Free((void*)block);
            // Until here no finalizer may run on what the call reads.
            for (var i = 0; i < args.Length; i++) GC.KeepAlive(args[i].Reference);
        }
    }

    private static void Marshal(string name, in Value arg, ref NativeValue native, long* scratch, ref int used, ref List<nint>? spilled)
    {
        switch (arg.Reference)
        {
            case long[] values:
                native.Length = values.Length;
                values.CopyTo(Reserve(ref native, values.Length, scratch, ref used, ref spilled));
                break;
            case double[] values:
                native.Length = values.Length;
                MemoryMarshal.Cast<double, long>(values).CopyTo(Reserve(ref native, values.Length, scratch, ref used, ref spilled));
                break;
            case torch.Tensor?[] tensors:
                native.Length = tensors.Length;
                var handles = Reserve(ref native, tensors.Length, scratch, ref used, ref spilled);
                for (var i = 0; i < tensors.Length; i++) handles[i] = tensors[i]?.HandleFor(name) ?? 0;
                break;
            case string text:
                native.Length = Encoding.UTF8.GetByteCount(text);
                var words = Reserve(ref native, (native.Length + 7) / 8, scratch, ref used, ref spilled);
                Encoding.UTF8.GetBytes(text, MemoryMarshal.AsBytes(words));
                break;
            default:
                throw new ArgumentException($"Got an argument of type {arg.Reference!.GetType().Name} for `{name}`; expected a tensor, a number, a list or text.");
        }
    }

    private static Span<long> Reserve(ref NativeValue native, int words, long* scratch, ref int used, ref List<nint>? spilled)
    {
        long* block;
        if (used + words <= ScratchWords)
        {
            block = scratch + used;
            used += words;
        }
        else
        {
            block = (long*)NativeMemory.Alloc((nuint)words, sizeof(long));
            (spilled ??= []).Add((nint)block);
        }
        native.Bits = (long)block;
        return new Span<long>(block, words);
    }

    private static nint Lookup(string name) => Operators.TryGetValue(name, out var op) ? op : Operators.GetOrAdd(name, Resolve(name));

    private static nint Resolve(string name)
    {
        var dot = name.IndexOf('.');
        return dot < 0 ? Native.tl_operator(name, "") : Native.tl_operator(name[..dot], name[(dot + 1)..]);
    }
}
