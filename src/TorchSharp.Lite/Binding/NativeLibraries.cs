using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Lite;

/// <summary>Finds the native part of the binding and prepares the process before libtorch is loaded.</summary>
internal static partial class NativeLibraries
{
    private const string FileName = "libtorchlite.so";
    private const int TrimThreshold = -1, MmapThreshold = -3; // M_TRIM_THRESHOLD, M_MMAP_THRESHOLD in malloc.h
    private static nint loaded;

#pragma warning disable CA2255 // The resolver must be there before anything calls into the library.
    [ModuleInitializer]
    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, (name, _, _) => name == Native.Library ? Load() : 0);
#pragma warning restore CA2255

    private static nint Load()
    {
        lock (FileName)
        {
            if (loaded != 0) return loaded;
            if (OperatingSystem.IsLinux()) PrepareProcess();
            return loaded = NativeLibrary.Load(Find(AppContext.BaseDirectory, Environment.GetEnvironmentVariable("SKILLTORCH_NATIVE")));
        }
    }

    /// <summary>The native library: at <paramref name="given"/> (a file or its folder), under an artifacts folder above the program, or beside it.</summary>
    internal static string Find(string program, string? given)
    {
        var candidates = new List<string>();
        if (!string.IsNullOrEmpty(given)) candidates.AddRange([given, Path.Combine(given, FileName)]);
        for (DirectoryInfo? folder = new(program); folder is not null; folder = folder.Parent)
            candidates.Add(Path.Combine(folder.FullName, "artifacts", "native", FileName));
        candidates.Add(Path.Combine(program, FileName));
        return candidates.FirstOrDefault(File.Exists) ?? throw new DllNotFoundException(
            $"Got no {FileName} at SKILLTORCH_NATIVE, under an artifacts/native folder above the program, or beside it; run scripts/setup, which builds it.");
    }

    /// <summary>
    /// OpenBLAS knows AVX-512 machines only by model and falls back to slow kernels on newer ones; glibc gives large blocks
    /// back to the kernel after every step; OpenMP's threads spin for milliseconds after each operation, on the cores that the
    /// program's own threads need. All three are corrected unless the user has decided otherwise.
    /// </summary>
    private static void PrepareProcess()
    {
        if (Avx512F.IsSupported && Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") is null)
            SetEnv("OPENBLAS_CORETYPE", "SKYLAKEX", 0);
        SetEnv("OMP_WAIT_POLICY", "PASSIVE", 0);
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
