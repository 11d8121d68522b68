using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Training;

/// <summary>
/// Prepares the process before libtorch is loaded, whichever binding loads it: OpenBLAS knows AVX-512 machines only by model
/// and falls back to slow kernels on newer ones; glibc gives large blocks back to the kernel after every step; OpenMP's threads
/// spin for milliseconds after each operation, and OpenBLAS's after each product, on the cores that other threads need. All are
/// corrected unless the user has decided otherwise.
/// </summary>
internal static partial class ProcessSettings
{
    private const int TrimThreshold = -1, MmapThreshold = -3; // M_TRIM_THRESHOLD, M_MMAP_THRESHOLD in malloc.h

#pragma warning disable CA2255 // It must have happened before anything calls into libtorch, also in a user's own program.
    [ModuleInitializer]
    internal static void Apply()
#pragma warning restore CA2255
    {
        if (!OperatingSystem.IsLinux())
            return;
        if (Avx512F.IsSupported && Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") is null)
            SetEnv("OPENBLAS_CORETYPE", "SKYLAKEX", 0);
        SetEnv("OMP_WAIT_POLICY", "PASSIVE", 0);
        SetEnv("OPENBLAS_THREAD_TIMEOUT", "10", 0); // 2^10 clock cycles, not 2^26
        // Setting one threshold switches glibc's own adaptation off, so both are set or neither.
        if (Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is null && Environment.GetEnvironmentVariable("MALLOC_TRIM_THRESHOLD_") is null)
        {
            MallOpt(MmapThreshold, 1 << 30);
            MallOpt(TrimThreshold, int.MaxValue);
        }
    }

    // The .NET environment is a copy: native libraries see only what libc's own table holds.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);
}
