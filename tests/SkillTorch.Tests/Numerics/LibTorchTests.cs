using System.Runtime.InteropServices;
using SkillTorch.Experiments;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Tests.Numerics;

public partial class LibTorchTests
{
    [Fact]
    public void Libtorch_computes_on_one_thread_whatever_the_user_asks_for()
    {
        _ = RunEnvironment.Version; // the library is loaded, and with it its settings are made
        Assert.Equal("1", Native("OMP_NUM_THREADS"));
        Assert.Equal("1", Native("MKL_NUM_THREADS"));
        Assert.Equal(Environment.GetEnvironmentVariable("MKL_CBWR") ?? "AUTO", Native("MKL_CBWR"));
        Assert.Equal(1, get_num_threads());
    }

    [Fact]
    public void What_is_loaded_says_its_version()
    {
        Assert.Matches(@"^2\.\d+\.\d+", LibTorch.Version);
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("LIBTORCH")))
            Assert.StartsWith(LibTorch.Expected, LibTorch.Version, StringComparison.Ordinal);
        LibTorch.Require();
    }

    private static string? Native(string name) => Marshal.PtrToStringUTF8(GetEnv(name));

    // The .NET environment is a copy: native libraries see only what libc's own table holds.
    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnv(string name);
}
