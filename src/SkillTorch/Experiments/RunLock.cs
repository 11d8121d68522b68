using System.Globalization;

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
        Directory.CreateDirectory(directory);
        // Two files, because nobody can read a file that another process has locked.
        owner = Path.Combine(directory, ".owner");
        try
        {
            stream = new FileStream(Path.Combine(directory, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
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

    /// <summary>Frees the lock.</summary>
    public void Dispose()
    {
        File.Delete(owner);
        stream.Dispose();
    }
}
