using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Reflection;
using SkillTorch.Experiments;

namespace SkillTorch.Cli;

/// <summary>The option --engine: which processes train.</summary>
internal sealed class EngineOption
{
    private const string Local = "local:";
    private const string Slurm = "slurm";

    private readonly Option<string?> engine = new("--engine")
    {
        HelpName = "local:N|slurm",
        Description =
            "Who trains: local:N is N processes on this machine, one a GPU where there are GPUs; slurm submits jobs to a cluster, as the "
            + "experiment's slurm section says, and does not wait. Default: this process.",
    };

    public void AddTo(Command command)
    {
        engine.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.Tokens[0].Value != Slurm && Workers(result.Tokens[0].Value) is null)
            {
                result.AddError(
                    $"Got \"{result.Tokens[0].Value}\" for `--engine`; expected slurm, or local:N with N from 1 to "
                        + $"{LocalEngine.MostWorkers}."
                );
            }
        });
        command.Add(engine);
    }

    /// <summary>Whether Slurm was asked for.</summary>
    public bool IsSlurm(SymbolResult result) => result.GetValue(engine) == Slurm;

    /// <inheritdoc cref="IsSlurm(SymbolResult)"/>
    public bool IsSlurm(ParseResult parsed) => parsed.GetValue(engine) == Slurm;

    /// <summary>Trains an experiment as was asked for.</summary>
    /// <returns>The exit code.</returns>
    public int Run(ParseResult parsed, RunSession session, ExperimentConfig config, RunOptions options) =>
        IsSlurm(parsed)
            ? session.Submit(config, options, ThisProgram())
            : session.Run(
                config,
                options with
                {
                    Engine = parsed.GetValue(engine) is { } text ? new LocalEngine(Workers(text)!.Value, ThisProgram()) : null,
                }
            );

    private static int? Workers(string text) =>
        text.StartsWith(Local, StringComparison.Ordinal)
        && int.TryParse(text[Local.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var workers)
        && workers is >= 1 and <= LocalEngine.MostWorkers
            ? workers
            : null;

    /// <summary>How to start this program again: itself, or dotnet with its library.</summary>
    public static string[] ThisProgram() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
            ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, Assembly.GetEntryAssembly()!.GetName().Name + ".dll")]
            : [Environment.ProcessPath!];
}
