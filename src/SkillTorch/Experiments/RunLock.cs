using System.Globalization;
using SkillTorch.Reporting;

namespace SkillTorch.Experiments;

/// <summary>Keeps a second process out of a run directory. The system frees the lock when its process ends, however it ends.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream stream;
    private readonly string owner;

    /// <summary>Takes the lock.</summary>
    /// <param name="directory">The run directory.</param>
    /// <exception cref="IOException">Another process has it; the message names the process.</exception>
    public RunLock(string directory)
    {
        AtomicFile.Guard(directory, () => Directory.CreateDirectory(directory), "make the run directory");
        // Two files, because nobody can read a file that another process has locked.
        owner = Path.Combine(directory, ".owner");
        try
        {
            var file = Path.Combine(directory, ".lock");
            stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && !IsHeldByAnother(e)))
        {
            throw new IOException($"Could not write in the run directory `{directory}`: {e.Message}", e);
        }
        catch (IOException e)
        {
            var who = File.Exists(owner) ? $" (process {File.ReadAllText(owner).Trim()})" : "";
            throw new IOException(
                $"Another run{who} is using `{directory}`; wait for it, stop it, or choose another directory with --out.",
                e
            );
        }
        File.WriteAllText(owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    // The system's error number: EAGAIN of Linux, of macOS, and Windows' sharing violation.
    private static bool IsHeldByAnother(Exception e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>Frees the lock.</summary>
    public void Dispose()
    {
        File.Delete(owner);
        stream.Dispose();
    }
}
