using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace SkillTorch.Reporting;

/// <summary>Node and the npm packages that draw figures, where this machine has them.</summary>
public static class FigureTools
{
    private static readonly Lazy<string?> LazyFolder = new(FindFolder);
    private static readonly Lazy<string?> LazyVersion = new(() => Run(["--version"]) is (0, var text, _) ? text.Trim() : null);

    /// <summary>The folder of render.mjs and package.json, where <c>npm ci</c> installs; null if it was not found.</summary>
    /// <remarks>
    /// <c>SKILLTORCH_FIGURE_TOOLS</c> names it; otherwise it is searched beside the program and in the checkout around it.
    /// </remarks>
    public static string? Folder => LazyFolder.Value;

    /// <summary>The version of Node, such as <c>v20.19.0</c>; null if there is no <c>node</c> on the path.</summary>
    public static string? NodeVersion => LazyVersion.Value;

    /// <summary>Why figures cannot be drawn here, in a sentence; null if they can.</summary>
    public static string? Problem =>
        Folder is null ? "The folder of render.mjs was not found (SKILLTORCH_FIGURE_TOOLS names it)."
        : NodeVersion is null ? "Node was not found on the path."
        : !File.Exists(Module("vega-lite/package.json")) ? $"The npm packages are not installed: run `npm ci` in {Folder}."
        : null;

    /// <summary>The path of a file of an npm package.</summary>
    internal static string Module(string file) => Path.Combine(Folder ?? "", "node_modules", file);

    /// <summary>Draws a spec.</summary>
    /// <returns>What Vega warns of.</returns>
    /// <exception cref="FigureException">Vega or Vega-Lite refuses the spec.</exception>
    internal static IReadOnlyList<string> Draw(string spec, string svg, string png)
    {
        var (code, output, error) = Run([Path.Combine(Folder!, "render.mjs"), spec, svg, png]);
        return code == 0
            ? JsonSerializer.Deserialize<string[]>(output)!
            : throw new FigureException($"The figure in `{spec}` cannot be drawn: {error.Trim()}");
    }

    private static (int Code, string Output, string Error) Run(string[] arguments)
    {
        try
        {
            using var node = Process.Start(
                new ProcessStartInfo("node", arguments)
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    UseShellExecute = false,
                }
            )!;
            var error = node.StandardError.ReadToEndAsync();
            var output = node.StandardOutput.ReadToEnd();
            node.WaitForExit();
            return (node.ExitCode, output, error.Result);
        }
        catch (Win32Exception e)
        {
            return (127, "", e.Message);
        }
    }

    private static string? FindFolder()
    {
        if (Environment.GetEnvironmentVariable("SKILLTORCH_FIGURE_TOOLS") is { Length: > 0 } named)
        {
            return named;
        }
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (var place in new[] { "node", "src/SkillTorch/Reporting/node" })
            {
                var candidate = Path.Combine(folder.FullName, place);
                if (File.Exists(Path.Combine(candidate, "render.mjs")))
                {
                    return candidate;
                }
            }
        }
        return null;
    }
}
