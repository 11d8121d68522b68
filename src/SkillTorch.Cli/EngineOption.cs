using System.CommandLine;
using System.Globalization;
using System.Reflection;
using SkillTorch.Experiments;

namespace SkillTorch.Cli;

/// <summary>The option --engine: which processes train.</summary>
internal sealed class EngineOption
{
    private const string Local = "local:";

    private readonly Option<string?> engine = new("--engine")
    {
        HelpName = "local:N",
        Description = "Who trains: local:N is N processes on this machine, one a GPU where there are GPUs. Default: this process.",
    };

    public void AddTo(Command command)
    {
        engine.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && Workers(result.Tokens[0].Value) is null)
            {
                result.AddError(
                    $"Got \"{result.Tokens[0].Value}\" for `--engine`; expected local:N, with N from 1 to {LocalEngine.MostWorkers}."
                );
            }
        });
        command.Add(engine);
    }

    /// <summary>The engine that was asked for; null if none was.</summary>
    public LocalEngine? For(ParseResult parsed) =>
        parsed.GetValue(engine) is { } text ? new LocalEngine(Workers(text)!.Value, ThisProgram()) : null;

    private static int? Workers(string text) =>
        text.StartsWith(Local, StringComparison.Ordinal)
        && int.TryParse(text[Local.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var workers)
        && workers is >= 1 and <= LocalEngine.MostWorkers
            ? workers
            : null;

    /// <summary>How to start this program again: itself, or dotnet with its library.</summary>
    private static string[] ThisProgram() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
            ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, Assembly.GetEntryAssembly()!.GetName().Name + ".dll")]
            : [Environment.ProcessPath!];
}
