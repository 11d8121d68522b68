using System.CommandLine;
using System.Globalization;
using SkillTorch.Experiments;

namespace SkillTorch.Cli;

/// <summary>The options that say where an experiment runs: --device, --threads and --stack-memory.</summary>
internal sealed class RunSettings
{
    private readonly Option<string> device = new Option<string>("--device")
    {
        HelpName = "auto|cpu|cuda",
        Description = "Where to train; auto takes CUDA where there is one.",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "cpu", "cuda");

    private readonly Option<int?> threads = new("--threads")
    {
        HelpName = "N",
        Description = "Threads to compute with. Default: OMP_NUM_THREADS, else one for each processor.",
    };

    private readonly Option<double?> stackMemory = new("--stack-memory")
    {
        HelpName = "GiB",
        Description = "Memory that trials trained together may take, about; the others follow. Default: half of the device's.",
    };

    public void AddTo(Command command)
    {
        threads.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var n) || n < 1))
                result.AddError($"Got \"{result.Tokens[0].Value}\" for `--threads`; expected an integer of at least 1.");
        });
        command.Add(device);
        stackMemory.Validators.Add(result =>
        {
            if (
                result.Tokens.Count == 1
                && (!double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var size) || !(size > 0))
            )
            {
                result.AddError($"Got \"{result.Tokens[0].Value}\" for `--stack-memory`; expected a number of GiB above 0.");
            }
        });
        command.Add(threads);
        command.Add(stackMemory);
    }

    public RunOptions For(ParseResult parsed, string directory) =>
        new(directory)
        {
            Device = Enum.Parse<DeviceChoice>(parsed.GetValue(device)!, ignoreCase: true),
            Threads = parsed.GetValue(threads),
            StackMemory = (long?)(parsed.GetValue(stackMemory) * (1L << 30)),
        };
}
