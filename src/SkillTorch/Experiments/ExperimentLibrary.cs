using System.Text.Json.Nodes;
using SkillTorch.Reporting;

namespace SkillTorch.Experiments;

/// <summary>The experiments that SkillTorch ships, by tag: the files under <c>experiments/</c>.</summary>
public static class ExperimentLibrary
{
    private const string FolderName = "experiments";

    /// <summary>The folder of experiments: of the repository that the working directory lies in, else beside the program or above
    /// it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string Folder =>
        Above(Directory.GetCurrentDirectory()).Concat(Above(AppContext.BaseDirectory)).FirstOrDefault(HasExperiments)
        ?? throw new DirectoryNotFoundException(
            $"Got no folder `{FolderName}` at or above {Directory.GetCurrentDirectory()} or the program; expected the experiments that "
                + $"SkillTorch ships."
        );

    /// <summary>All shipped experiments, by tag.</summary>
    /// <exception cref="ConfigException">A file is no JSON object with a tag.</exception>
    public static IReadOnlyList<ShippedExperiment> All() =>
        [.. FilesIn(Folder).Select(ShippedExperiment.Read).OrderBy(e => e.Tag, StringComparer.Ordinal)];

    /// <summary>The experiment of a tag.</summary>
    /// <param name="tag">E.g. <c>psl-fig02</c>.</param>
    /// <exception cref="ConfigException">There is none of this tag.</exception>
    public static ShippedExperiment Find(string tag)
    {
        var all = All();
        return all.FirstOrDefault(e => e.Tag == tag)
            ?? throw new ConfigException(
                new ConfigProblem(
                    "TAG",
                    $"\"{tag}\"",
                    $"{OptionText.OneOf(all.Select(e => e.Tag))}, or all",
                    NearestName.Find(tag, all.Select(e => e.Tag))
                )
            );
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
            yield return Path.Combine(at.FullName, FolderName);
    }

    private static bool HasExperiments(string folder) => Directory.Exists(folder) && FilesIn(folder).Any();

    // Figures stand beside the experiments that name them.
    private static IEnumerable<string> FilesIn(string folder) =>
        Directory
            .EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(FigureFile.Ending, StringComparison.Ordinal));
}

/// <summary>A shipped experiment.</summary>
/// <param name="Tag">Its tag.</param>
/// <param name="Title">Its title; empty if it has none.</param>
/// <param name="Source">Where it comes from; empty if that is not said.</param>
/// <param name="Profiles">Names of its profiles.</param>
/// <param name="File">Path of its file.</param>
public sealed record ShippedExperiment(string Tag, string Title, string Source, IReadOnlyList<string> Profiles, string File)
{
    internal static ShippedExperiment Read(string file)
    {
        var json = ExperimentFile.Read(file);
        string Text(string key) => json[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
        if (Text("tag") == "")
            throw new ConfigException(new ConfigProblem($"{file}: tag", OptionText.Found(json["tag"]), "a string"));
        return new ShippedExperiment(
            Text("tag"),
            Text("title"),
            Text("source"),
            [.. (json["profiles"] as JsonObject ?? []).Select(p => p.Key)],
            file
        );
    }
}
