using System.CommandLine;
using SkillTorch.Experiments;

namespace SkillTorch.Cli;

/// <summary>The options that say where an experiment runs: --device and --threads.</summary>
internal sealed class RunSettings
{
    private readonly Option<string> device = new Option<string>("--device")
    {
        HelpName = "auto|cpu|cuda",
        Description = "Where to train; auto takes CUDA where there is one.",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "cpu", "cuda");

    private readonly Option<int?> threads = new("--threads") { HelpName = "N", Description = "Threads of tensor operations. Default: libtorch's choice." };

    public void AddTo(Command command)
    {
        threads.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var n) || n < 1))
                result.AddError($"Got \"{result.Tokens[0].Value}\" for `--threads`; expected an integer of at least 1.");
        });
        command.Add(device);
        command.Add(threads);
    }

    public RunOptions For(ParseResult parsed, string directory) => new(directory)
    {
        Device = Enum.Parse<DeviceChoice>(parsed.GetValue(device)!, ignoreCase: true),
        Threads = parsed.GetValue(threads),
    };
}
