using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SkillTorch.Training;

/// <summary>
/// Prepares the process before libtorch is loaded. libtorch and MKL compute on one thread and by the same kernels whatever the
/// alignment and the batch, so that a trial's bits are its own; the threads are ours (<see cref="Numerics.Workers"/>). And glibc
/// gives large blocks back to the kernel after every step, unless it is told not to.
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
        SetEnv("OMP_NUM_THREADS", "1", 1); // the user's own choice is what Workers takes from .NET's copy of the environment
        SetEnv("MKL_NUM_THREADS", "1", 1);
        SetEnv("MKL_CBWR", "AUTO", 0);
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
