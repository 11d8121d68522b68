using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Lite.Tests.Binding;

public class BindingTests
{
    [Fact]
    public void Tells_the_version_of_libtorch()
    {
        Assert.Matches(@"^[12]\.\d+\.\d+", __version__);
    }

    [Fact]
    public void Sets_the_number_of_threads()
    {
        var before = get_num_threads();
        set_num_threads(2);
        Assert.Equal(2, get_num_threads());
        set_num_threads(before);
    }

    [SkippableFact]
    public void Sets_the_number_of_threads_of_an_OpenBLAS_too()
    {
        using (ones(1))
        {
            // libtorch is loaded, and with it what it computes products with.
        }

        Skip.IfNot(NativeLibrary.TryLoad("libopenblas.so.0", out var library), "libtorch here has another BLAS.");
        var own = Marshal.GetDelegateForFunctionPointer<Func>(NativeLibrary.GetExport(library, "openblas_get_num_threads"));
        var before = get_num_threads();
        foreach (var threads in (int[])[1, 2])
        {
            set_num_threads(threads);
            Assert.Equal(threads, own());
        }

        set_num_threads(before);
    }

    private delegate int Func();

    [Fact]
    public void Marshals_long_lists_and_text()
    {
        using var scope = NewDisposeScope();
        var parts = Enumerable.Range(0, 300).Select(i => full(1, i)).ToArray();
        Check.Close(Enumerable.Range(0, 300).Select(i => (double)i), cat(parts));
        Assert.Equal(Enumerable.Repeat(1L, 300), cat(parts).split([.. Enumerable.Repeat(1L, 300)], 0).Select(part => part.numel()));
        var text = new string(' ', 600) + "ü"; // libtorch skips the spaces and names the place of what it can't read
        Assert.Contains("index 600", Assert.ThrowsAny<Exception>(() => einsum(text, ones(1))).Message);
    }

    [Fact]
    public void Says_what_to_do_when_the_native_library_is_missing()
    {
        var folder = Directory.CreateTempSubdirectory("torchlite");
        try
        {
            Assert.Contains("scripts/setup", Assert.Throws<DllNotFoundException>(() => NativeLibraries.Find(folder.FullName, null)).Message);
            var built = Path.Combine(Directory.CreateDirectory(Path.Combine(folder.FullName, "artifacts", "native")).FullName, "libtorchlite.so");
            File.WriteAllText(built, "");
            var inner = Directory.CreateDirectory(Path.Combine(folder.FullName, "artifacts", "lite", "bin")).FullName;
            Assert.Equal(built, NativeLibraries.Find(inner, null));
            var given = Path.Combine(inner, "libtorchlite.so");
            File.WriteAllText(given, "");
            Assert.Equal(given, NativeLibraries.Find(inner, inner));
            Assert.Equal(given, NativeLibraries.Find(inner, given));
        }
        finally
        {
            folder.Delete(true);
        }
    }

    [Fact]
    public void Tf32_is_off_until_it_is_allowed()
    {
        Assert.False(backends.cuda.matmul.allow_tf32);
        backends.cuda.matmul.allow_tf32 = true;
        Assert.True(backends.cuda.matmul.allow_tf32);
        backends.cuda.matmul.allow_tf32 = false;
        Assert.False(backends.cuda.matmul.allow_tf32);
    }
}
