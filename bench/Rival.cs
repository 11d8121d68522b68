using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace SkillTorch.Benchmarks;

/// <summary>Another program that trains the same trial, in a process of its own: it answers requests, a line each.</summary>
internal sealed class Rival : IDisposable
{
    private readonly Process process;
    private string? complaint; // the last line of its error output

    /// <summary>Starts the program.</summary>
    /// <param name="setting">What is special about it, in words.</param>
    /// <param name="threads">Threads it computes with.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="environment">Environment variables.</param>
    /// <exception cref="NotMeasuredException">It does not start.</exception>
    public Rival(string setting, int threads, IReadOnlyList<string> command, IEnumerable<(string Name, string Value)> environment)
    {
        (Setting, Threads) = (setting, threads);
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // As when memory goes back to the kernel after every step, which SkillTorch prevents too.
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = "1073741824";
        start.Environment["MALLOC_TRIM_THRESHOLD_"] = "17179869184";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new NotMeasuredException(e.Message);
        }

        process.ErrorDataReceived += (_, line) => complaint = line.Data ?? complaint;
        process.BeginErrorReadLine();
        try
        {
            About = Read();
        }
        catch (NotMeasuredException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What is special about it.</summary>
    public string Setting { get; }

    /// <summary>Threads it computes with.</summary>
    public int Threads { get; }

    /// <summary>What it says about itself: its <c>version</c>, whether it has <c>cuda</c>.</summary>
    public JsonObject About { get; }

    /// <summary>Trains a network for a while.</summary>
    /// <param name="request">What is trained, and for how long.</param>
    /// <exception cref="NotMeasuredException">It cannot.</exception>
    public StepTime Measure(JsonObject request)
    {
        request["threads"] = Threads;
        process.StandardInput.WriteLine(request.ToJsonString());
        process.StandardInput.Flush();
        var answer = Read();
        return answer["error"] is { } error
            ? throw new NotMeasuredException((string)error!)
            : new StepTime((double)answer["median"]!, (double)answer["minimum"]!);
    }

    private JsonObject Read()
    {
        if (process.StandardOutput.ReadLine() is { } line)
            return (JsonObject)JsonNode.Parse(line)!;
        process.WaitForExit();
        throw new NotMeasuredException(
            $"{process.StartInfo.FileName} ended with exit code {process.ExitCode}{(complaint is null ? "" : $": {complaint}")}"
        );
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
