using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Experiments;

/// <summary>What a run ran on.</summary>
public static class RunEnvironment
{
    private static readonly string[] Informational =
        (typeof(RunEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+');

    /// <summary>SkillTorch's version.</summary>
    public static string Version => Informational[0];

    /// <summary>The commit that it was built from; null if that is not known.</summary>
    public static string? Commit => Informational.Length > 1 ? Informational[1] : null;

    /// <summary>The TorchSharp that is loaded: <c>lite</c> or <c>package</c>.</summary>
    public static string Binding => typeof(torch).Assembly.GetName().Name == "TorchSharp" ? "package" : "lite";

    /// <summary>Version of the libtorch that is loaded.</summary>
    public static string LibTorch => __version__;

    /// <summary>The device that a choice means here.</summary>
    /// <param name="choice">The choice.</param>
    /// <exception cref="InvalidOptionException">CUDA is asked for and not there.</exception>
    public static Device Choose(DeviceChoice choice) => (choice, cuda.is_available()) switch
    {
        (DeviceChoice.Cuda, false) => throw new InvalidOptionException("--device", $"Got \"cuda\" for `--device`; expected cpu or auto, for libtorch {LibTorch} ({Binding}) finds no CUDA device. `skilltorch doctor` says more."),
        (DeviceChoice.Cpu, _) or (DeviceChoice.Auto, false) => CPU,
        _ => CUDA,
    };

    /// <summary>Bytes of memory that a device has: of the CPU what this process may use; of CUDA what nvidia-smi says, and else the CPU's.</summary>
    /// <param name="device">The device.</param>
    public static long Memory(Device device)
    {
        const long MiB = 1 << 20;
        if (device.type == DeviceType.CUDA)
        {
            try
            {
                using var query = Process.Start(new ProcessStartInfo("nvidia-smi", "--query-gpu=memory.total --format=csv,noheader,nounits") { RedirectStandardOutput = true });
                if (long.TryParse(query?.StandardOutput.ReadLine(), CultureInfo.InvariantCulture, out var total))
                    return total * MiB;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // There is no such program.
            }
        }

        return GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    }

    /// <summary>The <c>run</c> part of experiment.json.</summary>
    internal static JsonObject Describe(Device device, DateTimeOffset started, TimeSpan? wall, string? profile) => new()
    {
        ["version"] = Version,
        ["commit"] = Commit,
        ["device"] = device.type == DeviceType.CPU ? "cpu" : "cuda",
        ["binding"] = Binding,
        ["libtorch"] = LibTorch,
        ["startedAt"] = started.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
        ["wallSeconds"] = wall?.TotalSeconds,
        ["profile"] = profile,
    };
}
