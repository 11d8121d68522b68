namespace SkillTorch.Experiments;

/// <summary>Trains with several processes of this machine, which share nothing but the run directory; with one a GPU where there are
/// GPUs. A worker that dies is replaced, and its trials go on from their checkpoints.</summary>
/// <param name="Workers">How many processes, from 1 to <see cref="MostWorkers"/>.</param>
/// <param name="Program">The <c>skilltorch</c> program and what comes before its command, e.g. <c>["dotnet", "SkillTorch.Cli.dll"]</c>.</param>
public sealed record LocalEngine(int Workers, IReadOnlyList<string> Program)
{
    /// <summary>The most workers that one machine may have.</summary>
    public const int MostWorkers = 1024;
}
