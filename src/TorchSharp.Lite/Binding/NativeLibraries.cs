using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Lite;

/// <summary>Finds the native part of the binding.</summary>
internal static class NativeLibraries
{
    private const string FileName = "libtorchlite.so";
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
}
