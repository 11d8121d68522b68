using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SkillTorch.Reporting;

/// <summary>
/// A file that is complete or absent: written aside in the same folder, flushed to the disk, then renamed over its
/// path. A full disk, an exception or a killed process leaves the former file, or none.
/// </summary>
/// <example><code>
/// using var file = new AtomicFile("runs/a/claims.json");
/// JsonSerializer.Serialize(file.Stream, claims);
/// file.Commit();
/// </code></example>
internal sealed class AtomicFile : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static int count;
    private readonly string path;
    private readonly string aside;
    private readonly FileStream stream;

    /// <summary>Begins a file, and creates its folder if there is none.</summary>
    /// <param name="path">Where the file appears when it is committed.</param>
    /// <exception cref="IOException">The folder cannot be written to; the message names the path.</exception>
    public AtomicFile(string path)
    {
        this.path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(this.path)!;
        aside = Path.Combine(folder, $"{Prefix(this.path)}{Environment.ProcessId}.{Interlocked.Increment(ref count)}.tmp");
        stream = Guard(
            path,
            () =>
            {
                Directory.CreateDirectory(folder);
                RemoveLeftovers(this.path);
                return new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
            }
        );
    }

    /// <summary>What to write to; its content counts only once <see cref="Commit"/> was called.</summary>
    public Stream Stream => stream;

    /// <summary>Flushes the content to the disk and renames it to the path.</summary>
    /// <exception cref="IOException">The content could not be written; the path is as it was before.</exception>
    public void Commit() =>
        Guard(
            path,
            () =>
            {
                stream.Flush(flushToDisk: true);
                stream.Dispose();
                File.Move(aside, path, overwrite: true);
                return 0;
            }
        );

    /// <summary>Drops the content if it was not committed.</summary>
    public void Dispose()
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // A full disk fails the flush of a buffer that nobody wants any more.
        }
        File.Delete(aside);
    }

    /// <summary>Writes a whole file by a callback.</summary>
    /// <exception cref="IOException">It could not be written; the message names the path and the cause.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        using var file = new AtomicFile(path);
        Guard(
            path,
            () =>
            {
                write(file.Stream);
                return 0;
            }
        );
        file.Commit();
    }

    /// <summary>Writes a text in UTF-8.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes JSON, indented, with full precision.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteJson(string path, JsonNode json) => WriteText(path, Format(json));

    /// <summary>JSON as <see cref="WriteJson"/> writes it.</summary>
    public static string Format(JsonNode json) => json.ToJsonString(Indented) + "\n";

    internal static T Guard<T>(string path, Func<T> action, string verb = "write")
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && e is not FileSentenceException)
        {
            throw new FileSentenceException($"Could not {verb} `{path}`: {e.Message}", e);
        }
    }

    private static string Prefix(string path) => $".{Path.GetFileName(path)}.{Environment.MachineName}.";

    // A killed process leaves its file aside: the next writer on the same machine removes it.
    private static void RemoveLeftovers(string path)
    {
        var prefix = Prefix(path);
        foreach (var leftover in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, prefix + "*.tmp"))
        {
            var id = Path.GetFileName(leftover)[prefix.Length..].Split('.')[0];
            if (int.TryParse(id, CultureInfo.InvariantCulture, out var process) && process != Environment.ProcessId && !IsRunning(process))
            {
                File.Delete(leftover);
            }
        }
    }

    /// <summary>Whether a process of this machine is running.</summary>
    internal static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // Marks a message that names its path already, so that it is not wrapped twice.
    private sealed class FileSentenceException(string message, Exception inner) : IOException(message, inner);
}
