using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace SkillTorch.Numerics;

/// <summary>
/// Compiles kernels for the GPU by NVRTC, which comes with libtorch's CUDA packages, and starts them through the driver on the stream
/// that libtorch uses, so that they and libtorch's own follow one another.
/// </summary>
internal sealed unsafe partial class CudaCompiler : IKernelCompiler
{
    private const string Driver = "libcuda.so.1";
    private const int MajorAttribute = 75,
        MinorAttribute = 76; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_… in cuda.h

    private static readonly Lazy<(CudaCompiler? Compiler, string Findings)> Found = new(Find);

    [ThreadStatic]
    private static bool isCurrent;

    private readonly Nvrtc compiler;
    private readonly nint context;
    private readonly string architecture;
    private readonly ConcurrentDictionary<(string, string), CudaKernel> kernels = new();

    private CudaCompiler(Nvrtc compiler)
    {
        this.compiler = compiler;
        Check(Init(0));
        Check(DeviceGet(out var device, 0));
        Check(DeviceGetAttribute(out var major, MajorAttribute, device));
        Check(DeviceGetAttribute(out var minor, MinorAttribute, device));
        Check(PrimaryContextRetain(out context, device)); // libtorch's
        MultipliesMatrices = major >= 8;
        architecture = FormattableString.Invariant($"sm_{major}{minor}");
    }

    /// <summary>The compiler; null where there is none, and <see cref="Findings"/> says why.</summary>
    public static CudaCompiler? Shared => Found.Value.Compiler;

    /// <summary>What was found, in a few words.</summary>
    public static string Findings => Found.Value.Findings;

    /// <inheritdoc/>
    public bool MultipliesMatrices { get; }

    /// <inheritdoc/>
    public IDeviceKernel Compile(string source, string kernel, bool fuses = true) =>
        kernels.GetOrAdd(
            (source, kernel),
            key =>
            {
                MakeCurrent();
                var image = compiler.Compile(key.Item1, $"--gpu-architecture={architecture}", $"--fmad={(fuses ? "true" : "false")}");
                fixed (byte* bytes = image)
                {
                    Check(ModuleLoadData(out var module, bytes));
                    Check(ModuleGetFunction(out var function, module, key.Item2));
                    return new CudaKernel(this, function);
                }
            }
        );

    private void MakeCurrent()
    {
        if (isCurrent)
            return;
        Check(ContextSetCurrent(context));
        isCurrent = true;
    }

    private static (CudaCompiler? Compiler, string Findings) Find()
    {
        if (Nvrtc.Find() is not { } nvrtc)
            return (null, "no NVRTC beside libtorch or on the library path");
        try
        {
            return (new CudaCompiler(nvrtc), $"NVRTC {nvrtc.Version} from {nvrtc.Path}");
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or ExternalException)
        {
            return (null, e.Message);
        }
    }

    private static void Check(int status)
    {
        if (status == 0)
            return;
        var text = GetErrorString(status, out var message) == 0 ? Marshal.PtrToStringUTF8(message) : null;
        throw new ExternalException($"The CUDA driver says {text ?? $"error {status}"}.", status);
    }

    private sealed class CudaKernel(CudaCompiler owner, nint function) : IDeviceKernel
    {
        public void Launch(GridSize grid, int threads, ReadOnlySpan<long> arguments, ReadOnlySpan<double> numbers = default)
        {
            owner.MakeCurrent();
            var pointers = stackalloc void*[arguments.Length + 1];
            fixed (long* values = arguments)
            {
                fixed (double* last = numbers)
                {
                    for (var i = 0; i < arguments.Length; i++)
                        pointers[i] = values + i;
                    pointers[arguments.Length] = last;
                    Check(LaunchKernel(function, grid.X, grid.Y, grid.Z, threads, 1, 1, 0, 0, pointers, null));
                }
            }
        }
    }

    [LibraryImport(Driver, EntryPoint = "cuInit")]
    private static partial int Init(uint flags);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGet")]
    private static partial int DeviceGet(out int device, int ordinal);

    [LibraryImport(Driver, EntryPoint = "cuDeviceGetAttribute")]
    private static partial int DeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Driver, EntryPoint = "cuDevicePrimaryCtxRetain")]
    private static partial int PrimaryContextRetain(out nint context, int device);

    [LibraryImport(Driver, EntryPoint = "cuCtxSetCurrent")]
    private static partial int ContextSetCurrent(nint context);

    [LibraryImport(Driver, EntryPoint = "cuModuleLoadData")]
    private static partial int ModuleLoadData(out nint module, byte* image);

    [LibraryImport(Driver, EntryPoint = "cuModuleGetFunction", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ModuleGetFunction(out nint function, nint module, string name);

    [LibraryImport(Driver, EntryPoint = "cuLaunchKernel")]
    private static partial int LaunchKernel(
        nint function,
        int gridX,
        int gridY,
        int gridZ,
        int blockX,
        int blockY,
        int blockZ,
        int sharedBytes,
        nint stream,
        void** arguments,
        void** extra
    );

    [LibraryImport(Driver, EntryPoint = "cuGetErrorString")]
    private static partial int GetErrorString(int status, out nint text);
}
