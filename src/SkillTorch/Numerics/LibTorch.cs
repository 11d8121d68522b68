using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace SkillTorch.Numerics;

/// <summary>
/// Prepares the process for libtorch, before anything calls into it, and says what was loaded. libtorch and MKL compute on one
/// thread and by the same kernels whatever the alignment, so that a trial's bits are its own; the threads are ours
/// (<see cref="Workers"/>). glibc gives large blocks back to the kernel after every step, unless it is told not to. And
/// <c>LIBTORCH</c> names another libtorch than NuGet's, e.g. <c>torch/lib</c> of a PyTorch install.
/// </summary>
internal static unsafe partial class LibTorch
{
    /// <summary>The libtorch that TorchSharp's native library is made for.</summary>
    public const string Expected = "2.10";

    private const string Variable = "LIBTORCH";
    private const string Main = "libtorch_cpu.so";
    private const string Binding = "libLibTorchSharp.so";
    private const int TrimThreshold = -1,
        MmapThreshold = -3,
        ArenaMax = -8; // M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX in malloc.h
    private const int Lazy = 1,
        Now = 2,
        Global = 0x100; // RTLD_LAZY, RTLD_NOW, RTLD_GLOBAL in dlfcn.h

    private static readonly Lazy<string> Configuration = new(ReadConfiguration); // libtorch's build settings, in its own words
    private static readonly Lazy<nint> Data = new(() =>
        NativeLibrary.GetExport(NativeLibrary.Load(Find(Binding) ?? Binding), "THSTensor_data")
    );
    private static string? problem;

    /// <summary>Version of the libtorch that is loaded, e.g. 2.10.0.</summary>
    public static string Version =>
        VersionSetting().Match(Configuration.Value) is { Success: true } found ? found.Groups[1].Value : "unknown";

    /// <summary>The CUDA that libtorch was built with; null if it has none.</summary>
    public static string? Cuda => CudaSetting().Match(Configuration.Value) is { Success: true } found ? found.Groups[1].Value : null;

    /// <summary>The folders in which libtorch and what belongs to it lie.</summary>
    public static IEnumerable<string> Folders =>
        new[]
        {
            Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? Path.Combine(folder, "lib") : null,
            Environment.GetEnvironmentVariable(Variable),
            Own(),
            AppContext.BaseDirectory,
        }
            .OfType<string>()
            .Where(Directory.Exists);

    /// <summary>Where a contiguous tensor's elements begin, on its device.</summary>
    public static long AddressOf(TorchSharp.torch.Tensor tensor) => ((delegate* unmanaged<nint, nint>)Data.Value)(tensor.Handle);

    /// <summary>Throws if there is no libtorch to use, with a sentence that says why.</summary>
    /// <exception cref="DllNotFoundException">LIBTORCH names none, or one that TorchSharp cannot use; or there is none at all.</exception>
    public static void Require()
    {
        if (problem is not null)
            throw new DllNotFoundException(problem);
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Variable) is { Length: > 0 })
            return;
        if (Own() is null)
        {
            throw new DllNotFoundException(
                $"Got no libtorch beside the program; expected {Main}, or {Variable} naming the folder of a libtorch {Expected}, such "
                    + $"as torch/lib of a PyTorch install."
            );
        }

        if (Find(Binding) is { } binding && Refusal(binding, Lazy) is { } refusal)
            throw new DllNotFoundException($"Got {binding}, which does not load: {refusal}.");
    }

#pragma warning disable CA2255 // It must have happened before anything calls into libtorch, also in a user's own program.
    [ModuleInitializer]
    internal static void Prepare()
#pragma warning restore CA2255
    {
        if (!OperatingSystem.IsLinux())
            return;
        SetEnv("OMP_NUM_THREADS", "1", 1); // the user's own choice is what Workers takes, from .NET's copy of the environment
        SetEnv("MKL_NUM_THREADS", "1", 1);
        SetEnv("MKL_CBWR", "AUTO", 0);
        // Setting one threshold switches glibc's own adaptation off, so both are set or neither.
        if (
            Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is null
            && Environment.GetEnvironmentVariable("MALLOC_TRIM_THRESHOLD_") is null
        )
        {
            MallOpt(MmapThreshold, 1 << 30);
            MallOpt(TrimThreshold, int.MaxValue);
            MallOpt(ArenaMax, 1); // the arenas of other threads give their memory back all the same
        }

        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder)
            problem = Load(folder);
    }

    /// <summary>
    /// Loads the libtorch of a folder; what TorchSharp then asks for by name is there already. Its native library is loaded with all
    /// of its symbols bound, so that one that is missing is named now and does not end the process later.
    /// </summary>
    /// <returns>Why it cannot be used; null if it can.</returns>
    private static string? Load(string folder)
    {
        var found = new[] { folder, Path.Combine(folder, "lib") }.FirstOrDefault(f => File.Exists(Path.Combine(f, Main)));
        if (found is null)
            return $"Got {Variable}={folder}; expected the folder of a libtorch, which holds {Main} or lib/{Main}.";
        if (Own() is { } own && Path.GetFullPath(own) != Path.GetFullPath(found))
        {
            return $"Got {Variable}={folder}, but the program has a libtorch of its own in {own}; run scripts/setup with {Variable} "
                + $"set, or build with -p:TorchPackage=none.";
        }

        foreach (var library in (string[])["libtorch.so", "libtorch_cuda.so"])
        {
            var path = Path.Combine(found, library);
            if (File.Exists(path) && Refusal(path, Now | Global) is { } refusal)
                return $"Got {Variable}={folder}, whose {library} does not load: {refusal}.";
        }

        return Find(Binding) is { } binding && Refusal(binding, Now) is { } missing
            ? $"Got {Variable}={folder}, which TorchSharp cannot use, for it is made for libtorch {Expected}: {missing}."
            : null;
    }

    /// <summary>Why a library does not load; null if it does.</summary>
    private static string? Refusal(string path, int mode)
    {
        DlError(); // found before it is needed, for the search for it would overwrite what it has to say
        return DlOpen(path, mode) == 0 ? Marshal.PtrToStringUTF8(DlError()) : null;
    }

    /// <summary>The folder in which .NET finds a libtorch that belongs to the program.</summary>
    private static string? Own() => Path.GetDirectoryName(Find(Main));

    private static string? Find(string library) =>
        ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "")
            .Split(Path.PathSeparator)
            .Append(AppContext.BaseDirectory)
            .Where(f => f.Length > 0)
            .Select(f => Path.Combine(f, library))
            .FirstOrDefault(File.Exists);

    /// <summary>Calls at::show_config, which TorchSharp does not offer: std::string f(), returned through a hidden pointer.</summary>
    private static string ReadConfiguration()
    {
        _ = TorchSharp.torch.CPU; // TorchSharp loads what there is to load
        if (
            !NativeLibrary.TryLoad(Main, out var library)
            || !NativeLibrary.TryGetExport(library, "_ZN2at11show_configB5cxx11Ev", out var show)
        )
        {
            return "";
        }

        var text = stackalloc nint[4]; // std::string: pointer, length, and room for short texts
        ((delegate* unmanaged<nint*, nint*>)show)(text);
        return Marshal.PtrToStringUTF8(text[0], (int)text[1]);
    }

    [GeneratedRegex(@"TORCH_VERSION=([^,\s]+)")]
    private static partial Regex VersionSetting();

    [GeneratedRegex(@"CUDA Runtime ([\d.]+)")]
    private static partial Regex CudaSetting();

    // The .NET environment is a copy: native libraries see only what libc's own table holds.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DlOpen(string path, int mode);

    [LibraryImport("libc", EntryPoint = "dlerror")]
    private static partial nint DlError();
}
