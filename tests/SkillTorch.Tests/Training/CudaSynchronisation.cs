using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Training;

/// <summary>
/// Makes libtorch throw where the host waits for the GPU, as PyTorch's <c>torch.cuda.set_sync_debug_mode("error")</c> does; TorchSharp
/// has no such function. c10::cuda::warning_state() returns a reference to the mode, which is a static variable in it; of libtorch 2.11
/// only that is exported.
/// </summary>
internal static unsafe class CudaSynchronisation
{
    private const int Allowed = 0,
        Refused = 2; // SyncDebugMode in c10/cuda/CUDAMiscFunctions.h

    public static void Refuse() => *Mode() = Refused;

    public static void Allow() => *Mode() = Allowed;

    private static int* Mode()
    {
        _ = cuda.is_available(); // loads what there is to load
        var library = NativeLibrary.Load("libc10_cuda.so", typeof(TorchSharp.torch).Assembly, null);
        return NativeLibrary.TryGetExport(library, "_ZN3c104cuda13warning_stateEv", out var state)
            ? ((delegate* unmanaged<int*>)state)()
            : (int*)NativeLibrary.GetExport(library, "_ZZN3c104cuda13warning_stateEvE14warning_state_");
    }
}
