using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SkillTorch.Cli;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class CommandWithExamples(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}

/// <summary>The usual help, then the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parsed)
    {
        var exit = usual.Invoke(parsed);
        if (parsed.CommandResult.Command is CommandWithExamples { Examples: var examples })
        {
            parsed.InvocationConfiguration.Output.WriteLine("Examples:");
            foreach (var example in examples)
                parsed.InvocationConfiguration.Output.WriteLine($"  {example}");
        }
        return exit;
    }
}
