namespace SkillTorch.Tasks;

/// <summary>What one module of a modular network reads and answers.</summary>
public sealed record SkillModule
{
    /// <summary>Inputs that the module reads, numbered from 1.</summary>
    public required IReadOnlyList<int> Inputs { get; init; }

    /// <summary>Outputs that the module adds to, numbered from 1; where modules share an output, it is the sum of theirs.</summary>
    public required IReadOnlyList<int> Outputs { get; init; }
}
