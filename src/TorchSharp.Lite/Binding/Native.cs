using System.Runtime.InteropServices;

namespace TorchSharp.Lite;

/// <summary>An argument or result of <see cref="Native.tl_call"/>; the layout of <c>Arg</c> in torchlite.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeValue
{
    internal ValueKind Kind;
    internal int Length;
    internal long Bits;
}

/// <summary>The functions of torchlite.cpp, under their own names.</summary>
internal static unsafe partial class Native
{
    internal const string Library = "torchlite";

    [LibraryImport(Library)] internal static partial nint tl_error();
    [LibraryImport(Library)] internal static partial nint tl_version();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] internal static partial nint tl_operator(string name, string overload);
    [LibraryImport(Library)] internal static partial int tl_call(nint op, NativeValue* args, int count, NativeValue** results);

    [LibraryImport(Library)] internal static partial void tl_release(nint tensor);
    [LibraryImport(Library)] internal static partial nint tl_share(nint tensor);
    [LibraryImport(Library)] internal static partial nint tl_detach(nint tensor);
    [LibraryImport(Library)] internal static partial int tl_dtype(nint tensor);
    [LibraryImport(Library)] internal static partial long tl_element_size(nint tensor);
    [LibraryImport(Library)] internal static partial long tl_numel(nint tensor);
    [LibraryImport(Library)] internal static partial int tl_device(nint tensor, out int index);
    [LibraryImport(Library)] internal static partial long tl_dim(nint tensor);
    [LibraryImport(Library)] internal static partial void tl_sizes(nint tensor, long* sizes);
    [LibraryImport(Library)] internal static partial void tl_strides(nint tensor, long* strides);
    [LibraryImport(Library)] internal static partial long tl_storage_offset(nint tensor);
    [LibraryImport(Library)] internal static partial int tl_is_contiguous(nint tensor);
    [LibraryImport(Library)] internal static partial nint tl_data(nint tensor);

    [LibraryImport(Library)] internal static partial int tl_requires_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int tl_set_requires_grad(nint tensor, int value);
    [LibraryImport(Library)] internal static partial int tl_is_leaf(nint tensor);
    [LibraryImport(Library)] internal static partial int tl_retain_grad(nint tensor);
    [LibraryImport(Library)] internal static partial nint tl_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int tl_set_grad(nint tensor, nint grad);
    [LibraryImport(Library)] internal static partial int tl_backward(nint* tensors, nint* grads, int count, nint* inputs, int inputCount, int retainGraph, int createGraph);
    [LibraryImport(Library)] internal static partial int tl_gradients(nint* outputs, nint* grads, int count, nint* inputs, int inputCount, int retainGraph, int createGraph, int allowUnused, nint* results);
    [LibraryImport(Library)] internal static partial int tl_grad_enabled();
    [LibraryImport(Library)] internal static partial void tl_set_grad_enabled(int enabled);
    [LibraryImport(Library)] internal static partial int tl_inference_enabled();
    [LibraryImport(Library)] internal static partial nint tl_inference_enter(int enabled);
    [LibraryImport(Library)] internal static partial void tl_inference_exit(nint guard);

    [LibraryImport(Library)] internal static partial int tl_promote(int first, int second);
    [LibraryImport(Library)] internal static partial int tl_num_threads();
    [LibraryImport(Library)] internal static partial int tl_set_num_threads(int count);
    [LibraryImport(Library)] internal static partial int tl_allow_tf32();
    [LibraryImport(Library)] internal static partial int tl_set_allow_tf32(int allow);
    [LibraryImport(Library)] internal static partial int tl_num_interop_threads();
    [LibraryImport(Library)] internal static partial int tl_set_num_interop_threads(int count);
    [LibraryImport(Library)] internal static partial int tl_cuda_device_count();
    [LibraryImport(Library)] internal static partial int tl_cuda_synchronize(int index);
    [LibraryImport(Library)] internal static partial int tl_manual_seed(long seed);
    [LibraryImport(Library)] internal static partial nint tl_generator_new(long seed);
    [LibraryImport(Library)] internal static partial nint tl_generator_default(int deviceType, int index);
    [LibraryImport(Library)] internal static partial void tl_generator_release(nint generator);
    [LibraryImport(Library)] internal static partial long tl_generator_seed(nint generator);
    [LibraryImport(Library)] internal static partial int tl_generator_set_seed(nint generator, long seed);
    [LibraryImport(Library)] internal static partial nint tl_generator_state(nint generator);
    [LibraryImport(Library)] internal static partial int tl_generator_set_state(nint generator, nint state);

    /// <summary>Throws libtorch's message when <paramref name="status"/> is -1.</summary>
    internal static void Check(int status)
    {
        if (status < 0) throw Error();
    }

    /// <summary>Throws libtorch's message when <paramref name="handle"/> is null.</summary>
    internal static nint Check(nint handle) => handle != 0 ? handle : throw Error();

    internal static ExternalException Error() => new(Marshal.PtrToStringUTF8(tl_error())?.Trim());
}
