using System.Globalization;
using System.Text;

namespace SkillTorch.Numerics;

/// <summary>A kernel, compiled for a device.</summary>
internal interface IDeviceKernel
{
    /// <summary>Starts the kernel. Only what is started on the device afterwards waits for its end.</summary>
    /// <param name="grid">Blocks.</param>
    /// <param name="threads">Threads of a block.</param>
    /// <param name="arguments">The kernel's pointers and 64-bit integers, in order.</param>
    /// <param name="numbers">The numbers of the structure that is its last argument; empty if it has none.</param>
    void Launch(GridSize grid, int threads, ReadOnlySpan<long> arguments, ReadOnlySpan<double> numbers = default);
}

/// <summary>Compiles kernels written in CUDA C++.</summary>
internal interface IKernelCompiler
{
    /// <summary>Whether the device multiplies matrices of bfloat16 numbers.</summary>
    bool MultipliesMatrices { get; }

    /// <summary>Compiles a kernel.</summary>
    /// <param name="source">The program, see <see cref="KernelSource"/>.</param>
    /// <param name="kernel">Name of the kernel.</param>
    /// <param name="fuses">Whether a product and a sum may be one operation, which is rounded once.</param>
    /// <returns>The kernel, which lives as long as the compiler; the same for the same source.</returns>
    IDeviceKernel Compile(string source, string kernel, bool fuses = true);
}

/// <summary>Number of blocks in each direction.</summary>
internal readonly record struct GridSize(int X, int Y = 1, int Z = 1)
{
    /// <summary>Blocks of which each does some of many pieces of work.</summary>
    /// <param name="work">Pieces.</param>
    /// <param name="each">Pieces of a block.</param>
    public static int For(long work, int each) => checked((int)((work + each - 1) / each));
}

/// <summary>Sources of kernels: the <c>.cu</c> files that lie beside what uses them.</summary>
internal static class KernelSource
{
    /// <summary>Reads a source, and puts constants before it.</summary>
    /// <param name="file">Name of the file.</param>
    /// <param name="constants">Names and values.</param>
    public static string Read(string file, params IEnumerable<(string Name, object Value)> constants)
    {
        using var stream = typeof(KernelSource).Assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        return constants
            .Aggregate(
                new StringBuilder(),
                (text, constant) => text.Append(CultureInfo.InvariantCulture, $"#define {constant.Name} {constant.Value}\n")
            )
            .Append(reader.ReadToEnd())
            .ToString();
    }

    /// <summary>A number format's name in C++.</summary>
    public static string NameOf(TorchSharp.torch.ScalarType format) => format == TorchSharp.torch.ScalarType.Float64 ? "double" : "float";
}
