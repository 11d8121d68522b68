using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Nodes;
using SkillTorch.Experiments;
using SkillTorch.Reporting;
using Spectre.Console;
using TorchSharp;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch doctor</summary>
internal static partial class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Shows what SkillTorch runs on: version, machine, TorchSharp and libtorch, CUDA, figures; and what is missing.");
        command.SetAction(_ =>
        {
            var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
            var isWell = true;
            foreach (var (what, find) in Findings())
            {
                string found;
                try
                {
                    found = find();
                }
                catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or IOException)
                {
                    found = $"MISSING: {e.GetBaseException().Message}";
                    isWell = false;
                }
                grid.AddRow(Markup.Escape(what), Markup.Escape(found));
            }
            AnsiConsole.Write(grid);
            return isWell ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static IEnumerable<(string What, Func<string> Find)> Findings()
    {
        yield return ("SkillTorch", () => $"{RunEnvironment.Version}{(RunEnvironment.Commit is { } commit ? $", commit {commit}" : "")}");
        yield return (".NET", () => $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})");
        yield return ("Cores", () => $"{Environment.ProcessorCount}");
        yield return ("SIMD", Simd);
        yield return ("TorchSharp", () => $"{RunEnvironment.Binding}: {typeof(torch).Assembly.GetName().Name} {typeof(torch).Assembly.GetName().Version} in {AppContext.BaseDirectory}");
        yield return ("libtorch", () => $"{RunEnvironment.LibTorch}: {string.Join(", ", LoadedLibraries())}");
        yield return ("Chosen because", SetupReason);
        yield return ("CUDA", () => torch.cuda.is_available() ? $"{torch.cuda.device_count()} device(s)" : "not available");
        yield return ("OPENBLAS_CORETYPE", () => Marshal.PtrToStringUTF8(GetEnv("OPENBLAS_CORETYPE")) ?? "not set");
        yield return ("Node", () => FigureTools.NodeVersion ?? "not found");
        yield return ("Figures", () => FigureTools.Problem ?? $"drawn by the packages under {FigureTools.Folder}");
        yield return ("Experiments", () => $"{ExperimentLibrary.All().Count} under {ExperimentLibrary.Folder}");
    }

    private static string Simd()
    {
        (string Name, bool IsThere)[] sets =
            [("AVX-512", Avx512F.IsSupported), ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported), ("NEON", AdvSimd.IsSupported)];
        var there = sets.Where(s => s.IsThere).Select(s => s.Name);
        return there.Any() ? string.Join(", ", there) : "none";
    }

    // What is mapped is what runs, whatever the build meant to load.
    private static IEnumerable<string> LoadedLibraries() => !File.Exists("/proc/self/maps") ? [] :
        File.ReadLines("/proc/self/maps").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1])
            .Where(path => Path.GetFileName(path) is var file && (file.StartsWith("libtorch", StringComparison.Ordinal) || file.StartsWith("libLibTorchSharp", StringComparison.Ordinal) || file.StartsWith("libc10", StringComparison.Ordinal)))
            .Distinct().Order(StringComparer.Ordinal);

    private static string SetupReason()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var file = Path.Combine(at.FullName, "artifacts", "setup.json");
            if (File.Exists(file))
                return (string?)JsonNode.Parse(File.ReadAllText(file))?["reason"] ?? $"{file} does not say why";
        }
        return "unknown, for scripts/setup has not run";
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnv(string name);
}
