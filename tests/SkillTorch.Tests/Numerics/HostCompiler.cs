using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SkillTorch.Numerics;

namespace SkillTorch.Tests.Numerics;

/// <summary>Compiles kernels by g++ for the host, where a small header plays the GPU: the same source, without a GPU.</summary>
internal sealed unsafe partial class HostCompiler : IKernelCompiler
{
    private static readonly ConcurrentDictionary<string, nint> Libraries = new();
    private static readonly Lock Launching = new(); // the header's blocks and threads are static
    private static readonly string? Problem = FindProblem();

    private HostCompiler() { }

    /// <summary>The compiler; the test is skipped where there is no g++.</summary>
    public static HostCompiler Create()
    {
        Skip.If(Problem is not null, Problem);
        return new HostCompiler();
    }

    public bool MultipliesMatrices => true;

    public IDeviceKernel Compile(string source, string kernel, bool fuses = true)
    {
        lock (Libraries)
            return new HostKernel(NativeLibrary.GetExport(Libraries.GetOrAdd(source, Build), $"launch_{kernel}"));
    }

    private static nint Build(string source)
    {
        var folder = Directory.CreateTempSubdirectory("kernel");
        var (text, library) = (Path.Combine(folder.FullName, "kernel.cpp"), Path.Combine(folder.FullName, "kernel.so"));
        var launches = KernelName()
            .Matches(source)
            .Select(match => match.Groups[1].Value)
            .Select(name =>
                $"extern \"C\" void launch_{name}(const int* grid, int threads, void** arguments) "
                + $"{{ host::launch({name}, grid, threads, arguments); }}\n"
            );
        var header = Path.Combine(AppContext.BaseDirectory, "host.h");
        File.WriteAllText(text, $"#include \"{header}\"\n#line 1 \"kernel.cu\"\n{source}\n{string.Concat(launches)}");
        var (exit, output) = Run("g++", "-std=c++17", "-O1", "-fPIC", "-shared", "-Wno-unknown-pragmas", "-o", library, text);
        Assert.True(exit == 0, output);
        var handle = NativeLibrary.Load(library);
        folder.Delete(recursive: true); // what is loaded stays
        return handle;
    }

    private static string? FindProblem()
    {
        try
        {
            return Run("g++", "--version").Exit == 0 ? null : "g++ does not run.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "There is no g++ to compile kernels for the host.";
        }
    }

    private static (int Exit, string Output) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Result + error);
    }

    [GeneratedRegex(@"__global__ void (?:__launch_bounds__\(\w+\) )?(\w+)\(")]
    private static partial Regex KernelName();

    private sealed class HostKernel(nint launch) : IDeviceKernel
    {
        public void Launch(GridSize grid, int threads, ReadOnlySpan<long> arguments, ReadOnlySpan<double> numbers = default)
        {
            var pointers = stackalloc void*[arguments.Length + 1];
            var size = stackalloc int[] { grid.X, grid.Y, grid.Z };
            fixed (long* values = arguments)
            {
                fixed (double* last = numbers)
                {
                    for (var i = 0; i < arguments.Length; i++)
                        pointers[i] = values + i;
                    pointers[arguments.Length] = last;
                    lock (Launching)
                        ((delegate* unmanaged<int*, int, void**, void>)launch)(size, threads, pointers);
                }
            }
        }
    }
}
