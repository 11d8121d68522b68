using System.Runtime.InteropServices;
using System.Text;

namespace SkillTorch.Numerics;

/// <summary>NVIDIA's run-time compiler of CUDA C++.</summary>
internal sealed unsafe class Nvrtc
{
    private readonly nint library;

    private Nvrtc(nint library, string path)
    {
        (this.library, Path) = (library, path);
        int major,
            minor;
        ((delegate* unmanaged<int*, int*, int>)Export("nvrtcVersion"))(&major, &minor);
        Version = FormattableString.Invariant($"{major}.{minor}");
    }

    /// <summary>Where it was found.</summary>
    public string Path { get; }

    /// <summary>Its version, which is CUDA's.</summary>
    public string Version { get; }

    /// <summary>Looks for NVRTC on the library path, beside libtorch, and where PyTorch's packages have it.</summary>
    /// <returns>The compiler; null if there is none.</returns>
    public static Nvrtc? Find()
    {
        foreach (var candidate in (string[])["libnvrtc.so", "libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", .. Installed()])
        {
            if (NativeLibrary.TryLoad(candidate, out var library) && NativeLibrary.TryGetExport(library, "nvrtcGetCUBIN", out _))
                return new Nvrtc(library, candidate);
        }

        return null;
    }

    /// <summary>Compiles a program.</summary>
    /// <param name="source">CUDA C++.</param>
    /// <param name="options">Its options; where they name a GPU's architecture the image is for that, else PTX.</param>
    /// <returns>The image that the driver loads.</returns>
    /// <exception cref="ExternalException">It is no valid program; the message is the compiler's.</exception>
    public byte[] Compile(string source, params string[] options)
    {
        nint program;
        var texts = Array.ConvertAll([.. options, "--std=c++17"], (Converter<string, nint>)Marshal.StringToCoTaskMemUTF8);
        try
        {
            fixed (byte* text = Encoding.UTF8.GetBytes(source + '\0'))
            {
                var create = (delegate* unmanaged<nint*, byte*, byte*, int, nint*, nint*, int>)Export("nvrtcCreateProgram");
                Check(create(&program, text, null, 0, null, null), "");
            }

            fixed (nint* pointers = texts)
            {
                var status = ((delegate* unmanaged<nint, int, nint*, int>)Export("nvrtcCompileProgram"))(program, texts.Length, pointers);
                Check(status, status == 0 ? "" : Encoding.UTF8.GetString(Get(program, "nvrtcGetProgramLog")).TrimEnd('\0'));
            }

            return Get(program, options.Any(option => option.Contains("=sm_", StringComparison.Ordinal)) ? "nvrtcGetCUBIN" : "nvrtcGetPTX");
        }
        finally
        {
            ((delegate* unmanaged<nint*, int>)Export("nvrtcDestroyProgram"))(&program);
            foreach (var text in texts)
                Marshal.FreeCoTaskMem(text);
        }
    }

    private byte[] Get(nint program, string what)
    {
        nint size;
        Check(((delegate* unmanaged<nint, nint*, int>)Export(what + "Size"))(program, &size), "");
        var bytes = new byte[size];
        fixed (byte* start = bytes)
            Check(((delegate* unmanaged<nint, byte*, int>)Export(what))(program, start), "");
        return bytes;
    }

    private void Check(int status, string log)
    {
        if (status == 0)
            return;
        var text = Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)Export("nvrtcGetErrorString"))(status));
        throw new ExternalException($"NVRTC {Version} says {text}. {log}", status);
    }

    private nint Export(string name) => NativeLibrary.GetExport(library, name);

    private static IEnumerable<string> Installed() =>
        from folder in LibTorch.Folders
        from place in (string[])[folder, .. NvidiaPackages(System.IO.Path.Combine(folder, "..", "..", "nvidia"))]
        where Directory.Exists(place)
        from file in Directory.EnumerateFiles(place, "libnvrtc*.so*").Order(StringComparer.Ordinal)
        where !System.IO.Path.GetFileName(file).Contains("builtins", StringComparison.Ordinal)
        select file;

    // site-packages/nvidia/<package>/lib beside site-packages/torch/lib
    private static IEnumerable<string> NvidiaPackages(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(p => System.IO.Path.Combine(p, "lib")) : [];
}
