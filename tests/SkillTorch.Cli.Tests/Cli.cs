using System.Diagnostics;

namespace SkillTorch.Cli.Tests;

/// <summary>Runs the real program in a process of its own.</summary>
internal static class Cli
{
    /// <summary>Runs a command to its end.</summary>
    public static Outcome Run(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return End(process);
    }

    /// <summary>Starts a command.</summary>
    public static Process Start(string folder, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo("dotnet", [Program, .. arguments])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

    /// <summary>Waits for a command's end.</summary>
    public static Outcome End(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output, error.Result);
    }

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    private static string Program => Path.Combine(AppContext.BaseDirectory, "SkillTorch.Cli.dll");

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "SkillTorch.sln")))
            at = at.Parent!;
        return at.FullName;
    }
}

/// <summary>What a command left.</summary>
internal sealed record Outcome(int Exit, string Output, string Error)
{
    /// <summary>Asserts the exit code, and that no stack trace was shown.</summary>
    public Outcome Exits(int code)
    {
        Assert.True(code == Exit, $"exit code {Exit} instead of {code}:\n{Output}\n{Error}");
        Assert.DoesNotContain("   at ", Output + Error);
        return this;
    }
}
