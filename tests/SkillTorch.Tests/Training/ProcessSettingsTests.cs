using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SkillTorch.Tests.Training;

public partial class ProcessSettingsTests
{
    [Fact]
    public void Settings_are_made_before_libtorch_loads_unless_the_user_has_made_them()
    {
        _ = TinyTrials.Table; // the library is loaded, and with it its settings are made
        Assert.Equal(Environment.GetEnvironmentVariable("OPENBLAS_CORETYPE") ?? (Avx512F.IsSupported ? "SKYLAKEX" : null), Native("OPENBLAS_CORETYPE"));
        Assert.Equal(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "PASSIVE", Native("OMP_WAIT_POLICY"));
    }

    private static string? Native(string name) => Marshal.PtrToStringUTF8(GetEnv(name));

    // The .NET environment is a copy: native libraries see only what libc's own table holds.
    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnv(string name);
}
