using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using SkillTorch.Numerics;
using SkillTorch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Experiments;

/// <summary>What a run ran on.</summary>
public static class RunEnvironment
{
    private const string ArithmeticKey = "arithmetic";
    private const string DeviceKernels = "kernels 1"; // counts up when their bits change

    private static readonly string[] Informational = (
        typeof(RunEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0"
    ).Split('+');

    /// <summary>SkillTorch's version.</summary>
    public static string Version => Informational[0];

    /// <summary>The commit that it was built from; null if that is not known.</summary>
    public static string? Commit => Informational.Length > 1 ? Informational[1] : null;

    /// <summary>Version of the libtorch that is loaded, e.g. 2.10.0.</summary>
    public static string LibTorchVersion => LibTorch.Version;

    /// <summary>The CUDA that the loaded libtorch was built with; null if it has none.</summary>
    public static string? CudaVersion => LibTorch.Cuda;

    /// <summary>Driver, name and memory of each GPU, as nvidia-smi says them; empty where it does not.</summary>
    public static IReadOnlyList<string> Gpus => AskNvidia("driver_version,name,memory.total");

    /// <summary>What compiles kernels for the GPU, or why nothing does and tensor operations do their work.</summary>
    public static string KernelCompiler => CudaCompiler.Findings;

    /// <summary>Throws if there is no libtorch that can be used, with a sentence that says why.</summary>
    /// <exception cref="DllNotFoundException">LIBTORCH names none that TorchSharp can use, or there is none at all.</exception>
    public static void RequireLibTorch() => LibTorch.Require();

    /// <summary>The device that a choice means here.</summary>
    /// <param name="choice">The choice.</param>
    /// <exception cref="InvalidOptionException">CUDA is asked for and not there.</exception>
    /// <exception cref="DllNotFoundException">There is no libtorch that can be used.</exception>
    public static Device Choose(DeviceChoice choice)
    {
        RequireLibTorch();
        return (choice, cuda.is_available()) switch
        {
            (DeviceChoice.Cuda, false) => throw new InvalidOptionException(
                "--device",
                $"Got \"cuda\" for `--device`; expected cpu or auto, for libtorch {LibTorchVersion} finds no CUDA device. `skilltorch "
                    + $"doctor` says more."
            ),
            (DeviceChoice.Cpu, _) or (DeviceChoice.Auto, false) => CPU,
            _ => CUDA,
        };
    }

    /// <summary>
    /// What trials' bits depend on beside their settings: libtorch's version and the kind of device, e.g. <c>libtorch 2.10.0, cpu</c>;
    /// on the CPU also the models' kernels, where they have some with a number; on CUDA the kernels, where they can be compiled.
    /// </summary>
    /// <param name="device">The kind of device they train on; it need not be on this machine.</param>
    /// <param name="trials">The trials of a run.</param>
    internal static string Arithmetic(DeviceType device, IEnumerable<Trial> trials) =>
        string.Join(
            ", ",
            [
                $"libtorch {LibTorchVersion}",
                NameOf(device),
                .. trials.Select(trial => trial.Model.Kernels).OfType<string>().Where(_ => device == DeviceType.CPU).Distinct().Order(),
                .. device == DeviceType.CUDA && HasDeviceKernels ? [DeviceKernels] : Array.Empty<string>(),
            ]
        );

    /// <summary>Whether kernels train on CUDA; where there is none, as they will on another machine.</summary>
    private static bool HasDeviceKernels => CudaCompiler.Shared is not null || !cuda.is_available();

    /// <summary>The <see cref="Arithmetic"/> of a run; null where it was not recorded yet.</summary>
    /// <param name="experimentFile">The experiment.json of its directory.</param>
    internal static string? ArithmeticOf(string experimentFile) =>
        (string?)JsonNode.Parse(File.ReadAllText(experimentFile))?[ExperimentFile.RunKey]?[ArithmeticKey];

    /// <summary>Bytes of memory that a device has: of the CPU what this process may use; of CUDA what nvidia-smi says, and else the
    /// CPU's.</summary>
    /// <param name="device">The device.</param>
    public static long Memory(Device device)
    {
        const long MiB = 1 << 20;
        return device.type == DeviceType.CUDA && AskNvidia("memory.total", ",nounits").FirstOrDefault() is { } total
            ? long.Parse(total, CultureInfo.InvariantCulture) * MiB
            : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    }

    private static string[] AskNvidia(string what, string format = "")
    {
        try
        {
            using var query = Process.Start(
                new ProcessStartInfo("nvidia-smi", $"--query-gpu={what} --format=csv,noheader{format}")
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    UseShellExecute = false,
                }
            )!;
            var lines = query
                .StandardOutput.ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            query.WaitForExit();
            return query.ExitCode == 0 ? lines : [];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return []; // there is no such program
        }
    }

    private static string NameOf(DeviceType device) => device == DeviceType.CPU ? "cpu" : "cuda";

    /// <summary>The <c>run</c> part of experiment.json.</summary>
    internal static JsonObject Describe(DeviceType device, string arithmetic, DateTimeOffset started, TimeSpan? wall, string? profile) =>
        new()
        {
            ["version"] = Version,
            ["commit"] = Commit,
            ["device"] = NameOf(device),
            ["libtorch"] = LibTorchVersion,
            [ArithmeticKey] = arithmetic,
            ["startedAt"] = started.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
            ["wallSeconds"] = wall?.TotalSeconds,
            ["profile"] = profile,
        };

    /// <summary>Adds the trials that could not go on to the <c>run</c> part of experiment.json.</summary>
    internal static void DescribeFailures(JsonObject run, IReadOnlyList<FailedTrial> failed)
    {
        run.Remove("failed");
        if (failed.Count > 0)
            run["failed"] = new JsonArray([.. failed.Select(t => JsonValue.Create($"{t.Trial.Name}: {t.Message}"))]);
    }
}
