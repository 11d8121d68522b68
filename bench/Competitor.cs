using System.Reflection;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillTorch.Benchmarks;

/// <summary>What SkillTorch is compared with: a program in each of the settings that may be its best.</summary>
/// <param name="Key">Its name on the command line and in JSON.</param>
/// <param name="Name">Its name in the table.</param>
/// <param name="Rivals">The program, once a setting; empty where it is not at hand.</param>
/// <param name="Problem">Why it is not at hand; null if it is.</param>
internal sealed record Competitor(string Key, string Name, IReadOnlyList<Rival> Rivals, string? Problem) : IDisposable
{
    /// <summary>The argument by which the command line becomes the plain TorchSharp program.</summary>
    public const string PlainCommand = "bench-plain-torchsharp";

    private const string PyTorchKey = "pytorch",
        TorchSharpKey = "torchsharp";

    /// <summary>Names of what there is.</summary>
    public static readonly IReadOnlyList<string> Keys = [PyTorchKey, TorchSharpKey];

    /// <summary>Starts a competitor.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <param name="threads">The most threads it may use; it is also tried with one.</param>
    /// <param name="device">Where it trains.</param>
    public static Competitor Start(string key, int threads, Device device)
    {
        var rivals = new List<Rival>();
        try
        {
            rivals.AddRange(key == PyTorchKey ? PyTorch(threads) : Plain(threads));
            var version = (string?)rivals[0].About["version"];
            return device.type == DeviceType.CUDA && !(bool)rivals[0].About["cuda"]!
                ? throw new NotMeasuredException($"its version {version} finds no CUDA device")
                : new Competitor(key, $"{(key == PyTorchKey ? "PyTorch" : "TorchSharp")} {version}", rivals, null);
        }
        catch (NotMeasuredException e)
        {
            rivals.ForEach(rival => rival.Dispose());
            return new Competitor(key, key == PyTorchKey ? "PyTorch" : "TorchSharp", [], e.Message);
        }
    }

    public void Dispose()
    {
        foreach (var rival in Rivals)
            rival.Dispose();
    }

    /// <summary>
    /// With one thread and with all. Where matrices are multiplied by OpenBLAS, that may use all threads while PyTorch uses one, and
    /// its kernels for Skylake may be faster than those that it chooses.
    /// </summary>
    private static IEnumerable<Rival> PyTorch(int threads)
    {
        var problems = new List<string>();
        foreach (
            var python in Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } named
                ? [named]
                : (string[])["python3", "/usr/bin/python3"]
        )
        {
            Rival first;
            try
            {
                first = Start(python, 1, 1, false);
            }
            catch (NotMeasuredException e)
            {
                problems.Add(e.Message);
                continue;
            }

            var blas = (string?)first.About["blas"];
            if (blas == "reference")
            {
                first.Dispose();
                throw new NotMeasuredException("it multiplies matrices by the reference BLAS; install libopenblas0-pthread");
            }

            yield return first;
            if (threads > 1)
                yield return Start(python, threads, threads, false);
            if (blas != "openblas")
                yield break;
            if (threads > 1)
                yield return Start(python, 1, threads, false);
            if (!Avx512F.IsSupported)
                yield break;
            yield return Start(python, 1, 1, true);
            if (threads > 1)
            {
                yield return Start(python, threads, threads, true);
                yield return Start(python, 1, threads, true);
            }

            yield break;
        }

        throw new NotMeasuredException(
            "no Python with torch was found; install python3-torch and libopenblas0-pthread, or let PYTHON name one "
                + $"({string.Join("; ", problems)})"
        );

        static Rival Start(string python, int threads, int blas, bool skylake) =>
            new(
                $"{InWords(threads)}{(blas > threads ? $", OpenBLAS {blas}" : "")}{(skylake ? ", SKYLAKEX" : "")}",
                threads,
                [python, BenchmarkLibrary.PyTorchScript],
                [
                    ("OMP_NUM_THREADS", $"{threads}"),
                    ("OPENBLAS_NUM_THREADS", $"{blas}"),
                    .. skylake ? [("OPENBLAS_CORETYPE", "SKYLAKEX")] : Array.Empty<(string, string)>(),
                ]
            );
    }

    private static IEnumerable<Rival> Plain(int threads)
    {
        // This program again: an executable of its own, or a library that dotnet runs.
        string[] program =
            Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
                ? [Environment.ProcessPath!, Assembly.GetEntryAssembly()!.Location]
                : [Environment.ProcessPath!];
        foreach (var count in new[] { 1, threads }.Distinct())
        {
            yield return new Rival(
                InWords(count),
                count,
                [.. program, PlainCommand],
                [("OMP_NUM_THREADS", $"{count}"), ("MKL_NUM_THREADS", $"{count}")]
            );
        }
    }

    private static string InWords(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}
