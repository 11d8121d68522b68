using SkillTorch.Experiments;

namespace SkillTorch.Benchmarks;

/// <summary>What of a training is timed.</summary>
internal enum Timed
{
    /// <summary>Whole steps: data, gradient, update, and the measurements that fall between them.</summary>
    Step,

    /// <summary>The optimizer's update alone.</summary>
    Update,
}

/// <summary>A case of the benchmarks: an experiment whose stacks are timed.</summary>
/// <param name="Name">Its name, the experiment's tag.</param>
/// <param name="File">The experiment.</param>
/// <param name="Timed">What is timed.</param>
/// <param name="NeedsCuda">Whether it is made for a GPU alone.</param>
internal sealed record BenchmarkCase(string Name, string File, Timed Timed = Timed.Step, bool NeedsCuda = false)
{
    /// <summary>The specification of the figure that is drawn of it; it may not exist.</summary>
    public string FigureFile => Path.ChangeExtension(File, ".vl.json");
}

/// <summary>
/// The cases under <c>bench/</c>, by their folders: <c>steps</c>, <c>updates</c> (the optimizer's update alone), <c>cuda</c> (on a GPU
/// only) and <c>figures</c>, which are timed only when they are named.
/// </summary>
internal static class BenchmarkLibrary
{
    private const string FolderName = "bench",
        Script = "pytorch.py";

    /// <summary>The folder: of the repository that the working directory lies in, else beside the program or above it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string Folder =>
        Above(Directory.GetCurrentDirectory())
            .Concat(Above(AppContext.BaseDirectory))
            .FirstOrDefault(at => File.Exists(Path.Combine(at, Script)))
        ?? throw new DirectoryNotFoundException(
            $"Got no folder `{FolderName}` at or above {Directory.GetCurrentDirectory()} or the program; expected the benchmarks that "
                + $"SkillTorch ships."
        );

    /// <summary>The program that answers for PyTorch.</summary>
    public static string PyTorchScript => Path.Combine(Folder, Script);

    /// <summary>The cases that are timed when none is named.</summary>
    public static IReadOnlyList<BenchmarkCase> ListDefault() =>
        [.. From("steps"), .. From("updates", Timed.Update), .. From("cuda", needsCuda: true)];

    /// <summary>All cases.</summary>
    public static IReadOnlyList<BenchmarkCase> All() => [.. ListDefault(), .. From("figures")];

    /// <summary>The case of a name: one of <see cref="All"/>, an experiment file, or a shipped experiment's tag.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ConfigException">There is none of this name.</exception>
    public static BenchmarkCase Find(string name)
    {
        if (All().FirstOrDefault(known => known.Name == name) is { } found)
            return found;
        if (File.Exists(name))
            return new BenchmarkCase(Path.GetFileNameWithoutExtension(name), name);
        var experiments = ExperimentLibrary.All();
        if (experiments.FirstOrDefault(experiment => experiment.Tag == name) is { } shipped)
            return new BenchmarkCase(shipped.Tag, shipped.File);
        string[] names = [.. All().Select(known => known.Name), .. experiments.Select(experiment => experiment.Tag)];
        throw new ConfigException(
            new ConfigProblem("NAME", $"\"{name}\"", $"an experiment file, or {OptionText.OneOf(names)}", NearestName.Find(name, names))
        );
    }

    private static IEnumerable<BenchmarkCase> From(string folder, Timed timed = Timed.Step, bool needsCuda = false) =>
        Directory
            .EnumerateFiles(Path.Combine(Folder, folder), "*.json")
            .Where(file => !file.EndsWith(".vl.json", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => new BenchmarkCase(Path.GetFileNameWithoutExtension(file), file, timed, needsCuda));

    private static IEnumerable<string> Above(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
            yield return Path.Combine(at.FullName, FolderName);
    }
}
