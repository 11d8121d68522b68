namespace SkillTorch.Tests.Reporting;

internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("skilltorch-reporting-");

    public string Path => folder.FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The names of all files, hidden ones too.</summary>
    public string[] Files => [.. folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.Name).Order()];

    public void Dispose() => folder.Delete(recursive: true);
}
