using System.Diagnostics;
using SkillTorch.Tests.Reporting;

namespace SkillTorch.Tests.Numerics;

/// <summary>The build step that lets TorchSharp's native library load on an older libstdc++, run by MSBuild on copies of that
/// library.</summary>
public sealed class WeakenGlibcxxVersionTests : IDisposable
{
    /// <summary>The versions that Debian 12's libstdc++ has.</summary>
    private static readonly string Old =
        string.Concat(
            Enumerable.Range(1, 30).Select(i => $"\0GLIBCXX_3.4.{i}").Concat(Enumerable.Range(1, 13).Select(i => $"\0CXXABI_1.3.{i}"))
        ) + "\0GLIBCXX_3.4\0CXXABI_1.3\0";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void The_mark_becomes_weak_once_and_only_where_it_is_missing()
    {
        var library = Original();
        var before = File.ReadAllBytes(library);
        Assert.Equal((0, ""), Weaken(library, Old + "GLIBCXX_3.4.32\0"));
        Assert.Equal(before, File.ReadAllBytes(library));

        var (code, output) = Weaken(library, Old);
        Assert.Equal(0, code);
        Assert.Contains("libLibTorchSharp.so: the version mark GLIBCXX_3.4.32, which", output, StringComparison.Ordinal);
        var after = File.ReadAllBytes(library);
        var changed = Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]).ToArray();
        Assert.Equal((0, 2), (before[Assert.Single(changed)], after[changed[0]]));

        Assert.Equal((0, ""), Weaken(library, Old));
        Assert.Equal(after, File.ReadAllBytes(library));
    }

    [SkippableFact]
    public void A_library_that_needs_more_is_refused_and_left_alone()
    {
        var library = Original();
        var before = File.ReadAllBytes(library);
        var (code, output) = Weaken(library, "\0GLIBCXX_3.4\0");
        Assert.NotEqual(0, code);
        Assert.Matches(
            @"which needs (GLIBCXX|CXXABI)_[\d.]+ of libstdc\+\+; expected no version that this system lacks but GLIBCXX_3\.4\.32",
            output
        );
        Assert.Equal(before, File.ReadAllBytes(library));
    }

    [SkippableTheory]
    [InlineData("no library")]
    [InlineData("")]
    [InlineData("\u007fELF")]
    public void What_is_no_library_is_refused(string content)
    {
        var file = folder["libLibTorchSharp.so"];
        File.WriteAllText(file, content);
        var (code, output) = Weaken(file, Old);
        Assert.NotEqual(0, code);
        Assert.Contains("expected a 64-bit ELF file", output, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(file));
    }

    /// <summary>A copy of the library as NuGet has it.</summary>
    private string Original()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var version = typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3);
        var original = Path.Combine(packages, "torchsharp", version, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Skip.IfNot(File.Exists(original), "NuGet's folder of packages has no TorchSharp for Linux.");
        var copy = folder["libLibTorchSharp.so"];
        File.Copy(original, copy, overwrite: true);
        return copy;
    }

    private (int Code, string Output) Weaken(string library, string versions)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The step does nothing elsewhere.");
        File.WriteAllText(folder["libstdc++.so.6"], versions);
        File.WriteAllText(
            folder["step.proj"],
            $"""
            <Project>
              <Import Project="{Path.Combine(ArchitectureTests.Root, "src", "SkillTorch", "build", "SkillTorch.targets")}" />
              <Target Name="Step"><WeakenGlibcxxVersion Files="{library}" LibStdCxx="{folder["libstdc++.so.6"]}" /></Target>
            </Project>
            """
        );
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", ["msbuild", folder["step.proj"], "-t:Step", "-v:m", "-nologo", "-tl:off", "-nodeReuse:false"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Trim());
    }
}
