using Spectre.Console;

namespace SkillTorch.Cli;

/// <summary>What is written to.</summary>
internal static class Terminal
{
    /// <summary>A pipe or file has neither width nor colours: what goes there is neither wrapped nor painted.</summary>
    public static void Prepare()
    {
        if (!Console.IsOutputRedirected)
            return;
        AnsiConsole.Profile.Width = short.MaxValue;
        AnsiConsole.Profile.Capabilities.Ansi = false;
        AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        AnsiConsole.Profile.Capabilities.Interactive = false;
    }
}
