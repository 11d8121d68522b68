using System.CommandLine;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using SkillTorch.Experiments;
using SkillTorch.Reporting;
using Spectre.Console;
using TorchSharp;

namespace SkillTorch.Cli.Commands;

/// <summary>skilltorch doctor</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command(
            "doctor",
            "Shows what SkillTorch runs on: version, machine, TorchSharp and libtorch, CUDA, figures; and what is missing."
        );
        command.SetAction(_ =>
        {
            var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
            var isWell = true;
            foreach (var (what, find) in ListFindings())
            {
                string found;
                try
                {
                    found = find();
                }
                catch (Exception e)
                    when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or IOException)
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

    private static IEnumerable<(string What, Func<string> Find)> ListFindings()
    {
        yield return ("SkillTorch", () => $"{RunEnvironment.Version}{(RunEnvironment.Commit is { } commit ? $", commit {commit}" : "")}");
        yield return (
            ".NET",
            () => $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})"
        );
        yield return ("Cores", () => $"{Environment.ProcessorCount}");
        yield return ("SIMD", DescribeSimd);
        yield return ("TorchSharp", () => $"{typeof(torch).Assembly.GetName().Version} in {AppContext.BaseDirectory}");
        yield return ("libtorch", DescribeLibTorch);
        yield return ("CUDA", DescribeCuda);
        yield return (
            "Kernels",
            () => torch.cuda.is_available() ? RunEnvironment.KernelCompiler : "none, for there is no GPU to compile for"
        );
        yield return ("Node", () => FigureTools.NodeVersion ?? "not found");
        yield return ("Figures", () => FigureTools.Problem ?? $"drawn by the packages under {FigureTools.Folder}");
        yield return ("Experiments", () => $"{ExperimentLibrary.All().Count} under {ExperimentLibrary.Folder}");
    }

    private static string DescribeSimd()
    {
        (string Name, bool IsThere)[] sets =
        [
            ("AVX-512", Avx512F.IsSupported),
            ("AVX2", Avx2.IsSupported),
            ("FMA", Fma.IsSupported),
            ("NEON", AdvSimd.IsSupported),
        ];
        var there = sets.Where(s => s.IsThere).Select(s => s.Name);
        return there.Any() ? string.Join(", ", there) : "none";
    }

    // What is mapped is what runs, whatever the build meant to load.
    private static IEnumerable<string> LoadedLibraries() =>
        !File.Exists("/proc/self/maps")
            ? []
            : File.ReadLines("/proc/self/maps")
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1])
                .Where(path =>
                    Path.GetFileName(path) is var file
                    && (file.StartsWith("libtorch", StringComparison.Ordinal) || file.StartsWith("libc10", StringComparison.Ordinal))
                )
                .Distinct()
                .Order(StringComparer.Ordinal);

    private static string DescribeLibTorch()
    {
        RunEnvironment.RequireLibTorch();
        var version = RunEnvironment.LibTorchVersion; // loads it
        var from = LoadedLibraries().Select(Path.GetDirectoryName).Distinct();
        var chosen = Environment.GetEnvironmentVariable("LIBTORCH") is { Length: > 0 } ? ", which LIBTORCH names" : "";
        return $"{version} from {string.Join(" and ", from)}{chosen}";
    }

    private static string DescribeCuda()
    {
        RunEnvironment.RequireLibTorch();
        var built = RunEnvironment.CudaVersion is { } version ? $"libtorch is built with CUDA {version}" : "libtorch is built without CUDA";
        var gpus = RunEnvironment.Gpus;
        var device = torch.cuda.is_available() ? $"{torch.cuda.device_count()} device(s) can be used" : "no device can be used";
        return $"{built}; {device}; "
            + $"{(gpus.Count == 0 ? "nvidia-smi names no GPU" : $"driver, name and memory: {string.Join("; ", gpus)}")}";
    }
}
